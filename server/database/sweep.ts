import { setImmediate } from 'node:timers/promises';
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
  await sweepPeople(database, now);
}

/** People looked at in one statement: SQLite answers nobody else meanwhile. */
const slice = 1000;

/** People who logged in but never registered are not kept. */
async function sweepPeople(database: Database, now: number): Promise<void> {
  let after = '';
  for (;;) {
    const last = await database
      .selectFrom('people')
      .select('id')
      .where('id', '>', after)
      .orderBy('id')
      .offset(slice - 1)
      .limit(1)
      .executeTakeFirst();
    await deletePeople(database, now - keptAfterwards, after, last?.id).execute();
    if (!last) return;
    after = last.id;
    await setImmediate();
  }
}

/** Of the people with ids above `after`, up to `last` or the end, those whom nothing refers to. */
function deletePeople(database: Database, createdBefore: number, after: string, last: string | undefined) {
  return database
    .deleteFrom('people')
    .where('id', '>', after)
    .$if(last !== undefined, (query) => query.where('id', '<=', last ?? ''))
    .where('created_at', '<=', createdBefore)
    .where(({ and, not, exists, selectFrom }) =>
      and(
        (
          ['credentials', 'my_number_cards', 'initial_sheets', 'tickets', 'sessions', 'hand_overs'] as const
        ).map((table) =>
          not(
            exists(
              selectFrom(table).select(`${table}.person_id`).whereRef(`${table}.person_id`, '=', 'people.id'),
            ),
          ),
        ),
      ),
    );
}
