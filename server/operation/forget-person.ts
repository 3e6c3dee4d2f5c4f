import { type RawBuilder, sql } from 'kysely';
import { type Database, transact } from '../database/index.ts';

/** Where rows of a person's own rows hang: a column, and what it leads to. */
const below: Record<string, { table: string; key: string }> = {
  ticket_id: { table: 'tickets', key: 'id' },
  session_hash: { table: 'sessions', key: 'token_hash' },
};

/**
 * Deletes a person with everything that belongs to them: rows by `person_id`, and rows of their tickets and sessions,
 * in whichever table has such a column. Returns how many rows; undefined when there is no such person.
 */
export async function forgetPerson(database: Database, username: string): Promise<number | undefined> {
  const tables = (await database.introspection.getTables()).map(({ name, columns }) => ({
    name,
    columns: new Set(columns.map((column) => column.name)),
  }));
  return await transact(database, async (transaction) => {
    const person = await transaction
      .selectFrom('people')
      .select('id')
      .where('username', '=', username.toLowerCase())
      .executeTakeFirst();
    if (!person) return undefined;
    let rows = 0;
    const remove = async (table: string, condition: RawBuilder<unknown>) => {
      const { numAffectedRows } = await sql`delete from ${sql.table(table)} where ${condition}`.execute(
        transaction,
      );
      rows += Number(numAffectedRows ?? 0);
    };
    for (const [column, { table, key }] of Object.entries(below)) {
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
    return rows;
  });
}
