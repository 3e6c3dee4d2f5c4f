import type { Text } from '../../common/guide/index.ts';
import type { AuditLogTable, OperatorRole, OperatorsTable } from '../database/index.ts';
import { firstDayWithout, type LineProblem, mostSheets } from '../initial-sheet/request.ts';
import { type SheetStatus, sheetStatusOf } from '../initial-sheet/store.ts';
import { type Html, html } from '../pages/html.ts';
import { clockTime, type Language } from '../pages/language.ts';
import type { Page, PageContext } from '../pages/layout.ts';
import type { PersonView } from './people.ts';
import { may } from './roles.ts';

const roles: Record<OperatorRole, Text> = {
  support: { ja: 'サポート（閲覧のみ）', en: 'Support (reads)' },
  operator: { ja: '運用者', en: 'Operator' },
};

const words = {
  search: { ja: '登録状況の検索', en: 'Search' },
  sheets: { ja: '初期登録用QRの発行', en: 'Issue sheets' },
  audit: { ja: '操作の記録', en: 'Audit log' },
  signOut: { ja: 'ログアウト', en: 'Sign out' },
  menu: { ja: 'メニュー', en: 'Menu' },
  number: { ja: '登録番号または本人ID', en: 'Registration number or username' },
  numberHint: {
    ja: '例：999001、999001-jpa。番号だけのときは、F・Rなどが付く本人IDも探します。',
    en: 'For example 999001 or 999001-jpa. A bare number also finds usernames with F, R and the like.',
  },
  find: { ja: '検索', en: 'Search' },
  none: { ja: '見つかりませんでした。', en: 'Nothing was found.' },
  several: { ja: '複数見つかりました。', en: 'Several were found.' },
  phones: { ja: 'スマートフォン', en: 'Phones' },
  noPhone: { ja: '登録されていません。', en: 'None is registered.' },
  label: { ja: 'ラベル', en: 'Label' },
  since: { ja: '登録日時', en: 'Registered' },
  lastUsed: { ja: '最後のログイン', en: 'Last signed in' },
  until: { ja: '終了日時', en: 'Ended' },
  inUse: { ja: '使用中', en: 'In use' },
  endPhone: { ja: 'このスマートフォンの登録を取り消す', en: 'End this phone' },
  endPhoneText: {
    ja: '取り消すと、このスマートフォンでは認証できなくなります。元に戻せません。',
    en: 'The phone can no longer be used afterwards. This cannot be undone.',
  },
  card: { ja: 'マイナンバーカード', en: 'My Number card' },
  linked: { ja: '登録日時', en: 'Linked' },
  noCard: { ja: '登録されていません。', en: 'None is linked.' },
  unlink: { ja: 'マイナンバーカードの紐づけを解除する', en: 'Unlink the My Number card' },
  personSheets: { ja: '初期登録用QR', en: 'Sheets' },
  noSheets: { ja: '発行されていません。', en: 'None has been issued.' },
  issued: { ja: '発行日時', en: 'Issued' },
  expires: { ja: '有効期限', en: 'Valid until' },
  state: { ja: '状態', en: 'State' },
  revoke: { ja: '取り消す', en: 'Revoke' },
  cards: {
    ja: '本人IDとカードの発行日（1行に1枚）',
    en: 'Username and day of issue of each card, one per line',
  },
  cardsHint: {
    ja: `例：999001-jpa 2026-04-01（一度に${mostSheets}枚まで）`,
    en: `For example 999001-jpa 2026-04-01; at most ${mostSheets} in one go`,
  },
  cardsText: {
    ja: '1人につき1ページのPDFを作ります。用紙の内容（QRコードとパスワード）は保存されません。紛失したときは新しく発行してください。以前に発行した用紙は使えなくなります。',
    en: 'Makes a PDF with a page for each person. QR codes and passwords are not kept: a lost sheet is issued anew, and the one before stops working.',
  },
  issue: { ja: 'PDFを作る', en: 'Make the PDF' },
  when: { ja: '日時', en: 'Time' },
  who: { ja: '操作した人', en: 'Who' },
  act: { ja: '操作', en: 'Act' },
  subject: { ja: '対象', en: 'Subject' },
} as const satisfies Record<string, Text>;

