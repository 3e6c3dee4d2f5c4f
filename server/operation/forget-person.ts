import { type RawBuilder, sql } from 'kysely';
import { audit } from '../audit/log.ts';
import { type Database, lockPerson, transact } from '../database/index.ts';
import { forgetCounts } from '../http/rate-limit.ts';
import { newToken } from '../http/tokens.ts';

/** Where rows of a person's own rows hang: a column, and what it may lead to. A phone is with any kind of QR code. */
const below: readonly { column: string; table: string; key: string }[] = [
  { column: 'ticket_id', table: 'tickets', key: 'id' },
  { column: 'ticket_id', table: 'sign_ins', key: 'id' },
  { column: 'ticket_id', table: 'initial_sheets', key: 'id' },
  { column: 'session_hash', table: 'sessions', key: 'token_hash' },
];

export interface Forgotten {
  /** How many were deleted. */
  rows: number;
  /** Subject of the entry in the audit log: made up for it, and leads to nobody. */
  entry: string;
}

/**
 * Deletes a person with everything that belongs to them: rows by `person_id`, and rows of their QR codes and sessions,
 * in whichever table has such a column. Undefined when there is no such person.
 */
export async function forgetPerson(
  database: Database,
  username: string,
  now: number,
): Promise<Forgotten | undefined> {
  const tables = (await database.introspection.getTables()).map(({ name, columns }) => ({
    name,
    columns: new Set(columns.map((column) => column.name)),
  }));
  return await transact(database, async (transaction) => {
    const person = await transaction
      .selectFrom('people')
      .select(['id', 'username'])
      .where('username', '=', username.toLowerCase())
      .executeTakeFirst();
    if (!person) return undefined;
    await lockPerson(transaction, person.id);
    let rows = 0;
    for (const subject of [person.id, person.username]) rows += await forgetCounts(transaction, subject);
    const remove = async (table: string, condition: RawBuilder<unknown>) => {
      const { numAffectedRows } = await sql`delete from ${sql.table(table)} where ${condition}`.execute(
        transaction,
      );
      rows += Number(numAffectedRows ?? 0);
    };
    for (const { column, table, key } of below) {
      const owned = sql`select ${sql.ref(key)} from ${sql.table(table)} where person_id = ${person.id}`;
      for (const { name, columns } of tables) {
        if (columns.has(column) && !columns.has('person_id'))
          await remove(name, sql`${sql.ref(column)} in (${owned})`);
      }
    }
    for (const { name, columns } of tables) {
      if (columns.has('person_id')) await remove(name, sql`person_id = ${person.id}`);
    }
    await remove('people', sql`id = ${person.id}`);
    const entry = newToken();
    await audit(transaction, { actor: 'command', act: 'person-forgotten', subject: entry }, now);
    return { rows, entry };
  });
}
