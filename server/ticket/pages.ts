import { guideErrorById, stepById, type Text } from '../../common/guide/index.ts';
import { type Html, html } from '../pages/html.ts';
import { clockTime, timeLeft } from '../pages/language.ts';
import { list, type Page, type PageContext } from '../pages/layout.ts';
import { personText, usernameText } from '../pages/person.ts';
import type { Progress } from './progress.ts';
import type { Ticket } from './store.ts';
import { timeOver } from './time-over.ts';

const words = {
  title: { ja: 'スマートフォンでQRコードを読み取ってください', en: 'Scan the QR code with your phone' },
  check: {
    ja: 'ご自身の本人IDであることを確認してください。違う場合は、QRコードを読み取らずにブラウザのウィンドウをすべて閉じてください。',
    en: 'Check that this is your own username. If it is not, do not scan the QR code: close all browser windows.',
  },
  valid: { ja: 'QRコードの有効期限', en: 'The QR code is valid until' },
  left: { ja: '残り', en: 'Time left' },
  leftToRegister: { ja: '登録の残り時間', en: 'Time left to register' },
  qr: { ja: '登録用のQRコード', en: 'QR code for the registration' },
  scanned: { ja: '続きはスマートフォンで操作してください', en: 'Please go on with the phone' },
  progress: { ja: '進み具合', en: 'Progress' },
  how: { ja: '読み取り方', en: 'How to scan' },
  renewHint: {
    ja: '別のスマートフォンで登録するときや、読み取ったスマートフォンで続けられないとき：',
    en: 'To use another phone, or when you cannot go on with the one that scanned it:',
  },
  renew: { ja: 'QRコードを作り直す', en: 'Make a new QR code' },
  again: { ja: '最初からやり直す', en: 'Start again' },
  cause: { ja: '考えられる原因', en: 'Likely cause' },
  remedy: { ja: '解決策', en: 'What to do' },
  connection: {
    ja: 'サーバーとの接続を確かめています。このままお待ちください。',
    en: 'Reconnecting to the server. Please wait.',
  },
} as const satisfies Record<string, Text>;

const howTo: Text[] = [
  {
    ja: 'iPhone：「カメラ」アプリを起動してQRコードに向け、表示された「2nds.medis.or.jp」をタップします。Safariで開きます。',
    en: 'iPhone: open the Camera app, point it at the QR code and tap "2nds.medis.or.jp". It opens in Safari.',
  },
  {
    ja: 'Android：「Chrome」アプリを開き、検索キーワードを入力する項目の右にあるカメラボタンをタップしてQRコードを読み取り、表示された「2nds.medis.or.jp～」のボタンをタップします。',
    en: 'Android: open Chrome, tap the camera button to the right of the search box, scan the QR code and tap the button "2nds.medis.or.jp…".',
  },
  {
    ja: 'LINEなど、ほかのアプリの読み取り機能は使わないでください。登録できないことがあります。',
    en: 'Do not scan it from inside LINE or other apps: the registration may fail there.',
  },
];

/** What happens on the phone, in the order of the statuses. */
const phases: readonly { status: Progress['status']; text: Text }[] = [
  { status: 'waiting', text: { ja: 'QRコードを読み取る', en: 'Scan the QR code' } },
  { status: 'opened', text: { ja: '「ログイン」をタップ', en: 'Tap 「ログイン」 (Log in)' } },
  {
    status: 'logged-in',
    text: { ja: '「登録」をタップして生体認証', en: 'Tap 「登録」 (Register), use biometrics' },
  },
  {
    status: 'proving',
    text: { ja: '「確認」をタップしてもう一度生体認証', en: 'Tap 「確認」 (Check), biometrics once more' },
  },
  { status: 'registered', text: { ja: '「OK」をタップ', en: 'Tap 「OK」' } },
];