const sheetStates: Record<SheetStatus, Text> = {
  issued: { ja: '有効', en: 'Good' },
  used: { ja: '使用済み', en: 'Used' },
  locked: { ja: 'ロック（パスワード5回間違い）', en: 'Locked (five wrong passwords)' },
  revoked: { ja: '取消', en: 'Revoked' },
  expired: { ja: '期限切れ', en: 'Expired' },
};

const lineProblems: Record<LineProblem, Text> = {
  'no-username': { ja: '本人IDの形式ではありません。', en: 'This is not a username.' },
  'no-date': { ja: 'カードの発行日を読み取れません。', en: 'The day of issue cannot be read.' },
  'issued-too-late': {
    ja: `発行日が${firstDayWithout}以降のカードには、初期登録用QRを発行しません（登録方法2）。`,
    en: `Cards issued on ${firstDayWithout} or later get no sheet (method 2).`,
  },
  twice: { ja: '同じ本人IDが2回あります。', en: 'This username stands there twice.' },
  'too-many': { ja: `一度に発行できるのは${mostSheets}枚までです。`, en: `At most ${mostSheets} in one go.` },
};

/** A page of the console: who is at work, and where to go. */
function consolePage(operator: OperatorsTable, title: Text, body: (language: Language) => Html) {
  return ({ language }: PageContext): Page => ({
    title,
    device: 'pc',
    script: { name: 'page' },
    body: html`
<div class="console">
<nav aria-label="${words.menu[language]}"><a href="/">${words.search[language]}</a>
${may(operator.role, 'issue') && html`<a href="/sheets">${words.sheets[language]}</a>`}
${may(operator.role, 'audit') && html`<a href="/audit">${words.audit[language]}</a>`}</nav>
<form method="post" action="/sign-out"><span>${operator.name} <span class="small">${roles[operator.role][language]}</span></span>
<button type="submit" class="secondary">${words.signOut[language]}</button></form>
</div>
<h1>${title[language]}</h1>
${body(language)}`,
  });
}

export function searchPage(
  operator: OperatorsTable,
  result?: { typed: string; found: readonly { id: string; username: string }[] },
) {
  return consolePage(
    operator,
    words.search,
    (language) => html`
<form method="post" action="/search">
<label for="number">${words.number[language]}</label>
<input id="number" name="number" value="${result?.typed ?? ''}" maxlength="64" required autocomplete="off" aria-describedby="number-hint">
<p id="number-hint" class="small">${words.numberHint[language]}</p>
<button type="submit">${words.find[language]}</button>
</form>
${result && found(result.found, language)}`,
  );
}

function found(people: readonly { id: string; username: string }[], language: Language): Html {
  if (people.length === 0) return html`<p class="headline" role="status">${words.none[language]}</p>`;
  return html`<p class="headline" role="status">${words.several[language]}</p>
<ul>${people.map(({ id, username }) => html`<li><a href="/people/${id}">${username}</a></li>`)}</ul>`;
}

