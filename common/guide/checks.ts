import { noReaderYet } from './no-reader-yet.ts';
import type { Text } from './types.ts';

/**
 * The checks of the PC: their tree, and for everything a check can find one sentence, the next action and the
 * manual's place. `{name}` stands for a value of the finding's data.
 */

/** In the order in which a person would look. */
export const checkIds = [
  'browser',
  'host',
  'pcsc-service',
  'reader',
  'card-present',
  'card-readable',
  'card-kind',
  'certificate',
  'certificate-validity',
  'pin',
  'certificate-store',
  'card-driver',
  'driver-reader',
  'site',
  'browser-session',
] as const;

export type CheckId = (typeof checkIds)[number];

/** A check is hidden while any of these fails. The first one is its place in the tree. */
export const checkParents: Readonly<Record<CheckId, readonly CheckId[]>> = {
  browser: [],
  host: [],
  'pcsc-service': ['host'],
  reader: ['pcsc-service'],
  'card-present': ['reader'],
  'card-readable': ['card-present'],
  'card-kind': ['card-readable'],
  certificate: ['card-kind'],
  'certificate-validity': ['certificate'],
  pin: ['certificate'],
  'certificate-store': ['certificate'],
  'card-driver': ['host'],
  'driver-reader': ['card-driver', 'reader'],
  site: [],
  'browser-session': [],
};

export const checkNames: Readonly<Record<CheckId, Text>> = {
  browser: { ja: 'ブラウザ', en: 'Browser' },
  host: { ja: '確認プログラム', en: 'Helper program' },
  'pcsc-service': { ja: 'スマートカードのサービス', en: 'Smart card service' },
  reader: { ja: 'カードリーダー', en: 'Card reader' },
  'card-present': { ja: 'カード', en: 'Card' },
  'card-readable': { ja: 'カードの読み取り', en: 'Reading the card' },
  'card-kind': { ja: 'カードの種類', en: 'Kind of card' },
  certificate: { ja: '証明書', en: 'Certificate' },
  'certificate-validity': { ja: '証明書の有効期限', en: 'Certificate validity' },
  pin: { ja: 'PIN（暗証番号）', en: 'PIN' },
  'certificate-store': { ja: 'ブラウザへの証明書の登録', en: 'Certificate in the browser' },
  'card-driver': { ja: 'HPKIカードドライバ', en: 'HPKI card driver' },
  'driver-reader': { ja: 'ドライバのリーダー選択', en: "Driver's reader selection" },
  site: { ja: '登録サイトへの接続', en: 'Connection to the site' },
  'browser-session': { ja: '前の方のログイン', en: 'Earlier login' },
};

/**
 * What the host does at a click, from the protocol's fixed list: what the button says, and what it does, in one
 * sentence beside it. Offered only where the host has the action.
 */
export const hostActionWords = {
  'open-card-tool': {
    label: { ja: 'HPKIカードツールを開く', en: 'Open the HPKI card tools' },
    does: {
      ja: 'カードドライバに付属のツールを開きます。設定は変わりません。',
      en: 'Opens the tool that came with the card driver. Changes no setting.',
    },
  },
  'open-services': {
    label: { ja: '「サービス」を開く', en: 'Open "Services"' },
    does: {
      ja: 'Windowsの「サービス」の画面を開きます。変更には管理者の権限が要ります。',
      en: 'Opens Windows\' window "Services". Changing anything there takes an administrator.',
    },
  },
  'open-device-manager': {
    label: { ja: 'デバイスマネージャーを開く', en: 'Open the device manager' },
    does: {
      ja: 'Windowsの「デバイスマネージャー」を開きます。設定は変わりません。',
      en: "Opens Windows' device manager. Changes no setting.",
    },
  },
  'open-certificate-manager': {
    label: { ja: '証明書の一覧を開く', en: 'Open the list of certificates' },
    does: {
      ja: 'Windowsの「証明書 - 現在のユーザー」を開きます。証明書は変わりません。',
      en: 'Opens Windows\' "Certificates - Current User". Changes no certificate.',
    },
  },
  'start-smart-card-service': {
    label: { ja: 'サービスを開始する', en: 'Start the service' },
    does: {
      ja: 'Windowsの「Smart Card」サービスを開始します。PCの管理者の権限が要ることがあります。',
      en: 'Starts the Windows service "Smart Card". This may take an administrator.',
    },
  },
} as const satisfies Record<string, { label: Text; does: Text }>;

export type HostAction = keyof typeof hostActionWords;

/** What came of it, where there is something to say. */
export const hostActionOutcomes = {
  'under-way': {
    ja: '開いています。Windowsから許可を求められたら、画面の指示に従ってください。',
    en: 'Opening it. Should Windows ask for permission, follow what it says.',
  },
  'no-permission': {
    ja: 'このPCの管理者の権限が要るため、できませんでした。PCの管理者の方に、このボタンの操作をお願いしてください。',
    en: 'This takes an administrator of this PC. Please ask whoever administers it to do what this button says.',
  },
  stopped: {
    ja: 'できませんでした。もう一度押すか、Windowsのスタートメニューから開いてください。',
    en: 'It could not be done. Press once more, or open it from the Windows Start menu.',
  },
} as const satisfies Record<string, Text>;

/** What a button beside a finding does. Each only after the person's click. */
export type CheckAction =
  | HostAction
  | 'check-again' // observe everything once more
  | 'read-card-again' // read the card once more
  | 'allow-site-access' // the browser's own question
  | 'open-driver-manual' // manual (1) and error guide 1
  | 'close-browser';

export interface CheckWords {
  /** One sentence: what is so. */
  sentence: Text;
  /** The one thing to do. Absent when nothing is to be done. */
  next?: Text;
  action?: CheckAction;
  /** The manual's place, where it has one. */
  manual?: string;
}

/** Manual (1) and error guide 1. */
export const driverManualUrl = 'https://www.nichiyaku.or.jp/hpki/pdf/HPKICD_install_manual.pdf';

const guide1 = 'エラー対応手引き 1';

