import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The last revocation list from each address, for the other nodes and the next start. */
export const revocationLists: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('revocation_lists')
      .addColumn('url', 'text', (c) => c.primaryKey())
      .addColumn('list', 'text', (c) => c.notNull())
      .addColumn('fetched_at', 'bigint', (c) => c.notNull())
      .execute();
  },
};