export function personPage(operator: OperatorsTable, person: PersonView, now: number) {
  const mayEnd = may(operator.role, 'end');
  const title: Text = { ja: person.username, en: person.username };
  const time = (at: number, language: Language) => clockTime(at, language);
  return consolePage(
    operator,
    title,
    (language) => html`
<section aria-labelledby="phones"><h2 id="phones">${words.phones[language]}</h2>
${person.phones.length === 0 && html`<p>${words.noPhone[language]}</p>`}
${
  person.phones.length > 0 &&
  html`<table><thead><tr><th>${words.label[language]}</th><th>${words.since[language]}</th><th>${words.lastUsed[language]}</th><th>${words.until[language]}</th></tr></thead>
<tbody>${person.phones.map(
    (phone) => html`<tr><td>${phone.label}</td><td>${time(phone.registeredAt, language)}</td>
<td>${phone.lastUsedAt === null ? '–' : time(phone.lastUsedAt, language)}</td>
<td>${phone.replacedAt === null ? html`<strong>${words.inUse[language]}</strong>` : time(phone.replacedAt, language)}</td></tr>`,
  )}</tbody></table>`
}
${
  mayEnd &&
  person.phones.some(({ replacedAt }) => replacedAt === null) &&
  html`<details><summary>${words.endPhone[language]}</summary><form method="post" action="/people/${person.id}/phone/end">
<p>${words.endPhoneText[language]}</p><button type="submit">${words.endPhone[language]}</button></form></details>`
}</section>
<section aria-labelledby="card"><h2 id="card">${words.card[language]}</h2>
<p>${person.linkedAt === undefined ? words.noCard[language] : `${words.linked[language]} ${time(person.linkedAt, language)}`}</p>
${
  mayEnd &&
  person.linkedAt !== undefined &&
  html`<details><summary>${words.unlink[language]}</summary><form method="post" action="/people/${person.id}/card/unlink">
<button type="submit">${words.unlink[language]}</button></form></details>`
}</section>
<section aria-labelledby="sheets"><h2 id="sheets">${words.personSheets[language]}</h2>
${person.sheets.length === 0 && html`<p>${words.noSheets[language]}</p>`}
${
  person.sheets.length > 0 &&
  html`<table><thead><tr><th>${words.issued[language]}</th><th>${words.expires[language]}</th><th>${words.state[language]}</th></tr></thead>
<tbody>${person.sheets.map((sheet) => {
    const status = sheetStatusOf(sheet, now);
    return html`<tr><td>${time(sheet.issued_at, language)}</td><td>${time(sheet.expires_at, language)}</td><td>${sheetStates[status][language]}
${
  mayEnd &&
  (status === 'issued' || status === 'locked') &&
  html`<form method="post" action="/people/${person.id}/sheets/${sheet.id}/revoke"><button type="submit" class="secondary">${words.revoke[language]}</button></form>`
}</td></tr>`;
  })}</tbody></table>`
}</section>`,
  );
}

export function sheetsPage(
  operator: OperatorsTable,
  result?: { typed: string; problems: readonly { line: number; problem: LineProblem }[] },
) {
  return consolePage(
    operator,
    words.sheets,
    (language) => html`
<p>${words.cardsText[language]}</p>
${
  result &&
  html`<div class="problem" role="alert"><ul>${
    result.problems.length === 0
      ? html`<li>${lineProblems['no-username'][language]}</li>`
      : result.problems.map(({ line, problem }) => html`<li>${line}: ${lineProblems[problem][language]}</li>`)
  }</ul></div>`
}
<form method="post" action="/sheets">
<label for="cards">${words.cards[language]}</label>
<textarea id="cards" name="cards" rows="10" required autocomplete="off" aria-describedby="cards-hint">${result?.typed ?? ''}</textarea>
<p id="cards-hint" class="small">${words.cardsHint[language]}</p>
<button type="submit">${words.issue[language]}</button>
</form>`,
  );
}

export function auditPage(
  operator: OperatorsTable,
  entries: readonly (AuditLogTable & { name: string | null })[],
) {
  return consolePage(
    operator,
    words.audit,
    (language) => html`
<table><thead><tr><th>#</th><th>${words.when[language]}</th><th>${words.who[language]}</th><th>${words.act[language]}</th><th>${words.subject[language]}</th></tr></thead>
<tbody>${entries.map(
      (
        entry,
      ) => html`<tr><td>${entry.seq}</td><td>${clockTime(entry.at, language)}</td><td>${entry.name ?? entry.actor}</td>
<td><code>${entry.act}</code></td><td><code>${entry.subject.slice(0, 8)}</code> ${entry.detail === '{}' ? '' : entry.detail}</td></tr>`,
    )}</tbody></table>`,
  );
}
