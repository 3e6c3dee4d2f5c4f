import type { Text } from '../../common/guide/index.ts';
import { html } from '../pages/html.ts';
import { list, type Page, type PageContext } from '../pages/layout.ts';
import { type Way, waysIn } from '../pages/ways-in.ts';
import { entryAt } from './entries.ts';

const words = {
  use: { ja: 'ご利用にあたって', en: 'Before you start' },
  useText: [
    {
      ja: 'いま登録されているスマートフォンを、新しいスマートフォンに変更します。',
      en: 'The phone that is registered now is changed to a new one.',
    },
    {
      ja: '新しいスマートフォンで実際にログインできることを確かめてから切り替えます。それまで、前のスマートフォンはそのまま使えます。',
      en: 'The change is made only after the new phone has really signed in. Until then the old one stays in use.',
    },
  ],
  prepare: { ja: '準備するもの', en: 'What you need' },
  things: [
    { ja: '新しいスマートフォン', en: 'The new phone' },
    {
      ja: 'ご本人を確かめるもの：前のスマートフォン、またはカードとICカードリーダー',
      en: 'Something that proves who you are: the old phone, or your card and a card reader',
    },
  ],
  proof: { ja: 'ご本人を確かめる方法', en: 'How to prove who you are' },
} as const satisfies Record<string, Text | Text[]>;

const ways: Record<'phone' | 'hpki' | 'myNumber', Way> = {
  phone: {
    action: '/change-phone/phone/start',
    button: { ja: '前のスマートフォンで確かめる', en: 'With the old phone' },
    hint: {
      ja: '前のスマートフォンが手元にあり、まだ使える方。PCにQRコードを表示します。',
      en: 'If you still have the old phone and it works. The PC shows a QR code.',
    },
  },
  hpki: {
    action: '/change-phone/hpki-card/start',
    button: { ja: 'HPKIカードで確かめる', en: 'With the HPKI card' },
    hint: {
      ja: '前のスマートフォンがない方。HPKIカードをICカードリーダーにセットしてからクリックしてください。',
      en: 'If you no longer have the old phone. Put the HPKI card on the card reader, then click.',
    },
  },
  myNumber: {
    action: '/change-phone/my-number-card/start',
    button: { ja: 'マイナンバーカードで確かめる', en: 'With the My Number card' },
    hint: {
      ja: 'HPKI証明書とマイナンバーカードの紐づけが済んでいる方。マイナンバーカードをICカードリーダーにセットしてからクリックしてください。',
      en: 'If your HPKI certificate and My Number card are linked. Put the My Number card on the card reader, then click.',
    },
  },
};

/** Manual (3), third entry. */
export function changePage(myNumber: boolean) {
  const { text } = entryAt('/change-phone');
  return ({ language }: PageContext): Page => ({
    title: text,
    device: 'pc',
    body: html`
<h1>${text[language]}</h1>
<section aria-labelledby="use"><h2 id="use">${words.use[language]}</h2>
${words.useText.map((sentence) => html`<p>${sentence[language]}</p>`)}</section>
<section aria-labelledby="prepare"><h2 id="prepare">${words.prepare[language]}</h2>
${list(words.things, language)}</section>
<section aria-labelledby="proof"><h2 id="proof">${words.proof[language]}</h2>
${waysIn([ways.phone, ways.hpki, ...(myNumber ? [ways.myNumber] : [])], language)}</section>`,
  });
}
