import { describe, expect, it } from 'vitest';
import { expiryFromText } from './expiry.ts';
import { fold, foldLabel } from './fold.ts';
import { type PageView, recognise } from './recognise.ts';
import {
  associationSigns,
  cardAuthSigns,
  completeSigns,
  controlLabels,
  type Evidence,
  errorTexts,
  frontPageSigns,
  menuSigns,
  qrSigns,
  stepMap,
} from './site-map.ts';
import { usernamesInText } from './usernames.ts';

const now = Date.parse('2026-11-23T05:00:00.000Z'); // 14:00 in Japan

describe('folding', () => {
  it.each([
    ['ＨＰＫＩカードで登録', 'HPKIカードで登録'],
    ['HPKI ｶｰﾄﾞで\n登録', 'HPKIカードで登録'],
    ['HPKIカードで\u200B登\u00AD録', 'HPKIカードで登録'],
  ])('%j reads as %j', (written, read) => {
    expect(fold(written)).toBe(fold(read));
  });

  it('leaves out what decorates a label, and no more', () => {
    expect(foldLabel('→ HPKIカードで登録 ＞')).not.toBe('');
    expect(foldLabel('▶ HPKIカードで登録')).toBe(fold('HPKIカードで登録'));
    expect(foldLabel('HPKIカードで登録しない')).not.toBe(fold('HPKIカードで登録'));
  });
});

describe('expiry of the QR code', () => {
  const minutes = (count: number) => now + count * 60_000;
  it.each([
    ['QRコードの有効期限：残り 4分30秒', minutes(4.5)],
    ['残り時間 4:30', minutes(4.5)],
    ['あと299秒', now + 299_000],
    ['あと5分間有効です', minutes(5)],
    ['有効期限：2026年11月23日 14:05', minutes(5)],
    ['有効期限 2026/11/23 14:05:30', minutes(5.5)],
    ['2026年11月23日（月）14時05分 まで有効', minutes(5)],
    ['有効期限：１４：０５', minutes(5)],
    ['14時05分まで', minutes(5)],
  ])('%s', (text, expected) => {
    expect(expiryFromText(text, now).expiresAt).toBe(expected);
  });

  it.each([
    'QRコードを読み取ってください',
    '更新日 2026/11/23 14:05',
    '有効期限 2031年1月1日 00:00',
    '電話 03:1234',
  ])('is not guessed from %s', (text) => {
    expect(expiryFromText(text, now).expiresAt).toBeNull();
  });

  it('holds over midnight', () => {
    const late = Date.parse('2026-11-23T14:58:00.000Z');
    expect(expiryFromText('有効期限 00:03', late).expiresAt).toBe(Date.parse('2026-11-23T15:03:00.000Z'));
  });

  it('is by the clock of the site where a time is named, also on a PC whose clock is far ahead', () => {
    const named = { expiresAt: minutes(5), bySite: true };
    expect(expiryFromText('有効期限：2026年11月23日 14:05', now)).toEqual(named);
    expect(expiryFromText('有効期限：2026年11月23日 14:05', now + 90 * 60_000)).toEqual(named);
    expect(expiryFromText('残り 4分30秒', now)).not.toHaveProperty('bySite');
  });
});

describe('user names on a page', () => {
  it.each([
    ['Username\nt00100-jpa', ['t00100-jpa']],
    ['本人ID：Ｔ00100-ＪＰＡ', ['t00100-jpa']],
    ['ユーザー名 testc20766', ['testc20766']],
    ['ようこそ 999001-jpa さん', ['999001-jpa']],
    ['（例：薬剤師名簿登録番号が「999001」の場合、「999001-jpa」）', []],
    ['Username を確認してください', []],
    ['x-jpa 電話 03-1234', []],
  ])('%j', (text, names) => {
    expect(usernamesInText(text)).toEqual(names);
  });
});

const view = (text: string, change: Partial<PageView> = {}): PageView => ({
  host: '2nds.medis.or.jp',
  status: 200,
  text: fold(text),
  plainText: text,
  qrImage: false,
  shows: { chooseMethod: false, cardAuth: false },
  closedAway: null,
  associationLink: { url: null, why: 'not-found' },
  secondCertificateEntry: false,
  ...change,
});
const menu = '認証用デバイス／マイナンバーカード登録サイト このサイトについて スマートフォンを変更する';

const front = '日本薬剤師会認証局 薬剤師資格証とは 申請状況照会 各種お手続き';
const readQr = 'QRコードをモバイルデバイスで読み取ってください 有効期限 残り5分';
const done = '登録が完了しました。ブラウザを閉じてください。';

