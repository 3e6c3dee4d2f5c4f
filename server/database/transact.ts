import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import { isBusy } from './node-sqlite.ts';

/** Attempts at one transaction. Each failure means that another one got through. */
const attempts = 8;

/**
 * PostgreSQL's codes (Appendix A) for "someone else was first; look again": serialization_failure, deadlock_detected,
 * and unique_violation, where the row that now is there changes what has to be done.
 */
const retried = new Set(['40001', '40P01', '23505']);

/**
 * Runs `work` in a transaction, again from the start when another one got in its way. `work` must therefore change
 * nothing but the database, and must not wait for anything else. Resolves when the commit is on the disk.
 */
export async function transact<Tables, Result>(
  database: Kysely<Tables>,
  work: (transaction: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.transaction().execute(work);
    } catch (error) {
      if (attempt >= attempts || !isConflict(error)) throw error;
      await sleep(Math.random() * 5 * attempt);
    }
  }
}

function isConflict(error: unknown): boolean {
  return isBusy(error) || (error instanceof Error && 'code' in error && retried.has(String(error.code)));
}
