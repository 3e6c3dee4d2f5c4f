import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../database/index.ts';

/** Everything that is written down. Stable codes: audits are read years later. */
export const auditActs = [
  'operator-added',
  'operator-ended',
  'operator-enrolled',
  'signed-in',
  'signed-out',
  'searched',
  'person-viewed',
  'audit-viewed',
  'sheet-issued',
  'sheet-revoked',
  'phone-ended',
  'card-unlinked',
  'person-forgotten',
] as const;
export type AuditAct = (typeof auditActs)[number];

export interface AuditEntry {
  /** An operator's id, or `command`. */
  actor: string;
  act: AuditAct;
  /** The id of a person, sheet or operator; never a name. Empty when there is none. */
  subject?: string;
  detail?: Readonly<Record<string, string | number>>;
}

/**
 * Adds an entry to the chain. Call it in the transaction of the act itself: both are there, or neither. The head's row is
 * locked until then, so that entries follow each other also where several nodes write.
 */
export async function audit(transaction: Database, entry: AuditEntry, now: number): Promise<void> {
  const { seq, hash: previous } = await transaction
    .updateTable('audit_head')
    .set((eb) => ({ seq: eb('seq', '+', 1) }))
    .where('id', '=', 1)
    .returning(['seq', 'hash'])
    .executeTakeFirstOrThrow();
  const row = {
    seq,
    at: now,
    actor: entry.actor,
    act: entry.act,
    subject: entry.subject ?? '',
    detail: JSON.stringify(entry.detail ?? {}),
    previous,
  };
  const hash = entryHash(row);
  await transaction
    .insertInto('audit_log')
    .values({ ...row, hash })
    .execute();
  await transaction.updateTable('audit_head').set({ hash }).where('id', '=', 1).execute();
}

interface HashedFields {
  seq: number;
  at: number;
  actor: string;
  act: string;
  subject: string;
  detail: string;
  previous: string;
}

/** SHA-256 over the fields in this order as a JSON array, lower-case hexadecimal. */
export function entryHash({ seq, at, actor, act, subject, detail, previous }: HashedFields): string {
  const fields = [seq, at, actor, act, subject, detail, previous];
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}

export type AuditVerdict =
  | { ok: true; entries: number; head: string }
  | { ok: false; seq: number; why: 'missing' | 'changed' | 'out-of-chain' | 'end-missing' };

const page = 1000;

/**
 * Goes through the whole chain. That the end was not cut off together with the head's row shows only when `head` is
 * compared with one noted down elsewhere before: that is what the command prints it for.
 */
export async function verifyAuditLog(database: Database): Promise<AuditVerdict> {
  // Read first: entries are added while this goes on, and what is at the end now must still be in the chain then.
  const head = await database.selectFrom('audit_head').selectAll().where('id', '=', 1).executeTakeFirst();
  let passed = head?.seq === 0 && head.hash === '';
  let previous = '';
  let seq = 0;
  for (;;) {
    const rows = await database
      .selectFrom('audit_log')
      .selectAll()
      .where('seq', '>', seq)
      .orderBy('seq')
      .limit(page)
      .execute();
    for (const row of rows) {
      if (row.seq !== seq + 1) return { ok: false, seq: seq + 1, why: 'missing' };
      if (row.previous !== previous) return { ok: false, seq: row.seq, why: 'out-of-chain' };
      if (entryHash(row) !== row.hash) return { ok: false, seq: row.seq, why: 'changed' };
      previous = row.hash;
      seq = row.seq;
      passed ||= seq === head?.seq && row.hash === head.hash;
    }
    if (rows.length < page) break;
  }
  if (!passed) return { ok: false, seq: seq + 1, why: 'end-missing' };
  return { ok: true, entries: seq, head: previous };
}

/** Whether an entry with this hash is in the log: a head that was noted down earlier must be. */
export async function isInAuditLog(database: Database, hash: string): Promise<boolean> {
  const row = await database
    .selectFrom('audit_log')
    .select(sql<number>`1`.as('there'))
    .where('hash', '=', hash)
    .executeTakeFirst();
  return row !== undefined;
}
