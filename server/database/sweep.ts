import type { Database } from './index.ts';

/** Tickets and what belongs to them stay this long after their time, so that a late phone still gets a clear answer. */
const keptAfterwards = 24 * 3_600_000;

/** What became of a printed sheet can be asked for this long after its time. */
const sheetsKeptAfterwards = 30 * 24 * 3_600_000;

/** Removes what is over. Safe on any node at any time; nothing that is still of use is touched. */
export async function sweep(database: Database, now: number, replacedPhoneDays: number): Promise<void> {
  for (const table of [
    'card_logins',
    'hand_overs',
    'sessions',
    'phone_sessions',
    'challenges',
    'candidates',
    'operator_enrolments',
    'operator_sessions',
  ] as const) {
    await database.deleteFrom(table).where('expires_at', '<=', now).execute();
  }
  for (const table of ['tickets', 'sign_ins'] as const) {
    await database
      .deleteFrom(table)
      .where('expires_at', '<=', now - keptAfterwards)
      .execute();
  }
  await database
    .deleteFrom('rate_limits')
    .where('window_start', '<=', now - keptAfterwards)
    .execute();
  await database
    .deleteFrom('initial_sheets')
    .where('expires_at', '<=', now - sheetsKeptAfterwards)
    .execute();
  await database
    .deleteFrom('credentials')
    .where('replaced_at', '<=', now - replacedPhoneDays * 24 * 3_600_000)
    .execute();
  // People who logged in but never registered are not kept.
  await database
    .deleteFrom('people')
    .where('created_at', '<=', now - keptAfterwards)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('credentials')
            .select('credentials.id')
            .whereRef('credentials.person_id', '=', 'people.id'),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('my_number_cards')
            .select('my_number_cards.person_id')
            .whereRef('my_number_cards.person_id', '=', 'people.id'),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('initial_sheets')
            .select('initial_sheets.id')
            .whereRef('initial_sheets.person_id', '=', 'people.id'),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('tickets').select('tickets.id').whereRef('tickets.person_id', '=', 'people.id'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('sessions')
            .select('sessions.token_hash')
            .whereRef('sessions.person_id', '=', 'people.id'),
        ),
      ),
    )
    .execute();
}
