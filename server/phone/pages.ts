import { guideErrorById, stepById, type Text } from '../../common/guide/index.ts';
import { type Html, html } from '../pages/html.ts';
import { controlText, list, type Page, type PageContext } from '../pages/layout.ts';
import { ceremonyButton } from '../sign-in/phone-pages.ts';
import { browserUpdate } from '../sign-in/problem.ts';
import type { Ticket } from '../ticket/store.ts';
import { timeOver } from '../ticket/time-over.ts';
import type { Stop } from './place.ts';
import { type PhoneProblem, problemText } from './problem.ts';

const steps = {
  login: stepById('phone-login'),
  register: stepById('phone-register'),
  label: stepById('phone-label'),
  done: stepById('phone-done'),
};

const openWords = {
  title: { ja: 'QRコードを確認しています', en: 'Checking the QR code' },
  wait: { ja: 'そのままお待ちください。', en: 'Please wait.' },
  inApp: {
    ja: 'このアプリの中では登録できません',
    en: 'The registration does not work inside this app',
  },
  inAppNamed: {
    ja: '「%」のアプリの中では登録できません',
    en: 'The registration does not work inside the app %',
  },
  byHand: { ja: 'アドレス（長押ししてコピーしてください）', en: 'Address (press long to copy it)' },
  inAppText: {
    ja: 'iPhoneは「Safari」、Androidは「Chrome」で開き直してください。',
    en: 'Please open it in Safari (iPhone) or Chrome (Android).',
  },
  openOutside: { ja: 'ブラウザで開き直す', en: 'Open in the browser' },
  copy: { ja: 'アドレスをコピーする', en: 'Copy the address' },
  copied: {
    ja: 'コピーしました。SafariまたはChromeを開き、アドレス欄に貼り付けてください。',
    en: 'Copied. Open Safari or Chrome and paste it into the address bar.',
  },
  scanAgain: {
    ja: 'または、QRコードを、スマートフォンの「カメラ」アプリで読み取り直してください。',
    en: "Or scan the QR code again with the phone's Camera app.",
  },
  anyway: { ja: 'このまま続ける', en: 'Go on here anyway' },
  offline: {
    ja: 'サーバーにつながりませんでした。スマートフォンの通信を確認して、もう一度お試しください。',
    en: "The server could not be reached. Check the phone's connection and try again.",
  },
  noCookies: {
    ja: 'ブラウザの設定でCookieがブロックされています。許可してから、QRコードを読み取り直してください。',
    en: "Cookies are blocked in the browser's settings. Allow them, then scan again.",
  },
  retry: { ja: 'もう一度試す', en: 'Try again' },
} as const satisfies Record<string, Text>;

/** Where the QR code leads. The secret is in the fragment, so the script has to take it from there. */
export function openPage({ language }: PageContext): Page {
  return {
    title: openWords.title,
    device: 'phone',
    script: { name: 'phone-open' },
    switchLanguage: false,
    body: html`
<div data-checking><h1>${openWords.title[language]}</h1><p role="status">${openWords.wait[language]}</p></div>
<div class="problem" data-offline hidden><p role="alert">${openWords.offline[language]}</p>
<button type="button" data-retry>${openWords.retry[language]}</button></div>
<div class="problem" data-no-cookies hidden><p role="alert">${openWords.noCookies[language]}</p></div>
<div data-in-app hidden>
<div class="problem"><h1 data-in-app-title data-named="${openWords.inAppNamed[language]}">${openWords.inApp[language]}</h1><p>${openWords.inAppText[language]}</p></div>
<p data-outside hidden><a class="button" data-outside-link href="/phone">${openWords.openOutside[language]}</a></p>
<p><button type="button" data-copy>${openWords.copy[language]}</button></p>
<p role="status" data-copied hidden>${openWords.copied[language]}</p>
<div data-by-hand hidden><label for="address">${openWords.byHand[language]}</label><input id="address" data-address readonly></div>
<p>${openWords.scanAgain[language]}</p>
<p><button type="button" class="secondary" data-anyway>${openWords.anyway[language]}</button></p>
</div>`,
  };
}

