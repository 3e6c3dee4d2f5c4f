import type { Database, Purpose } from '../database/index.ts';
import { hashOf, newToken } from '../http/tokens.ts';

/** From 「HPKIカードで登録」 to the certificate: chooser and PIN may take their time, and be tried again. */
const loginLifetime = 15 * 60_000;
/** From the card login host back to the portal: one redirect. */
const handOverLifetime = 60_000;

/** A card login, begun in one browser. `token` goes into its cookie, `id` may be seen in links. */
export async function beginCardLogin(
  database: Database,
  purpose: Purpose,
  now: number,
): Promise<{ token: string; id: string }> {
  const token = newToken();
  const id = hashOf(token);
  await database
    .insertInto('card_logins')
    .values({ token_hash: id, purpose, expires_at: now + loginLifetime })
    .execute();
  return { token, id };
}

export async function isCardLoginOpen(database: Database, id: string, now: number): Promise<boolean> {
  const row = await database
    .selectFrom('card_logins')
    .select('expires_at')
    .where('token_hash', '=', id)
    .executeTakeFirst();
  return row !== undefined && now < row.expires_at;
}

/** Makes the single-use code that takes a proven person back to the portal. */
export async function handOver(
  database: Database,
  login: string,
  username: string,
  now: number,
): Promise<string> {
  const personId = await personIdOf(database, username, now);
  const code = newToken();
  await database
    .insertInto('hand_overs')
    .values({
      code_hash: hashOf(code),
      login_hash: login,
      person_id: personId,
      expires_at: now + handOverLifetime,
    })
    .execute();
  return code;
}

/** The person of a username, noted the first time the card shows it. */
async function personIdOf(database: Database, username: string, now: number): Promise<string> {
  await database
    .insertInto('people')
    .values({ id: newToken(), username, created_at: now })
    .onConflict((conflict) => conflict.column('username').doNothing())
    .execute();
  const { id } = await database
    .selectFrom('people')
    .select('id')
    .where('username', '=', username)
    .executeTakeFirstOrThrow();
  return id;
}

export interface CardLoginResult {
  personId: string;
  purpose: Purpose;
}

/**
 * Takes a hand-over: once, in time, and only in the browser that began the login. Undefined otherwise. The code is
 * used up even when the browser is the wrong one.
 */
export async function takeHandOver(
  database: Database,
  code: string,
  loginToken: string,
  now: number,
): Promise<CardLoginResult | undefined> {
  const row = await database
    .deleteFrom('hand_overs')
    .where('code_hash', '=', hashOf(code))
    .returning(['login_hash', 'person_id', 'expires_at'])
    .executeTakeFirst();
  if (!row || row.login_hash !== hashOf(loginToken) || now >= row.expires_at) return undefined;
  const login = await database
    .deleteFrom('card_logins')
    .where('token_hash', '=', row.login_hash)
    .returning(['purpose', 'expires_at'])
    .executeTakeFirst();
  if (!login || now >= login.expires_at) return undefined;
  return { personId: row.person_id, purpose: login.purpose };
}
