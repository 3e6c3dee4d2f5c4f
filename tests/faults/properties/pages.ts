import fc from 'fast-check';
import {
  sameUsername,
  usernameCandidates,
  usernameFromSubjectSerialNumber,
} from '../../../common/certificate/index.ts';
import { expiryFromText } from '../../../extension/content/expiry.ts';
import { fold } from '../../../extension/content/fold.ts';
import { recognise } from '../../../extension/content/recognise.ts';
import { usernamesInText } from '../../../extension/content/usernames.ts';
import { must, type Property, property } from './property.ts';

/** Bits of the site's texts between anything else: what a page says that is nearly one of the journey's. */
const bits = fc.constantFrom(
  'HPKIカードを使ってスマートフォンを登録する',
  'HPKIカードで登録',
  'QRコード',
  'モバイルデバイスのカメラでQRコードを読み取り',
  '有効期限',
  '残り',
  '4分30秒',
  '14:05:30',
  '2026年11月23日',
  '登録が完了しました',
  'ブラウザを閉じてください',
  'アクセスが拒否されました',
  'セキュリティキーの登録結果が無効です。',
  'Username',
  '本人ID：',
  't00100-jpa',
  'Ｔ００１００－ＪＰＡ',
  '例えば',
  '\u200b',
  '\n',
  '99999999999999999999',
);
const text = fc
  .array(
    fc.oneof(
      bits,
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.string({ unit: 'binary', maxLength: 20 }),
    ),
    { maxLength: 25 },
  )
  .map((parts) => parts.join(''));

const hosts = [
  '2nds.medis.or.jp',
  'mahpki-auth.2nds.medis.or.jp',
  'www.nichiyaku.or.jp',
  '2nds.medis.or.jp.example.com',
  'evil-2nds.medis.or.jp',
  'nichiyaku.or.jp.evil.jp',
  'example.com',
  '',
] as const;
/** Hosts nothing may be recognised on, whatever they show. */
const strangers: readonly string[] = hosts.slice(3).filter((host) => !host.endsWith('.medis.or.jp'));

const now = Date.UTC(2026, 10, 23, 5);

export const pageProperties: readonly Property[] = [
  property(
    'step detection: any page on any host',
    5,
    fc.record({
      host: fc.constantFrom(...hosts),
      status: fc.constantFrom(0, 200, 400, 401, 403, 495, 500),
      plainText: text,
      qrImage: fc.boolean(),
      chooseMethod: fc.boolean(),
      cardAuth: fc.boolean(),
      closedAway: fc.constantFrom(null, 'choose-method' as const, 'card-auth' as const),
      url: fc.option(fc.webUrl(), { nil: null }),
    }),
    ({ host, status, plainText, qrImage, chooseMethod, cardAuth, closedAway, url }) => {
      const page = recognise(
        {
          host,
          status,
          text: fold(plainText),
          plainText,
          qrImage,
          shows: { chooseMethod, cardAuth },
          closedAway,
          associationLink: { url, why: url === null ? 'not-found' : null },
          secondCertificateEntry: chooseMethod,
        },
        now,
      );
      if (strangers.includes(host)) must(page.kind === 'unfamiliar', `recognised ${page.kind} on ${host}`);
      if (page.kind === 'qr') must(page.expiresAt === null || Number.isFinite(page.expiresAt), 'no time');
    },
  ),
  property('expiry and names in any text', 5, text, (plainText) => {
    const { expiresAt: expiry } = expiryFromText(plainText, now);
    must(expiry === null || Math.abs(expiry - now) <= 6 * 3_600_000, 'an expiry out of reach');
    const names = usernamesInText(plainText);
    must(names.length <= 8, 'more names than are looked at');
    for (const name of names) must(sameUsername(name, name.toUpperCase()), 'case matters');
  }),
  property(
    'user names from any serial number',
    4,
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    (serial) => {
      usernameFromSubjectSerialNumber(serial, 'HPKI-01-HPKI_JV2-forAuthentication-forIndividual');
      must(Array.isArray(usernameCandidates(serial)), 'no list');
    },
  ),
];
