import type { Text } from '../../common/guide/index.ts';
import type { OperatorsTable } from '../database/index.ts';
import { html } from '../pages/html.ts';
import type { Page, PageContext } from '../pages/layout.ts';
import { ceremonyButton } from '../sign-in/phone-pages.ts';

const words = {
  signIn: { ja: '運用者ログイン', en: 'Sign in as operator' },
  signInText: {
    ja: '登録済みのパスキーでログインします。操作はすべて記録されます。',
    en: 'Sign in with your passkey. Everything that is done here is recorded.',
  },
  button: { ja: 'パスキーでログイン', en: 'Sign in with the passkey' },
  opening: { ja: '確認しています', en: 'Checking' },
  offline: { ja: 'サーバーにつながりませんでした。', en: 'The server could not be reached.' },
  enrol: { ja: 'パスキーの登録', en: 'Make a passkey' },
  enrolText: {
    ja: 'このPCやセキュリティキー、スマートフォンに、運用者ログイン用のパスキーを作ります。',
    en: 'A passkey for signing in as operator is made on this PC, a security key or a phone.',
  },
  name: { ja: '運用者', en: 'Operator' },
  make: { ja: 'パスキーを作る', en: 'Make the passkey' },
  back: { ja: 'ログインに戻る', en: 'Back to the sign-in' },
} as const satisfies Record<string, Text>;

export function signInPage({ language }: PageContext): Page {
  return {
    title: words.signIn,
    device: 'pc',
    script: { name: 'phone-sign-in', data: { base: '/sign-in' } },
    body: html`
<h1>${words.signIn[language]}</h1>
<p>${words.signInText[language]}</p>
${ceremonyButton(words.button, language)}`,
  };
}

/** Where an enrolment link leads; the token is in the fragment, so the script takes it from there. */
export function enrolmentOpenPage({ language }: PageContext): Page {
  return {
    title: words.enrol,
    device: 'pc',
    script: { name: 'open-link', data: { target: '/enrol/open', lost: '/problem/enrolment' } },
    switchLanguage: false,
    body: html`<h1>${words.enrol[language]}</h1><p role="status">${words.opening[language]}</p>
<p class="problem" role="alert" data-offline hidden>${words.offline[language]}</p>`,
  };
}

export function enrolPage(operator: OperatorsTable) {
  return ({ language }: PageContext): Page => ({
    title: words.enrol,
    device: 'pc',
    script: { name: 'operator-enrol', data: { base: '/enrol/passkey' } },
    body: html`
<h1>${words.enrol[language]}</h1>
<dl class="username"><dt>${words.name[language]}</dt><dd>${operator.name}</dd></dl>
<p>${words.enrolText[language]}</p>
${ceremonyButton(words.make, language)}`,
  });
}

const problems: Record<string, { title: Text; text: Text }> = {
  'sign-in': {
    title: { ja: 'ログインできませんでした', en: 'The sign-in failed' },
    text: {
      ja: 'パスキーが登録されていないか、運用者の登録が終了しているか、操作が取り消されました。',
      en: 'The passkey is not registered, the operator has been ended, or it was cancelled.',
    },
  },
  passkey: {
    title: { ja: 'パスキーを作れませんでした', en: 'The passkey could not be made' },
    text: {
      ja: '操作が取り消されたか、本人確認（指紋・顔・PIN）ができませんでした。登録用のリンクをもう一度開いてください。',
      en: 'It was cancelled, or its owner was not verified (fingerprint, face, PIN). Open the link again.',
    },
  },
  enrolment: {
    title: { ja: 'この登録用リンクは使えません', en: 'This link cannot be used' },
    text: {
      ja: '有効期限が切れているか、すでに使われています。管理者に新しいリンクを依頼してください。',
      en: 'It has expired or was used already. Ask the administrator for a new one.',
    },
  },
  'too-many': {
    title: { ja: '操作の回数が多すぎます', en: 'Too many attempts' },
    text: { ja: 'しばらく待ってからやり直してください。', en: 'Please wait a while and try again.' },
  },
  'not-allowed': {
    title: { ja: 'この操作をする権限がありません', en: 'You may not do this' },
    text: { ja: '必要な場合は、管理者に依頼してください。', en: 'If you need to, ask the administrator.' },
  },
};

export function operatorProblemPage(problem: string) {
  const texts = Object.hasOwn(problems, problem) ? problems[problem] : undefined;
  return (
    texts &&
    (({ language }: PageContext): Page => ({
      title: texts.title,
      device: 'pc',
      body: html`<div class="problem" data-error="${problem}"><h1>${texts.title[language]}</h1><p>${texts.text[language]}</p></div>
<p><a class="button" href="/sign-in">${words.back[language]}</a></p>`,
    }))
  );
}
