import * as v from 'valibot';
import { prepared } from '../database/index.ts';
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
  const { rows: open } = await openOf(database, { subject });
  // All at once: they share a commit.
  await Promise.all([
    open.length < openChallenges ? undefined : removeOld(database, { subject, now }),
    put(database, { hash: hashOf(challenge), subject, expiresAt: now + challengeLifetime }),
  ]);
  return challenge;
}

const openOf = prepared((database, { subject }: { subject: string }) =>
  database.selectFrom('challenges').select('expires_at').where('ticket_id', '=', subject),
);

const put = prepared((database, challenge: { hash: string; subject: string; expiresAt: number }) =>
  database
    .insertInto('challenges')
    .values({ hash: challenge.hash, ticket_id: challenge.subject, expires_at: challenge.expiresAt }),
);

/** Leaves room for one more. */
const removeOld = prepared((database, { subject, now }: { subject: string; now: number }) =>
  database
    .deleteFrom('challenges')
    .where('ticket_id', '=', subject)
    .where((old) =>
      old.or([
        old('expires_at', '<=', now),
        old(
          'hash',
          'not in',
          old
            .selectFrom('challenges')
            .select('hash')
            .where('ticket_id', '=', subject)
            .orderBy('expires_at', 'desc')
            .limit(openChallenges - 1),
        ),
      ]),
    ),
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
