import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Migrator } from 'kysely/migration';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type CredentialsTable,
  type Database,
  openDatabase,
  prepared,
  transact,
} from '../../server/database/index.ts';
import { migrationProvider } from '../../server/database/migrations.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../lab/temporary-directory.ts';
import {
  databaseKinds,
  databaseSettings,
  type TestDatabase,
  type TestDatabases,
  testDatabases,
} from './server-database.ts';
import { personOf, readQrCode, type TestServer } from './server-fixture.ts';
import { serverForEachTest } from './server-for-each-test.ts';
import { answerTo, SoftwarePhone } from './server-software-phone.ts';

const person = (username: string) => ({ id: randomUUID(), username, created_at: 1 });
const phone = (id: string, personId: string, replacedAt: number | null): CredentialsTable => ({
  id,
  person_id: personId,
  public_key: 'pQ',
  counter: 0,
  transports: '[]',
  aaguid: '00000000-0000-0000-0000-000000000000',
  device_type: 'multiDevice',
  backed_up: 1,
  phone: 'iphone',
  label: 'iPhone 2026-05-01',
  registered_at: 1,
  replaced_at: replacedAt,
  last_used_at: null,
});

describe.each(databaseKinds)('the database on %s', (kind) => {
  let databases: TestDatabases;
  let directory: TemporaryDirectory;
  let test: TestDatabase;
  const opened: Database[] = [];
  beforeAll(async () => {
    databases = await testDatabases(kind);
  });
  afterAll(() => databases.stop());
  beforeEach(async () => {
    directory = await temporaryDirectory('server-database-');
    test = await databases.createEmpty(directory.path);
  });
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.destroy();
    await directory.remove();
  });

  async function open(): Promise<Database> {
    const database = await openDatabase(databaseSettings(test.configuration));
    opened.push(database);
    return database;
  }
  const usernames = async () =>
    (await test.rows('select username from people order by username')).map(({ username }) => username);

  it('is made by migrations that go forward only and keep what is there', async () => {
    const database = await open();
    const migrations = await migrationProvider.getMigrations();
    for (const [name, migration] of Object.entries(migrations)) {
      expect(name).toMatch(/^\d{4}-[a-z-]+$/);
      expect(migration.down).toBeUndefined();
    }
    await database.insertInto('people').values(person('t00100-jpa')).execute();
    const columns = await test.columns();
    expect(columns).toContainEqual({ table: 'credentials', column: 'public_key' });
    await open();
    expect(await test.columns()).toEqual(columns);
    expect(await usernames()).toEqual(['t00100-jpa']);
  });

  it('goes from its first version to the newest one with its rows', async () => {
    const first = await openDatabase(databaseSettings(test.configuration), undefined, (migrator: Migrator) =>
      migrator.migrateTo('0001-registration'),
    );
    opened.push(first);
    const someone = person('t00100-jpa');
    await first.insertInto('people').values(someone).execute();
    await first.insertInto('challenges').values({ hash: 'h', ticket_id: 't', expires_at: 1 }).execute();
    const { last_used_at: _, ...key } = phone('old', someone.id, 1);
    await first
      .insertInto('credentials')
      .values(key as CredentialsTable)
      .execute();
    const database = await open();
    expect(await database.selectFrom('people').select('username').execute()).toEqual([
      { username: 't00100-jpa' },
    ]);
    expect(await database.selectFrom('challenges').selectAll().execute()).toEqual([
      { hash: 'h', ticket_id: 't', expires_at: 1 },
    ]);
    expect(await database.selectFrom('credentials').select(['id', 'replaced_at']).execute()).toEqual([
      { id: 'old', replaced_at: 1 },
    ]);
    const applied = await test.rows('select name from kysely_migration order by name');
    expect(applied.map(({ name }) => name)).toEqual(
      Object.keys(await migrationProvider.getMigrations()).toSorted(),
    );
  });

  it('knows of any number of phones for a person, of which one is in use', async () => {
    const database = await open();
    const [one, other] = [person('t00100-jpa'), person('t00200-jpa')];
    await database.insertInto('people').values([one, other]).execute();
    const add = (...phones: CredentialsTable[]) =>
      database.insertInto('credentials').values(phones).execute();
    await add(phone('a', one.id, 5), phone('b', one.id, 5), phone('c', one.id, null));
    await add(phone('d', other.id, null));
    await expect(add(phone('e', one.id, null))).rejects.toThrow(/unique/i);
    await expect(add(phone('d', one.id, 9))).rejects.toThrow(/unique/i);
    const last = database.updateTable('credentials').set({ replaced_at: 5 }).where('id', '=', 'c');
    await last.execute();
    await add(phone('e', one.id, null));
    expect(await test.rows('select id from credentials where replaced_at is null order by id')).toEqual([
      { id: 'd' },
      { id: 'e' },
    ]);
  });

  it('takes back all of the migrations when one ends half-way, and the next start goes through', async () => {
    const half = vi.spyOn(migrationProvider, 'getMigrations').mockResolvedValue({
      ...(await migrationProvider.getMigrations()),
      '9999-half': {
        async up({ schema }) {
          await schema.createTable('half').addColumn('id', 'text').execute();
          throw new Error('ends here');
        },
      },
    });
    await expect(open()).rejects.toThrow('could not be brought up to date');
    half.mockRestore();
    const tables = (await test.columns()).map(({ table }) => table);
    expect(tables).not.toContain('half');
    expect(tables).not.toContain('people');
    await open();
    expect(await usernames()).toEqual([]);
  });

  it('undoes one of many transactions at the same time, and that one alone', async () => {
    const database = await open();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, (_, index) =>
        transact(database, async (transaction) => {
          await transaction
            .insertInto('people')
            .values(person(`p${String(index).padStart(2, '0')}`))
            .execute();
          if (index === 5) throw new Error('changed my mind');
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(await usernames()).toHaveLength(11);
    expect(await usernames()).not.toContain('p05');
  });

  it('keeps statements of others out of a transaction', async () => {
    const database = await open();
    const { promise: goOn, resolve } = Promise.withResolvers<void>();
    const undone = database.transaction().execute(async (transaction) => {
      await transaction.insertInto('people').values(person('inside')).execute();
      await goOn;
      throw new Error('undone');
    });
    const outside = database.insertInto('people').values(person('outside')).execute();
    resolve();
    await expect(undone).rejects.toThrow('undone');
    await outside;
    expect(await usernames()).toEqual(['outside']);
  });

  it('runs a prepared query where it belongs: in its transaction, or outside of it, and not after it', async () => {
    const names = prepared((database, { at }: { at: number }) =>
      database.selectFrom('people').select('username').where('created_at', '=', at),
    );
    const add = prepared((database, { id, username, created_at }: ReturnType<typeof person>) =>
      database.insertInto('people').values({ id, username, created_at }),
    );
    const database = await open();
    const { promise: goOn, resolve } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<Database>();
    const undone = transact(database, async (transaction) => {
      await add(transaction, person('inside'));
      expect((await names(transaction, { at: 1 })).rows).toEqual([{ username: 'inside' }]);
      begin(transaction);
      await goOn;
      throw new Error('undone');
    });
    const transaction = await begun;
    const outside = add(database, person('outside'));
    resolve();
    await expect(undone).rejects.toThrow('undone');
    expect((await outside).numAffectedRows).toBe(1n);
    expect((await names(database, { at: 1 })).rows).toEqual([{ username: 'outside' }]);
    await expect((async () => await names(transaction, { at: 1 }))()).rejects.toThrow(/transaction/i);
  });

  it('refuses what breaks a rule, and goes on', async () => {
    const database = await open();
    const same = [person('same'), person('same'), person('other')];
    const outcomes = await Promise.allSettled(
      same.map((row) => database.insertInto('people').values(row).execute()),
    );
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(await usernames()).toEqual(['other', 'same']);
  });

  it('tries a transaction again when another one was first', async () => {
    const database = await open();
    let runs = 0;
    const claim = () =>
      transact(database, async (transaction) => {
        runs += 1;
        const found = await transaction
          .selectFrom('people')
          .select('id')
          .where('username', '=', 'one')
          .executeTakeFirst();
        if (found) return 'found';
        await transaction.insertInto('people').values(person('one')).execute();
        return 'made';
      });
    const outcomes = await Promise.all(Array.from({ length: 8 }, claim));
    expect(outcomes.filter((outcome) => outcome === 'made')).toHaveLength(1);
    expect(runs).toBeGreaterThanOrEqual(8);
  });

  it('holds each answered write on the disk when the process is killed', async () => {
    await (await open()).destroy();
    opened.pop();
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'server-database-writer.ts'), JSON.stringify(test.configuration)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let told = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told += text;
      if (told.split('\n').length > 60) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const answered = told.split('\n').slice(0, -1);
    expect(answered.length).toBeGreaterThanOrEqual(60);
    const kept = new Set(await usernames());
    expect(answered.filter((username) => !kept.has(username))).toEqual([]);
  });
});

