import type { Text } from '../../common/guide/index.ts';
import type { Session } from '../card/session.ts';
import type { PhoneKind } from '../database/index.ts';
import { type Html, html } from '../pages/html.ts';
import { clockTime, type Language } from '../pages/language.ts';
import type { Page, PageContext } from '../pages/layout.ts';
import { personText } from '../pages/person.ts';
import { type Way, waysIn } from '../pages/ways-in.ts';

const words = {
  title: { ja: 'スマートフォン登録の確認', en: 'Check your registration' },
  what: {
    ja: '登録されているスマートフォンとマイナンバーカードを確認できます。スマートフォンで実際にログインできるかも試せます。',
    en: 'See which phone and My Number card are registered, and try whether the phone can really sign in.',
  },
  device: { ja: 'この確認はPCで行ってください。', en: 'Please do this on a PC.' },
  onPhone: {
    ja: 'この確認はPC専用です。スマートフォンからはご利用いただけません。PCのブラウザ（EdgeまたはChrome）で、このページを開いてください。',
    en: 'This is for PCs only and cannot be used on a phone. Open this page in Edge or Chrome on a PC.',
  },
  registered: { ja: 'スマートフォンが登録されています。', en: 'A phone is registered.' },
  none: { ja: 'スマートフォンは登録されていません。', en: 'No phone is registered.' },
  phone: { ja: 'スマートフォン', en: 'Phone' },
  kind: { ja: '種類', en: 'Kind' },
  since: { ja: '登録日時', en: 'Registered' },
  lastUsed: { ja: '最後にログインした日時', en: 'Last signed in' },
  neverUsed: { ja: 'まだログインしたことがありません', en: 'It has not signed in yet' },
  synced: {
    ja: 'この登録は、スマートフォンのバックアップ機能で、ご本人のほかの端末にも同期されています。',
    en: "The key is kept in the phone's backup and may be on your other devices, too.",
  },
  myNumber: { ja: 'マイナンバーカード', en: 'My Number card' },
  linked: { ja: '登録されています', en: 'Registered' },
  notLinked: { ja: '登録されていません', en: 'Not registered' },
  register: { ja: 'スマートフォンを登録する', en: 'Register a phone' },
  change: { ja: 'スマートフォンを変更する', en: 'Change to another phone' },
  tryHint: {
    ja: '登録されていても、そのスマートフォンで使えるとは限りません。ログインを試してください（登録内容は変わりません）。',
    en: 'Being registered does not prove that the phone works. Try to sign in with it; nothing is changed by that.',
  },
  try: { ja: 'スマートフォンでログインを試す', en: 'Try to sign in with the phone' },
  tried: {
    ja: 'スマートフォンでログインできました。このスマートフォンは使えます。',
    en: 'The phone has signed in. It works.',
  },
  close: {
    ja: '確認が終わったら、ブラウザのウィンドウをすべて閉じてください。',
    en: 'When you have finished, close all browser windows.',
  },
} as const satisfies Record<string, Text>;

const kinds: Record<PhoneKind, Text> = {
  iphone: { ja: 'iPhone', en: 'iPhone' },
  android: { ja: 'Android', en: 'Android' },
  other: { ja: 'その他', en: 'Other' },
};

const ways: Record<'hpki' | 'phone' | 'myNumber', Way> = {
  hpki: {
    action: '/status/start',
    button: { ja: 'HPKIカードで確認', en: 'Check with the HPKI card' },
    hint: {
      ja: 'HPKIカードをICカードリーダーにセットしてからクリックしてください。',
      en: 'Put the HPKI card on the card reader, then click.',
    },
  },
  phone: {
    action: '/status/phone/start',
    button: { ja: 'スマートフォンで確認', en: 'Check with the phone' },
    hint: {
      ja: '登録したスマートフォンでログインします。PCにQRコードを表示します。',
      en: 'Sign in with the registered phone. The PC shows a QR code.',
    },
  },
  myNumber: {
    action: '/status/my-number-card/start',
    button: { ja: 'マイナンバーカードで確認', en: 'Check with the My Number card' },
    hint: {
      ja: '紐づけが済んでいる方。マイナンバーカードをICカードリーダーにセットしてからクリックしてください。',
      en: 'If it is linked: put the My Number card on the card reader, then click.',
    },
  },
};

