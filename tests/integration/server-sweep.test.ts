import { CompiledQuery } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Database, openDatabase } from '../../server/database/index.ts';
import { sweep } from '../../server/database/sweep.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../lab/temporary-directory.ts';
import { databaseKinds, databaseSettings, type TestDatabases, testDatabases } from './server-database.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 4, 1);

describe.each(databaseKinds)('the sweep on %s', (kind) => {
  let databases: TestDatabases;
  let directory: TemporaryDirectory;
  let database: Database;
  beforeAll(async () => {
    databases = await testDatabases(kind);
  });
  afterAll(() => databases.stop());
  beforeEach(async () => {
    directory = await temporaryDirectory('server-sweep-');
    database = await openDatabase(databaseSettings((await databases.create(directory.path)).configuration));
  });
  afterEach(async () => {
    await database.destroy();
    await directory.remove();
  });

  /** People by their ids, of whom every hundredth has a phone. */
  async function addPeople(count: number, createdAt: number) {
    const people = Array.from({ length: count }, (_, index) => {
      const id = `person ${String(index).padStart(5, '0')}`;
      return { id, username: id, created_at: createdAt };
    });
    for (let at = 0; at < count; at += 500) {
      await database
        .insertInto('people')
        .values(people.slice(at, at + 500))
        .execute();
    }
    const known = people.filter((_, index) => index % 100 === 99).map(({ id }) => id);
    for (const id of known) {
      await database
        .insertInto('sessions')
        .values({
          token_hash: id,
          person_id: id,
          purpose: 'register',
          hc_role: null,
          created_at: now,
          expires_at: now + 1,
          linked: 0,
        })
        .execute();
    }
    return known;
  }

  it('goes through any number of people in slices, and keeps those whom something refers to', async () => {
    const known = await addPeople(2500, now - 2 * day);
    let turns = 0;
    const turning = setInterval(() => {
      turns += 1;
    }, 0);
    await sweep(database, now, 90);
    clearInterval(turning);
    const left = await database.selectFrom('people').select('id').orderBy('id').execute();
    expect(left.map(({ id }) => id)).toEqual(known);
    expect(turns).toBeGreaterThan(0);
  });

  it('keeps who came within the last day', async () => {
    await addPeople(50, now - day + 1);
    await sweep(database, now, 90);
    expect(await database.selectFrom('people').select('id').execute()).toHaveLength(50);
  });

  it('reads no table from one end to the other, but for the few that live for minutes', async () => {
    await addPeople(1000, now - 2 * day);
    const compiling = vi.spyOn(database.getExecutor(), 'compileQuery');
    await sweep(database, now, 90);
    const statements = compiling.mock.results.map(({ value }) => value as CompiledQuery);
    compiling.mockRestore();
    expect(statements.length).toBeGreaterThan(12);
    const explain = kind === 'SQLite' ? 'explain query plan' : 'explain';
    for (const { sql, parameters } of statements) {
      const { rows } = await database.executeQuery<{ detail?: string }>(
        CompiledQuery.raw(`${explain} ${sql}`, [...parameters]),
      );
      expect(rows).not.toEqual([]);
      // What PostgreSQL does hangs on how much is in the tables.
      if (kind === 'SQLite') {
        const read = rows.flatMap(({ detail = '' }) => (detail.startsWith('SCAN') ? [detail] : []));
        const few = ['challenges', 'hand_overs'].filter(
          (table) => sql.includes(`"${table}"`) && !sql.startsWith('delete from "hand_overs"'),
        );
        expect([sql, read]).toEqual([sql, few.map((table) => `SCAN ${table}`)]);
      }
    }
  });
});