describe.each(databaseKinds)('races on %s', (kind) => {
  let test: TestServer;
  serverForEachTest(kind, (started) => {
    test = started;
  });

  async function phoneAtRegister() {
    const pc = test.visitor();
    const { body } = await pc.logIn(personOf(test.pki, 'pharmacist').authentication);
    const phone = new SoftwarePhone(test);
    await phone.scan(readQrCode(body));
    expect(await phone.logIn()).toBe('/phone/register');
    return phone;
  }
  const inUse = () => test.database.rows('select id from credentials where replaced_at is null');

  it('one person registers several phones in the same moment: all are answered, the last is in use', async () => {
    const phones = [];
    for (let count = 0; count < 5; count += 1) phones.push(await phoneAtRegister());
    const answers = await Promise.all(phones.map(async (phone) => answerTo(await phone.options())));
    const places = await Promise.all(phones.map((phone, index) => phone.send(answers[index])));
    // The second takes the place of the first, and ends what else was begun.
    expect(places.filter((place) => place === '/phone/label')).toHaveLength(2);
    expect(places.filter((place) => /^\/phone\/(?:problem|stopped\/qr-cancelled)$/.test(place))).toHaveLength(
      3,
    );
    expect(await inUse()).toHaveLength(1);
    expect(await test.database.rows('select id from credentials')).toHaveLength(2);
    expect(test.log()).not.toContain('"level":50');
  });

  it('two phones claim one credential in the same moment: one gets it', async () => {
    const phones = [await phoneAtRegister(), await phoneAtRegister(), await phoneAtRegister()];
    const credentialId = new Uint8Array(32).fill(9);
    const answers = await Promise.all(
      phones.map(async (phone) => answerTo(await phone.options(), { credentialId })),
    );
    const places = await Promise.all(phones.map((phone, index) => phone.send(answers[index])));
    expect(places.toSorted()).toEqual(['/phone/label', '/phone/problem', '/phone/problem']);
    expect(await inUse()).toHaveLength(1);
    expect(test.log()).not.toContain('"level":50');
  });

  it('a person logs in for the first time in several browsers at once', async () => {
    const { authentication } = personOf(test.pki, 'pharmacist-2');
    const pages = await Promise.all(Array.from({ length: 5 }, () => test.visitor().logIn(authentication)));
    expect(pages.map(({ path }) => path)).toEqual(Array(5).fill('/registration'));
    expect(await test.database.rows('select id from people')).toHaveLength(1);
  });
});
