import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Text } from '../../common/guide/index.ts';
import { countWithin, rateLimits } from '../http/rate-limit.ts';
import { sendPage } from '../http/request.ts';
import { html } from '../pages/html.ts';
import type { Page, PageContext } from '../pages/layout.ts';
import { stopPath } from '../phone/place.ts';
import type { Platform } from '../platform.ts';
import { isPassword } from './password.ts';
import { passwordPath, type SheetVisit, sheetPlaceOf, sheetVisit } from './phone-visit.ts';
import {
  mostWrongPasswords,
  noteWrongPassword,
  openSheet,
  sheetById,
  sheetStatusOf,
  takeAttempt,
} from './store.ts';

const words = {
  title: { ja: 'パスワードを入力してください', en: 'Type the password' },
  text: {
    ja: '「初期登録用QR」の用紙に印刷されているパスワードを入力してください。',
    en: 'Type the password that is printed on the sheet with the QR code.',
  },
  label: { ja: 'パスワード（8文字）', en: 'Password (8 characters)' },
  hint: {
    ja: '大文字と小文字の区別はありません。ハイフンは入力しなくてもかまいません。',
    en: 'Capital letters do not matter, and the hyphen may be left out.',
  },
  button: { ja: '次へ', en: 'Next' },
  wrong: { ja: 'パスワードが違います。', en: 'The password is wrong.' },
  left: {
    ja: '回間違えると、このQRコードは使えなくなります。',
    en: 'more wrong passwords and the QR code stops working.',
  },
} as const satisfies Record<string, Text>;

function passwordPage(left: number) {
  return ({ language }: PageContext): Page => ({
    title: words.title,
    device: 'phone',
    script: { name: 'phone-page' },
    body: html`
<h1>${words.title[language]}</h1>
${
  left < mostWrongPasswords &&
  html`<div class="problem" role="alert" data-error="wrong-password"><p>${words.wrong[language]}</p>
<p>${language === 'ja' ? `あと${left}${words.left.ja}` : `${left} ${words.left.en}`}</p></div>`
}
<form method="post" action="${passwordPath}">
<p>${words.text[language]}</p>
<label for="password">${words.label[language]}</label>
<input id="password" name="password" required maxlength="20" autocomplete="off" autocapitalize="characters" autocorrect="off" spellcheck="false" aria-describedby="hint">
<p id="hint" class="small">${words.hint[language]}</p>
<button type="submit">${words.button[language]}</button>
</form>`,
  });
}

/** 登録方法1: the password on the sheet, then on as in manual (8). */
export function initialSheetRoutes(server: FastifyInstance, platform: Platform): void {
  const { database, clock, configuration, signals } = platform;

  server.get(passwordPath, async (request, reply) => {
    const visit = await visitAt(platform, request, reply);
    if (!visit) return reply;
    return sendPage(platform, request, reply, passwordPage(mostWrongPasswords - visit.sheet.wrong_passwords));
  });

  server.post(passwordPath, async (request, reply) => {
    const visit = await visitAt(platform, request, reply);
    if (!visit) return reply;
    const { sheet } = visit;
    const { password } = (request.body ?? {}) as { password?: unknown };
    // Nothing typed is no attempt.
    if (typeof password !== 'string' || password.trim() === '') return reply.redirect(passwordPath, 303);
    if (!(await takeAttempt(database, sheet.id)))
      return reply.redirect(await placeNow(platform, sheet.id), 303);
    const stored = { salt: sheet.password_salt, hash: sheet.password_hash };
    if (!(await isPassword(password, stored))) {
      const left = await noteWrongPassword(database, sheet.id);
      request.log.info({ left }, 'wrong password for a sheet');
      return reply.redirect(await placeNow(platform, sheet.id), 303);
    }
    const now = clock();
    if (!(await countWithin(database, rateLimits.ticketsOfPerson, sheet.person_id, now))) {
      return reply.redirect(stopPath('too-many'), 303);
    }
    const expiresAt = now + configuration.qrSeconds * 1000;
    const opened = await openSheet(database, sheet, { now, expiresAt });
    if (!opened) return reply.redirect(await placeNow(platform, sheet.id), 303);
    for (const id of opened.changed) signals.changed(id);
    await database
      .updateTable('phone_sessions')
      .set({ ticket_id: opened.ticketId })
      .where('token_hash', '=', visit.hash)
      .execute();
    return reply.redirect('/phone/login', 303);
  });
}

async function placeNow({ database, clock }: Platform, sheetId: string): Promise<string> {
  const sheet = await sheetById(database, sheetId);
  return sheet ? sheetPlaceOf(sheetStatusOf(sheet, clock())) : stopPath('qr-unknown');
}

async function visitAt(
  platform: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<SheetVisit | undefined> {
  const visit = await sheetVisit(platform, request);
  if (visit?.place === passwordPath) return visit;
  // Typed already: the phone's own page knows where it is.
  void reply.redirect(visit?.place ?? '/phone/login', 303);
  return undefined;
}
