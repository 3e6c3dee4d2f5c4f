import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Signing in with the registered phone, and changing it: the new one counts only when it has signed in. */
export const signIn: Migration = {
  async up(db: Kysely<unknown>) {
    const { schema } = db;
    await schema
      .createTable('sign_ins')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('browser_hash', 'text', (c) => c.notNull())
      .addColumn('secret_hash', 'text', (c) => c.notNull().unique())
      .addColumn('purpose', 'text', (c) => c.notNull())
      .addColumn('person_id', 'text')
      .addColumn('number', 'text', (c) => c.notNull())
      .addColumn('wrong_numbers', 'integer', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .addColumn('phone_hash', 'text')
      .addColumn('problem', 'text')
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    await schema.createIndex('sign_ins_browser').on('sign_ins').column('browser_hash').execute();
    await schema.createIndex('sign_ins_expiry').on('sign_ins').column('expires_at').execute();
    await schema.alterTable('credentials').addColumn('last_used_at', 'bigint').execute();
    await schema
      .alterTable('tickets')
      .addColumn('kind', 'text', (c) => c.notNull().defaultTo('registration'))
      .execute();
    await schema
      .createTable('candidates')
      .addColumn('ticket_id', 'text', (c) => c.primaryKey())
      .addColumn('id', 'text', (c) => c.notNull())
      .addColumn('person_id', 'text', (c) => c.notNull())
      .addColumn('public_key', 'text', (c) => c.notNull())
      .addColumn('counter', 'bigint', (c) => c.notNull())
      .addColumn('transports', 'text', (c) => c.notNull())
      .addColumn('aaguid', 'text', (c) => c.notNull())
      .addColumn('device_type', 'text', (c) => c.notNull())
      .addColumn('backed_up', 'integer', (c) => c.notNull())
      .addColumn('phone', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute();
    await schema.createIndex('candidates_expiry').on('candidates').column('expires_at').execute();
  },
};
