import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../server/database/index.ts';
import { countWithin, isOver, type RateLimit } from '../../server/http/rate-limit.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../lab/temporary-directory.ts';
import { databaseKinds, databaseSettings, type TestDatabases, testDatabases } from './server-database.ts';

const minute = 60_000;
const limit: RateLimit = { name: 'three-a-minute', count: 3, milliseconds: minute };
/** The beginning of a window. */
const begin = Date.UTC(2026, 4, 1, 12);

describe.each(databaseKinds)('a rate limit on %s', (kind) => {
  let databases: TestDatabases;
  let directory: TemporaryDirectory;
  let database: Database;
  let subject = 0;
  beforeAll(async () => {
    databases = await testDatabases(kind);
    directory = await temporaryDirectory('server-rate-limit-');
    database = await openDatabase(databaseSettings((await databases.create(directory.path)).configuration));
  });
  afterAll(async () => {
    await database.destroy();
    await directory.remove();
    await databases.stop();
  });
  beforeEach(() => {
    subject += 1;
  });

  /** What becomes of events at these instants, one after the other. */
  async function at(...instants: number[]): Promise<boolean[]> {
    const within = [];
    for (const now of instants) within.push(await countWithin(database, limit, `subject ${subject}`, now));
    return within;
  }
  const over = (now: number) => isOver(database, limit, `subject ${subject}`, now);

  it('lets so many pass in a window, and as many in the next', async () => {
    expect(await at(begin, begin + 1, begin + minute - 1)).toEqual([true, true, true]);
    expect(await over(begin + 2)).toBe(true);
    expect(await at(begin + 3)).toEqual([false]);
    expect(await over(begin + minute)).toBe(false);
    expect(await at(begin + minute, begin + minute, begin + minute, begin + minute)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('goes on counting when the clock is set back over the boundary', async () => {
    expect(await at(begin, begin, begin - 1)).toEqual([true, true, true]);
    expect(await over(begin - 1)).toBe(true);
    expect(await at(begin - 1, begin)).toEqual([false, false]);
    expect(await at(begin + minute)).toEqual([true]);
  });

  it('begins anew when the clock is set back by more', async () => {
    const year = 365 * 24 * 60 * minute;
    expect(await at(begin + year, begin + year, begin + year, begin + year)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(await over(begin)).toBe(false);
    expect(await at(begin, begin, begin, begin)).toEqual([true, true, true, false]);
    expect(await at(begin - 2 * minute)).toEqual([true]);
  });

  it('holds over two nodes whose clocks are two seconds apart, at a boundary', async () => {
    const ahead = begin + 1000;
    const behind = begin - 1000;
    expect(await at(ahead, behind, ahead, behind, ahead, behind)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('holds when many count at once', async () => {
    const within = await Promise.all(Array.from({ length: 10 }, async () => (await at(begin))[0]));
    expect(within.filter(Boolean)).toHaveLength(3);
  });

  it('writes nothing past the limit', async () => {
    await at(...Array<number>(10).fill(begin));
    const counts = await database.selectFrom('rate_limits').select('count').execute();
    expect(Math.max(...counts.map((counted) => counted.count))).toBe(3);
  });
});
