import { guideErrorById, type Text } from '../../common/guide/index.ts';
import type { SignInPurpose, SignInsTable } from '../database/index.ts';
import { type Html, html } from '../pages/html.ts';
import { clockTime, timeLeft } from '../pages/language.ts';
import { list, type Page, type PageContext } from '../pages/layout.ts';
import type { Progress } from '../ticket/progress.ts';
import type { SignInStatus } from './status.ts';

const words = {
  titles: {
    change: { ja: '登録したスマートフォンでログインしてください', en: 'Sign in with the registered phone' },
    status: { ja: '登録したスマートフォンでログインしてください', en: 'Sign in with the registered phone' },
    trial: { ja: 'スマートフォンでログインを試します', en: 'Try to sign in with the phone' },
  },
  scanned: { ja: '続きはスマートフォンで操作してください', en: 'Please go on with the phone' },
  qr: { ja: 'ログイン用のQRコード', en: 'QR code for signing in' },
  number: { ja: 'スマートフォンに入力する番号', en: 'Number to type on the phone' },
  valid: { ja: 'QRコードの有効期限', en: 'The QR code is valid until' },
  left: { ja: '残り', en: 'Time left' },
  leftToSignIn: { ja: 'ログインの残り時間', en: 'Time left to log in' },
  progress: { ja: '進み具合', en: 'Progress' },
  cause: { ja: '考えられる原因', en: 'Likely cause' },
  remedy: { ja: '解決策', en: 'What to do' },
  connection: {
    ja: 'サーバーとの接続を確かめています。このままお待ちください。',
    en: 'Reconnecting to the server. Please wait.',
  },
  renew: { ja: 'QRコードを作り直す', en: 'Make a new QR code' },
  renewHint: {
    ja: '読み取ったスマートフォンで続けられないとき：',
    en: 'When you cannot go on with the phone that scanned it:',
  },
  stop: { ja: 'やめて最初のページに戻る', en: 'Stop and go back to the first page' },
} as const;

const phases: Record<SignInPurpose, readonly { status: SignInStatus; text: Text }[]> = {
  change: phasesWithNumber(),
  status: phasesWithNumber(),
  trial: [
    { status: 'waiting', text: { ja: 'QRコードを読み取る', en: 'Scan the QR code' } },
    {
      status: 'opened',
      text: { ja: '「ログイン」をタップして生体認証', en: 'Tap 「ログイン」 (Log in), use biometrics' },
    },
  ],
};

function phasesWithNumber() {
  return [
    { status: 'waiting', text: { ja: 'QRコードを読み取る', en: 'Scan the QR code' } },
    { status: 'opened', text: { ja: '番号を入力', en: 'Type the number' } },
    {
      status: 'confirmed',
      text: { ja: '「ログイン」をタップして生体認証', en: 'Tap 「ログイン」 (Log in), use biometrics' },
    },
  ] as const;
}

/** Where a sign-in's page is, and where its QR code is made again. */
export interface SignInPaths {
  page: string;
  renew: string;
}

/** The PC while the phone signs in. Built like the page of manual (7); the script keeps it up to date. */
export function signInQrPage(signIn: SignInsTable, progress: Progress, qr: Html, paths: SignInPaths) {
  const { purpose } = signIn;
  return ({ language }: PageContext): Page => {
    const { problem } = progress;
    const title = words.titles[purpose];
    return {
      title,
      device: 'pc',
      script: {
        name: 'progress',
        data: {
          events: `${paths.page}/events`,
          next: paths.page,
          status: progress.status,
          code: problem?.code ?? '',
          left: progress.left,
        },
      },
      body: html`
<h1 data-title data-waiting="${title[language]}" data-scanned="${words.scanned[language]}">${title[language]}</h1>
<div class="scan">
<div class="qr" role="img" aria-label="${words.qr[language]}">${qr}</div>
<div class="beside">
${
  purpose !== 'trial' &&
  html`<dl class="username number"><dt>${words.number[language]}</dt><dd data-number>${signIn.number}</dd></dl>`
}
<p class="deadline"><span class="valid">${words.valid[language]}</span>
<time class="valid" datetime="${new Date(signIn.expires_at).toISOString()}">${clockTime(signIn.expires_at, language)}</time>
<span class="left"><span data-left-label data-waiting="${words.left[language]}" data-scanned="${words.leftToSignIn[language]}">${words.left[language]}</span> <strong data-left>${timeLeft(progress.left, language)}</strong></span></p>
</div>
</div>
<section aria-labelledby="progress" class="progress">
<h2 id="progress">${words.progress[language]}</h2>
<ol data-phases>${phases[purpose].map(({ status, text }) => html`<li data-phase="${status}">${text[language]}</li>`)}</ol>
<p class="headline" role="status" data-headline>${progress.headline}</p>
<div class="problem" role="alert" data-problem${!problem && html` hidden`}>
<p class="problem-title" data-problem-title>${problem?.title}</p>
<dl><dt>${words.cause[language]}</dt><dd data-problem-cause>${problem?.cause}</dd>
<dt>${words.remedy[language]}</dt><dd data-problem-remedy>${problem?.remedy}</dd></dl>
</div>
<p class="connection" role="status" data-connection hidden>${words.connection[language]}</p>
</section>
<form method="post" action="${paths.renew}" class="aside" data-renew hidden>
<p class="small" id="renew-hint">${words.renewHint[language]}</p>
<button type="submit" class="secondary" aria-describedby="renew-hint">${words.renew[language]}</button>
</form>
<p><a href="/">${words.stop[language]}</a></p>`,
    };
  };
}

const expired = guideErrorById('qr-expired');

const overWords = {
  cancelled: { ja: 'このQRコードは取り消されました', en: 'This QR code has been cancelled' },
  cancelledText: {
    ja: '違う番号が続けて入力されたか、別の画面で新しいQRコードが作られました。',
    en: 'A wrong number was typed several times, or a new QR code was made on another page.',
  },
} as const satisfies Record<string, Text>;

/** Expired or cancelled: with the way to begin again. */
export function signInOverPage(status: 'expired' | 'cancelled', renew: string) {
  const title = status === 'expired' ? expired.title : overWords.cancelled;
  const text = status === 'expired' ? expired.symptom : overWords.cancelledText;
  return ({ language }: PageContext): Page => ({
    title,
    device: 'pc',
    body: html`
<div class="problem" data-error="qr-${status}"><h1>${title[language]}</h1>${list([text], language)}</div>
<form method="post" action="${renew}"><button type="submit">${words.renew[language]}</button></form>
<p><a href="/">${words.stop[language]}</a></p>`,
  });
}

/** The sign-in went well, and another tab of this browser has taken it. Looks again by itself. */
export function goingOnPage({ language }: PageContext): Page {
  const title = { ja: 'ログインしています', en: 'Logging in' } as const satisfies Text;
  return {
    title,
    device: 'pc',
    body: html`<h1>${title[language]}</h1><p role="status">${title[language]}…</p>`,
  };
}
