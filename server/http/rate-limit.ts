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
  /** Failures that phones tell of, for one QR code: no more than attempts and some, each makes the PC's page change. */
  problemsOfTicket: { name: 'problems-of-ticket', count: 120, milliseconds: 3_600_000 },
  /** Card logins begun from one address; a hospital may have many people behind one. */
  loginsOfAddress: { name: 'logins-of-address', count: 120, milliseconds: 60_000 },
  /** QR codes opened from one address, right or wrong: each costs a few queries. */
  opensOfAddress: { name: 'opens-of-address', count: 600, milliseconds: 60_000 },
  /** Operators' sign-ins and enrolments begun from one address. */
  loginsOfOperators: { name: 'logins-of-operators', count: 120, milliseconds: 60_000 },
  /** Card logins that succeeded for one username: nobody does it so often, and each makes rows. */
  loginsOfUsername: { name: 'logins-of-username', count: 30, milliseconds: 600_000 },
} as const satisfies Record<string, RateLimit>;

/** A window, as the limit's key finds it in the database. All in milliseconds since 1970. */
interface Window {
  key: string;
  start: number;
  /** The window after it begins here: a node whose clock is ahead, or this one before its clock was set back. */
  next: number;
}

const count = prepared((database, { key, start, next, most }: Window & { most: number }) => {
  const goesOn = sql<boolean>`rate_limits.window_start between excluded.window_start and ${next}`;
  return database
    .insertInto('rate_limits')
    .values({ key, window_start: start, count: 1 })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({
          count: sql<number>`case when ${goesOn} then rate_limits.count + 1 else 1 end`,
          window_start: sql<number>`case when ${goesOn} then rate_limits.window_start else excluded.window_start end`,
        })
        // Past the limit nothing is written, and nothing returned.
        .where(sql<boolean>`not (${goesOn}) or rate_limits.count < ${most}`),
    )
    .returning('count');
});

/**
 * Counts one event of `subject` and says whether it is still within the limit. Clocks of nodes may differ, and be set
 * back, by less than a window; a longer step back begins anew, lest a clock that was far ahead locks anyone out.
 */
export async function countWithin(
  database: Database,
  limit: RateLimit,
  subject: string,
  now: number,
): Promise<boolean> {
  const { rows } = await count(database, { ...windowOf(limit, subject, now), most: limit.count });
  return rows.length > 0;
}

/** Deletes what was counted of a subject: a key of a name can be found by trying names. Returns how many rows. */
export async function forgetCounts(database: Database, subject: string): Promise<number> {
  const keys = Object.values(rateLimits).map((limit) => keyOf(limit, subject));
  const { numDeletedRows } = await database
    .deleteFrom('rate_limits')
    .where('key', 'in', keys)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

function windowOf(limit: RateLimit, subject: string, now: number): Window {
  const start = Math.floor(now / limit.milliseconds) * limit.milliseconds;
  return { key: keyOf(limit, subject), start, next: start + limit.milliseconds };
}

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