/** A browser in background mode outlives its windows. */
const endInBackground: Text = {
  ja: 'それでもこの表示が消えないときは、タスクバー右端の通知領域にあるブラウザのアイコンから終了してください。',
  en: 'If this stays, end the browser from its icon in the notification area, at the right end of the taskbar.',
};
const restartBrowser: Text = {
  ja: `ブラウザのウィンドウをすべて閉じてから、開き直してください。${endInBackground.ja}`,
  en: `Close all browser windows, then open the browser again. ${endInBackground.en}`,
};
const setupSource: Text = {
  ja: 'セットアップは、この拡張機能を案内した担当者か、ストアの説明にある配布元から入手できます。',
  en: "You get the setup from whoever pointed you to this extension, or from the publisher named in the extension's store page.",
};
const setupAgain: Text = {
  ja: `「HPKI登録ナビ」のセットアップ（Setup.exe）をもう一度実行してください。${setupSource.ja}`,
  en: `Run the HPKI Navi setup (Setup.exe) again. ${setupSource.en}`,
};
const selectReaderAfterError: Text = {
  ja: '登録でエラーになったときは、HPKIカードツールの「リーダーライタ選択ツール」で、お使いのリーダーが選ばれているか確かめてください。',
  en: 'If registration fails, check in the HPKI card tools’ reader selection tool that your reader is selected.',
};
const askTheIssuer: Text = {
  ja: 'カードを発行した認証局にお問い合わせください。',
  en: 'Please ask the certification authority that issued the card.',
};
const insertAgain: Text = {
  ja: 'カードをいったん抜いて、奥までまっすぐ入れ直してください。',
  en: 'Take the card out and put it back in, straight and all the way.',
};