const deviceWords = {
  otherBrowser: {
    ja: 'お使いのブラウザは動作確認の対象外です。登録できないときは、iPhoneはSafari、AndroidはChromeで、QRコードを読み取り直してください。',
    en: 'This is not the browser the registration is made for. If it fails, scan the QR code again with Safari (iPhone) or Chrome (Android).',
  },
  noPhone: {
    ja: 'この画面は、登録するスマートフォンで開いてください。',
    en: 'Please open this page on the phone that you want to register.',
  },
  unsupported: {
    ja: 'このブラウザでは登録できません。iPhoneはSafari、AndroidはChromeで、QRコードを読み取り直してください。',
    en: 'This browser cannot register. Scan the QR code again with Safari (iPhone) or Chrome (Android).',
  },
  /** Once a phone has logged in the PC shows no QR code any more. */
  renew: {
    ja: 'PCの画面にQRコードが表示されていないときは、PCの「QRコードを作り直す」を押してください。',
    en: 'If the PC shows no QR code any more, press 「QRコードを作り直す」 (Make a new QR code) there.',
  },
} as const satisfies Record<string, Text>;

/** Whose page it is, and whether the QR code came on a printed sheet: then there is no PC. */
type TicketOnPhone = Pick<Ticket, 'username' | 'sheet_id'>;
const isFromSheet = ({ sheet_id }: Pick<Ticket, 'sheet_id'>) => sheet_id !== null;

/** What the script shows where this is no phone, or not the right browser. */
function deviceNotes(ticket: TicketOnPhone, language: keyof Text): Html {
  const { otherBrowser, noPhone, unsupported } = deviceWords;
  const renew = isFromSheet(ticket) ? undefined : deviceWords.renew[language];
  return html`<p class="caution" role="note" data-other-browser hidden>${otherBrowser[language]} ${renew}</p>
<p class="caution" role="note" data-no-phone hidden>${noPhone[language]}</p>
<p class="problem" role="alert" data-unsupported hidden>${unsupported[language]} ${renew} ${browserUpdate[language]}</p>`;
}

const loginWords = {
  title: { ja: 'アカウントにログイン', en: 'Log in to your account' },
  check: {
    ja: 'ご自身の本人IDであることを確認して、「ログイン」ボタンをタップしてください。',
    en: 'Check that this is your own username, then tap 「ログイン」 (Log in).',
  },
  wrong: {
    ja: '違う場合はログインせず、この画面とPCのブラウザを閉じてください。',
    en: "If it is not, do not log in: close this page and the PC's browser.",
  },
  wrongOnSheet: {
    ja: '違う場合はログインせず、この画面を閉じてください。',
    en: 'If it is not, do not log in: close this page.',
  },
  button: { ja: 'ログイン', en: 'Log in' },
  replaces: {
    ja: 'すでに登録されているスマートフォンがあります。登録が終わると、このスマートフォンに置き換わり、前のスマートフォンは使えなくなります。',
    en: 'A phone is registered already. When you have finished, this phone takes its place and the old one can no longer be used.',
  },
  present: { ja: '登録中のスマートフォン', en: 'Registered now' },
} as const satisfies Record<string, Text>;

/** The phone in use until now, which the new one will replace. */
export interface PhoneInUse {
  label: string;
  since: string;
}

function replacement(inUse: PhoneInUse | undefined, language: keyof Text): Html | undefined {
  return inUse
    ? html`<div class="caution" role="note"><p>${loginWords.replaces[language]}</p>
<p class="small">${loginWords.present[language]}${language === 'ja' ? '：' : ': '}${inUse.label}<br>${inUse.since}</p></div>`
    : undefined;
}

