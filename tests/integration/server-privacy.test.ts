import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseKinds, type TestDatabases, testDatabases } from './server-database.ts';
import { startTestServer, type TestServer } from './server-fixture.ts';

const document = join(resolve(import.meta.dirname, '../../server'), 'PRIVACY.md');
/** Kysely's own: names of migrations and a lock. */
const migrations = /^kysely_migration/;

describe.each(databaseKinds)('PRIVACY.md and the database on %s', (kind) => {
  let databases: TestDatabases;
  let test: TestServer;
  beforeAll(async () => {
    databases = await testDatabases(kind);
    test = await startTestServer({}, databases);
  });
  afterAll(async () => {
    await test.stop();
    await databases.stop();
  });

  it('name the same tables and columns', async () => {
    const text = await readFile(document, 'utf8');
    const written = text
      .split(/^### /m)
      .slice(1)
      .flatMap((section) => {
        const table = /^`(\w+)`/.exec(section)?.[1] ?? '';
        return [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, column = '']) => `${table}.${column}`);
      });
    const there = (await test.database.columns())
      .filter(({ table }) => !migrations.test(table))
      .map(({ table, column }) => `${table}.${column}`);
    expect(written.toSorted()).toEqual(there.toSorted());
  });

  it('say for each table what for, how long, and what ends it', async () => {
    const sections = (await readFile(document, 'utf8')).split(/^### /m).slice(1);
    for (const section of sections) {
      expect(section).toMatch(/^`\w+`\nPurpose: .+ Kept: .+ Deleted by: .+\n/);
    }
  });
});
