import type { StepId } from '../../common/guide/index.ts';
import type { PhoneCauseId } from '../../common/guide/phone-settings.ts';
import { isPermittedUrl, sites } from '../../common/sites.ts';
import type { AskedControl, OtherWay } from '../journey/journey.ts';
import { fold } from './fold.ts';

/**
 * What the manual says the pages show, with where each piece of it comes from. The live pages' structure is not known,
 * so there is nothing of it here: only texts, and how many of them make a page sure.
 */

/** Where a text of a page comes from, how sure that makes it, and where it was tried. */
export interface Evidence {
  source: `manual (${number})` | `error guide ${number}` | 'facts of the site' | 'ours';
  confidence:
    | 'printed' // the manual shows the page with this text
    | 'told' // the manual speaks of it in its own words
    | 'guessed';
  /** Nothing here was ever tried on the live site. */
  tried: readonly Trial[];
}

/** `fixtures`: pages written after the manual, in the styles of tests/e2e/extension. */
export type Trial = 'fixtures' | 'live site';

const evidence = (
  source: Evidence['source'],
  confidence: Evidence['confidence'],
  tried: Evidence['tried'] = ['fixtures'],
): Evidence => ({ source, confidence, tried });

/** A text, folded, or a pattern over folded text. */
export interface Sign {
  shows: string | RegExp;
  evidence: Evidence;
}

const sign = (from: Evidence, shows: string | RegExp): Sign => ({
  shows: typeof shows === 'string' ? fold(shows) : shows,
  evidence: from,
});

export interface PageSigns {
  signs: readonly Sign[];
  /** So many of them have to be there. */
  atLeast: number;
}

const printed2 = evidence('manual (2)', 'printed');
const printed3 = evidence('manual (3)', 'printed');
const printed4 = evidence('manual (4)', 'printed');
const told7 = evidence('manual (7)', 'told');
const told13 = evidence('manual (13)', 'told');

/** What is pressed or followed: labels as the manual prints them. */
export const controlLabels: Readonly<
  Record<AskedControl, { labels: readonly string[]; evidence: Evidence }>
> = {
  'choose-method': { labels: ['HPKIカードを使ってスマートフォンを登録する'], evidence: printed3 },
  'card-auth': { labels: ['HPKIカードで登録'], evidence: printed4 },
  'second-certificate-page': {
    // The menu's columns run together in the manual's text.
    labels: ['セカンド電子証明書', 'セカンド電子証明'],
    evidence: printed2,
  },
  'association-link': {
    labels: ['HPKIセカンド電子証明書認証登録サイト(外部)', 'HPKIセカンド電子証明書認証登録サイト'],
    evidence: printed2,
  },
};

/** Manual (2). */
export const associationSigns: PageSigns = {
  signs: [
    sign(printed2, 'HPKIカードをお持ちの方'),
    sign(printed2, '登録方法2'),
    sign(printed2, 'デバイス登録サイト'),
    sign(printed2, '認証登録サイト'),
  ],
  atLeast: 2,
};

/**
 * Manual (2): the certification authority's front page, from whose menu the page above is reached. On that page the
 * menu is shown as well.
 */
export const frontPageSigns: PageSigns = {
  signs: [
    sign(printed2, '薬剤師資格証の発行を通じ'),
    sign(printed2, '薬剤師資格証とは'),
    sign(printed2, '申請状況照会'),
    sign(printed2, '各種お手続き'),
    sign(printed2, '日本薬剤師会認証局'),
  ],
  atLeast: 3,
};

/** Manual (3). */
export const menuSigns: PageSigns = {
  signs: [
    sign(printed3, '認証用デバイス／マイナンバーカード登録サイト'),
    sign(printed3, 'マイナンバーカードを使ってスマートフォンを登録する'),
    sign(printed3, 'スマートフォンを変更する'),
    sign(printed3, 'HPKIカードを使ってマイナンバーカードを登録する'),
    sign(printed3, 'このサイトについて'),
  ],
  atLeast: 1,
};

/** Manual (4). */
export const cardAuthSigns: PageSigns = {
  signs: [
    sign(printed4, 'ICカードリーダーにセットされている状態で'),
    sign(printed4, 'HPKIカードを使ってスマートフォンを登録する'),
    sign(printed4, '必要な事前設定'),
    sign(printed4, '準備するもの'),
    sign(printed4, 'ご利用にあたって'),
  ],
  atLeast: 1,
};

/** Manual (7), whose picture of the page is not in its text. A QR code in the page counts as one more sign. */
export const qrSigns: PageSigns = {
  signs: [
    sign(told7, /qrコード/),
    sign(told7, /有効期限|有効時間|残り/),
    sign(told7, /読み?取/),
    sign(told7, 'モバイルデバイス'),
    sign(evidence('ours', 'guessed'), 'スマートフォン'),
  ],
  atLeast: 3,
};

