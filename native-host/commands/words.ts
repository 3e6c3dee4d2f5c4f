import type { CardFacts, CardStop, FactsOf, Reader, ServiceFacts } from '../../common/protocol/index.ts';
import type { Blocked } from '../install/blocking-policies.ts';
import type { ManifestState } from '../install/manifest-state.ts';
import type { Registration } from '../install/register.ts';
import type { Language } from './language.ts';

/** What the command line says, in both languages. The panel's words are in common/guide. */
export interface Words {
  help: string;
  recorded: (file: string) => string;
  unknownCommand: (text: string) => string;
  notBuilt: string;
  service: Record<'running' | 'stopped' | 'absent' | 'unknown', string>;
  startType: Record<NonNullable<ServiceFacts['startType']>, string>;
  /** CertPropSvc of Windows. */
  propagation: Record<ServiceFacts['state'], string>;
  noReader: string;
  reader: (reader: Reader) => string;
  readerState: Record<Reader['state'], string>;
  inUse: string;
  /** Windows Hello, a TPM's card and the like. */
  virtualReader: string;
  applications: Record<CardFacts['applications'][number]['name'], string>;
  foreignCard: string;
  stopped: Record<CardStop['by'], string>;
  certificate: { subject: string; issuer: string; serial: string; username: string; validity: string };
  noCertificate: string;
  pin: (triesLeft: number | 'locked' | 'verified' | 'unknown') => string;
  drivers: string;
  noDriver: string;
  missingFile: string;
  cardTool: (name: string, path: string) => string;
  browserSince: (name: string, time: string) => string;
  remote: (facts: FactsOf<'browser-session'>) => string;
  store: (facts: FactsOf<'certificate-store'>) => string;
  driverReader: (value: string, place: string) => string;
  holders: (facts: FactsOf<'card-holders'>) => string;
  usbReader: (device: FactsOf<'usb-readers'>['devices'][number]) => string;
  policy: (browser: string, name: string, values: readonly string[]) => string;
  siteCertificate: (facts: FactsOf<'site-certificate'>) => string;
  /** `seconds`: this PC's clock minus the server's Date. */
  clock: (seconds: number) => string;
  unknown: (subject: string, reason: string) => string;
  registration: Record<Registration['outcome'], string>;
  /** `install --repair`. */
  repairing: (program: string) => string;
  found: Record<ManifestState, string>;
  forEveryone: (found: string) => string;
  blockedBy: Record<Blocked, (browser: string, policy: string, place: string) => string>;
  repaired: string;
  repairBlocked: string;
  repairFailed: string;
}

const usage = `hpki-navi-host inspect [--json] [--offline]
hpki-navi-host inspect --record FILE
hpki-navi-host report [--json]
hpki-navi-host install [--all] [--directory DIR] [--repair]
hpki-navi-host uninstall [--directory DIR]
hpki-navi-host version
hpki-navi-host help`;