/** Manual (8). */
export function loginPage(ticket: TicketOnPhone, inUse: PhoneInUse | undefined) {
  return ({ language }: PageContext): Page => ({
    title: loginWords.title,
    device: 'phone',
    step: 'phone-login',
    script: { name: 'phone-page', data: { problem: '/phone/problem' } },
    body: html`
<h1>${loginWords.title[language]}</h1>
${deviceNotes(ticket, language)}
<form method="post" action="/phone/login" data-needs-webauthn>
<label for="username">Username</label>
<input id="username" name="username" value="${ticket.username}" readonly autocomplete="off" aria-describedby="check">
<p id="check">${loginWords.check[language]}</p>
${replacement(inUse, language)}
<button type="submit">${controlText(loginWords.button, language)}</button>
<p class="small">${loginWords[isFromSheet(ticket) ? 'wrongOnSheet' : 'wrong'][language]}</p>
<details><summary>${usernameHelp[language]}</summary>${steps.login.notes.map((note) => html`<p class="small">${note[language]}</p>`)}</details>
</form>`,
  });
}

const usernameHelp: Text = { ja: 'Usernameとは', en: 'What is the Username?' };

const registerWords = {
  title: { ja: '認証情報の登録', en: 'Register this phone' },
  tap: { ja: '「登録」ボタンをタップしてください。', en: 'Tap the button 「登録」 (Register).' },
  afterwards: {
    ja: 'つづいて、スマートフォンの画面の案内に従って生体認証（指紋・顔など）を実施してください。',
    en: 'Then follow the phone and use your fingerprint or face.',
  },
  button: { ja: '登録', en: 'Register' },
  preparing: { ja: '準備しています。', en: 'Getting ready.' },
  busy: { ja: '生体認証を実施してください。', en: 'Please use your fingerprint or face.' },
  sending: { ja: '登録しています。そのままお待ちください。', en: 'Registering. Please wait.' },
  offline: {
    ja: 'サーバーにつながりませんでした。スマートフォンの通信を確認してください。つながるとそのまま続きます。',
    en: "The server could not be reached. Check the phone's connection; it goes on by itself.",
  },
  unavailable: {
    ja: 'このスマートフォンには、指紋・顔がまだ登録されていないようです。スマートフォンの「設定」で登録してから、「登録」をタップしてください。',
    en: "No fingerprint or face seems to be enrolled on this phone. Enrol one in the phone's settings, then tap 「登録」 (Register).",
  },
} as const satisfies Record<string, Text>;

/** Manual (9) and (10). */
export function registerPage(ticket: TicketOnPhone, inUse: PhoneInUse | undefined) {
  return ({ language }: PageContext): Page => ({
    title: registerWords.title,
    device: 'phone',
    step: 'phone-register',
    script: { name: 'phone-register' },
    body: html`
<h1>${registerWords.title[language]}</h1>
<dl class="username"><dt>Username</dt><dd>${ticket.username}</dd></dl>
<p>${registerWords.tap[language]}</p>
<p>${registerWords.afterwards[language]}</p>
${replacement(inUse, language)}
${deviceNotes(ticket, language)}
<p class="caution" role="note" data-unavailable hidden>${registerWords.unavailable[language]}</p>
<button type="button" data-register disabled>${controlText(registerWords.button, language)}</button>
<p class="state" role="status" data-state data-preparing="${registerWords.preparing[language]}" data-busy="${registerWords.busy[language]}" data-sending="${registerWords.sending[language]}">${registerWords.preparing[language]}</p>
<p class="problem" role="alert" data-offline hidden>${registerWords.offline[language]}</p>`,
  });
}

const proveWords = {
  title: { ja: 'このスマートフォンで使えることを確かめます', en: 'Let us try this phone' },
  text: {
    ja: '「確認」をタップし、もう一度生体認証を実施してください。',
    en: 'Tap 「確認」 (Check) and use your fingerprint or face once more.',
  },
  old: {
    ja: '確かめられるまで、前のスマートフォンはそのまま使えます。',
    en: 'Until this has worked, the old phone stays in use.',
  },
  button: { ja: '確認', en: 'Check' },
} as const satisfies Record<string, Text>;