describe('recognition', () => {
  it.each<[string, PageView, object]>([
    ['the menu (3)', view(menu, { shows: { chooseMethod: true, cardAuth: false } }), { kind: 'portal-menu' }],
    [
      'the unfolded menu (4)',
      view(`${menu} 準備するもの`, { shows: { chooseMethod: true, cardAuth: true } }),
      { kind: 'card-auth' },
    ],
    [
      'the label alone, without any other sign',
      view('x', { shows: { chooseMethod: true, cardAuth: false } }),
      { kind: 'unfamiliar' },
    ],
    [
      'the QR code (7)',
      view('QRコードを読み取ってください 有効期限 残り5分', { qrImage: true }),
      { kind: 'qr', expiresAt: now + 300_000 },
    ],
    [
      'a QR code text without a picture',
      view('QRコードを読み取ってください 有効期限 残り5分'),
      { kind: 'unfamiliar' },
    ],
    [
      'completion (13)',
      view('スマートフォンの登録が完了しました。ブラウザを閉じてください。'),
      { kind: 'complete' },
    ],
    [
      'completion in the words of (12)',
      view('手続き(登録)は完了しました。ブラウザを終了してください。'),
      { kind: 'complete' },
    ],
    [
      'a page that speaks of completion to come',
      view('登録が完了したらブラウザを閉じてください。'),
      { kind: 'unfamiliar' },
    ],
    [
      'a page that says it is not complete',
      view('登録が完了していません。ブラウザを閉じてください。'),
      { kind: 'unfamiliar' },
    ],
    [
      'error guide 2',
      view('セキュリティキーの登録結果が無効です。'),
      { kind: 'error', error: 'invalid-registration' },
    ],
    [
      "error guide 2 in Keycloak's spelling",
      view('セキュリティーキーの登録結果が無効です。'),
      { kind: 'error', error: 'invalid-registration' },
    ],
    [
      'a QR code that was used',
      view('このQRコードはすでに使われています'),
      { kind: 'error', error: 'qr-used' },
    ],
    ['the phone’s own time over', view('時間切れになりました'), { kind: 'error', error: 'qr-expired' }],
    ['an expired QR code', view('QRコードの有効期限が切れました'), { kind: 'error', error: 'qr-expired' }],
    [
      'a QR page that explains its expiry',
      view('QRコードを読み取ってください 残り5分 有効期限が切れています と出たらやり直してください', {
        qrImage: true,
      }),
      { kind: 'qr' },
    ],
    [
      'a refused login',
      view('Forbidden', { host: 'mahpki-auth.2nds.medis.or.jp', status: 403 }),
      { kind: 'login-refused', status: 403 },
    ],
    [
      'the login without a certificate at nginx',
      view('400 No required SSL certificate was sent', { host: 'mahpki-auth.2nds.medis.or.jp', status: 400 }),
      { kind: 'login-refused' },
    ],
    [
      'a login whose server is in trouble',
      view('503 Service Unavailable', { host: 'mahpki-auth.2nds.medis.or.jp', status: 503 }),
      { kind: 'login-refused', status: 503 },
    ],
    [
      'another bad request',
      view('400 Bad Request', { host: 'mahpki-auth.2nds.medis.or.jp', status: 400 }),
      { kind: 'unfamiliar' },
    ],
    [
      'the signature certificate',
      view('署名用証明書が選択されました', { host: 'mahpki-auth.2nds.medis.or.jp', status: 403 }),
      { kind: 'error', error: 'signature-certificate' },
    ],
    ...[
      '登録したスマートフォンでログインしてください QRコードの有効期限 残り5分',
      'スマートフォンの登録 登録したスマートフォンのカメラでQRコードを読み取ってください。残り5分',
      '続きはスマートフォンで操作してください スマートフォンに入力する番号 QRコードの有効期限 残り5分',
    ].map((text): [string, PageView, object] => [
      `the QR code of a sign-in with the registered phone for no registration: ${text}`,
      view(text, { qrImage: true }),
      { kind: 'other-method', way: 'change-phone' },
    ]),
    [
      'the menu that speaks of such a sign-in, with a picture',
      view(`${menu} 登録したスマートフォンでログインしてください`, {
        qrImage: true,
        shows: { chooseMethod: true, cardAuth: false },
      }),
      { kind: 'portal-menu' },
    ],
    ['a 403 of the portal', view('Forbidden', { status: 403 }), { kind: 'unfamiliar' }],
    [
      'the menu without the entry of the manual',
      view('マイナンバーカードを使ってスマートフォンを登録する スマートフォンを変更する'),
      { kind: 'unfamiliar' },
    ],
    ['another way of the portal', view('マイナンバーカードで登録'), { kind: 'other-method' }],
    [
      'a lookalike host',
      view(menu, { host: '2nds.medis.or.jp.example', shows: { chooseMethod: true, cardAuth: true } }),
      { kind: 'unfamiliar' },
    ],
    [
      "the association's page (2)",
      view('HPKIカードをお持ちの方 登録方法2', {
        host: 'www.nichiyaku.or.jp',
        associationLink: { url: 'https://2nds.medis.or.jp/', why: null },
      }),
      { kind: 'association', link: 'https://2nds.medis.or.jp/' },
    ],
    [
      "the association's page (2), closed away",
      view('HPKIカードをお持ちの方', {
        host: 'www.nichiyaku.or.jp',
        associationLink: { url: null, why: 'closed' },
        secondCertificateEntry: true,
      }),
      { kind: 'association', why: 'closed' },
    ],
    [
      "the association's front page",
      view(front, { host: 'www.nichiyaku.or.jp', secondCertificateEntry: true }),
      { kind: 'association-front' },
    ],
    [
      "the association's front page without the entry",
      view(front, { host: 'www.nichiyaku.or.jp' }),
      { kind: 'unfamiliar' },
    ],
    [
      'the page with the link, while the link is not there, for no front page',
      view(`${front} 登録方法2`, { host: 'www.nichiyaku.or.jp', secondCertificateEntry: true }),
      { kind: 'unfamiliar' },
    ],
    [
      'the front page on a host that is not the association’s',
      view(front, { secondCertificateEntry: true }),
      { kind: 'unfamiliar' },
    ],
    [
      "another of the association's pages",
      view('お知らせ', { host: 'www.nichiyaku.or.jp' }),
      { kind: 'unfamiliar' },
    ],
  ])('knows %s', (_, page, expected) => {
    expect(recognise(page, now)).toMatchObject(expected);
  });
});

