import type { PhoneCauseId } from '../../common/guide/phone-settings.ts';
import type { DrivenControl, OtherWay } from '../journey/journey.ts';
import { fold } from './fold.ts';

/**
 * What the manual says the pages show. The live pages' structure is not known, so there is nothing of it here: only
 * texts, and how many of them make a page sure. Tried on: fixtures made from the manual (tests/integration).
 */
export interface PageSigns {
  /** Each of these is one sign, folded. */
  texts: readonly (string | RegExp)[];
  /** So many signs have to be there. */
  atLeast: number;
}

/** Labels as the manual prints them. */
export const controlLabels: Readonly<Record<DrivenControl | 'association-link', readonly string[]>> = {
  'choose-method': ['HPKIカードを使ってスマートフォンを登録する'],
  'card-auth': ['HPKIカードで登録'],
  'association-link': ['HPKIセカンド電子証明書認証登録サイト(外部)', 'HPKIセカンド電子証明書認証登録サイト'],
};

/** Manual (2). */
export const associationSigns: PageSigns = {
  texts: [
    fold('HPKIカードをお持ちの方'),
    fold('登録方法2'),
    fold('デバイス登録サイト'),
    fold('認証登録サイト'),
  ],
  atLeast: 2,
};

/** Manual (3). */
export const menuSigns: PageSigns = {
  texts: [
    fold('認証用デバイス／マイナンバーカード登録サイト'),
    fold('マイナンバーカードを使ってスマートフォンを登録する'),
    fold('スマートフォンを変更する'),
    fold('HPKIカードを使ってマイナンバーカードを登録する'),
    fold('このサイトについて'),
  ],
  atLeast: 1,
};

/** Manual (4). */
export const cardAuthSigns: PageSigns = {
  texts: [
    fold('ICカードリーダーにセットされている状態で'),
    fold('HPKIカードを使ってスマートフォンを登録する'),
    fold('必要な事前設定'),
    fold('準備するもの'),
    fold('ご利用にあたって'),
  ],
  atLeast: 1,
};

/** Manual (7): a QR code in the page counts as one more sign. */
export const qrSigns: PageSigns = {
  texts: [/qrコード/, /有効期限|有効時間|残り/, /読み?取/, fold('モバイルデバイス'), fold('スマートフォン')],
  atLeast: 3,
};

/** Manual (13), and (12) for the wording. Negations and instructions ("when it is complete") do not match. */
export const completeSigns: PageSigns = {
  texts: [
    /(?:登録|手続き?)(?:\(登録\))?(?:が|は|を)?(?:正常に)?完了(?:し|いた)(?:まし|しまし|ております|てい?ます)/,
    /ブラウザ[ーを全体]*(?:を)?(?:必ず)?(?:閉じ|終了)/,
    /登録完了|完了画面|手続き完了/,
  ],
  atLeast: 2,
};

/** Errors that a page itself tells of. The first that fits counts. */
export const errorTexts: readonly {
  error: 'invalid-registration' | 'security-key-error' | 'qr-used' | 'qr-expired' | 'signature-certificate';
  text: RegExp;
}[] = [
  // Error guide 2; Keycloak's own words have one ー more, an old draft also a ・ (facts of the site).
  { error: 'invalid-registration', text: /セキュリティー?・?キーの登録結果が無効です/ },
  { error: 'security-key-error', text: /securitykeyerror|セキュリティー?・?キー・?エラー/ },
  { error: 'signature-certificate', text: /署名用の?(?:電子)?証明書が(?:選|選択|提示|使)/ },
  { error: 'qr-used', text: /qrコードは(?:すでに|既に)(?:使|利用|読)/ },
  {
    error: 'qr-expired',
    text: /qrコードの?(?:有効期限|期限)(?:が|は)(?:切れ|過ぎ)|qrコードは(?:無効|期限切れ)|有効期限が切れ(?:まし|てい)|期限切れです|ログイン・?タイムアウトが発生しました/,
  },
];

/** What the phone reported to the platform, as its PC page tells it: the manual's causes word for word, folded. */
export const reportedCauses: readonly { cause: PhoneCauseId; text: string }[] = [
  { cause: 'cancelled', text: fold('生体認証を実施している最中にキャンセル操作をした') },
  { cause: 'failed', text: fold('生体認証に失敗した') },
  { cause: 'not-enrolled', text: fold('スマートフォンに生体認証情報を登録していない') },
  { cause: 'keychain', text: fold('iCloudキーチェーンが有効になっていない') },
  { cause: 'passcode', text: fold('「パスコードをオフにする」設定になっている') },
  { cause: 'unsupported', text: fold('ブラウザまたはOSがFIDOをサポートしていない') },
];

/** The portal's other ways, which are explained and never driven. Manual (3). */
export const otherWays: readonly { way: OtherWay; texts: readonly string[] }[] = [
  { way: 'initial-qr', texts: [fold('初期登録用QR')] },
  {
    way: 'my-number-card',
    texts: [fold('HPKIカードを使ってマイナンバーカードを登録する')],
  },
  {
    way: 'my-number-phone',
    texts: [fold('マイナンバーカードを使ってスマートフォンを登録する'), fold('マイナンバーカードで登録')],
  },
  { way: 'change-phone', texts: [fold('スマートフォンを変更する'), fold('スマートフォンの変更')] },
];

export function countSigns(text: string, { texts }: PageSigns): number {
  return texts.filter((sign) => showsSign(text, sign)).length;
}

export function showsSign(text: string, sign: string | RegExp): boolean {
  return typeof sign === 'string' ? text.includes(sign) : sign.test(text);
}

export function hasSigns(text: string, signs: PageSigns): boolean {
  return countSigns(text, signs) >= signs.atLeast;
}