/** `phone`: the page was asked for by a phone, where it is of no use (MEDIS: phones get no reaction; here they do). */
export function statusPage(options: { myNumber: boolean; phone: boolean }) {
  return ({ language }: PageContext): Page => ({
    title: words.title,
    device: 'pc',
    body: html`
<h1>${words.title[language]}</h1>
<p>${words.what[language]}</p>
${
  options.phone
    ? html`<div class="problem" data-error="pc-only"><p>${words.onPhone[language]}</p></div>`
    : html`<p>${words.device[language]}</p>
${waysIn([ways.hpki, ways.phone, ...(options.myNumber ? [ways.myNumber] : [])], language)}`
}`,
  });
}

export interface RegisteredPhone {
  label: string;
  kind: PhoneKind;
  registeredAt: number;
  lastUsedAt: number | null;
  synced: boolean;
}

export interface StatusView {
  session: Session;
  phone: RegisteredPhone | undefined;
  /** Undefined where My Number cards are not offered, null where none is linked. */
  linkedAt: number | null | undefined;
}

export function statusResultPage({ session, phone, linkedAt }: StatusView) {
  return ({ language }: PageContext): Page => ({
    title: words.title,
    device: 'pc',
    script: { name: 'page' },
    body: html`
<h1>${words.title[language]}</h1>
${personText(session, language)}
${phone ? phoneText(phone, session, language) : noPhoneText(language)}
${
  linkedAt !== undefined &&
  html`<dl class="facts"><dt>${words.myNumber[language]}</dt><dd>${
    linkedAt === null
      ? words.notLinked[language]
      : html`${words.linked[language]} <span class="small">${time(linkedAt, language)}</span>`
  }</dd></dl>`
}
<p>${words.close[language]}</p>
${phone && html`<p class="aside"><a href="/change-phone">${words.change[language]}</a></p>`}`,
  });
}

/** A login with the phone for this very page counts as a trial, too. Milliseconds. */
const justNow = 3 * 60_000;

function phoneText(phone: RegisteredPhone, session: Session, language: Language): Html {
  const works = phone.lastUsedAt !== null && phone.lastUsedAt >= session.createdAt - justNow;
  return html`<p class="headline">${words.registered[language]}</p>
${works && html`<div class="success" role="status" data-tried><p>${words.tried[language]}</p></div>`}
<dl class="facts"><dt>${words.phone[language]}</dt><dd>${phone.label}</dd>
<dt>${words.kind[language]}</dt><dd>${kinds[phone.kind][language]}</dd>
<dt>${words.since[language]}</dt><dd>${time(phone.registeredAt, language)}</dd>
<dt>${words.lastUsed[language]}</dt><dd>${
    phone.lastUsedAt === null ? words.neverUsed[language] : time(phone.lastUsedAt, language)
  }</dd></dl>
${phone.synced && html`<p class="small">${words.synced[language]}</p>`}
<form method="post" action="/status/trial" class="main-action">
<p id="try">${words.tryHint[language]}</p>
<button type="submit"${works && html` class="secondary"`} aria-describedby="try">${words.try[language]}</button>
</form>`;
}

function noPhoneText(language: Language): Html {
  return html`<p class="headline">${words.none[language]}</p>
<p><a class="button" href="/hpki-card">${words.register[language]}</a></p>`;
}

function time(at: number, language: Language): Html {
  return html`<time datetime="${new Date(at).toISOString()}">${clockTime(at, language)}</time>`;
}