/** Manual (7). The script keeps it up to date by the event stream. */
export function qrPage(
  ticket: Ticket,
  hcRole: string | null,
  progress: Progress,
  qr: Html,
  portalHost: string,
) {
  return ({ language }: PageContext): Page => {
    const { problem } = progress;
    return {
      title: words.title,
      device: 'pc',
      step: 'scan-qr',
      script: {
        name: 'progress',
        data: {
          events: '/registration/events',
          next: '/registration',
          status: progress.status,
          code: problem?.code ?? '',
          left: progress.left,
        },
      },
      body: html`
<h1 data-title data-waiting="${words.title[language]}" data-scanned="${words.scanned[language]}">${words.title[language]}</h1>
<div class="scan">
<div class="qr" role="img" aria-label="${words.qr[language]}">${qr}</div>
<div class="beside">
${personText({ username: ticket.username, hcRole }, language)}
<p class="check">${words.check[language]}</p>
<p class="deadline"><span class="valid">${words.valid[language]}</span>
<time class="valid" datetime="${new Date(ticket.expires_at).toISOString()}">${clockTime(ticket.expires_at, language)}</time>
<span class="left"><span data-left-label data-waiting="${words.left[language]}" data-scanned="${words.leftToRegister[language]}">${words.left[language]}</span> <strong data-left>${timeLeft(progress.left, language)}</strong></span></p>
</div>
</div>
<section aria-labelledby="progress" class="progress">
<h2 id="progress">${words.progress[language]}</h2>
<ol data-phases>${phases.filter(({ status }) => status !== 'proving' || ticket.kind === 'change').map(({ status, text }) => html`<li data-phase="${status}">${text[language]}</li>`)}</ol>
<p class="headline" role="status" data-headline>${progress.headline}</p>
<div class="problem" role="alert" data-problem${!problem && html` hidden`}>
<p class="problem-title" data-problem-title>${problem?.title}</p>
<dl><dt>${words.cause[language]}</dt><dd data-problem-cause>${problem?.cause}</dd>
<dt>${words.remedy[language]}</dt><dd data-problem-remedy>${problem?.remedy}</dd></dl>
</div>
<p class="connection" role="status" data-connection hidden>${words.connection[language]}</p>
</section>
<section aria-labelledby="how" class="how" data-how>
<h2 id="how">${words.how[language]}</h2>
${list(
  howTo.map((text) => ({
    ja: text.ja.replaceAll('2nds.medis.or.jp', portalHost),
    en: text.en.replaceAll('2nds.medis.or.jp', portalHost),
  })),
  language,
)}
</section>
<form method="post" action="/registration/renew" class="aside" data-renew hidden>
<p class="small" id="renew-hint">${words.renewHint[language]}</p>
<button type="submit" class="secondary" aria-describedby="renew-hint">${words.renew[language]}</button>
</form>`,
    };
  };
}

const expired = guideErrorById('qr-expired');

/** Manual (7): 「無効になってしまった場合は再度（2）からやり直してください。」 The QR code's time is over, or the phone's own. */
export function expiredPage({ phone_expires_at }: Pick<Ticket, 'phone_expires_at'>) {
  const { title, symptom } = phone_expires_at === null ? expired : timeOver;
  return ({ language }: PageContext): Page => ({
    title,
    device: 'pc',
    step: 'scan-qr',
    body: html`
<div class="problem" data-error="qr-expired">
<h1>${title[language]}</h1>
<p>${symptom[language]}</p>
${list(
  expired.remedies.map(({ text }) => text),
  language,
)}
</div>
<p><a class="button" href="/">${words.again[language]}</a></p>`,
  });
}

const finish = stepById('finish');

const doneWords = {
  phone: { ja: '登録したスマートフォン', en: 'Registered phone' },
  close: {
    ja: 'ブラウザ右上の×をクリックして、ブラウザ全体を閉じてください。',
    en: 'Close the whole browser with the × at its top right.',
  },
  /** Any card: the login may have been by My Number card, or by the phone before. */
  card: {
    ja: 'カードを使った場合は、カードリーダーから取り出してください。',
    en: 'If you used a card, take it off the reader.',
  },
} as const satisfies Record<string, Text>;

/** Manual (13). */
export function donePage(ticket: Ticket, label: string | undefined) {
  return ({ language }: PageContext): Page => ({
    title: finish.title,
    device: 'pc',
    step: 'finish',
    body: html`
<div class="success">
<h1>${finish.title[language]}</h1>
${usernameText(ticket.username)}
${label !== undefined && html`<dl class="username"><dt>${doneWords.phone[language]}</dt><dd>${label}</dd></dl>`}
</div>
<p class="closing"><strong>${doneWords.close[language]}</strong></p>
${list(
  finish.instructions.map((text) => (text.ja.includes('カードリーダー') ? doneWords.card : text)),
  language,
)}`,
  });
}
