import type { Text } from '../../common/guide/index.ts';

/** An entry of the portal's first page. Words and order are those of manual (3). */
export interface Entry {
  path: string;
  text: Text;
  note?: Text;
  /** What an entry says where the platform does not offer it, and what to do instead. */
  coming?: Text[];
}

/** @throws RangeError */
export function entryAt(path: string): Entry {
  const entry = entries.find((candidate) => candidate.path === path);
  if (!entry) throw new RangeError(`no entry at ${path}`);
  return entry;
}

export const entries: readonly Entry[] = [
  {
    path: '/hpki-card',
    text: {
      ja: 'HPKIカードを使ってスマートフォンを登録する',
      en: 'Register a phone with the HPKI card',
    },
  },
  {
    path: '/my-number-card',
    text: {
      ja: 'マイナンバーカードを使ってスマートフォンを登録する',
      en: 'Register a phone with the My Number card',
    },
    note: {
      ja: '※マイナポータル経由でHPKI証明書を発行したユーザが利用可能',
      en: 'For people whose HPKI certificate was issued through Mynaportal',
    },
    coming: [
      {
        ja: 'この登録方法は準備中です。まだご利用いただけません。',
        en: 'This way is being prepared and cannot be used yet.',
      },
      {
        ja: 'HPKIカードをお持ちの方は、「HPKIカードを使ってスマートフォンを登録する」をご利用ください。',
        en: 'If you have an HPKI card, please use "Register a phone with the HPKI card".',
      },
    ],
  },
  {
    path: '/change-phone',
    text: { ja: 'スマートフォンを変更する', en: 'Change to another phone' },
  },
  {
    path: '/link-my-number-card',
    text: {
      ja: 'HPKIカードを使ってマイナンバーカードを登録する',
      en: 'Register a My Number card with the HPKI card',
    },
    coming: [
      {
        ja: 'この手続きは準備中です。まだご利用いただけません。',
        en: 'This procedure is being prepared and cannot be used yet.',
      },
      {
        ja: 'スマートフォンの登録は、「HPKIカードを使ってスマートフォンを登録する」からご利用いただけます。',
        en: 'A phone can be registered with "Register a phone with the HPKI card".',
      },
    ],
  },
];