const ja: Words = {
  help: `HPKI登録ナビのホストプログラム（jp.hpki_navi.host）

${usage}

inspect    リーダー、カード、ドライバーを調べて表示します。PINは使いません。
           --json         JSONで出力します（カードの名義などを含みます）
           --offline      ネットワークを使う確認をしません
           --record FILE  氏名・番号などを記号に置き換えた記録をファイルに書きます
report     サポートに見せる報告を表示します。氏名・番号などは記号に置き換え、どこにも送りません。
           --json         JSONで出力します
install    このユーザーのブラウザー（Chrome、Chromium、Edge）に登録します。
           --all            見つからないブラウザーにも登録します
           --directory DIR  このユーザーデータフォルダーにだけ登録します
           --repair         登録し直し、見つけたことと行ったことを説明します
uninstall  登録を取り消します

終了コード: 0 正常（inspect: HPKI認証用証明書を読めた） 1 内部エラー 2 使い方の誤り
  3 許可されていない拡張機能 4 登録できない 10 PC/SCサービスが動かない 11 リーダーがない
  12 カードがない 13 カードを読み終えられない 14 HPKI認証用証明書がない`,
  recorded: (file) =>
    `${file} に記録しました。氏名・登録番号・証明書番号・アカウント名は記号に置き換えています。送る前に中身をご確認ください。`,
  unknownCommand: (text) => `「${text}」は使えません。`,
  notBuilt:
    '起動用ファイル hpki-navi-host がこのプログラムの隣にありません。ビルドされたものから実行してください。',
  service: {
    running: 'PC/SCサービス: 動いています',
    stopped: 'PC/SCサービス: 止まっています',
    absent: 'PC/SCサービス: ありません',
    unknown: 'PC/SCサービス: わかりません',
  },
  startType: {
    automatic: '自動で起動',
    manual: '手動で起動',
    trigger: '必要なときに起動',
    disabled: '無効',
  },
  propagation: {
    running: 'Certificate Propagation（CertPropSvc）: 動いています',
    stopped: 'Certificate Propagation（CertPropSvc）: 止まっています',
    changing: 'Certificate Propagation（CertPropSvc）: 起動または停止の途中です',
    absent: 'Certificate Propagation（CertPropSvc）: ありません',
  },
  noReader: 'リーダー: つながっていません',
  reader: ({ name }) => `リーダー: ${name}`,
  readerState: {
    empty: 'カードなし',
    present: 'カードあり',
    mute: 'カードが応答しない',
    exclusive: '他のプログラムが専有中',
    unavailable: '使えない',
  },
  inUse: '他のプログラムが使用中',
  virtualReader: '仮想のリーダー',
  applications: {
    'hpki-authentication': 'HPKI 認証用',
    'hpki-signature': 'HPKI 署名用',
    jpki: 'マイナンバーカード（JPKI）',
  },
  foreignCard: 'HPKIカードでもマイナンバーカードでもありません',
  stopped: {
    removed: '読み取り中にカードが外されました',
    mute: 'カードが応答しません',
    reset: '他のプログラムがカードをリセットしました',
    exclusive: '他のプログラムがカードを専有しています',
    timeout: '時間内に読み終わりませんでした',
    service: 'PC/SCサービスが止まりました',
    protocol: 'カードの応答が正しくありません',
    refused: '許可されていない命令を止めました',
  },
  certificate: {
    subject: '件名',
    issuer: '発行元',
    serial: 'シリアル番号',
    username: 'ユーザー名',
    validity: '有効期間',
  },
  noCertificate: '認証用証明書を読めません',
  pin: (left) =>
    left === 'locked'
      ? 'PIN: ロックされています'
      : left === 'verified'
        ? 'PIN: 照合済み'
        : left === 'unknown'
          ? 'PIN: わかりません'
          : `PIN: 残り${left}回`,
  drivers: 'カードドライバー',
  noDriver: 'カードドライバー: 見つかりません',
  missingFile: 'ファイルがない',
  cardTool: (name, path) => `カードツール: ${name}（${path}）`,
  browserSince: (name, time) => `ブラウザー: ${name}（${time} に起動）`,
  remote: ({ remoteDesktop, remoteBy, remoteUnknown }) =>
    remoteDesktop === undefined
      ? `リモートデスクトップ: わかりません（${remoteUnknown ?? 'not-found'}）`
      : `リモートデスクトップ: ${remoteDesktop ? 'はい' : 'いいえ'}${remoteBy ? `（${remoteBy}）` : ''}`,
  store: ({ store, certificates, others }) =>
    `証明書ストア（${store}）: HPKI・JPKIの証明書 ${certificates.length}件（秘密鍵あり ${certificates.filter(({ privateKey }) => privateKey).length}件）、その他 ${others}件`,
  driverReader: (value, place) => `ドライバーの設定らしき値: ${value}（${place}）`,
  holders: ({ candidates, unseen }) =>
    `カードを使っている可能性のあるプログラム: ${candidates.map(({ name }) => name).join('、')}${unseen > 0 ? `（ほかに確認できないプロセス ${unseen}）` : ''}`,
  usbReader: ({ name, vendor, product, driver, problem }) =>
    `USBのカードリーダー: ${name ?? ''} ${vendor}:${product}（${driver ?? 'ドライバーなし'}${problem ? `、問題コード ${problem}` : ''}）`,
  policy: (browser, name, values) => `ポリシー（${browser}）: ${name} = ${values.join(', ')}`,
  siteCertificate: ({ host, issuer, publiclyTrusted, authorizationError }) =>
    `${host} の証明書の発行元: ${issuer.commonName ?? issuer.organization ?? '?'}${publiclyTrusted ? '' : `（公の認証局では確かめられません${authorizationError ? `: ${authorizationError}` : ''}）`}`,
  clock: (seconds) =>
    seconds === 0
      ? 'PCの時計: サーバーの時刻と合っています'
      : `PCの時計: サーバーの時刻より${Math.abs(seconds)}秒${seconds > 0 ? '進んでいます' : '遅れています'}`,
  unknown: (subject, reason) => `${subject}: わかりません（${reason}）`,
  registration: {
    written: '登録しました',
    unchanged: '登録済みです',
    removed: '登録を取り消しました',
    'was-not-there': '登録されていません',
    'browser-not-found': 'このブラウザーは見つかりません',
    'registered-for-everyone': '全ユーザー用の登録が使われます。このユーザーだけの登録は置きません',
    failed: '失敗しました',
  },
  repairing: (program) => `登録を調べて直します。起動するプログラム: ${program}`,
  found: {
    right: '登録は正しい状態でした。',
    absent: '登録がありませんでした。',
    'manifest-gone': '登録が指すファイルがありませんでした（移動または削除されています）。',
    unreadable: '登録の内容が壊れていました。',
    'program-gone': '登録されているプログラムがありませんでした（移動または削除されています）。',
    'other-program': '別の場所のプログラムが登録されていました。',
    'other-extensions': '登録が、この版の拡張機能を許可していませんでした。',
  },
  forEveryone: (found) => `全ユーザー用: ${found}`,
  blockedBy: {
    host: (browser, policy, place) =>
      `${browser}: 管理者の設定 ${policy}（${place}）により、ブラウザーはこのプログラムを起動しません。設定には手を付けていません。`,
    extension: (browser, policy, place) =>
      `${browser}: 管理者の設定 ${policy}（${place}）により、ブラウザーは拡張機能を動かしません。設定には手を付けていません。`,
  },
  repaired: '終わりました。ブラウザーで「もう一度確認する」を押してください。',
  repairBlocked: '登録は正しくなりましたが、管理者の設定が妨げています。PCの管理者にお問い合わせください。',
  repairFailed: '直せなかった登録があります。上の行の理由をご確認ください。',
};

