import type { Text } from '../../common/guide/index.ts';
import type { Session } from '../card/session.ts';
import { html } from '../pages/html.ts';
import { clockTime } from '../pages/language.ts';
import { controlText, list, type Page, type PageContext } from '../pages/layout.ts';
import { personText } from '../pages/person.ts';
import { entryAt } from '../portal/entries.ts';

const common = {
  use: { ja: 'ご利用にあたって', en: 'Before you start' },
  prepare: { ja: '準備するもの', en: 'What you need' },
  settings: { ja: '必要な事前設定', en: 'To be set up beforehand' },
  back: { ja: '最初のページに戻る', en: 'Back to the first page' },
} as const satisfies Record<string, Text>;

const pin: Text = {
  ja: '証明書の選択画面では、発行元が「JPKI for user authentication」の証明書（利用者証明用）を選びます。暗証番号は、利用者証明用の数字4桁です。3回続けて間違えるとカードがロックされますので、ご注意ください。',
  en: 'In the certificate dialog choose the one issued by "JPKI for user authentication". Its PIN has four digits. After three wrong PINs in a row the card is locked: take care.',
};

/** Without its certificate the card login host can say nothing: the browser's own page is shown. */
const refused: Text = {
  ja: '「アクセスが拒否されました」と表示されたときは、ブラウザの「←」でこの画面に戻り、マイナンバーカードがセットされていることを確かめてから、もう一度ボタンを押してください。',
  en: 'If the browser says that access was denied, come back to this page with the browser’s "←", make sure that the My Number card is on the reader, and press the button again.',
};

const software: Text = {
  ja: '「JPKI利用者ソフト」（公的個人認証サービス）がこのPCにインストールされている必要があります。',
  en: 'The software "JPKI利用者ソフト" (of the public service JPKI) must be installed on this PC.',
};

const driver: Text = {
  ja: '「HPKIカードドライバ」ソフトウェアがこのPCにインストールされている必要があります。',
  en: 'The software "HPKI card driver" (HPKIカードドライバ) must be installed on this PC.',
};

const things = {
  hpki: { ja: 'HPKIカード', en: 'Your HPKI card' },
  myNumber: {
    ja: 'マイナンバーカード（利用者証明用電子証明書が有効なもの）',
    en: 'Your My Number card, with a valid certificate for user authentication',
  },
  phone: { ja: 'スマートフォン', en: 'Your phone' },
  reader: { ja: 'ICカードリーダー', en: 'A card reader' },
} as const satisfies Record<string, Text>;

const registerWords = {
  use: {
    ja: 'マイナンバーカードを使って、HPKIカードの代わりに認証させるスマートフォンを登録することができます。',
    en: 'With your My Number card you can register a phone that proves who you are in place of the HPKI card.',
  },
  who: {
    ja: 'ご利用いただけるのは、HPKI証明書とマイナンバーカードの紐づけが済んでいる方です（マイナポータル経由でHPKI証明書を発行した方、または「HPKIカードを使ってマイナンバーカードを登録する」を済ませた方）。',
    en: 'It is for people whose HPKI certificate and My Number card are linked: issued through Mynaportal, or linked with "Register a My Number card with the HPKI card".',
  },
  replaced: {
    ja: 'すでに登録されている場合、このサイトで再度登録することにより新しいスマートフォンへの登録更新ができます。',
    en: 'If a phone is registered already, registering again replaces it by the new phone.',
  },
  ready: {
    ja: '◆マイナンバーカードがICカードリーダーにセットされている状態で下のボタンをクリックしてください。◆',
    en: '◆ With the My Number card on the card reader, click the button below. ◆',
  },
  button: { ja: 'マイナンバーカードで登録', en: 'Register with the My Number card' },
} as const satisfies Record<string, Text>;

/** Manual (3), second entry. Built like (4). */
export function myNumberCardPage({ language }: PageContext): Page {
  const { text } = entryAt('/my-number-card');
  return {
    title: text,
    device: 'pc',
    body: html`
<h1>${text[language]}</h1>
<section aria-labelledby="use"><h2 id="use">${common.use[language]}</h2>
<p>${registerWords.use[language]}</p><p>${registerWords.who[language]}</p><p>${registerWords.replaced[language]}</p></section>
<section aria-labelledby="prepare"><h2 id="prepare">${common.prepare[language]}</h2>
${list([things.myNumber, things.phone, things.reader], language)}</section>
<section aria-labelledby="settings"><h2 id="settings">${common.settings[language]}</h2>
<p>${software[language]}</p></section>
<form class="main-action" method="post" action="/my-number-card/start">
<p id="ready">${registerWords.ready[language]}</p>
<p class="small">${pin[language]}</p>
<button type="submit" aria-describedby="ready">${controlText(registerWords.button, language)}</button>
<p class="small">${refused[language]}</p>
</form>`,
  };
}