/** Change of phone, between (10) and (11): registered is not yet working. */
export function provePage({ language }: PageContext): Page {
  return {
    title: proveWords.title,
    device: 'phone',
    script: { name: 'phone-sign-in', data: { base: '/phone/prove' } },
    body: html`
<h1>${proveWords.title[language]}</h1>
<p>${proveWords.text[language]}</p>
<p>${proveWords.old[language]}</p>
${ceremonyButton(proveWords.button, language)}`,
  };
}

const problemWords = {
  likely: { ja: '考えられる原因', en: 'Likely cause' },
  remedy: { ja: '解決策', en: 'What to do' },
  others: { ja: 'そのほかに考えられる原因と解決策', en: 'Other possible causes and remedies' },
  again: { ja: 'もう一度登録する', en: 'Try again' },
  close: { ja: 'この画面は閉じてかまいません。', en: 'You can close this page.' },
} as const satisfies Record<string, Text>;

/** Error guide 2 and the remark of manual (10), with the likely cause first. */
export function problemPage(problem: PhoneProblem, ticket: TicketOnPhone) {
  const { error, title, causes, remedies, retry } = problemText(problem, isFromSheet(ticket));
  const [cause, ...otherCauses] = causes;
  const [remedy, ...otherRemedies] = remedies;
  const again = error !== 'already-registered';
  return ({ language }: PageContext): Page => ({
    title,
    device: 'phone',
    step: 'phone-biometric',
    script: { name: 'phone-page' },
    body: html`
<div class="${again ? 'problem' : 'success'}" data-error="${error}">
<h1>${title[language]}</h1>
${cause && html`${again && html`<h2>${problemWords.likely[language]}</h2>`}<p>${cause[language]}</p>`}
${remedy && html`${again && html`<h2>${problemWords.remedy[language]}</h2>`}<p>${remedy[language]}</p>`}
</div>
<p>${retry[language]}</p>
${again && html`<a class="button" href="/phone/register" data-replace>${problemWords.again[language]}</a>`}
${
  otherCauses.length + otherRemedies.length > 0 &&
  html`<details><summary>${problemWords.others[language]}</summary>
<h2>${problemWords.likely[language]}</h2>${list(otherCauses, language)}
<h2>${problemWords.remedy[language]}</h2>${list(otherRemedies, language)}</details>`
}`,
  });
}

const labelWords = {
  title: { ja: 'ラベル登録', en: 'Label' },
  text: {
    ja: 'ラベルは自動で設定されています。何も入力せず「OK」をタップしてください。',
    en: 'The label is set by itself. Type nothing and tap 「OK」.',
  },
  label: { ja: 'ラベル', en: 'Label' },
  button: { ja: 'OK', en: 'OK' },
} as const satisfies Record<string, Text>;

/** Manual (11). */
export function labelPage(label: string) {
  return ({ language }: PageContext): Page => ({
    title: labelWords.title,
    device: 'phone',
    step: 'phone-label',
    script: { name: 'phone-page' },
    body: html`
<h1>${labelWords.title[language]}</h1>
<form method="post" action="/phone/label">
<p>${labelWords.text[language]}</p>
<label for="label">${labelWords.label[language]}</label>
<input id="label" name="label" value="${label}" maxlength="64" autocomplete="off">
<button type="submit">${labelWords.button[language]}</button>
</form>`,
  });
}

const doneText: Text[] = [
  {
    ja: 'スマートフォンでの手続き(登録)は完了しました。',
    en: 'The procedure (registration) on the phone is complete.',
  },
  ...steps.done.instructions,
];

