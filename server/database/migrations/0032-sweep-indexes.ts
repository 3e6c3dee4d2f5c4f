import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What the sweep and forgetting a person look for is found without reading whole tables. */
export const sweepIndexes: Migration = {
  async up(db: Kysely<unknown>) {
    const { schema } = db;
    await schema
      .createIndex('credentials_replaced')
      .on('credentials')
      .column('replaced_at')
      .where('replaced_at', 'is not', null)
      .execute();
    await schema.createIndex('rate_limits_window').on('rate_limits').column('window_start').execute();
    for (const table of ['initial_sheets', 'operator_enrolments', 'operator_sessions']) {
      await schema.createIndex(`${table}_expiry`).on(table).column('expires_at').execute();
    }
    for (const table of ['tickets', 'sessions']) {
      await schema.createIndex(`${table}_person`).on(table).column('person_id').execute();
    }
  },
};
