import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../server/database/index.ts';
import { countWithin, type RateLimit, rateLimits } from '../../server/http/rate-limit.ts';
import { mostAttempts } from '../../server/webauthn/challenges.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../lab/temporary-directory.ts';
import { databaseKinds, databaseSettings, type TestDatabases, testDatabases } from './server-database.ts';
import { operatorHost, personOf, readQrCode, type TestServer } from './server-fixture.ts';
import { serverForEachTest } from './server-for-each-test.ts';
import { besideServer, SoftwareOperator } from './server-operator.ts';
import { SoftwarePhone } from './server-software-phone.ts';

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

  it('lets so many pass in a window, and as many in the next', async () => {
    expect(await at(begin, begin + 1, begin + minute - 1)).toEqual([true, true, true]);
    expect(await at(begin + 3)).toEqual([false]);
    expect(await at(begin + minute, begin + minute, begin + minute, begin + minute)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('goes on counting when the clock is set back over the boundary', async () => {
    expect(await at(begin, begin, begin - 1)).toEqual([true, true, true]);
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

describe.each(databaseKinds)('the limits of the platform on %s', (kind) => {
  let test: TestServer;
  serverForEachTest(kind, (started) => {
    test = started;
    test.beginWindow(60);
  });

  const logIn = () => {
    const pc = test.visitor();
    return pc.logIn(personOf(test.pki, 'pharmacist').authentication);
  };
  /** A phone at 「登録」. */
  async function atRegister() {
    const phone = new SoftwarePhone(test);
    await phone.scan(readQrCode((await logIn()).body));
    await phone.logIn();
    return phone.visitor;
  }
  const idIn = async (table: string) =>
    String((await test.database.rows(`select id from ${table}`))[0]?.['id']);
  const address = async () => '127.0.0.1';
  const post = (path: string) => async () => {
    const visitor = test.visitor();
    return () => visitor.ask(path, { json: {} });
  };
  const atPhone = (path: string) => async () => {
    const visitor = await atRegister();
    return () => visitor.ask(path, { json: {} });
  };
  const tooMany = { next: '/phone/stopped/too-many' };

  it.each<{
    name: keyof typeof rateLimits;
    /** Makes what asks once. */
    begin: () => Promise<() => Promise<{ status: number; body: string; path?: string }>>;
    subject: () => Promise<string>;
    refusal: object;
  }>([
    {
      name: 'problemsOfTicket',
      begin: atPhone('/phone/problem'),
      subject: () => idIn('tickets'),
      refusal: tooMany,
    },
    {
      name: 'problemsOfTicket',
      begin: atPhone('/phone/registration'),
      subject: () => idIn('tickets'),
      refusal: tooMany,
    },
    {
      name: 'ticketsOfPerson',
      begin: async () => {
        await logIn();
        return logIn;
      },
      subject: () => idIn('people'),
      refusal: { path: '/card/problem/too-many' },
    },
    {
      name: 'loginsOfAddress',
      begin: async () => logIn,
      subject: address,
      refusal: { path: '/card/problem/too-many' },
    },
    { name: 'opensOfAddress', begin: post('/phone/open'), subject: address, refusal: tooMany },
    {
      name: 'loginsOfOperators',
      begin: post(`https://${operatorHost}/sign-in/options`),
      subject: address,
      refusal: { next: '/problem/too-many' },
    },
    {
      name: 'loginsOfOperators',
      begin: async () => {
        const operator = await SoftwareOperator.add(test, 'support');
        await operator.openLink();
        return () => operator.ask('/enrol/passkey/options', { json: {} });
      },
      subject: address,
      refusal: { next: '/problem/too-many' },
    },
  ])('$name is reached, counted by its subject', async (tried) => {
    const { name, begin, subject, refusal } = tried;
    const ask = await begin();
    const whose = await subject();
    const told = async () => {
      const { path, body } = await ask();
      return path === undefined ? JSON.parse(body) : { path };
    };
    const fill = (most: number) =>
      besideServer(test, async (database) => {
        const now = test.options.clock?.() ?? 0;
        const counting = () => countWithin(database, rateLimits[name], whose, now);
        await Promise.all(Array.from({ length: most }, counting));
      });
    expect(await told()).not.toMatchObject(refusal);
    const counted = name === 'ticketsOfPerson' ? 2 : 1;
    await fill(rateLimits[name].count - counted - 1);
    expect(await told()).not.toMatchObject(refusal);
    expect(await told()).toMatchObject(refusal);
    if (subject === address) {
      test.advance(rateLimits[name].milliseconds);
      expect(await told()).not.toMatchObject(refusal);
    }
  });

  it('one QR code begins so many ceremonies, however much time goes by', async () => {
    const phone = await atRegister();
    const ask = async () => JSON.parse((await phone.ask('/phone/options', { json: {} })).body);
    expect(await ask()).toHaveProperty('challenge');
    await besideServer(test, (database) =>
      database
        .updateTable('tickets')
        .set({ attempts: mostAttempts - 1 })
        .execute(),
    );
    expect(await ask()).toHaveProperty('challenge');
    expect(await ask()).toEqual(tooMany);
    test.advance(60_000);
    expect(await ask()).toEqual(tooMany);
    expect(await test.database.rows('select attempts from tickets')).toEqual([{ attempts: mostAttempts }]);
    // Nor does it fill the database.
    expect(await test.database.rows('select hash from challenges')).toHaveLength(2);
  });
});