const doneAlone: Text = {
  ja: 'この用紙のQRコードは、もう使えません。スマートフォンのブラウザを終了してください。',
  en: 'The QR code on the sheet can no longer be used. Close the browser on the phone.',
};

/** Manual (12), in its own words. `withPc`: false when the QR code came on paper. */
export function phoneDonePage(withPc: boolean) {
  const [first, ...rest] = doneText;
  const sentences = withPc ? rest : [doneAlone, ...rest.filter(({ ja }) => !ja.includes('PC'))];
  return ({ language }: PageContext): Page => ({
    title: steps.done.title,
    device: 'phone',
    step: 'phone-done',
    script: { name: 'phone-page' },
    body: html`
<div class="success"><h1>${first?.[language]}</h1></div>
${sentences.map((sentence) => html`<p>${sentence[language]}</p>`)}`,
  });
}

interface StopText {
  title: Text;
  sentences: readonly Text[];
}

/** 登録方法2. */
const sheetSentences: readonly Text[] = [
  {
    ja: 'スマートフォンは「登録方法2」で登録できます。ICカードリーダーのあるPCで登録サイトを開き、「HPKIカードを使ってスマートフォンを登録する」に進んでください。',
    en: 'You can register by method 2: open the registration site on a PC with a card reader and choose "Register a phone with the HPKI card" (HPKIカードを使ってスマートフォンを登録する).',
  },
];

const timeOverText: StopText = {
  title: timeOver.title,
  sentences: [timeOver.symptom, ...guideErrorById('qr-expired').remedies.map(({ text }) => text)],
};

/** The PC's page has this button when a sign-in is over. */
const newQrOnPc: Text = {
  ja: 'PCの画面の「QRコードを作り直す」を押し、新しいQRコードを読み取ってください。',
  en: 'Press 「QRコードを作り直す」 (Make a new QR code) on the PC and scan that one.',
};

