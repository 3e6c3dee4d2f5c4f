import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** My Number cards: which person a card belongs to, and logins with either card. */
export const myNumberCard: Migration = {
  async up(db: Kysely<unknown>) {
    const { schema } = db;
    await schema
      .createTable('my_number_cards')
      .addColumn('person_id', 'text', (c) => c.primaryKey().references('people.id'))
      .addColumn('subject_hash', 'text', (c) => c.notNull().unique())
      .addColumn('linked_at', 'bigint', (c) => c.notNull())
      .execute();
    await schema
      .alterTable('card_logins')
      .addColumn('card', 'text', (c) => c.notNull().defaultTo('hpki'))
      .execute();
    await schema.alterTable('card_logins').addColumn('session_hash', 'text').execute();
    await schema.alterTable('hand_overs').addColumn('subject_hash', 'text').execute();
    await schema.alterTable('hand_overs').addColumn('hc_role', 'text').execute();
    await schema.alterTable('sessions').addColumn('hc_role', 'text').execute();
  },
};