const linkWords = {
  use: {
    ja: 'HPKIカードとマイナンバーカードを続けて読み取り、ふたつを紐づけます。紐づけが済むと、マイナンバーカードだけで、スマートフォンの登録・変更・確認ができるようになります。',
    en: 'HPKI card and My Number card are read one after the other and linked. After that the My Number card alone is enough to register, change or check a phone.',
  },
  privacy: {
    ja: 'マイナンバー（個人番号）や、氏名・住所・生年月日・性別は読み取りません。カードの利用者証明用電子証明書から作った照合用の値だけを保存します。',
    en: 'Neither the My Number itself nor name, address, date of birth or sex are read. Only a value for comparison, made from the certificate for user authentication, is stored.',
  },
  order: {
    ja: 'はじめにHPKIカード、つぎにマイナンバーカードの順でセットします。',
    en: 'First the HPKI card, then the My Number card.',
  },
  ready: {
    ja: '◆HPKIカードがICカードリーダーにセットされている状態で下のボタンをクリックしてください。◆',
    en: '◆ With the HPKI card on the card reader, click the button below. ◆',
  },
  button: { ja: 'HPKIカードでログイン', en: 'Log in with the HPKI card' },
  progress: { ja: '進み具合', en: 'Progress' },
  first: { ja: 'HPKIカード', en: 'HPKI card' },
  second: { ja: 'マイナンバーカード', en: 'My Number card' },
  third: { ja: '完了', en: 'Done' },
  secondTitle: {
    ja: 'つづいて、マイナンバーカードをセットしてください',
    en: 'Now put the My Number card on the reader',
  },
  check: {
    ja: 'ご自身の本人IDであることを確認してください。違う場合は、続けずにブラウザのウィンドウをすべて閉じてください。',
    en: 'Check that this is your own username. If it is not, do not go on: close all browser windows.',
  },
  swap: {
    ja: 'HPKIカードを取り出し、マイナンバーカードをICカードリーダーにセットします。',
    en: 'Take the HPKI card out and put the My Number card on the card reader.',
  },
  until: { ja: 'この時刻までに済ませてください', en: 'Please finish by' },
  replaces: {
    ja: 'すでに紐づけられているマイナンバーカードがあります。続けると、今度のカードに置き換わります。',
    en: 'A My Number card is linked already. If you go on, this one takes its place.',
  },
  secondReady: {
    ja: '◆マイナンバーカードがICカードリーダーにセットされている状態で下のボタンをクリックしてください。◆',
    en: '◆ With the My Number card on the card reader, click the button below. ◆',
  },
  secondButton: { ja: 'マイナンバーカードを読み取る', en: 'Read the My Number card' },
  done: { ja: 'マイナンバーカードの登録が完了しました', en: 'The My Number card is registered' },
  since: { ja: '登録日時', en: 'Registered' },
  next: {
    ja: 'これからは「マイナンバーカードを使ってスマートフォンを登録する」をご利用いただけます。',
    en: 'From now on you can use "Register a phone with the My Number card".',
  },
  close: {
    ja: 'カードを取り出し、ブラウザのウィンドウをすべて閉じてください。（ブラウザは、閉じるまで、選んだ証明書を覚えています。）',
    en: 'Take the card out and close all browser windows. (The browser remembers the certificates until it is closed.)',
  },
} as const satisfies Record<string, Text>;

/** Manual (3), fourth entry. */
export function linkPage({ language }: PageContext): Page {
  const { text } = entryAt('/link-my-number-card');
  return {
    title: text,
    device: 'pc',
    body: html`
<h1>${text[language]}</h1>
<section aria-labelledby="use"><h2 id="use">${common.use[language]}</h2>
<p>${linkWords.use[language]}</p><p>${linkWords.order[language]}</p><p class="small">${linkWords.privacy[language]}</p></section>
<section aria-labelledby="prepare"><h2 id="prepare">${common.prepare[language]}</h2>
${list([things.hpki, things.myNumber, things.reader], language)}</section>
<section aria-labelledby="settings"><h2 id="settings">${common.settings[language]}</h2>
<p>${driver[language]}</p><p>${software[language]}</p></section>
<form class="main-action" method="post" action="/link-my-number-card/start">
<p id="ready">${linkWords.ready[language]}</p>
<button type="submit" aria-describedby="ready">${controlText(linkWords.button, language)}</button>
</form>`,
  };
}

function linkProgress(current: 'second' | 'third', language: keyof Text) {
  const phases = ['first', 'second', 'third'] as const;
  const at = phases.indexOf(current);
  return html`<section class="progress" aria-label="${linkWords.progress[language]}"><ol>${phases.map(
    (phase, index) =>
      html`<li${index < at && html` class="past"`}${index === at && html` aria-current="step"`}>${linkWords[phase][language]}</li>`,
  )}</ol></section>`;
}

/** The HPKI card has been shown; now the other one. */
export function secondCardPage(session: Session, linkedBefore: number | undefined) {
  return ({ language }: PageContext): Page => ({
    title: linkWords.secondTitle,
    device: 'pc',
    script: { name: 'page' },
    body: html`
<h1>${linkWords.secondTitle[language]}</h1>
${linkProgress('second', language)}
${personText(session, language)}
<p>${linkWords.check[language]}</p>
${linkedBefore !== undefined && html`<div class="caution" role="note"><p>${linkWords.replaces[language]}</p></div>`}
<p>${linkWords.swap[language]}</p>
<form class="main-action" method="post" action="/link-my-number-card/my-number-card/start">
<p id="ready">${linkWords.secondReady[language]}</p>
<p class="small">${pin[language]}</p>
<button type="submit" aria-describedby="ready">${linkWords.secondButton[language]}</button>
<p class="small">${refused[language]}</p>
</form>
<p class="deadline small">${linkWords.until[language]}${language === 'ja' ? '：' : ': '}${clockTime(session.expiresAt, language)}</p>`,
  });
}

export function linkDonePage(session: Session, linkedAt: number) {
  return ({ language }: PageContext): Page => ({
    title: linkWords.done,
    device: 'pc',
    script: { name: 'page' },
    body: html`
<div class="success"><h1>${linkWords.done[language]}</h1>
${personText(session, language)}
<dl class="facts"><dt>${linkWords.since[language]}</dt><dd><time datetime="${new Date(linkedAt).toISOString()}">${clockTime(linkedAt, language)}</time></dd></dl></div>
<p>${linkWords.next[language]}</p>
<p class="closing"><strong>${linkWords.close[language]}</strong></p>`,
  });
}
