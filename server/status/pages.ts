import type { Text } from '../../common/guide/index.ts';
import { html } from '../pages/html.ts';
import { clockTime } from '../pages/language.ts';
import { controlText, type Page, type PageContext } from '../pages/layout.ts';
import { usernameText } from '../pages/person.ts';

const words = {
  title: { ja: 'スマートフォン登録の確認', en: 'Check your registration' },
  what: {
    ja: 'HPKIカードでログインすると、登録されているスマートフォンを確認できます。',
    en: 'Log in with your HPKI card to see which phone is registered.',
  },
  device: { ja: 'この確認はPCで行ってください。', en: 'Please do this on a PC.' },
  ready: {
    ja: '◆HPKIカードがICカードリーダーにセットされている状態で下のボタンをクリックしてください。◆',
    en: '◆ With the HPKI card on the card reader, click the button below. ◆',
  },
  button: { ja: 'HPKIカードで確認', en: 'Check with the HPKI card' },
  registered: { ja: 'スマートフォンが登録されています。', en: 'A phone is registered.' },
  none: { ja: 'スマートフォンは登録されていません。', en: 'No phone is registered.' },
  phone: { ja: 'スマートフォン', en: 'Phone' },
  since: { ja: '登録日時', en: 'Registered' },
  register: { ja: 'スマートフォンを登録する', en: 'Register a phone' },
  close: {
    ja: '確認が終わったら、ブラウザのウィンドウをすべて閉じてください。',
    en: 'When you have finished, close all browser windows.',
  },
} as const satisfies Record<string, Text>;

export function statusPage({ language }: PageContext): Page {
  return {
    title: words.title,
    device: 'pc',
    body: html`
<h1>${words.title[language]}</h1>
<p>${words.what[language]}</p>
<p>${words.device[language]}</p>
<form class="main-action" method="post" action="/status/start">
<p id="ready">${words.ready[language]}</p>
<button type="submit" aria-describedby="ready">${controlText(words.button, language)}</button>
</form>`,
  };
}

export interface RegisteredPhone {
  label: string;
  registeredAt: number;
}

export function statusResultPage(username: string, phone: RegisteredPhone | undefined) {
  return ({ language }: PageContext): Page => ({
    title: words.title,
    device: 'pc',
    body: html`
<h1>${words.title[language]}</h1>
${usernameText(username)}
${
  phone
    ? html`<p class="headline">${words.registered[language]}</p>
<dl class="facts"><dt>${words.phone[language]}</dt><dd>${phone.label}</dd>
<dt>${words.since[language]}</dt><dd><time datetime="${new Date(phone.registeredAt).toISOString()}">${clockTime(phone.registeredAt, language)}</time></dd></dl>`
    : html`<p class="headline">${words.none[language]}</p>
<p><a class="button" href="/hpki-card">${words.register[language]}</a></p>`
}
<p>${words.close[language]}</p>`,
  });
}