const stopTexts: Record<Stop, StopText> = {
  'qr-expired': fromGuide('qr-expired'),
  'time-over': timeOverText,
  'qr-used': fromGuide('qr-used'),
  'qr-cancelled': {
    title: { ja: 'このQRコードは取り消されました', en: 'This QR code has been cancelled' },
    sentences: [
      {
        ja: 'PCで新しいQRコードが作られたか、別の方がログインしました。PCの画面に新しいQRコードが表示されているときは、そちらを読み取ってください。',
        en: 'A new QR code was made on the PC, or another person has logged in. If the PC shows a new QR code, scan that one.',
      },
      {
        ja: '表示されていないときは、PCで再度（2）からやり直してください。',
        en: 'If it does not, start again from (2) on the PC.',
      },
    ],
  },
  'qr-unknown': {
    title: { ja: 'このQRコードは使えません', en: 'This QR code cannot be used' },
    sentences: [
      {
        ja: 'QRコードを、もう一度スマートフォンのカメラで読み取ってください。',
        en: "Scan the QR code again with the phone's camera.",
      },
      {
        ja: 'それでも同じ表示になるときは、PCの画面のQRコードの場合は、PCで再度（2）からやり直してください。',
        en: 'If this happens again with the QR code on a PC, start again from (2) there.',
      },
      {
        ja: '用紙のQRコードの場合は、「登録方法2」で登録してください。',
        en: 'If it happens again with the QR code on a printed sheet, register by method 2.',
      },
    ],
  },
  'sign-in-expired': {
    title: guideErrorById('qr-expired').title,
    sentences: [newQrOnPc],
  },
  'sign-in-used': {
    title: guideErrorById('qr-used').title,
    sentences: [
      {
        ja: 'ほかのスマートフォン、または同じスマートフォンの別の画面で、このQRコードが使われています。その画面で続けてください。',
        en: 'Another phone, or another page on the same phone, has used this QR code. Go on there.',
      },
      {
        ja: '続けられないときは、PCの画面の「QRコードを作り直す」を押し、新しいQRコードを読み取ってください。',
        en: 'If that is not possible, press 「QRコードを作り直す」 (Make a new QR code) on the PC and scan that one.',
      },
    ],
  },
  'sign-in-cancelled': {
    title: { ja: 'このQRコードは取り消されました', en: 'This QR code has been cancelled' },
    sentences: [
      {
        ja: '違う番号が続けて入力されたか、PCで新しいQRコードが作られました。',
        en: 'A wrong number was typed several times, or a new QR code was made on the PC.',
      },
      newQrOnPc,
    ],
  },
  'sheet-expired': {
    title: {
      ja: '初期登録用QRの有効期限が切れています',
      en: 'The QR code for the first registration has expired',
    },
    sentences: sheetSentences,
  },
  'sheet-locked': {
    title: {
      ja: 'パスワードを5回間違えたため、初期登録用QRは無効になりました',
      en: 'Five wrong passwords: the QR code for the first registration no longer works',
    },
    sentences: sheetSentences,
  },
  'sheet-used': {
    title: { ja: 'この初期登録用QRはすでに使われています', en: 'This QR code has been used already' },
    sentences: [
      {
        ja: 'この用紙での登録は完了しています。登録の確認は、PCで「スマートフォン登録の確認」をご利用ください。',
        en: 'The registration with this sheet is complete. To check it, use "Check your registration" on a PC.',
      },
      ...sheetSentences,
    ],
  },
  'sheet-revoked': {
    title: { ja: 'この初期登録用QRは取り消されています', en: 'This QR code has been revoked' },
    sentences: [
      {
        ja: '新しい用紙が発行されている場合は、新しい用紙のQRコードを読み取ってください。',
        en: 'If you were sent a newer sheet, scan the QR code on that one.',
      },
      ...sheetSentences,
    ],
  },
  'sheet-time-over': {
    title: timeOver.title,
    sentences: [
      {
        ja: '時間内に登録が終わりませんでした。用紙のQRコードをもう一度読み取り、パスワードを入力してください（用紙は有効期限までまだ使えます）。',
        en: 'The registration was not finished in time. Scan the QR code on the sheet again and type the password; the sheet still works until the date printed on it.',
      },
    ],
  },
  'sheet-reopened': {
    title: { ja: 'この画面では続けられません', en: 'This page cannot go on' },
    sentences: [
      {
        ja: 'この用紙のQRコードが、別の画面またはスマートフォンで開き直されました。そちらで続けるか、用紙のQRコードをもう一度読み取ってください。',
        en: 'The sheet was opened again on another page or phone. Go on there, or scan the sheet again.',
      },
    ],
  },
  'too-many': {
    title: { ja: '操作の回数が多すぎます', en: 'Too many attempts' },
    sentences: [
      {
        ja: 'しばらく待ってから、QRコードをもう一度読み取ってください。',
        en: 'Wait a while, then scan the QR code again.',
      },
    ],
  },
};

function fromGuide(id: 'qr-expired' | 'qr-used'): StopText {
  const { title, symptom, remedies } = guideErrorById(id);
  return { title, sentences: [symptom, ...remedies.map(({ text }) => text)] };
}

const where: Text = {
  ja: '（2）は、PCで登録サイトを開くところです。このスマートフォンの画面は閉じてください。',
  en: '(2) is where you open the registration site on the PC. Please close this page on the phone.',
};

/** Why the way ends here, and what to do. */
export function stoppedPage(stop: Stop) {
  const { title, sentences } = stopTexts[stop];
  const namesStep = sentences.some(({ ja }) => ja.includes('（2）'));
  return ({ language }: PageContext): Page => ({
    title,
    device: 'phone',
    script: { name: 'phone-page' },
    body: html`
<div class="problem" data-error="${stop}">
<h1>${title[language]}</h1>
${sentences.map((sentence) => html`<p>${sentence[language]}</p>`)}
</div>
${namesStep && html`<p class="small">${where[language]}</p>`}`,
  });
}