describe('a page that fits two steps', () => {
  it.each<[string, PageView, string[]]>([
    [
      'the menu and a QR code',
      view(`${menu} ${readQr}`, { qrImage: true, shows: { chooseMethod: true, cardAuth: false } }),
      ['choose-method', 'scan-qr'],
    ],
    [
      'the login and completion',
      view(`準備するもの ${done}`, { shows: { chooseMethod: false, cardAuth: true } }),
      ['card-auth', 'finish'],
    ],
    ['a QR code and completion', view(`${readQr} ${done}`, { qrImage: true }), ['scan-qr', 'finish']],
  ])('%s: is none', (_, page, fits) => {
    const qr = fits.includes('scan-qr') ? { qr: { expiresAt: now + 5 * 60_000 } } : {};
    expect(recognise(page, now)).toEqual({ kind: 'unfamiliar', fits, ...qr });
  });

  it.each<[string, PageView, string]>([
    [
      'the menu with a square picture that speaks of QR codes',
      view(`${menu} QRコードを読み取ります`, {
        qrImage: true,
        shows: { chooseMethod: true, cardAuth: false },
      }),
      'portal-menu',
    ],
    [
      'a QR code with what comes at the end',
      view(`${readQr} 完了画面が出たらブラウザを閉じてください`, { qrImage: true }),
      'qr',
    ],
  ])('is not %s', (_, page, kind) => {
    expect(recognise(page, now).kind).toBe(kind);
  });
});

describe('the site map', () => {
  const pages = { associationSigns, frontPageSigns, menuSigns, cardAuthSigns, qrSigns, completeSigns };
  const everything = [
    ...Object.entries(pages).flatMap(([page, { signs }]) => signs.map((it) => [`${page} ${it.shows}`, it])),
    ...Object.entries(controlLabels),
    ...Object.entries(stepMap).flatMap(([step, { expects }]) =>
      expects ? [[`after ${step}`, expects]] : [],
    ),
    ...errorTexts.map((it) => [it.error, it]),
  ] as [string, { evidence: Evidence }][];

  it.each(everything)(
    '%s: says where it comes from, and claims no trial that was not made',
    (_, { evidence }) => {
      expect(evidence.source).toMatch(/^(?:manual \(\d+\)|error guide \d|facts of the site|ours)$/);
      expect(evidence.tried).toEqual(['fixtures']);
      // What is ours or hearsay is never called printed.
      if (!/^(?:manual|error guide)/.test(evidence.source)) expect(evidence.confidence).toBe('guessed');
    },
  );

  it('lets no page be recognised by what is ours alone', () => {
    for (const { signs, atLeast } of Object.values(pages)) {
      expect(signs.filter(({ evidence }) => evidence.source === 'ours').length).toBeLessThan(atLeast);
    }
  });
});
