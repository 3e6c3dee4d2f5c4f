import {
  type CardKind,
  type Database,
  type HandOversTable,
  type LoginPurpose,
  prepared,
} from '../database/index.ts';
import { hashOf, newToken } from '../http/tokens.ts';
import { personIdOfCard } from '../my-number/link-store.ts';

/** From 「HPKIカードで登録」 to the certificate: chooser and PIN may take their time, and be tried again. */
const loginLifetime = 15 * 60_000;
/** From the card login host back to the portal: one redirect. */
const handOverLifetime = 60_000;

export interface CardLogin {
  purpose: LoginPurpose;
  card: CardKind;
  /** The session it goes on with, if any: its result is good in no other. */
  sessionHash: string | null;
}

/** A card login, begun in one browser. `token` goes into its cookie, `id` may be seen in links. */
export async function beginCardLogin(
  database: Database,
  { purpose, card, sessionHash }: CardLogin,
  now: number,
): Promise<{ token: string; id: string }> {
  const token = newToken();
  const id = hashOf(token);
  await database
    .insertInto('card_logins')
    .values({ token_hash: id, purpose, card, session_hash: sessionHash, expires_at: now + loginLifetime })
    .execute();
  return { token, id };
}

/** Whether a login with this kind of card was begun and may still be finished. */
export async function isCardLoginOpen(
  database: Database,
  id: string,
  card: CardKind,
  now: number,
): Promise<boolean> {
  const { rows } = await openLogin(database, { id, card });
  return rows.some(({ expires_at }) => now < expires_at);
}

const openLogin = prepared((database, { id, card }: { id: string; card: CardKind }) =>
  database
    .selectFrom('card_logins')
    .select('expires_at')
    .where('token_hash', '=', id)
    .where('card', '=', card),
);

/** What a certificate has proven. */
export type CardProof =
  | { card: 'hpki'; username: string; hcRole: string | null }
  | { card: 'my-number'; subjectHash: string };

/** Makes the single-use code that takes what was proven back to the portal. */
export async function handOver(
  database: Database,
  login: string,
  proof: CardProof,
  now: number,
): Promise<string> {
  const code = newToken();
  const proven =
    proof.card === 'hpki'
      ? {
          person_id: await personIdOf(database, proof.username, now),
          subject_hash: null,
          hc_role: proof.hcRole,
        }
      : { person_id: '', subject_hash: proof.subjectHash, hc_role: null };
  await putHandOver(database, {
    code_hash: hashOf(code),
    login_hash: login,
    ...proven,
    expires_at: now + handOverLifetime,
  });
  return code;
}

/** Takes back what nobody was told of. */
export async function withdrawHandOver(database: Database, code: string): Promise<void> {
  await database.deleteFrom('hand_overs').where('code_hash', '=', hashOf(code)).execute();
}

const putHandOver = prepared((database, handOver: HandOversTable) =>
  database.insertInto('hand_overs').values({
    code_hash: handOver.code_hash,
    login_hash: handOver.login_hash,
    person_id: handOver.person_id,
    subject_hash: handOver.subject_hash,
    hc_role: handOver.hc_role,
    expires_at: handOver.expires_at,
  }),
);

/** The person of a username, noted the first time the name is met. */
export async function personIdOf(database: Database, username: string, now: number): Promise<string> {
  const [known] = (await personByUsername(database, { username })).rows;
  if (known) return known.id;
  await database
    .insertInto('people')
    .values({ id: newToken(), username, created_at: now })
    .onConflict((conflict) => conflict.column('username').doNothing())
    .execute();
  return await personIdOf(database, username, now);
}

const personByUsername = prepared((database, { username }: { username: string }) =>
  database.selectFrom('people').select('id').where('username', '=', username),
);

export interface CardLoginResult extends CardLogin {
  /** Undefined when a My Number card was shown that belongs to nobody. */
  personId: string | undefined;
  /** Of a My Number card. */
  subjectHash: string | null;
  hcRole: string | null;
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
    .returning(['login_hash', 'person_id', 'subject_hash', 'hc_role', 'expires_at'])
    .executeTakeFirst();
  if (!row || row.login_hash !== hashOf(loginToken) || now >= row.expires_at) return undefined;
  const login = await database
    .deleteFrom('card_logins')
    .where('token_hash', '=', row.login_hash)
    .returning(['purpose', 'card', 'session_hash', 'expires_at'])
    .executeTakeFirst();
  if (!login || now >= login.expires_at) return undefined;
  return {
    purpose: login.purpose,
    card: login.card,
    sessionHash: login.session_hash,
    personId: row.subject_hash === null ? row.person_id : await personIdOfCard(database, row.subject_hash),
    subjectHash: row.subject_hash,
    hcRole: row.hc_role,
  };
}
