import * as v from 'valibot';
import { hashOf, newToken } from '../http/tokens.ts';
import type { Platform } from '../platform.ts';

/** COSE ES256 and RS256. Named in every call: the library's own list differs from version to version. */
export const algorithms = [-7, -257];
/** Milliseconds. WebAuthn Level 3, 15.1: 300000 to 600000 where the person is verified. */
export const timeout = 300_000;
/** A challenge outlives its ceremony a little, for slow networks. */
const challengeLifetime = timeout + 60_000;
/** Challenges that may be open at a time for one ticket, sign-in or operator: a page may be open twice. */
const openChallenges = 8;

type Clocked = Pick<Platform, 'database' | 'clock'>;

/** Makes a challenge for `subject`: the id of a ticket, a sign-in or an operator's login. */
export async function newChallenge({ database, clock }: Clocked, subject: string): Promise<string> {
  const now = clock();
  const challenge = newToken();
  await removeOld(database, subject, now);
  await database
    .insertInto('challenges')
    .values({ hash: hashOf(challenge), ticket_id: subject, expires_at: now + challengeLifetime })
    .execute();
  return challenge;
}

async function removeOld(database: Platform['database'], subject: string, now: number): Promise<void> {
  const open = await database
    .selectFrom('challenges')
    .select(['hash', 'expires_at'])
    .where('ticket_id', '=', subject)
    .orderBy('expires_at', 'desc')
    .execute();
  const old = open.filter(({ expires_at }, index) => index >= openChallenges - 1 || expires_at <= now);
  if (old.length === 0) return;
  await database
    .deleteFrom('challenges')
    .where(
      'hash',
      'in',
      old.map(({ hash }) => hash),
    )
    .execute();
}

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
  // Single use: whoever deletes it has it.
  const row = await database
    .deleteFrom('challenges')
    .where('hash', '=', hashOf(challenge))
    .where('ticket_id', '=', subject)
    .returning('expires_at')
    .executeTakeFirst();
  return row !== undefined && clock() < row.expires_at ? challenge : undefined;
}

function challengeIn(clientDataJson: string): string | undefined {
  try {
    const data: unknown = JSON.parse(Buffer.from(clientDataJson, 'base64url').toString('utf8'));
    const result = v.safeParse(v.object({ challenge: base64url(200) }), data);
    return result.success ? result.output.challenge : undefined;
  } catch {
    return undefined;
  }
}
