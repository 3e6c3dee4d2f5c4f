import type { Text } from '../../common/guide/index.ts';
import type { SignInPurpose } from '../database/index.ts';
import { html } from '../pages/html.ts';
import { controlText, list, type Page, type PageContext } from '../pages/layout.ts';
import { browserUpdate, proveProblemText, type SignInProblem, signInProblemText } from './problem.ts';
import { signInPlaces } from './status.ts';

/** What the person agrees to by signing in. */
const what: Record<SignInPurpose, Text> = {
  change: {
    ja: 'スマートフォンを変更するために、PCにログインします。',
    en: 'You are logging in on the PC in order to change to another phone.',
  },
  status: {
    ja: '登録内容を確認するために、PCにログインします。',
    en: 'You are logging in on the PC in order to check your registration.',
  },
  trial: {
    ja: 'このスマートフォンでログインできることを確かめます。',
    en: 'This tries whether the phone can sign in.',
  },
};

const numberWords = {
  title: { ja: 'PCの画面の番号を入力してください', en: 'Type the number shown on the PC' },
  label: { ja: '2桁の番号', en: 'Two digits' },
  warning: {
    ja: 'ご自身が今お使いのPCの画面を見て入力してください。電話やメールで番号を伝えられた場合は、入力せずに画面を閉じてください。',
    en: 'Read it from the PC you are using yourself. If someone told you a number by telephone or mail, do not type it: close this page.',
  },
  button: { ja: '次へ', en: 'Next' },
} as const satisfies Record<string, Text>;

export function numberPage(purpose: SignInPurpose, problem: SignInProblem | null) {
  return ({ language }: PageContext): Page => {
    const wrong = problem?.cause === 'wrong-number' ? signInProblemText(problem) : undefined;
    return {
      title: numberWords.title,
      device: 'phone',
      script: { name: 'phone-page' },
      body: html`
<h1>${numberWords.title[language]}</h1>
<p>${what[purpose][language]}</p>
${
  wrong &&
  html`<div class="problem" role="alert" data-error="wrong-number"><p>${wrong.causes[0]?.[language]}</p><p>${wrong.remedies[0]?.[language]}</p></div>`
}
<p class="problem" role="alert" data-unsupported hidden>${ceremonyWords.unsupported[language]} ${browserUpdate[language]}</p>
<form method="post" action="${signInPlaces.number}" data-needs-webauthn>
<label for="number">${numberWords.label[language]}</label>
<input id="number" name="number" inputmode="numeric" pattern="[0-9０-９]{2}" maxlength="2" required autocomplete="off" aria-describedby="warning">
<p id="warning" class="caution">${numberWords.warning[language]}</p>
<button type="submit">${numberWords.button[language]}</button>
</form>`,
    };
  };
}

export const ceremonyWords = {
  preparing: { ja: '準備しています。', en: 'Getting ready.' },
  busy: { ja: '生体認証を実施してください。', en: 'Please use your fingerprint or face.' },
  sending: { ja: '確認しています。そのままお待ちください。', en: 'Checking. Please wait.' },
  offline: {
    ja: 'サーバーにつながりませんでした。スマートフォンの通信を確認してください。つながるとそのまま続きます。',
    en: "The server could not be reached. Check the phone's connection; it goes on by itself.",
  },
  unsupported: {
    ja: 'このブラウザでは利用できません。iPhoneはSafari、AndroidはChromeで、PCの画面のQRコードを読み取り直してください。PCの画面にQRコードが表示されていないときは、PCの「QRコードを作り直す」を押してください。',
    en: 'This browser cannot be used. Scan the QR code on the PC again with Safari (iPhone) or Chrome (Android). If the PC shows none any more, press 「QRコードを作り直す」 (Make a new QR code) there.',
  },
} as const satisfies Record<string, Text>;

const signInWords = {
  title: { ja: 'スマートフォンでログイン', en: 'Sign in with the phone' },
  tap: {
    ja: '「ログイン」をタップし、登録したときと同じように生体認証（指紋・顔など）を実施してください。',
    en: 'Tap 「ログイン」 (Log in) and use your fingerprint or face as you did when registering.',
  },
  button: { ja: 'ログイン', en: 'Log in' },
} as const satisfies Record<string, Text>;

/** The button of an authentication ceremony, with what the script shows around it. */
export function ceremonyButton(button: Text, language: keyof Text) {
  return html`<p class="problem" role="alert" data-unsupported hidden>${ceremonyWords.unsupported[language]} ${browserUpdate[language]}</p>
<p class="caution" role="note" data-offline hidden>${ceremonyWords.offline[language]}</p>
<button type="button" data-ceremony disabled>${controlText(button, language)}</button>
<p class="state" role="status" data-state data-preparing="${ceremonyWords.preparing[language]}" data-busy="${ceremonyWords.busy[language]}" data-sending="${ceremonyWords.sending[language]}">${ceremonyWords.preparing[language]}</p>`;
}

export function signInPage(purpose: SignInPurpose) {
  return ({ language }: PageContext): Page => ({
    title: signInWords.title,
    device: 'phone',
    script: { name: 'phone-sign-in', data: { base: signInPlaces.signIn } },
    body: html`
<h1>${signInWords.title[language]}</h1>
<p>${what[purpose][language]}</p>
<p>${signInWords.tap[language]}</p>
${ceremonyButton(signInWords.button, language)}`,
  });
}

const problemWords = {
  likely: { ja: '考えられる原因', en: 'Likely cause' },
  remedy: { ja: '解決策', en: 'What to do' },
  again: { ja: 'もう一度試す', en: 'Try again' },
} as const satisfies Record<string, Text>;

export function signInProblemPage(problem: SignInProblem, back: string) {
  return failurePage(problem, signInProblemText(problem), back);
}

export function proveProblemPage(problem: SignInProblem, back: string) {
  return failurePage(problem, proveProblemText(problem), back);
}

function failurePage(
  problem: SignInProblem,
  { title, causes, remedies, retry }: ReturnType<typeof signInProblemText>,
  back: string,
) {
  return ({ language }: PageContext): Page => ({
    title,
    device: 'phone',
    script: { name: 'phone-page' },
    body: html`
<div class="problem" data-error="${problem.cause}">
<h1>${title[language]}</h1>
<h2>${problemWords.likely[language]}</h2>${list(causes, language)}
<h2>${problemWords.remedy[language]}</h2>${list(remedies, language)}
</div>
<p>${retry[language]}</p>
<a class="button" href="${back}" data-replace>${problemWords.again[language]}</a>`,
  });
}

const doneWords = {
  title: { ja: 'スマートフォンでログインできました', en: 'The phone has signed in' },
  trial: {
    ja: 'このスマートフォンは、HPKIカードの代わりにお使いいただけます。',
    en: 'This phone can be used in place of the HPKI card.',
  },
  next: { ja: '続きはPCの画面をご覧ください。', en: 'Please go on with the PC.' },
  close: { ja: 'この画面は閉じてかまいません。', en: 'You can close this page.' },
} as const satisfies Record<string, Text>;

export function signInDonePage(purpose: SignInPurpose) {
  return ({ language }: PageContext): Page => ({
    title: doneWords.title,
    device: 'phone',
    script: { name: 'phone-page' },
    body: html`
<div class="success"><h1>${doneWords.title[language]}</h1>
${purpose === 'trial' && html`<p>${doneWords.trial[language]}</p>`}</div>
<p>${doneWords.next[language]}</p><p>${doneWords.close[language]}</p>`,
  });
}
