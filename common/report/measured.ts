import { type CheckId, checkReasons } from '../guide/checks.ts';
import type { Text } from '../guide/types.ts';
import { type CauseId, checkOf } from './causes.ts';

/** How each check is measured, in support's words. */
const measuredBy: Readonly<Record<CheckId, Text>> = {
  browser: {
    ja: 'ブラウザ自身の名乗り（User-Agent Client Hints）と、拡張機能に許されたサイト。',
    en: 'What the browser calls itself (User-Agent Client Hints), and the sites the extension may see.',
  },
  host: {
    ja: 'Native Messaging で確認プログラムを起動し、版を互いに伝える。終わり方はブラウザの文で見分ける。',
    en: 'The helper program is started by native messaging and both sides tell their versions; how it ended is told by the browser.',
  },
  'pcsc-service': {
    ja: 'SCardEstablishContext の戻り値と、サービスの開始の種類。',
    en: "The result of SCardEstablishContext, and the service's start type.",
  },
  reader: {
    ja: 'SCardListReaders と SCardGetStatusChange。名前で仮想のリーダーを除く。',
    en: 'SCardListReaders and SCardGetStatusChange; virtual readers are left out by name.',
  },
  'card-present': {
    ja: 'SCardGetStatusChange の状態（カードには触れない）。',
    en: 'The state from SCardGetStatusChange; the card is not touched.',
  },
  'card-readable': {
    ja: 'カードごとに一度だけ、短いトランザクションで読み取る。途中で終わった理由を残す。',
    en: 'Read once per insertion in one short transaction; why it ended early is kept.',
  },
  'card-kind': {
    ja: 'HPKI（認証・署名）と JPKI のアプリケーションの SELECT の応答（ステータスワード）。',
    en: 'The status words of SELECT for the HPKI (authentication, signature) and JPKI applications.',
  },
  certificate: {
    ja: 'カードの認証用証明書を読み、発行元・用途・登録番号の形を調べる。',
    en: "The card's authentication certificate is read: issuer, use and the form of its registration number.",
  },
  'certificate-validity': {
    ja: '証明書の有効期間を、PCの時計と登録サイトの時刻（Date）に比べる。',
    en: "The certificate's validity is compared with the PC's clock and the site's Date.",
  },
  pin: {
    ja: '空の VERIFY の応答（残り回数を減らさない）。PINは使わない。',
    en: 'The answer to an empty VERIFY, which costs no try. The PIN is never used.',
  },
  'certificate-store': {
    ja: 'ブラウザが使う証明書ストアに、カードの証明書があるか。',
    en: "Whether the card's certificate is in the store the browser uses.",
  },
  'card-driver': {
    ja: 'CSP・KSP・PKCS#11 の登録と、そのファイルの有無。',
    en: 'Registrations of CSP, KSP and PKCS#11 modules, and whether their files exist.',
  },
  'driver-reader': {
    ja: 'ドライバの設定と思われる場所の値を、つながっているリーダーの名前と比べる（確かな場所は知られていない）。',
    en: "Values in places that may be the driver's settings are compared with the readers' names; the real place is not known.",
  },
  site: {
    ja: '登録サイトへの HEAD 要求（ブラウザの通信設定のまま、Cookie なし）と、確認プログラムからの直接の接続（証明書の発行元と時刻）。',
    en: "A HEAD request to the site through the browser's own network settings, without cookies, and the helper program's own connection (who issued the certificate, and the time).",
  },
  'browser-session': {
    ja: 'この拡張機能が見たカードログインの記憶と、ブラウザの起動時刻。',
    en: 'What this extension remembers of card logins, and when the browser was started.',
  },
};

/** Errors of the guide, and the report's own causes. */
const otherwiseMeasured: Text = {
  ja: '登録サイトの画面の文、通信の終わり方（エラー名）、または本人の選択。',
  en: "The text of the site's page, the net error, or what the person chose.",
};

/** How it came to a cause. */
export function measured(id: CauseId): Text {
  const reason = checkReasons.find((known) => known === id);
  return reason ? measuredBy[checkOf(reason)] : otherwiseMeasured;
}