export const checkWords = {
  'browser.ok': {
    sentence: { ja: '{name} を使っています。', en: 'You are using {name}.' },
    manual: '(2)',
  },
  'browser.other': {
    sentence: {
      ja: 'このブラウザ（{name}）での登録は、手引きで案内されていません。',
      en: 'The manual does not cover registering with this browser ({name}).',
    },
    next: { ja: 'Edge または Chrome でお使いください。', en: 'Please use Edge or Chrome.' },
    manual: '(2)',
  },
  'browser.site-access-withheld': {
    sentence: {
      ja: '登録サイトでの案内が、ブラウザの設定で止められています。',
      en: 'The browser keeps this extension from guiding you on the registration site.',
    },
    next: {
      ja: '「許可する」を押し、ブラウザの確認に答えてください。',
      en: 'Press "Allow" and answer the browser\'s question.',
    },
    action: 'allow-site-access',
  },

  'browser.auto-select': {
    sentence: {
      ja: '管理者の設定により、{name}が証明書を自動で選びます（{pattern}）。',
      en: 'By an administrator’s setting, {name} chooses the certificate by itself ({pattern}).',
    },
    next: {
      ja: '証明書の選択画面が出ないことがあります。別の証明書が使われてエラーになるときは、PCの管理者にお問い合わせください。',
      en: 'The certificate chooser may not appear. If another certificate is used and fails, ask the administrator of this PC.',
    },
    manual: '(5)',
  },

  'host.checking': {
    sentence: { ja: '確認プログラムを起動しています。', en: 'Starting the helper program.' },
  },
  'host.ok': {
    sentence: { ja: '確認プログラムが動いています。', en: 'The helper program is running.' },
  },
  'host.not-installed': {
    sentence: {
      ja: 'PCを確認するプログラムがインストールされていません。',
      en: 'The helper program that looks at this PC is not installed.',
    },
    next: {
      ja: `「HPKI登録ナビ」のセットアップ（Setup.exe）を実行し、「もう一度確認する」を押してください。${setupSource.ja}実行済みのときは、管理者の設定で止められていることがあります。PCの管理者にお問い合わせください。`,
      en: `Run the HPKI Navi setup (Setup.exe), then press "Check again". ${setupSource.en} If the setup has already run, an administrator's rule may forbid the program: ask the administrator of this PC.`,
    },
    action: 'check-again',
  },
  'host.forbidden': {
    sentence: {
      ja: '確認プログラムの登録が、この拡張機能と合っていません。',
      en: "The helper program's registration does not fit this extension.",
    },
    next: setupAgain,
    action: 'check-again',
  },
  'host.blocked-by-policy': {
    sentence: {
      ja: 'このPCの管理者の設定（ポリシー）で、確認プログラムの使用が止められています。',
      en: "An administrator's policy keeps the browser from using the helper program.",
    },
    next: {
      ja: 'PCの管理者に、ネイティブメッセージングの許可リストへ「jp.hpki_navi.host」を加えるよう依頼してください。',
      en: 'Ask the administrator of this PC to add "jp.hpki_navi.host" to the native messaging allow list.',
    },
    action: 'check-again',
  },
  'host.too-old': {
    sentence: {
      ja: '確認プログラム（{hostVersion}）が古く、この拡張機能（{extensionVersion}）と合いません。',
      en: 'The helper program ({hostVersion}) is too old for this extension ({extensionVersion}).',
    },
    next: {
      ja: `新しい「HPKI登録ナビ」のセットアップ（Setup.exe）を実行してください。${setupSource.ja}`,
      en: `Run the newest HPKI Navi setup (Setup.exe). ${setupSource.en}`,
    },
    action: 'check-again',
  },
  'host.extension-too-old': {
    sentence: {
      ja: '拡張機能（{extensionVersion}）が古く、確認プログラム（{hostVersion}）と合いません。',
      en: 'This extension ({extensionVersion}) is too old for the helper program ({hostVersion}).',
    },
    next: {
      ja: 'ブラウザを開き直すと、拡張機能が更新されます。',
      en: 'Restart the browser: the extension then updates itself.',
    },
    action: 'check-again',
  },
  'host.crashed': {
    sentence: {
      ja: '確認プログラムが途中で終了しました。',
      en: 'The helper program ended unexpectedly.',
    },
    next: setupAgain,
    action: 'check-again',
  },
  'host.no-answer': {
    sentence: {
      ja: '確認プログラムから応答がありません。',
      en: 'The helper program does not answer.',
    },
    next: {
      ja: '「もう一度確認する」を押してください。セキュリティソフトが止めていることもあります。',
      en: 'Press "Check again". Security software may be holding it back.',
    },
    action: 'check-again',
  },
  'host.malformed': {
    sentence: {
      ja: '確認プログラムの応答が正しくありません。',
      en: "The helper program's answer makes no sense.",
    },
    next: setupAgain,
    action: 'check-again',
  },

  'pcsc-service.checking': {
    sentence: { ja: 'サービスを確認しています。', en: 'Looking at the service.' },
  },
  'pcsc-service.ok': {
    sentence: { ja: 'サービスは動いています。', en: 'The service is running.' },
  },
  'pcsc-service.waiting-for-reader': {
    sentence: {
      ja: 'サービスは、カードリーダーがつながると動き始めます。',
      en: 'The service starts when a card reader is connected.',
    },
  },
  'pcsc-service.disabled': {
    sentence: {
      ja: 'Windowsの「Smart Card」サービスが無効になっています。',
      en: 'The Windows service "Smart Card" is disabled.',
    },
    next: {
      ja: 'PCの管理者に、「Smart Card」サービスを有効にするよう依頼してください。',
      en: 'Ask the administrator of this PC to enable the service "Smart Card".',
    },
    action: 'open-services',
  },
  'pcsc-service.propagation-off': {
    sentence: {
      ja: 'サービスは動いていますが、カードの証明書をWindowsに登録するサービス（Certificate Propagation）が無効です。',
      en: 'The service is running, but the one that copies card certificates into Windows (Certificate Propagation) is disabled.',
    },
    next: {
      ja: '証明書の選択画面に証明書が出ないときは、PCの管理者に「Certificate Propagation」サービスを有効にするよう依頼してください。',
      en: 'If the chooser offers no certificate, ask the administrator to enable the service "Certificate Propagation".',
    },
    action: 'open-services',
    manual: '(5)',
  },
  'pcsc-service.stopped': {
    sentence: {
      ja: 'スマートカードのサービスが止まっています。',
      en: 'The smart card service has stopped.',
    },
    next: {
      ja: 'サービス（pcscd）を起動してください。起動すると、この画面が自動で変わります。',
      en: 'Start the service (pcscd). This page follows by itself.',
    },
    action: 'check-again',
  },
  'pcsc-service.absent': {
    sentence: {
      ja: 'このPCには、スマートカードのサービスがありません。',
      en: 'This PC has no smart card service.',
    },
    next: {
      ja: 'スマートカードのサービス（PC/SC）をインストールしてください。',
      en: 'Install the smart card service (PC/SC).',
    },
    action: 'check-again',
  },
  'pcsc-service.unknown': {
    sentence: {
      ja: 'サービスの状態を確認できませんでした。',
      en: 'The state of the service could not be seen.',
    },
    action: 'check-again',
  },

  'reader.checking': {
    sentence: { ja: 'カードリーダーを探しています。', en: 'Looking for a card reader.' },
  },
  'reader.ok': { sentence: { ja: '{reader}', en: '{reader}' }, manual: '(1)' },
  'reader.none': {
    sentence: {
      ja: 'カードリーダーが見つかりません。',
      en: 'No card reader was found.',
    },
    next: {
      ja: `カードリーダーをPCのUSBにつないでください。つなぐと、この画面が自動で変わります。${noReaderYet.ja}`,
      en: `Connect the card reader to the PC's USB port. This page follows by itself. ${noReaderYet.en}`,
    },
    action: 'check-again',
    manual: guide1,
  },
  'reader.driver-missing': {
    sentence: {
      ja: 'カードリーダー（{device}）はUSBにつながっていますが、リーダーのドライバがないため使えません。',
      en: 'The card reader ({device}) is on USB, but its own driver is missing.',
    },
    next: {
      ja: 'カードリーダーのメーカーのページからドライバをインストールし、リーダーをつなぎ直してください。',
      en: "Install the reader's driver from its manufacturer, then plug the reader in again.",
    },
    action: 'open-device-manager',
    manual: '(1)',
  },
  'reader.disabled': {
    sentence: {
      ja: 'カードリーダー（{device}）はUSBにつながっていますが、Windowsで無効になっています。',
      en: 'The card reader ({device}) is on USB, but it is disabled in Windows.',
    },
    next: {
      ja: 'デバイスマネージャーでこのカードリーダーを右クリックし、「デバイスを有効にする」を選んでください。',
      en: 'In the device manager, right-click this reader and choose "Enable device".',
    },
    action: 'open-device-manager',
    manual: '(1)',
  },
  'reader.another-unusable': {
    sentence: {
      ja: '{reader} は使えますが、もう1台のカードリーダー（{device}）は、ドライバがないか無効になっているため使えません。',
      en: '{reader} works, but another card reader ({device}) cannot be used: its driver is missing, or it is disabled.',
    },
    next: {
      ja: 'HPKIカードは、使えるカードリーダー（{reader}）にセットしてください。',
      en: 'Put the HPKI card on the reader that works ({reader}).',
    },
    action: 'open-device-manager',
    manual: '(1)',
  },
  'reader.not-taken': {
    sentence: {
      ja: 'カードリーダー（{device}）はUSBにつながっていますが、スマートカードのサービスから見えません。',
      en: 'The card reader ({device}) is on USB, but the smart card service does not see it.',
    },
    next: {
      ja: 'カードリーダーをつなぎ直してください。変わらないときは、リーダーのドライバを確かめてください。',
      en: "Plug the reader in again. If nothing changes, look at the reader's driver.",
    },
    action: 'open-device-manager',
    manual: '(1)',
  },
  'reader.service-asleep': {
    sentence: {
      ja: 'カードリーダー（{device}）はつながっていますが、スマートカードのサービスが止まっています。',
      en: 'The card reader ({device}) is connected, but the smart card service has stopped.',
    },
    next: {
      ja: 'カードリーダーをつなぎ直すか、サービスを開始してください。',
      en: 'Plug the reader in again, or start the service.',
    },
    action: 'start-smart-card-service',
    manual: '(1)',
  },
  'reader.remote-desktop': {
    sentence: {
      ja: 'リモートデスクトップで使っているため、このPCのカードリーダーが見えません。',
      en: 'This is a remote desktop session: the readers of this PC are not seen in it.',
    },
    next: {
      ja: 'カードリーダーがつながっているPCを直接操作して登録してください。',
      en: 'Work directly on the PC that the card reader is connected to.',
    },
    action: 'check-again',
  },
  'reader.virtual-only': {
    sentence: {
      ja: 'カードを差し込めるカードリーダーが見つかりません（{reader} は仮想のリーダーです）。',
      en: 'There is no reader that takes a card ({reader} is a virtual one).',
    },
    next: {
      ja: `カードリーダーをPCのUSBにつないでください。${noReaderYet.ja}`,
      en: `Connect a card reader to the PC's USB port. ${noReaderYet.en}`,
    },
    action: 'check-again',
    manual: guide1,
  },
  'reader.unavailable': {
    sentence: {
      ja: 'カードリーダー（{reader}）が応答しません。',
      en: 'The card reader ({reader}) does not respond.',
    },
    next: {
      ja: 'カードリーダーのUSBをいったん抜いて、つなぎ直してください。',
      en: 'Unplug the card reader and plug it in again.',
    },
    action: 'check-again',
    manual: guide1,
  },
  'reader.unknown': {
    sentence: {
      ja: 'カードリーダーを確認できませんでした。',
      en: 'The card readers could not be seen.',
    },
    action: 'check-again',
  },

  'card-present.ok': {
    sentence: { ja: 'カードがセットされています。', en: 'A card is in the reader.' },
    manual: '(4)',
  },
  'card-present.checking': {
    sentence: { ja: 'セットされたカードを見分けています。', en: 'Telling the cards apart.' },
  },
  'card-present.none': {
    sentence: {
      ja: 'HPKIカードがセットされていません。',
      en: 'There is no HPKI card in the reader.',
    },
    next: {
      ja: 'HPKIカードをカードリーダーにセットしてください。セットすると、この画面が自動で変わります。登録サイトがマイナンバーカードを求めているときは、サイトの案内に沿ってください。',
      en: 'Put the HPKI card on the reader. This page follows by itself. If the registration site asks for the My Number card, follow the site.',
    },
    manual: '(4)',
  },
  'card-present.unknown': {
    sentence: {
      ja: 'カードがセットされているか、確認できませんでした。',
      en: 'It could not be seen whether a card is in the reader.',
    },
    action: 'check-again',
  },
  'card-present.several': {
    sentence: {
      ja: 'HPKIカードが{count}枚セットされています。',
      en: '{count} HPKI cards are in the readers.',
    },
    next: {
      ja: '登録する方のカード1枚だけを残して、ほかのカードを抜いてください。',
      en: 'Leave only the card of the person who registers, and take out the others.',
    },
  },

  'card-readable.checking': {
    sentence: { ja: 'カードを読み取っています。', en: 'Reading the card.' },
  },
  'card-readable.ok': {
    sentence: { ja: 'カードを読み取れました。', en: 'The card was read.' },
    manual: guide1,
  },
  'card-readable.mute': {
    sentence: { ja: 'カードが応答しません。', en: 'The card does not respond.' },
    next: {
      ja: 'カードの表裏と向きを確かめてください。ICチップ（金色の端子）の面を、リーダーの絵に合わせて奥まで入れます。',
      en: 'The card may be upside down. Match the gold chip with the picture on the reader and push it all the way in.',
    },
    action: 'read-card-again',
    manual: guide1,
  },
  'card-readable.in-use': {
    sentence: {
      ja: 'カードを、ほかのプログラムが使っています。',
      en: 'Another program is using the card.',
    },
    next: {
      ja: 'レセコンや電子薬歴など、カードを使うソフトを終了してから、「カードを読み直す」を押してください。',
      en: 'Close other programs that use the card, such as the dispensing system, then press "Read the card again".',
    },
    action: 'read-card-again',
  },
  'card-readable.in-use-by': {
    sentence: {
      ja: 'カードを、ほかのプログラムが使っています（{programs} かもしれません）。',
      en: 'Another program is using the card (possibly {programs}).',
    },
    next: {
      ja: 'レセコンや調剤システムなど、カードを使うソフトを終了してから、「カードを読み直す」を押してください。',
      en: 'Close other programs that use the card, such as the dispensing system, then press "Read the card again".',
    },
    action: 'read-card-again',
  },
  'card-readable.disturbed': {
    sentence: {
      ja: '読み取り中に、ほかのプログラムがカードを使いました。',
      en: 'Another program used the card while it was being read.',
    },
    next: {
      ja: '少し待ってから「カードを読み直す」を押してください。',
      en: 'Wait a moment, then press "Read the card again".',
    },
    action: 'read-card-again',
  },
  'card-readable.removed': {
    sentence: {
      ja: '読み取りが終わる前に、カードが離れました。',
      en: 'The card left the reader before it was read.',
    },
    next: insertAgain,
    action: 'read-card-again',
  },
  'card-readable.timeout': {
    sentence: {
      ja: 'カードの読み取りが時間内に終わりませんでした。',
      en: 'Reading the card took too long.',
    },
    next: insertAgain,
    action: 'read-card-again',
    manual: guide1,
  },
  'card-readable.protocol': {
    sentence: {
      ja: 'カードの応答を読み取れませんでした。',
      en: "The card's answer could not be understood.",
    },
    next: {
      ja: 'カードをいったん抜き、ICチップをやわらかい布で拭いてから入れ直してください。',
      en: 'Take the card out, wipe the chip with a soft cloth and put it back in.',
    },
    action: 'read-card-again',
    manual: guide1,
  },
  'card-readable.quiet': {
    sentence: {
      ja: '登録の途中なので、カードに触れずにいます。',
      en: 'A registration is under way, so the card is left alone.',
    },
  },
  'card-readable.unknown': {
    sentence: {
      ja: 'カードを読み取れるかどうか、確認できませんでした。',
      en: 'It could not be seen whether the card can be read.',
    },
    action: 'read-card-again',
  },

  'card-kind.ok': {
    sentence: { ja: 'HPKIカードです。', en: 'This is an HPKI card.' },
    manual: '(1)',
  },
  'card-kind.other-association': {
    sentence: {
      ja: 'HPKIカードです（薬剤師資格証ではないようですが、登録はできます）。',
      en: 'This is an HPKI card. It seems not to be a pharmacist’s, but it can be registered too.',
    },
    manual: '(3)',
  },
  'card-kind.mynumber': {
    sentence: {
      ja: 'マイナンバーカードがセットされています。',
      en: 'The card in the reader is a My Number card.',
    },
    next: {
      ja: 'マイナンバーカードを抜いて、HPKIカードをセットしてください。登録サイトが求めているときは、このままサイトの案内に沿ってください。',
      en: 'Take it out and put the HPKI card on the reader. If the registration site asks for it, leave it in and go on there.',
    },
    manual: '(4)',
  },
  'card-kind.signature-only': {
    sentence: {
      ja: 'このHPKIカードには署名用の証明書しかなく、登録に使う認証用の証明書がありません。',
      en: 'This HPKI card holds only a signature certificate. Registration needs the authentication certificate.',
    },
    next: askTheIssuer,
  },
  'card-kind.foreign': {
    sentence: {
      ja: 'HPKIカードではないカードがセットされています。',
      en: 'The card in the reader is not an HPKI card.',
    },
    next: {
      ja: 'カードを抜いて、HPKIカード（薬剤師資格証）をセットしてください。',
      en: 'Take it out and put the HPKI card on the reader.',
    },
    manual: '(4)',
  },
  'card-kind.closed': {
    sentence: {
      ja: 'このHPKIカードの認証機能は閉じられています。',
      en: "This HPKI card's authentication function is blocked.",
    },
    next: askTheIssuer,
  },
  'card-kind.unknown': {
    sentence: {
      ja: 'カードの種類を確認できませんでした。',
      en: 'The kind of card could not be seen.',
    },
    action: 'read-card-again',
  },

  'certificate.ok': { sentence: { ja: '{subject}', en: '{subject}' }, manual: '(5)' },
  'certificate.no-username': {
    sentence: {
      ja: '証明書から登録番号を読み取れませんでした。画面の本人IDをご自身で確かめてください。',
      en: 'The certificate shows no registration number. Please check the user name on the screen yourself.',
    },
    manual: '(8)',
  },
  'certificate.absent': {
    sentence: {
      ja: 'カードに認証用の証明書が見つかりません。',
      en: 'There is no authentication certificate on the card.',
    },
    next: askTheIssuer,
  },
  'certificate.malformed': {
    sentence: {
      ja: 'カードの証明書が壊れているため、読み取れません。',
      en: "The card's certificate is damaged and cannot be read.",
    },
    next: {
      ja: '「カードを読み直す」を押してください。変わらないときは、カードを発行した認証局にお問い合わせください。',
      en: 'Press "Read the card again". If nothing changes, ask the certification authority that issued the card.',
    },
    action: 'read-card-again',
  },
  'certificate.signature': {
    sentence: {
      ja: '読み取れたのは署名用の証明書で、登録に使う認証用の証明書ではありません。',
      en: 'What was read is a signature certificate, not the authentication certificate.',
    },
    next: askTheIssuer,
  },
  'certificate.unrecognised': {
    sentence: {
      ja: '証明書の発行元が、知られているHPKI認証局と一致しません。',
      en: "The certificate's issuer is not one of the HPKI authorities known here.",
    },
  },
  'certificate.unknown': {
    sentence: {
      ja: '証明書を確認できませんでした。',
      en: 'The certificate could not be seen.',
    },
    action: 'read-card-again',
  },

  'certificate-validity.ok': {
    sentence: { ja: '{date} まで有効です。', en: 'Valid until {date}.' },
  },
  'certificate-validity.expiring': {
    sentence: {
      ja: '証明書の有効期限が近づいています（{date}、あと{days}日）。',
      en: 'The certificate expires soon ({date}, in {days} days).',
    },
    next: {
      ja: '登録はできます。カードの更新手続きを確認してください。',
      en: 'You can register. Please look into renewing the card.',
    },
  },
  'certificate-validity.expired': {
    sentence: {
      ja: '証明書の有効期限が切れています（{date}）。',
      en: 'The certificate has expired ({date}).',
    },
    next: {
      ja: '新しいHPKIカードをお持ちの場合は、そちらをセットしてください。お持ちでない場合は、カードを発行した認証局にお問い合わせください。',
      en: 'If you have a new HPKI card, use that one. Otherwise ask the certification authority that issued the card.',
    },
  },
  'certificate-validity.not-yet': {
    sentence: {
      ja: '証明書はまだ有効になっていません（{date} から）。',
      en: 'The certificate is not valid yet (from {date}).',
    },
    next: {
      ja: 'PCの日付が正しいか確かめてください。',
      en: "Check that the PC's date is right.",
    },
  },
  'certificate-validity.clock-wrong': {
    sentence: {
      ja: 'PCの日付が正しくないため、証明書が有効期限外に見えます。',
      en: "The PC's date is wrong, so the certificate looks out of date.",
    },
    next: { ja: 'PCの日付と時刻を合わせてください。', en: "Set the PC's date and time." },
  },
  'certificate-validity.unknown': {
    sentence: {
      ja: '証明書の有効期限を確認できませんでした。',
      en: 'The validity of the certificate could not be seen.',
    },
  },

  'pin.ok': {
    sentence: {
      ja: 'PINはあと{tries}回まで入力できます。',
      en: 'The PIN can be tried {tries} more times.',
    },
    manual: '(6)',
  },
  'pin.verified': {
    sentence: {
      ja: 'PINは、ほかのプログラムで確認済みです。',
      en: 'The PIN was already accepted in another program.',
    },
    manual: '(6)',
  },
  'pin.few-left': {
    sentence: {
      ja: 'PINはあと{tries}回しか間違えられません。',
      en: 'Only {tries} tries are left for the PIN.',
    },
    next: {
      ja: '申請書の控えなどでPINを確かめてから入力してください。',
      en: 'Look up the PIN, for example in your copy of the application form, before you type it.',
    },
    manual: '(6)',
  },
  'pin.one-left': {
    sentence: {
      ja: 'PINは、次に間違えるとロックされます。',
      en: 'One more wrong PIN locks the card.',
    },
    next: {
      ja: 'PINがはっきりしないときは入力せず、日本薬剤師会認証局にお問い合わせください。',
      en: 'If you are not sure of the PIN, do not type it: ask the Japan Pharmaceutical Association CA.',
    },
    manual: '(6)',
  },
  'pin.locked': {
    sentence: { ja: 'PINがロックされています。', en: 'The PIN is locked.' },
    next: {
      ja: 'このカードでは登録できません。日本薬剤師会認証局にお問い合わせください。',
      en: 'This card cannot be used to register. Ask the Japan Pharmaceutical Association CA.',
    },
    manual: '(6)',
  },
  'pin.unknown': {
    sentence: {
      ja: 'PINの残り回数を確認できませんでした。',
      en: 'It could not be seen how many tries the PIN has left.',
    },
    manual: '(6)',
  },

  'certificate-store.not-examined': {
    sentence: {
      ja: 'この版では確認しません。証明書選択画面に証明書が出ないときは、カードドライバを確認してください。',
      en: 'Not examined by this version. If the browser offers no certificate, look at the card driver.',
    },
    manual: '(5)',
  },

  'certificate-store.checking': {
    sentence: { ja: '証明書の登録を確認しています。', en: 'Looking at the certificates.' },
  },
  'certificate-store.ok': {
    sentence: {
      ja: 'カードの証明書がWindowsに登録されています。',
      en: "The card's certificate is in the Windows store.",
    },
    manual: '(5)',
  },
  'certificate-store.module': {
    sentence: {
      ja: 'ブラウザは {name} を通してカードの証明書を使えます。',
      en: "The browser can use the card's certificate through {name}.",
    },
    manual: '(5)',
  },
  'certificate-store.absent': {
    sentence: {
      ja: 'カードの証明書が、まだWindowsに登録されていません。',
      en: "The card's certificate is not in the Windows store yet.",
    },
    next: {
      ja: 'カードを入れ直して少し待ってください。変わらないときは、HPKIカードツールで証明書を登録してください。',
      en: 'Put the card in again and wait a moment. If nothing changes, register the certificate with the HPKI card tools.',
    },
    action: 'open-card-tool',
    manual: '(5)',
  },
  'certificate-store.only-others': {
    sentence: {
      ja: 'カードの証明書が、まだWindowsに登録されていません。選択画面には、ほかのカードの証明書（{count}件）が出ます。',
      en: "The card's certificate is not in the Windows store yet. The chooser offers those of other cards ({count}).",
    },
    next: {
      ja: 'カードを入れ直して少し待ってください。変わらないときは、HPKIカードツールで証明書を登録してください。選択画面では、シリアル番号 {serialNumber} 以外の証明書を選ばないでください。',
      en: 'Put the card in again and wait a moment. If nothing changes, register the certificate with the HPKI card tools. In the chooser, choose no certificate but the one with the serial number {serialNumber}.',
    },
    action: 'open-card-tool',
    manual: '(5)',
  },
  'certificate-store.no-key': {
    sentence: {
      ja: 'カードの証明書はWindowsにありますが、秘密鍵と結びついていないため選択画面に出ません。',
      en: "The card's certificate is in the Windows store without its private key, so it is not offered.",
    },
    next: {
      ja: 'HPKIカードツールで証明書を登録し直してください。',
      en: 'Register the certificate again with the HPKI card tools.',
    },
    action: 'open-card-tool',
    manual: '(5)',
  },
  'certificate-store.others': {
    sentence: {
      ja: '証明書の選択画面には、ほかのカードの証明書も{count}件出ます。',
      en: 'The chooser will also offer {count} certificates of other cards.',
    },
    next: {
      ja: 'シリアル番号 {serialNumber} の証明書を選んでください。',
      en: 'Choose the certificate with the serial number {serialNumber}.',
    },
    action: 'open-certificate-manager',
    manual: '(5)',
  },
  'certificate-store.no-module': {
    sentence: {
      ja: 'カードのモジュールが、ブラウザ（NSSデータベース）に登録されていません。',
      en: "No card module is registered in the browser's NSS database.",
    },
    next: {
      ja: 'modutilでPKCS#11モジュールを登録し、ブラウザを開き直してください。',
      en: 'Register the PKCS#11 module with modutil, then restart the browser.',
    },
    manual: '(5)',
  },
  'certificate-store.unknown': {
    sentence: {
      ja: 'ブラウザがカードの証明書を使えるか、確認できませんでした。',
      en: "It could not be seen whether the browser can use the card's certificate.",
    },
    manual: '(5)',
  },

  'card-driver.checking': {
    sentence: { ja: 'カードドライバを探しています。', en: 'Looking for the card driver.' },
  },
  'card-driver.ok': {
    sentence: {
      ja: 'HPKIカードドライバがインストールされています。',
      en: 'The HPKI card driver is installed.',
    },
    manual: '(1)',
  },
  'card-driver.none': {
    sentence: {
      ja: 'HPKIカードドライバがインストールされていません。',
      en: 'The HPKI card driver is not installed.',
    },
    next: {
      ja: 'カードドライバをインストールしてください。手順は日本薬剤師会のPDFにあります。',
      en: 'Install the card driver. The association’s PDF shows how.',
    },
    action: 'open-driver-manual',
    manual: guide1,
  },
  'card-driver.broken': {
    sentence: {
      ja: 'HPKIカードドライバの登録はありますが、ファイルがありません。',
      en: 'The HPKI card driver is registered, but its file is missing.',
    },
    next: {
      ja: 'カードドライバをインストールし直してください。手順は日本薬剤師会のPDFにあります。',
      en: 'Install the card driver again. The association’s PDF shows how.',
    },
    action: 'open-driver-manual',
    manual: guide1,
  },
  'card-driver.wrong-bits': {
    sentence: {
      ja: '{found}ビット用のHPKIカードドライバしかなく、{needed}ビットのブラウザから使えません。',
      en: 'Only the {found}-bit HPKI card driver is installed; the {needed}-bit browser cannot use it.',
    },
    next: {
      ja: '{needed}ビット用のカードドライバをインストールしてください。手順は日本薬剤師会のPDFにあります。',
      en: 'Install the {needed}-bit card driver. The association’s PDF shows how.',
    },
    action: 'open-driver-manual',
    manual: guide1,
  },
  'card-driver.stand-in': {
    sentence: {
      ja: 'HPKIカードドライバの代わりに {name} を使います。',
      en: '{name} stands in for the HPKI card driver.',
    },
  },
  'card-driver.stand-in-only': {
    sentence: {
      ja: 'HPKIカードドライバが見つからず、{name} だけがあります。',
      en: 'No HPKI card driver was found, only {name}.',
    },
    next: {
      ja: '証明書が出ないときは、HPKIカードドライバをインストールしてください。',
      en: 'If no certificate is offered, install the HPKI card driver.',
    },
    action: 'open-driver-manual',
    manual: guide1,
  },
  'card-driver.unknown': {
    sentence: {
      ja: 'カードドライバがあるかどうか、確認できませんでした。',
      en: 'It could not be seen whether the card driver is installed.',
    },
    action: 'open-driver-manual',
    manual: guide1,
  },

  'driver-reader.checking': {
    sentence: { ja: 'ドライバの設定を確認しています。', en: "Looking at the driver's settings." },
  },
  'driver-reader.hint-other': {
    sentence: {
      ja: 'ドライバでは別のリーダー（{selected}）が選ばれているようです。カードは {reader} にあります。',
      en: 'The driver seems to use another reader ({selected}). The card is in {reader}.',
    },
    next: {
      ja: 'HPKIカードツールの「リーダーライタ選択ツール」で、お使いのリーダーを選んでください。',
      en: 'Select your reader in the HPKI card tools’ reader selection tool.',
    },
    action: 'open-card-tool',
    manual: guide1,
  },
  'driver-reader.hint-same': {
    sentence: {
      ja: 'ドライバの設定らしき場所に、お使いのリーダー（{reader}）の名前があります。確実ではありません。',
      en: 'What may be the driver’s setting names your reader ({reader}). This is not certain.',
    },
    next: selectReaderAfterError,
    action: 'open-card-tool',
    manual: guide1,
  },
  'driver-reader.unknown': {
    sentence: {
      ja: 'ドライバで選ばれているリーダーは確認できません。',
      en: 'Which reader the driver uses could not be seen.',
    },
    next: selectReaderAfterError,
    action: 'open-card-tool',
    manual: guide1,
  },
  'driver-reader.unknown-several': {
    sentence: {
      ja: 'リーダーが{count}台あり、ドライバがどれを使うか確認できません。',
      en: 'There are {count} readers, and which one the driver uses could not be seen.',
    },
    next: {
      ja: '登録に使うリーダーだけをつなぐか、HPKIカードツールの「リーダーライタ選択ツール」で選んでください。',
      en: 'Connect only the reader you use, or select it in the HPKI card tools’ reader selection tool.',
    },
    action: 'open-card-tool',
    manual: guide1,
  },
  'driver-reader.not-applicable': {
    sentence: {
      ja: 'このPCのドライバには、リーダーの選択がありません。',
      en: 'The driver of this PC has no reader selection.',
    },
  },

  'site.checking': {
    sentence: { ja: '登録サイトにつながるか確認しています。', en: 'Trying the registration site.' },
  },
  'site.ok': { sentence: { ja: '登録サイトにつながります。', en: 'The registration site answers.' } },
  'site.issuer-unverified': {
    sentence: {
      ja: '登録サイトにつながります（証明書の発行元は確かめられませんでした）。',
      en: 'The registration site answers (who issued its certificate could not be verified).',
    },
  },
  'site.offline': {
    sentence: {
      ja: 'PCがインターネットにつながっていません。',
      en: 'The PC is not connected to the Internet.',
    },
    next: {
      ja: 'LANケーブルやWi-Fiを確かめてください。つながると、この画面が自動で変わります。',
      en: 'Check the network cable or Wi-Fi. This page follows by itself.',
    },
    action: 'check-again',
    manual: '(1)',
  },
  'site.unreachable': {
    sentence: {
      ja: '登録サイト（{host}）につながりません。',
      en: 'The registration site ({host}) cannot be reached.',
    },
    next: {
      ja: '少し待って「もう一度確認する」を押してください。オンライン資格確認等のネットワーク（閉域網）のPCからは、つながらないことがあります。',
      en: 'Wait a moment and press "Check again". A PC in a closed network, such as that of online eligibility checks, may not reach it.',
    },
    action: 'check-again',
    manual: '(1)',
  },
  'site.closed-network': {
    sentence: {
      ja: 'オンライン資格確認等のネットワーク（閉域網）につながっているPCのようです。登録サイト（{host}）につながりません。',
      en: 'This PC seems to be in a closed network, such as that of online eligibility checks: the registration site ({host}) cannot be reached.',
    },
    next: {
      ja: 'インターネットにつながるPCまたは回線で登録してください。回線が分からないときは、システムのベンダーにお問い合わせください。ほかのサイトが開けるPCでは、時間をおいて「もう一度確認する」を押してください。',
      en: 'Register on a PC or line that reaches the Internet. If you do not know the line, ask the vendor of your system. If other sites open on this PC, press "Check again" after a while.',
    },
    action: 'check-again',
    manual: '(1)',
  },
  'site.captive': {
    sentence: {
      ja: 'ネットワークへのログインが必要なようです（登録サイトの代わりに別の画面へ案内されます）。',
      en: 'The network seems to want a login first: it leads elsewhere instead of to the registration site.',
    },
    next: {
      ja: '新しいタブを開き、ネットワークのログイン画面が出たら手続きをしてください。',
      en: 'Open a new tab and log in to the network if it asks you to.',
    },
    action: 'check-again',
    manual: '(1)',
  },
  'site.in-trouble': {
    sentence: {
      ja: '登録サイトで問題が起きているようです（{status}）。',
      en: 'The registration site seems to be in trouble ({status}).',
    },
    next: {
      ja: '時間をおいて試してください。',
      en: 'Please try again later.',
    },
    action: 'check-again',
  },
  'site.clock-skew': {
    sentence: {
      ja: '登録サイトにつながりますが、PCの時計が{minutes}分ずれています。',
      en: "The site answers, but this PC's clock is off by {minutes} minutes.",
    },
    next: { ja: 'PCの日付と時刻を合わせてください。', en: "Set the PC's date and time." },
    action: 'check-again',
  },
  'site.clock-wrong': {
    sentence: {
      ja: '登録サイト（{host}）につながりません。PCの日付と時刻がずれています（登録サイトでは {time} でした）。',
      en: "The registration site ({host}) cannot be reached. This PC's date and time are wrong (at the site it was {time}, Japan time).",
    },
    next: {
      ja: 'PCの日付と時刻を合わせてから、「もう一度確認する」を押してください。',
      en: 'Set the PC\'s date and time, then press "Check again".',
    },
    action: 'check-again',
  },
  'site.inspected': {
    sentence: {
      ja: '{product}が、登録サイトとの通信を中継して検査しています。',
      en: '{product} stands between the browser and the registration site and inspects what is sent.',
    },
    next: {
      ja: 'このままではカードでのログインが失敗することがあります。{product}の設定で、2nds.medis.or.jp を検査の対象から外してください。',
      en: 'Card login may fail because of this. Exclude 2nds.medis.or.jp from inspection in the settings of {product}.',
    },
    action: 'check-again',
    manual: guide1,
  },
  'site.inspected-by-unknown': {
    sentence: {
      ja: '登録サイトの証明書が、公の認証局ではなく「{issuer}」から発行されたものになっています。',
      en: 'The registration site’s certificate comes from "{issuer}", which is no public authority.',
    },
    next: {
      ja: 'セキュリティソフトや社内の機器が通信を検査していることがあります。PCの管理者にお問い合わせください。',
      en: 'Security software or a device in the network may be inspecting TLS. Ask the administrator of this PC.',
    },
    action: 'check-again',
    manual: guide1,
  },
  'site.unknown': {
    sentence: {
      ja: '登録サイトにつながるか、確認できませんでした。',
      en: 'It could not be seen whether the site answers.',
    },
    action: 'check-again',
  },

  'browser-session.ok': {
    sentence: {
      ja: 'このブラウザに、ほかの方のログインは残っていません。',
      en: 'No other person’s login is left in this browser.',
    },
  },
  'browser-session.same-card': {
    sentence: {
      ja: 'このブラウザは、同じカードでログイン済みです。',
      en: 'This browser is logged in with the same card.',
    },
  },
  'browser-session.stale': {
    sentence: {
      ja: '前にカードでログインした方の情報が、ブラウザに残っています。',
      en: 'This browser still holds the login of the card used before.',
    },
    next: restartBrowser,
    action: 'close-browser',
    manual: '(13)',
  },
  'browser-session.used': {
    sentence: {
      ja: 'このブラウザには、カードでのログインが残っています。',
      en: 'This browser still holds a card login.',
    },
    next: {
      ja: `別の方が登録するときは、先にブラウザのウィンドウをすべて閉じてください。${endInBackground.ja}`,
      en: `Before another person registers, close all browser windows. ${endInBackground.en}`,
    },
    action: 'close-browser',
    manual: '(13)',
  },
  'browser-session.unknown': {
    sentence: {
      ja: 'ブラウザが前の登録のあとに終了したか、確認できませんでした。',
      en: 'It could not be seen whether the browser ended after the last registration.',
    },
    next: {
      ja: `ウィンドウを閉じてもブラウザが裏で動き続け、ログインが残ることがあります。前に別の方が登録したときは、${restartBrowser.ja}`,
      en: `With its windows closed a browser can go on in the background, still logged in. If another person registered before: ${restartBrowser.en}`,
    },
    manual: '(13)',
  },
} as const satisfies Record<`${CheckId}.${string}`, CheckWords>;

/** Everything a check can find: `reader.none`. Stable: the report and support rely on them. */
export type CheckReason = keyof typeof checkWords;

export const checkReasons = Object.keys(checkWords) as CheckReason[];

export function wordsForReason(reason: CheckReason): CheckWords {
  return checkWords[reason];
}

/** Why something could not be observed, added to every `unknown`. */
export const unknownWords = {
  'not-supported-here': { ja: 'この環境では調べられません。', en: 'This system offers no way to look.' },
  'no-permission': { ja: '調べる権限がありません。', en: 'There is no permission to look.' },
  timeout: { ja: '時間内に答えがありませんでした。', en: 'There was no answer in time.' },
  'service-unavailable': { ja: 'サービスが使えません。', en: 'The service is not available.' },
  'not-found': { ja: '調べる場所が見つかりませんでした。', en: 'The place to look was not found.' },
  failed: { ja: '調べる途中で失敗しました。', en: 'Looking failed on the way.' },
} as const satisfies Record<string, Text>;

/** Puts the finding's data into `{name}`; a value that is missing shows as 「?」. */
export function fillIn(text: string, data: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(data[name] ?? '?'));
}
