import type { Text } from '../../common/guide/index.ts';
import { html } from '../pages/html.ts';
import { controlText, list, type Page, type PageContext, platformName, siteName } from '../pages/layout.ts';
import { type Entry, entries } from './entries.ts';

const about = {
  heading: { ja: 'このサイトについて', en: 'About this site' },
  what: {
    ja: 'このサイトは、クラウド上に保管されている「セカンド電子証明書」を電子署名等に利用する場合の本人認証を、HPKIカード(※)の代わりにデバイスで認証できるようにするためのサイトです。',
    en: 'Your "second electronic certificate" is kept in the cloud. On this site you register a device, so that it can prove who you are in place of the HPKI card (※) when you sign.',
  },
  cards: {
    ja: '(※) HPKIカード：日本医師会発行の「医師資格証」、日本薬剤師会発行の「薬剤師資格証」、MEDIS発行の「MEDIS HPKI 資格証」',
    en: '(※) HPKI card: the cards issued by the Japan Medical Association (医師資格証), the Japan Pharmaceutical Association (薬剤師資格証) and MEDIS (MEDIS HPKI 資格証).',
  },
  device: {
    ja: '本サイトはPCによる操作が前提となります。スマートフォンやタブレットからは利用できません。',
    en: 'Please use this site on a PC. It cannot be used from a phone or a tablet.',
  },
} as const satisfies Record<string, Text>;

/** Manual (3). */
export function portalPage({ language }: PageContext): Page {
  return {
    title: siteName,
    device: 'pc',
    step: 'choose-method',
    body: html`
<h1>${platformName[language]}<br>${siteName[language]}</h1>
<section aria-labelledby="about">
<h2 id="about">${about.heading[language]}</h2>
<p>${about.what[language]}</p>
<p class="small">${about.cards[language]}</p>
<p><strong>${about.device[language]}</strong></p>
</section>
<nav aria-label="${menu[language]}">
<ul class="entries">${entries.map(
      (entry) => html`
<li><a href="${entry.path}">${controlText(entry.text, language)}</a>${
        entry.note && html`<p class="small">${entry.note[language]}</p>`
      }</li>`,
    )}
</ul>
</nav>
<p class="aside"><a href="/status">${statusLink[language]}</a></p>`,
  };
}

const menu: Text = { ja: '手続きの選択', en: 'What would you like to do?' };
const statusLink: Text = { ja: 'スマートフォン登録の確認', en: 'Check your registration' };

/** An entry that is not offered yet. */
export function comingPage(entry: Entry) {
  return ({ language }: PageContext): Page => ({
    title: entry.text,
    device: 'pc',
    body: html`
<h1>${entry.text[language]}</h1>
${entry.coming?.map((sentence) => html`<p>${sentence[language]}</p>`)}
<p><a class="button secondary" href="/">${back[language]}</a></p>`,
  });
}

const back: Text = { ja: '最初のページに戻る', en: 'Back to the first page' };

const card = {
  use: { ja: 'ご利用にあたって', en: 'Before you start' },
  useText: [
    {
      ja: 'HPKIカードを使って、HPKIカードの代わりに認証させるスマートフォンを登録することができます。',
      en: 'With your HPKI card you can register a phone that proves who you are in place of the card.',
    },
    {
      ja: 'すでに登録されている場合、このサイトで再度登録することにより新しいスマートフォンへの登録更新ができます。',
      en: 'If a phone is registered already, registering again replaces it by the new phone.',
    },
  ],
  prepare: { ja: '準備するもの', en: 'What you need' },
  things: [
    { ja: 'HPKIカード', en: 'Your HPKI card' },
    { ja: 'スマートフォン', en: 'Your phone' },
    { ja: 'ICカードリーダー', en: 'A card reader' },
  ],
  phones: {
    ja: '登録できるスマートフォンは、以下の条件を満たすものです。',
    en: 'A phone that can be registered meets these conditions:',
  },
  conditions: [
    {
      ja: '(1)生体認証機能（指紋認証、顔認証など）を持つこと（「FIDO2」という基準に準拠しているもの）',
      en: '(1) It has biometrics (fingerprint, face) that follow the FIDO2 standard.',
    },
    {
      ja: '(2)ご利用になる方の指紋・顔などをあらかじめスマートフォン本体に登録してあること',
      en: '(2) Your own fingerprint or face is already enrolled on it.',
    },
    {
      ja: '(3)iPhone、Androidの場合は以下のバージョンのもの',
      en: '(3) It is one of these versions:',
    },
  ],
  versions: [
    { ja: 'iPhone：iOSバージョン14以上、ブラウザはSafari', en: 'iPhone: iOS 14 or later, with Safari' },
    {
      ja: 'Android端末：OSバージョン7以上、ブラウザはChrome',
      en: 'Android: version 7 or later, with Chrome',
    },
  ],
  settings: { ja: '必要な事前設定', en: 'To be set up beforehand' },
  settingsText: [
    {
      ja: '「HPKIカードドライバ」ソフトウェアがこのPCにインストールされている必要があります。',
      en: 'The software "HPKI card driver" (HPKIカードドライバ) must be installed on this PC.',
    },
    {
      ja: '「HPKIカードドライバ」入手方法は各認証局のWebページで確認ください。',
      en: "How to get it is described on your certification authority's web page.",
    },
  ],
  ready: {
    ja: '◆HPKIカードがICカードリーダーにセットされている状態で下のボタンをクリックしてください。◆',
    en: '◆ With the HPKI card on the card reader, click the button below. ◆',
  },
  button: { ja: 'HPKIカードで登録', en: 'Register with the HPKI card' },
} as const satisfies Record<string, Text | Text[]>;

/** Manual (4). */
export function hpkiCardPage({ language }: PageContext): Page {
  const entry = entries[0] as Entry;
  return {
    title: entry.text,
    device: 'pc',
    step: 'card-auth',
    body: html`
<h1>${entry.text[language]}</h1>
<section aria-labelledby="use"><h2 id="use">${card.use[language]}</h2>
${card.useText.map((sentence) => html`<p>${sentence[language]}</p>`)}</section>
<section aria-labelledby="prepare"><h2 id="prepare">${card.prepare[language]}</h2>
${list(card.things, language)}
<p>${card.phones[language]}</p>
<ul class="conditions">${card.conditions.map(
      (condition, index) =>
        html`<li>${condition[language]}${index === 2 && list(card.versions, language)}</li>`,
    )}</ul></section>
<section aria-labelledby="settings"><h2 id="settings">${card.settings[language]}</h2>
${card.settingsText.map((sentence) => html`<p>${sentence[language]}</p>`)}</section>
<form class="main-action" method="post" action="/hpki-card/start">
<p id="ready">${card.ready[language]}</p>
<button type="submit" aria-describedby="ready">${controlText(card.button, language)}</button>
</form>`,
  };
}