const en: Words = {
  help: `Host program of HPKI登録ナビ (jp.hpki_navi.host)

${usage}

inspect    looks at readers, cards and drivers and prints what it sees. Uses no PIN.
           --json         as JSON (holds what is on the certificate)
           --offline      looks at nothing that needs the network
           --record FILE  writes a recording, with identity replaced by tokens, to a new file
report     prints a report for support, with identity replaced by tokens. Sends nothing.
           --json         as JSON
install    registers with this user's browsers (Chrome, Chromium, Edge).
           --all            also with browsers that were not found
           --directory DIR  with this user data folder only
           --repair         registers anew and tells what was found and done
uninstall  takes the registration back

Exit codes: 0 done (inspect: an HPKI authentication certificate was read) 1 internal error 2 usage
  3 extension not allowed 4 could not register 10 no PC/SC service 11 no reader
  12 no card 13 card not read to the end 14 no HPKI authentication certificate`,
  recorded: (file) =>
    `Recorded in ${file}. Names, registration and certificate numbers and accounts are replaced by tokens. Please look through it before you send it.`,
  unknownCommand: (text) => `"${text}" is not understood.`,
  notBuilt: 'The launcher hpki-navi-host is not beside this program. Run it from where it was built.',
  service: {
    running: 'PC/SC service: running',
    stopped: 'PC/SC service: stopped',
    absent: 'PC/SC service: absent',
    unknown: 'PC/SC service: unknown',
  },
  startType: {
    automatic: 'starts automatically',
    manual: 'started by hand',
    trigger: 'starts when needed',
    disabled: 'disabled',
  },
  propagation: {
    running: 'Certificate propagation (CertPropSvc): running',
    stopped: 'Certificate propagation (CertPropSvc): stopped',
    changing: 'Certificate propagation (CertPropSvc): starting or stopping',
    absent: 'Certificate propagation (CertPropSvc): absent',
  },
  noReader: 'Reader: none',
  reader: ({ name }) => `Reader: ${name}`,
  readerState: {
    empty: 'no card',
    present: 'card present',
    mute: 'card does not answer',
    exclusive: 'held by another program',
    unavailable: 'unavailable',
  },
  inUse: 'in use by another program',
  virtualReader: 'virtual reader',
  applications: {
    'hpki-authentication': 'HPKI authentication',
    'hpki-signature': 'HPKI signature',
    jpki: 'My Number card (JPKI)',
  },
  foreignCard: 'neither an HPKI card nor a My Number card',
  stopped: {
    removed: 'the card was taken out while being read',
    mute: 'the card does not answer',
    reset: 'another program reset the card',
    exclusive: 'another program holds the card',
    timeout: 'reading did not end in time',
    service: 'the PC/SC service stopped',
    protocol: 'the card gave an invalid answer',
    refused: 'a command that is not allowed was stopped',
  },
  certificate: {
    subject: 'Subject',
    issuer: 'Issuer',
    serial: 'Serial number',
    username: 'User name',
    validity: 'Valid',
  },
  noCertificate: 'the authentication certificate could not be read',
  pin: (left) =>
    left === 'locked'
      ? 'PIN: locked'
      : left === 'verified'
        ? 'PIN: verified already'
        : left === 'unknown'
          ? 'PIN: unknown'
          : `PIN: ${left} tries left`,
  drivers: 'Card drivers',
  noDriver: 'Card drivers: none found',
  missingFile: 'file missing',
  cardTool: (name, path) => `Card tool: ${name} (${path})`,
  browserSince: (name, time) => `Browser: ${name}, started ${time}`,
  remote: ({ remoteDesktop, remoteBy, remoteUnknown }) =>
    remoteDesktop === undefined
      ? `Remote desktop: unknown (${remoteUnknown ?? 'not-found'})`
      : `Remote desktop: ${remoteDesktop ? 'yes' : 'no'}${remoteBy ? ` (${remoteBy})` : ''}`,
  store: ({ store, certificates, others }) =>
    `Certificate store (${store}): ${certificates.length} of HPKI or JPKI (${certificates.filter(({ privateKey }) => privateKey).length} with a private key), ${others} others`,
  driverReader: (value, place) => `Perhaps the driver's reader: ${value} (${place})`,
  holders: ({ candidates, unseen }) =>
    `Programs that may be using the card: ${candidates.map(({ name }) => name).join(', ')}${unseen > 0 ? ` (${unseen} more processes could not be looked into)` : ''}`,
  usbReader: ({ name, vendor, product, driver, problem }) =>
    `Card reader on USB: ${name ?? ''} ${vendor}:${product} (${driver ?? 'no driver'}${problem ? `, problem code ${problem}` : ''})`,
  policy: (browser, name, values) => `Policy (${browser}): ${name} = ${values.join(', ')}`,
  siteCertificate: ({ host, issuer, publiclyTrusted, authorizationError }) =>
    `${host}: certificate issued by ${issuer.commonName ?? issuer.organization ?? '?'}${publiclyTrusted ? '' : ` (no public authority vouches for it${authorizationError ? `: ${authorizationError}` : ''})`}`,
  clock: (seconds) =>
    seconds === 0
      ? "This PC's clock: agrees with the server's"
      : `This PC's clock: ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} the server's`,
  unknown: (subject, reason) => `${subject}: unknown (${reason})`,
  registration: {
    written: 'registered',
    unchanged: 'registered already',
    removed: 'registration taken back',
    'was-not-there': 'not registered',
    'browser-not-found': 'browser not found',
    'registered-for-everyone': 'registered for all users; this user needs no registration of their own',
    failed: 'failed',
  },
  repairing: (program) => `Looking at the registrations and putting them right. Program: ${program}`,
  found: {
    right: 'the registration was right.',
    absent: 'there was no registration.',
    'manifest-gone': 'the registration pointed to a manifest that was gone (moved or removed).',
    unreadable: 'the registration was damaged.',
    'program-gone': 'the registered program was gone (moved or removed).',
    'other-program': 'a program in another place was registered.',
    'other-extensions': 'the registration did not allow the extensions of this release.',
  },
  forEveryone: (found) => `for all users: ${found}`,
  blockedBy: {
    host: (browser, policy, place) =>
      `${browser}: the administrator's policy ${policy} (${place}) keeps the browser from starting this program. It was left as it is.`,
    extension: (browser, policy, place) =>
      `${browser}: the administrator's policy ${policy} (${place}) keeps the browser from running the extension. It was left as it is.`,
  },
  repaired: 'Done. Press "Check again" in the browser.',
  repairBlocked:
    "Registered, but an administrator's policy stands in the way. Ask the administrator of this PC.",
  repairFailed: 'Some registrations could not be put right. The lines above say why.',
};

export const words: Record<Language, Words> = { ja, en };
