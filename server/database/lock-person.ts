import { PostgresAdapter, sql } from 'kysely';
import type { Database } from './index.ts';

/**
 * Makes transactions about one person follow each other; the first thing that they do. SQLite's always follow each other.
 * Without it two of them on PostgreSQL could wait for each other's QR code, and rows that refer to the person could come
 * while it is deleted.
 */
export async function lockPerson(transaction: Database, personId: string): Promise<void> {
  if (!(transaction.getExecutor().adapter instanceof PostgresAdapter)) return;
  await sql`select 1 from people where id = ${personId} for update`.execute(transaction);
}
