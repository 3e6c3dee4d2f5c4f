import * as v from 'valibot';
import { type Database, prepared } from '../database/index.ts';
import { hashOf, newToken } from '../http/tokens.ts';
import type { Platform } from '../platform.ts';

/** COSE ES256 and RS256. Named in every call: the library's own list differs from version to version. */
export const algorithms = [-7, -257];
/** Milliseconds. WebAuthn Level 3, 15.1: 300000 to 600000 where the person is verified. */
export const timeout = 300_000;
/** A challenge outlives its ceremony a little, for slow networks. */
const challengeLifetime = timeout + 60_000;

/** The relying party's id (WebAuthn Level 3, 4) for pages of an origin: its host. */
export function relyingPartyId(origin: string): string {
  const known = relyingParties.get(origin);
  if (known !== undefined) return known;
  const { hostname } = new URL(origin);
  relyingParties.set(origin, hostname);
  return hostname;
}

/** By origin: the portal's and the operators'. An address takes as long to parse as a row to find. */
const relyingParties = new Map<string, string>();

type Clocked = Pick<Platform, 'database' | 'clock'>;

/** Whether one more ceremony may be begun with a QR code, and counts it: a person may try often, a program may not. */
export async function countAttempt(
  database: Database,
  table: 'tickets' | 'sign_ins',
  id: string,
): Promise<boolean> {
  const { numAffectedRows } = await attempt[table](database, { id });
  return numAffectedRows === 1n;
}

/** Attempts with one QR code. They also bound how many challenges it may have open. */
export const mostAttempts = 60;

const attemptIn = (table: 'tickets' | 'sign_ins') =>
  prepared((database, { id }: { id: string }) =>
    database
      .updateTable(table)
      .set((eb) => ({ attempts: eb('attempts', '+', 1) }))
      .where('id', '=', id)
      .where('attempts', '<', mostAttempts),
  );
const attempt = { tickets: attemptIn('tickets'), sign_ins: attemptIn('sign_ins') };

/**
 * Makes a challenge for `subject`: the id of a ticket, a sign-in or an operator's login. A page may be open twice, so
 * there may be several: the caller limits how often it is asked for one.
 */
export async function newChallenge({ database, clock }: Clocked, subject: string): Promise<string> {
  const challenge = newToken();
  await put(database, { hash: hashOf(challenge), subject, expiresAt: clock() + challengeLifetime });
  return challenge;
}

const put = prepared((database, challenge: { hash: string; subject: string; expiresAt: number }) =>
  database
    .insertInto('challenges')
    .values({ hash: challenge.hash, ticket_id: challenge.subject, expires_at: challenge.expiresAt }),
);

export const base64url = (most: number) => v.pipe(v.string(), v.maxLength(most), v.regex(/^[A-Za-z0-9_-]*$/));

/**
 * Uses up the challenge that a clientDataJSON answers to, and gives it: undefined when it is none of the subject's open
 * ones. That the answer is to this challenge is then proven by its verification.
 */
export async function takeChallenge(
  { database, clock }: Clocked,
  subject: string,
  clientDataJson: string,
): Promise<string | undefined> {
  const challenge = challengeIn(clientDataJson);
  if (challenge === undefined) return undefined;
  return (await useChallenge({ database, clock }, subject, challenge)) ? challenge : undefined;
}

/** Uses up a challenge. Whether it was one of the subject's open ones: whoever deletes it has it. */
export async function useChallenge(
  { database, clock }: Clocked,
  subject: string,
  challenge: string,
): Promise<boolean> {
  const { rows } = await take(database, { hash: hashOf(challenge), subject });
  return rows.some(({ expires_at }) => clock() < expires_at);
}

const take = prepared((database, { hash, subject }: { hash: string; subject: string }) =>
  database
    .deleteFrom('challenges')
    .where('hash', '=', hash)
    .where('ticket_id', '=', subject)
    .returning('expires_at'),
);

/** CollectedClientData (WebAuthn Level 3, 5.8.1) as far as it is used here. Unknown members are passed over. */
const clientDataSchema = v.pipe(
  v.object({
    challenge: base64url(200),
    crossOrigin: v.optional(v.unknown()),
    topOrigin: v.optional(v.unknown()),
  }),
  // Our pages let nobody frame them: what comes out of a frame was none of them (7.1 step 10, 7.2 step 13).
  v.check(({ crossOrigin, topOrigin }) => crossOrigin !== true && topOrigin === undefined),
);

/** The challenge that a clientDataJSON names. Undefined, too, where it was made in another site's frame. */
export function challengeIn(clientDataJson: string): string | undefined {
  try {
    const data: unknown = JSON.parse(Buffer.from(clientDataJson, 'base64url').toString('utf8'));
    const result = v.safeParse(clientDataSchema, data);
    return result.success ? result.output.challenge : undefined;
  } catch {
    return undefined;
  }
}