/** Manual (13), and (12) for the wording. Negations and instructions ("when it is complete") do not match. */
export const completeSigns: PageSigns = {
  signs: [
    sign(
      evidence('manual (12)', 'printed'),
      /(?:登録|手続き?)(?:\(登録\))?(?:が|は|を)?(?:正常に)?完了(?:し|いた)(?:まし|しまし|ております|てい?ます)/,
    ),
    sign(told13, /ブラウザ[ーを全体]*(?:を)?(?:必ず)?(?:閉じ|終了)/),
    sign(told13, /登録完了|完了画面|手続き完了/),
  ],
  atLeast: 2,
};

/** Where a press, or the link, leads: a navigation there, or the step's page in the place of this one. */
export interface Expectation {
  /** Covers the hosts below it. */
  host: string;
  /** What the path begins with: `/` where nothing tells. */
  path: string;
  step: StepId;
  evidence: Evidence;
}

export interface MappedStep {
  /** Covers the hosts below it. */
  host: string;
  signs: PageSigns;
  /** Null where everything on the page is the person's. */
  control: AskedControl | null;
  expects: Expectation | null;
}

/** The steps that have a page on the PC: how it is known, what is pressed there, and what comes of it. */
export const stepMap = {
  'open-site': {
    host: 'nichiyaku.or.jp',
    signs: associationSigns,
    control: 'association-link',
    expects: { host: sites.portal.host, path: '/', step: 'choose-method', evidence: printed3 },
  },
  'choose-method': {
    host: sites.portal.host,
    signs: menuSigns,
    control: 'choose-method',
    expects: {
      host: sites.portal.host,
      path: '/',
      step: 'card-auth',
      // 「画面が展開するので」
      evidence: evidence('manual (4)', 'told'),
    },
  },
  'card-auth': {
    host: sites.portal.host,
    signs: cardAuthSigns,
    control: 'card-auth',
    expects: {
      host: sites.cardLogin.host,
      path: '/',
      step: 'choose-certificate',
      evidence: evidence('error guide 1', 'printed'),
    },
  },
  'scan-qr': { host: sites.portal.host, signs: qrSigns, control: null, expects: null },
  finish: { host: sites.portal.host, signs: completeSigns, control: null, expects: null },
} as const satisfies Partial<Record<StepId, MappedStep>>;

export type MappedStepId = keyof typeof stepMap;

/** Errors that a page itself tells of. The first that fits counts. */
export const errorTexts: readonly {
  error: 'invalid-registration' | 'security-key-error' | 'qr-used' | 'qr-expired' | 'signature-certificate';
  text: RegExp;
  evidence: Evidence;
}[] = [
  // Error guide 2; Keycloak's own words have one ー more, an old draft also a ・ (facts of the site).
  {
    error: 'invalid-registration',
    text: /セキュリティー?・?キーの登録結果が無効です/,
    evidence: evidence('error guide 2', 'printed'),
  },
  {
    error: 'security-key-error',
    text: /securitykeyerror|セキュリティー?・?キー・?エラー/,
    evidence: evidence('manual (10)', 'printed'),
  },
  {
    error: 'signature-certificate',
    text: /署名用の?(?:電子)?証明書が(?:選|選択|提示|使)/,
    evidence: evidence('ours', 'guessed'),
  },
  {
    error: 'qr-used',
    text: /qrコードは(?:すでに|既に)(?:使|利用|読)/,
    evidence: evidence('ours', 'guessed'),
  },
  {
    error: 'qr-expired',
    text: /qrコードの?(?:有効期限|期限)(?:が|は)(?:切れ|過ぎ)|qrコードは(?:無効|期限切れ)|有効期限が切れ(?:まし|てい)|時間切れになりました|期限切れです|ログイン・?タイムアウトが発生しました/,
    // Keycloak's Japanese words, and our own.
    evidence: evidence('facts of the site', 'guessed'),
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

/**
 * A sign-in with the phone that is registered already, before it is changed or its status is shown: with a QR code much
 * like that of (7), and no registration. Our platform's words; the live site's are not known.
 */
export const signInSigns: PageSigns = {
  signs: [
    sign(evidence('ours', 'printed', []), '登録したスマートフォンでログインしてください'),
    sign(evidence('ours', 'printed', []), '登録したスマートフォンのカメラで'),
    sign(evidence('ours', 'printed', []), 'スマートフォンに入力する番号'),
  ],
  atLeast: 1,
};

/** Whether an address is where this is expected to lead. */
export function isExpected({ host, path }: Expectation, address: string): boolean {
  if (!isPermittedUrl(address)) return false;
  const { hostname, pathname } = new URL(address);
  return isBelow(hostname, host) && pathname.startsWith(path);
}

/** @param host lower case */
export function isBelow(host: string, name: string): boolean {
  return host === name || host.endsWith(`.${name}`);
}

export function countSigns(text: string, { signs }: PageSigns): number {
  return signs.filter((candidate) => showsSign(text, candidate)).length;
}

export function showsSign(text: string, { shows }: Sign): boolean {
  return typeof shows === 'string' ? text.includes(shows) : shows.test(text);
}

export function hasSigns(text: string, signs: PageSigns): boolean {
  return countSigns(text, signs) >= signs.atLeast;
}
