import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** A session keeps that a My Number card was linked in it. */
export const linkedSessions: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('sessions')
      .addColumn('linked', 'integer', (c) => c.notNull().defaultTo(0))
      .execute();
  },
};
