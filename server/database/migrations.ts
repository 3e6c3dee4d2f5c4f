import { type Kysely, sql } from 'kysely';
import type { Migration, MigrationProvider } from 'kysely/migration';
import { myNumberCard } from './migrations/0010-my-number-card.ts';
import { signIn } from './migrations/0011-sign-in.ts';
import { operators } from './migrations/0012-operators.ts';
import { revocationLists } from './migrations/0030-revocation-lists.ts';
import { linkedSessions } from './migrations/0031-linked-sessions.ts';
import { sweepIndexes } from './migrations/0032-sweep-indexes.ts';
import { lighterCeremonies } from './migrations/0033-lighter-ceremonies.ts';
import { auditLogGuard } from './migrations/0034-audit-log-guard.ts';

/** Forward only, in order of name. A migration that has been released is never changed again. */
const migrations: Record<string, Migration> = {
  '0001-registration': {
    async up(db: Kysely<unknown>) {
      const { schema } = db;
      await schema
        .createTable('people')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('username', 'text', (c) => c.notNull().unique())
        .addColumn('created_at', 'bigint', (c) => c.notNull())
        .execute();
      await schema
        .createTable('credentials')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('person_id', 'text', (c) => c.notNull().references('people.id'))
        .addColumn('public_key', 'text', (c) => c.notNull())
        .addColumn('counter', 'bigint', (c) => c.notNull())
        .addColumn('transports', 'text', (c) => c.notNull())
        .addColumn('aaguid', 'text', (c) => c.notNull())
        .addColumn('device_type', 'text', (c) => c.notNull())
        .addColumn('backed_up', 'integer', (c) => c.notNull())
        .addColumn('phone', 'text', (c) => c.notNull())
        .addColumn('label', 'text', (c) => c.notNull())
        .addColumn('registered_at', 'bigint', (c) => c.notNull())
        .addColumn('replaced_at', 'bigint')
        .execute();
      // At most one phone in use per person, whatever two browsers do at the same time.
      await sql`create unique index credentials_in_use on credentials (person_id) where replaced_at is null`.execute(
        db,
      );
      await schema.createIndex('credentials_person').on('credentials').column('person_id').execute();
      await schema
        .createTable('card_logins')
        .addColumn('token_hash', 'text', (c) => c.primaryKey())
        .addColumn('purpose', 'text', (c) => c.notNull())
        .addColumn('expires_at', 'bigint', (c) => c.notNull())
        .execute();
      await schema
        .createTable('hand_overs')
        .addColumn('code_hash', 'text', (c) => c.primaryKey())
        .addColumn('login_hash', 'text', (c) => c.notNull())
        .addColumn('person_id', 'text', (c) => c.notNull())
        .addColumn('expires_at', 'bigint', (c) => c.notNull())
        .execute();
      await schema
        .createTable('sessions')
        .addColumn('token_hash', 'text', (c) => c.primaryKey())
        .addColumn('person_id', 'text', (c) => c.notNull().references('people.id'))
        .addColumn('purpose', 'text', (c) => c.notNull())
        .addColumn('created_at', 'bigint', (c) => c.notNull())
        .addColumn('expires_at', 'bigint', (c) => c.notNull())
        .execute();
      await schema
        .createTable('tickets')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('session_hash', 'text', (c) => c.notNull())
        .addColumn('person_id', 'text', (c) => c.notNull().references('people.id'))
        .addColumn('secret_hash', 'text', (c) => c.notNull().unique())
        .addColumn('state', 'text', (c) => c.notNull())
        .addColumn('created_at', 'bigint', (c) => c.notNull())
        .addColumn('expires_at', 'bigint', (c) => c.notNull())
        .addColumn('phone_hash', 'text')
        .addColumn('phone_expires_at', 'bigint')
        .addColumn('problem', 'text')
        .addColumn('credential_id', 'text')
        .addColumn('version', 'integer', (c) => c.notNull())
        .execute();
      await schema.createIndex('tickets_session').on('tickets').column('session_hash').execute();
      await schema
        .createTable('phone_sessions')
        .addColumn('token_hash', 'text', (c) => c.primaryKey())
        .addColumn('ticket_id', 'text', (c) => c.notNull())
        .addColumn('expires_at', 'bigint', (c) => c.notNull())
        .execute();
      await schema
        .createTable('challenges')
        .addColumn('hash', 'text', (c) => c.primaryKey())
        .addColumn('ticket_id', 'text', (c) => c.notNull())
        .addColumn('expires_at', 'bigint', (c) => c.notNull())
        .execute();
      await schema.createIndex('challenges_ticket').on('challenges').column('ticket_id').execute();
      await schema
        .createTable('rate_limits')
        .addColumn('key', 'text', (c) => c.primaryKey())
        .addColumn('window_start', 'bigint', (c) => c.notNull())
        .addColumn('count', 'integer', (c) => c.notNull())
        .execute();
      for (const table of [
        'card_logins',
        'hand_overs',
        'sessions',
        'tickets',
        'phone_sessions',
        'challenges',
      ]) {
        await schema.createIndex(`${table}_expiry`).on(table).column('expires_at').execute();
      }
    },
  },
  '0010-my-number-card': myNumberCard,
  '0011-sign-in': signIn,
  '0012-operators': operators,
  '0030-revocation-lists': revocationLists,
  '0031-linked-sessions': linkedSessions,
  '0032-sweep-indexes': sweepIndexes,
  '0033-lighter-ceremonies': lighterCeremonies,
  '0034-audit-log-guard': auditLogGuard,
};

export const migrationProvider: MigrationProvider = { getMigrations: async () => migrations };
