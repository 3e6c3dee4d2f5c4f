import { randomInt } from 'node:crypto';
import { sql } from 'kysely';
import {
  type Database,
  type SignInPurpose,
  type SignInState,
  type SignInsTable,
  transact,
} from '../database/index.ts';
import { derivedToken, hashOf, newToken } from '../http/tokens.ts';
import { type SignInProblem, storedProblem } from './problem.ts';

const open: SignInState[] = ['waiting', 'opened', 'confirmed'];
/** Wrong numbers that end a sign-in: of a hundred numbers three may be guessed. */
const mostWrongNumbers = 3;
/** From the fingerprint to the PC's page. Milliseconds. */
const takeLifetime = 2 * 60_000;

/** The secret in the QR code, made from the browser's token so that the page can be reloaded. */
export function signInSecret(browserToken: string, signInId: string): string {
  return derivedToken(browserToken, `sign-in ${signInId}`);
}

export interface NewSignIn {
  browserToken: string;
  purpose: SignInPurpose;
  /** In a trial: whose phone is tried. */
  personId: string | null;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** Begins a sign-in and cancels the browser's others that have not been taken. Returns the ids of all that changed. */
export async function createSignIn(database: Database, signIn: NewSignIn, now: number): Promise<string[]> {
  const id = newToken();
  const browserHash = hashOf(signIn.browserToken);
  return await transact(database, async (transaction) => {
    const cancelled = await cancelSignIns(transaction, browserHash);
    await transaction
      .insertInto('sign_ins')
      .values({
        id,
        browser_hash: browserHash,
        secret_hash: hashOf(signInSecret(signIn.browserToken, id)),
        purpose: signIn.purpose,
        person_id: signIn.personId,
        number: String(randomInt(100)).padStart(2, '0'),
        wrong_numbers: 0,
        state: 'waiting',
        created_at: now,
        expires_at: signIn.expiresAt,
        phone_hash: null,
        problem: null,
        version: 1,
        attempts: 0,
      })
      .execute();
    return [id, ...cancelled];
  });
}

/** One that is done, too: with a clock set back since, it would be the newest, and the PC would go on as that person. */
const cancelUntaken = (database: Database) =>
  database
    .updateTable('sign_ins')
    .set((eb) => ({ state: 'cancelled' as const, version: eb('version', '+', 1) }))
    .where('state', 'in', [...open, 'done']);

async function cancelSignIns(database: Database, browserHash: string): Promise<string[]> {
  const rows = await cancelUntaken(database)
    .where('browser_hash', '=', browserHash)
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

/** Those in which this person's phone has signed in, and trials of it. */
export async function cancelSignInsOfPerson(database: Database, personId: string): Promise<void> {
  await cancelUntaken(database).where('person_id', '=', personId).execute();
}

const select = (database: Database) => database.selectFrom('sign_ins').selectAll();

export async function signInBySecret(database: Database, secret: string): Promise<SignInsTable | undefined> {
  return await select(database).where('secret_hash', '=', hashOf(secret)).executeTakeFirst();
}

export async function signInById(database: Database, id: string): Promise<SignInsTable | undefined> {
  return await select(database).where('id', '=', id).executeTakeFirst();
}

/** The newest sign-in of a browser for one of these purposes; one that is over only when there is no other. */
export async function signInOfBrowser(
  database: Database,
  browserToken: string,
  purposes: readonly SignInPurpose[],
): Promise<SignInsTable | undefined> {
  return await select(database)
    .where('browser_hash', '=', hashOf(browserToken))
    .where('purpose', 'in', [...purposes])
    .orderBy(sql`case when state in ('cancelled', 'taken') then 1 else 0 end`)
    .orderBy('created_at', 'desc')
    .orderBy('version', 'asc')
    .executeTakeFirst();
}

/** Changes a sign-in only if it is still in one of the states; false when someone else was first. */
async function change(
  database: Database,
  id: string,
  from: SignInState[],
  values: Partial<Pick<SignInsTable, 'state' | 'expires_at' | 'phone_hash' | 'problem' | 'person_id'>>,
): Promise<boolean> {
  const { numUpdatedRows } = await database
    .updateTable('sign_ins')
    .set((eb) => ({ ...values, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .where('state', 'in', from)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export function markSignInOpened(database: Database, id: string): Promise<boolean> {
  return change(database, id, ['waiting'], { state: 'opened' });
}

/** The number on the PC was typed on the phone: from here on only that phone goes on. */
export function confirmPhone(
  database: Database,
  id: string,
  phoneHash: string,
  expiresAt: number,
): Promise<boolean> {
  const values = { state: 'confirmed' as const, phone_hash: phoneHash, expires_at: expiresAt, problem: null };
  return change(database, id, ['waiting', 'opened'], values);
}

/** Counts a wrong number; the last one ends the sign-in. Returns whether it goes on. */
export async function countWrongNumber(database: Database, id: string): Promise<boolean> {
  const row = await database
    .updateTable('sign_ins')
    .set((eb) => ({ wrong_numbers: eb('wrong_numbers', '+', 1), version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .where('state', 'in', ['waiting', 'opened'])
    .returning('wrong_numbers')
    .executeTakeFirst();
  if (row && row.wrong_numbers < mostWrongNumbers) return true;
  await change(database, id, open, { state: 'cancelled' });
  return false;
}

export function setSignInProblem(
  database: Database,
  signIn: SignInsTable,
  problem: SignInProblem | null,
): Promise<boolean> {
  const stored = storedProblem(problem);
  if (signIn.problem === stored) return Promise.resolve(false);
  return change(database, signIn.id, open, { problem: stored });
}

/**
 * The phone has signed in: notes it for the PC, and on the credential. In one transaction; false when too late, also for
 * a phone that was replaced or ended since its answer was looked at, or an answer that was made before the last one.
 */
export async function completeSignIn(
  database: Database,
  signIn: SignInsTable,
  phoneHash: string,
  key: { id: string; personId: string; counter: number },
  now: number,
): Promise<boolean> {
  return await transact(database, async (transaction) => {
    const { numUpdatedRows } = await transaction
      .updateTable('credentials')
      .set({ last_used_at: now, counter: key.counter })
      .where('id', '=', key.id)
      .where('replaced_at', 'is', null)
      // Phones that do not count always say 0 (WebAuthn Level 3, 6.1.1).
      .where((eb) => eb.or([eb('counter', '<', key.counter), eb('counter', '=', 0)]))
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) return false;
    const values = {
      state: 'done' as const,
      person_id: key.personId,
      phone_hash: phoneHash,
      problem: null,
      expires_at: now + takeLifetime,
    };
    // Too late for the PC; that the phone has signed in is true all the same.
    return await change(transaction, signIn.id, open, values);
  });
}

/** The PC takes the result: once. */
export function takeSignIn(database: Database, id: string): Promise<boolean> {
  return change(database, id, ['done'], { state: 'taken' });
}
