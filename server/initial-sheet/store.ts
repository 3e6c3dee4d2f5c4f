import { audit } from '../audit/log.ts';
import { personIdOf } from '../card/login-store.ts';
import { type Database, type InitialSheetsTable, transact } from '../database/index.ts';
import { hashOf, newToken } from '../http/tokens.ts';
import { cancelTickets, type NewTicket, putTicket } from '../ticket/store.ts';
import { hashPassword, newPassword } from './password.ts';

/** Wrong passwords that lock a sheet (MEDIS: five). */
export const mostWrongPasswords = 5;

/** What is printed, and kept nowhere: a lost sheet is issued anew. */
export interface PrintedSheet {
  id: string;
  username: string;
  secret: string;
  password: string;
  issuedAt: number;
  expiresAt: number;
}

/**
 * Issues sheets to these people, all of them or none. A person's sheets from before are revoked: only the newest paper
 * is good.
 */
export async function issueSheets(
  database: Database,
  usernames: readonly string[],
  operatorId: string,
  now: number,
  expiresAt: number,
): Promise<PrintedSheet[]> {
  const prepared = await Promise.all(
    usernames.map(async (username) => {
      const password = newPassword();
      const sheet = { id: newToken(), username, secret: newToken(), password, issuedAt: now, expiresAt };
      return { sheet, stored: await hashPassword(password) };
    }),
  );
  await transact(database, async (transaction) => {
    for (const { sheet, stored } of prepared) {
      const personId = await personIdOf(transaction, sheet.username, now);
      const older = await transaction
        .updateTable('initial_sheets')
        .set({ state: 'revoked' })
        .where('person_id', '=', personId)
        .where('state', '=', 'issued')
        .returning('id')
        .execute();
      await transaction
        .insertInto('initial_sheets')
        .values({
          id: sheet.id,
          person_id: personId,
          secret_hash: hashOf(sheet.secret),
          password_salt: stored.salt,
          password_hash: stored.hash,
          wrong_passwords: 0,
          state: 'issued',
          issued_at: now,
          issued_by: operatorId,
          expires_at: expiresAt,
        })
        .execute();
      const detail = { person: personId };
      for (const { id } of older) {
        await audit(transaction, { actor: operatorId, act: 'sheet-revoked', subject: id, detail }, now);
      }
      await audit(transaction, { actor: operatorId, act: 'sheet-issued', subject: sheet.id, detail }, now);
    }
  });
  return prepared.map(({ sheet }) => sheet);
}

export type Sheet = InitialSheetsTable;

/** What a sheet is at a moment. */
export type SheetStatus = InitialSheetsTable['state'] | 'expired';

export function sheetStatusOf(
  { state, expires_at }: Pick<InitialSheetsTable, 'state' | 'expires_at'>,
  now: number,
): SheetStatus {
  return state === 'issued' && now >= expires_at ? 'expired' : state;
}

export async function sheetBySecret(database: Database, secret: string): Promise<Sheet | undefined> {
  return await database
    .selectFrom('initial_sheets')
    .selectAll()
    .where('secret_hash', '=', hashOf(secret))
    .executeTakeFirst();
}

export async function sheetById(database: Database, id: string): Promise<Sheet | undefined> {
  return await database.selectFrom('initial_sheets').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function sheetsOfPerson(database: Database, personId: string): Promise<Sheet[]> {
  return await database
    .selectFrom('initial_sheets')
    .selectAll()
    .where('person_id', '=', personId)
    .orderBy('issued_at', 'desc')
    .limit(20)
    .execute();
}

/** Takes one of the attempts before the password is looked at, so that many at the same time gain nothing. */
export async function takeAttempt(database: Database, id: string): Promise<boolean> {
  const { numUpdatedRows } = await database
    .updateTable('initial_sheets')
    .set((eb) => ({ wrong_passwords: eb('wrong_passwords', '+', 1) }))
    .where('id', '=', id)
    .where('state', '=', 'issued')
    .where('wrong_passwords', '<', mostWrongPasswords)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** The password was wrong. Locks the sheet when it was the last attempt; returns the attempts left. */
export async function noteWrongPassword(database: Database, id: string): Promise<number> {
  await database
    .updateTable('initial_sheets')
    .set({ state: 'locked' })
    .where('id', '=', id)
    .where('state', '=', 'issued')
    .where('wrong_passwords', '>=', mostWrongPasswords)
    .execute();
  const sheet = await sheetById(database, id);
  return sheet?.state === 'issued' ? mostWrongPasswords - sheet.wrong_passwords : 0;
}

/**
 * The password was right: gives the attempts back and makes the ticket on which the phone goes on. One that was begun
 * with the same sheet before ends. Undefined when the sheet is good no longer.
 */
export async function openSheet(
  database: Database,
  sheet: Sheet,
  ticket: Pick<NewTicket, 'now' | 'expiresAt'>,
): Promise<{ ticketId: string; changed: string[] } | undefined> {
  return await transact(database, async (transaction) => {
    const { numUpdatedRows } = await transaction
      .updateTable('initial_sheets')
      .set({ wrong_passwords: 0 })
      .where('id', '=', sheet.id)
      .where('state', '=', 'issued')
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) return undefined;
    const sessionHash = hashOf(`sheet ${sheet.id}`);
    const changed = await cancelTickets(transaction, sessionHash);
    const ticketId = newToken();
    await putTicket(transaction, {
      ...ticket,
      id: ticketId,
      sessionHash,
      personId: sheet.person_id,
      // Nobody scans this ticket: the phone is there already.
      secret: newToken(),
      state: 'opened',
      kind: 'registration',
      sheetId: sheet.id,
    });
    return { ticketId, changed };
  });
}

/** The phone is registered: the sheet is used up, in the same transaction. False when it is good no longer. */
export async function useSheet(transaction: Database, id: string): Promise<boolean> {
  const { numUpdatedRows } = await transaction
    .updateTable('initial_sheets')
    .set({ state: 'used' })
    .where('id', '=', id)
    .where('state', '=', 'issued')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
