import { hash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { sql } from 'kysely';
import { type Database, prepared } from '../database/index.ts';

/** At most `count` in each window of `milliseconds`. Kept in the database, so that it holds over all nodes. */
export interface RateLimit {
  name: string;
  count: number;
  milliseconds: number;
}

export const rateLimits = {
  /** Wrong QR secrets from one address: a guess has no chance, but it costs a look-up. Right ones are never counted. */
  wrongSecret: { name: 'wrong-secret', count: 20, milliseconds: 60_000 },
  /** QR codes for one person. */
  ticketsOfPerson: { name: 'tickets-of-person', count: 30, milliseconds: 3_600_000 },
  /** Attempts with one QR code: a person may try often, a program may not. */
  attemptsOfTicket: { name: 'attempts-of-ticket', count: 60, milliseconds: 3_600_000 },
  /** Card logins begun from one address; a hospital may have many people behind one. */
  loginsOfAddress: { name: 'logins-of-address', count: 120, milliseconds: 60_000 },
  /** QR codes opened from one address, right or wrong: each costs a few queries. */
  opensOfAddress: { name: 'opens-of-address', count: 600, milliseconds: 60_000 },
  /** Card logins that succeeded for one username: nobody does it so often, and each makes rows. */
  loginsOfUsername: { name: 'logins-of-username', count: 30, milliseconds: 600_000 },
} as const satisfies Record<string, RateLimit>;

const count = prepared((database, { key, window }: { key: string; window: number }) =>
  database
    .insertInto('rate_limits')
    .values({ key, window_start: window, count: 1 })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet({
        count: sql<number>`case when rate_limits.window_start = excluded.window_start then rate_limits.count + 1 else 1 end`,
        window_start: window,
      }),
    )
    .returning('count'),
);

/** Counts one event of `subject` and says whether it is still within the limit. */
export async function countWithin(
  database: Database,
  limit: RateLimit,
  subject: string,
  now: number,
): Promise<boolean> {
  const { rows } = await count(database, { key: keyOf(limit, subject), window: windowOf(limit, now) });
  const [row] = rows;
  return row !== undefined && row.count <= limit.count;
}

/** Whether `subject` has used up its limit, without counting. */
export async function isOver(
  database: Database,
  limit: RateLimit,
  subject: string,
  now: number,
): Promise<boolean> {
  const row = await database
    .selectFrom('rate_limits')
    .select('count')
    .where('key', '=', keyOf(limit, subject))
    .where('window_start', '=', windowOf(limit, now))
    .executeTakeFirst();
  return row !== undefined && row.count >= limit.count;
}

const windowOf = (limit: RateLimit, now: number) => Math.floor(now / limit.milliseconds) * limit.milliseconds;

/** The address or id itself is not stored. */
function keyOf(limit: RateLimit, subject: string): string {
  return hash('sha256', `${limit.name}\n${networkOf(subject)}`, 'base64url');
}

/**
 * What counts as one address: of IPv6 the first 64 bits, because whoever has one has all of them (RFC 6177); IPv4 whole,
 * also when it is written as IPv6. What is no address stays as it is.
 */
export function networkOf(subject: string): string {
  if (!isIPv6(subject)) return subject;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(subject)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = subject.replace(/%.*$/, '').split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const before = groups(head);
  const missing = tail === undefined ? 0 : 8 - before.length - groups(tail).length;
  const all = [...before, ...Array<string>(Math.max(0, missing)).fill('0'), ...groups(tail ?? '')];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
