/**
 * Words that say what a thing is and never whose it is. In texts that come from the system (reader names, paths,
 * provider names) only these are kept; every other word becomes a token. Lower case.
 */
const words = `
 windows hello for business microsoft virtual smart smartcard card cards reader readers icc contact contactless
 interface ccid usb pc/sc pcsc nfc slot uicc yubico yubikey remote citrix vmware generic emulator
 acs acr38 acr38u acr39 acr39u acr39u-nf acr39u-nttcom acr39-nttcom acr122 acr122u acr1251 acr1251u acr1252 acr1252u acr1255u-j1
 acr1281 acr1581 acr1581u acr3901 acr3901u
 sony felica port pasori port/pasori rc-s300 rc-s300/p rc-s330 rc-s370 rc-s380 rc-s380/p rc-s380/s
 gemalto gemplus thales idbridge ct30 ct40 ct700 cl3000 prox-du prox-su hid global omnikey 1021 3021 3121 5022 5422 cardman
 identiv scm microsystems inc. inc scr3310 scr3310v2 scr3310-nttcom scr331 scr3500 utrust cloud 3700f 4701f 2700r
 ntt communications nttcom com cir115 cir215 cir315 cir415 i-o data io-data ioデータ iodata usb-nfc3 usb-nfc4 usb-iccrw usb-iccrw2
 sanwa supply adr-mnicu2 elecom mr-iccd1 mr-icd102 mr-icd103 mr5d hitachi hx-520uj maxell m-520u toshiba dynabook panasonic fujitsu nec lenovo dell hp
 broadcom realtek alcor micro ez-100pu ez100pu castles infineer castle gemtek jinmuyu feitian bit4id minilector evo miniel
 jt308u00 dp-ic01 ansx nippon signal
 base cryptographic provider enhanced strong rsa aes signature software key storage platform crypto csp ksp cryptoapi
 hpki authentication jpki opensc pkcs11 pkcs#11 module driver service scfilter usbccid wudfrd winusb libusb
 nss p11-kit p11 nssdb pkcs11.txt modules p11-kit-proxy builtins trust common
 google chrome chromium edge brave vivaldi opera firefox browser microsoft-edge google-chrome msedge.exe chrome.exe chromium.exe
 chrome-for-testing headless_shell chromium-browser msedge
 ca root certificate certification authority secure public class trust global r1 r2 r3 r4 r5 r6 g2 g3 g4 ov dv ev tls ssl server filter web
 cybertrust japan secom communication jprs digicert globalsign sectigo comodo usertrust let's encrypt isrg x1 x2 amazon
 eset kaspersky anti-virus personal avast avg bitdefender norton mcafee trend trendmicro micro virus buster ウイルスバスター sophos
 fortinet fortigate zscaler cisco umbrella palo alto netskope symantec blue coat i-filter digital arts interscan watchguard sonicwall
 net personal-ca untrusted proxy inspection
 medical information system development center medis-dc medis japan pharmaceutical association medical jma jpa moj mhlw
 koffi koffi: pcsclite: scardestablishcontext scardlistreaders scardgetstatuschange scardtransmit
 registry reg hklm hkcu software wow6432node cryptography defaults calais smartcards cryptnext policies currentversion
 uninstall system currentcontrolset control services enum class providers run classes local machine user installer
 programdata program files programs (x86) x86 system32 syswow64 windows users appdata roaming locallow start menu
 スタートメニュー プログラム public common desktop documents
 usr lib lib64 lib32 x86_64-linux-gnu i386-linux-gnu aarch64-linux-gnu local share opt etc bin sbin var home root tmp proc sys
 bus devices .pki pki .local .config .mozilla config xdg-desktop snap current
 hpkicardtool hpkiカードツール hpkiカードドライバ hpkiカードドライバー リーダライタ選択ツール リーダーライタ選択ツール カードツール tools tool readerselect jpkisetting
 recorded test none parent process stat of the pid via get-service get-childitem certutil certutil.exe powershell sc.exe wmi setupapi
 cfgmgr32 crypt32 certopenstore my advapi32 openservice queryserviceconfig queryservicestatus enumdeviceinterfaces toolhelp32
 winscard winscard.dll scarddlg node tls.connect tls fetch sysfs /sys/bus/usb/devices bindings
 true false yes no default managed
 pharmacist doctor dentist nurse
 lnk exe
 `;

const vocabulary = new Set(words.split(/\s+/).filter(Boolean));

/** File names that makers gave their libraries; the driver's by JAHIS's prefixes. */
const files =
  /^(?:lib)?(?:hpki(?:auth|sig)p11(?:_[a-z0-9]{1,12})?|hpki[a-z]{0,16}(?:csp|ksp|tool)|jpki[a-z0-9]{0,16}|opensc-pkcs11|onepin-opensc-pkcs11|p11-kit-proxy|nssckbi|softokn3|softhsm2?)(?:\.(?:dll|so|exe|module|lnk))?$/i;

/** Names of the authorities' certificates: `HPKI-01-HPKI_JV2-forAuthentication-forIndividual` (JAHIS). */
const authorities =
  /^HPKI-\d{2}-(?:HPKI_)?[A-Za-z]{1,12}\d{0,2}(?:[-_](?:for[A-Z][A-Za-z]{1,20}|foi|CA\d{0,2}|Root)){0,4}$/;

export function isKnownWord(word: string): boolean {
  const folded = word.normalize('NFKC').toLowerCase();
  return vocabulary.has(folded) || files.test(folded) || authorities.test(word);
}
