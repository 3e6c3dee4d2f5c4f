import { randomUUID } from 'node:crypto';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { type Configuration, parseConfiguration } from '../../server/configuration/index.ts';
import { openDatabase } from '../../server/database/index.ts';
import type { ConfigurationInput } from '../../server/index.ts';
import { type PrivatePostgresql, startPostgresql } from '../lab/private-postgresql.ts';
import { temporaryDirectory } from '../lab/temporary-directory.ts';

export const databaseKinds = ['SQLite', 'PostgreSQL'] as const;
export type DatabaseKind = (typeof databaseKinds)[number];

/** An empty database for a test, and a look into it past the server. */
export interface TestDatabase {
  configuration: ConfigurationInput['database'];
  rows(sql: string): Promise<Record<string, unknown>[]>;
  /** Its tables with their columns, sorted. */
  columns(): Promise<{ table: string; column: string }[]>;
}

/** Where a file of tests gets its databases from. */
export interface TestDatabases {
  kind: DatabaseKind;
  /** The cluster of the PostgreSQL ones. */
  cluster: PrivatePostgresql | undefined;
  /** One with today's tables, and nothing in them. `directory` is where one that is a file goes. */
  create(directory: string): Promise<TestDatabase>;
  /** One without tables. */
  createEmpty(directory: string): Promise<TestDatabase>;
  stop(): Promise<void>;
}

/** The migrations run once: each database is a copy of what they made. */
export async function testDatabases(kind: DatabaseKind): Promise<TestDatabases> {
  return kind === 'PostgreSQL' ? postgresqlDatabases() : sqliteDatabases();
}

async function postgresqlDatabases(): Promise<TestDatabases> {
  const cluster = await startPostgresql();
  const template = 'migrated';
  await bringUpToDate({ kind: 'postgresql', url: await cluster.createDatabase(template) });
  const create = async (from?: string) =>
    postgresqlDatabase(await cluster.createDatabase(`test_${randomUUID()}`, from));
  return {
    kind: 'PostgreSQL',
    cluster,
    create: () => create(template),
    createEmpty: () => create(),
    stop: () => cluster.stop(),
  };
}

async function sqliteDatabases(): Promise<TestDatabases> {
  const { path, remove } = await temporaryDirectory('server-migrated-');
  const migrated = join(path, 'registrations.sqlite');
  await bringUpToDate({ kind: 'sqlite', file: migrated });
  const at = (directory: string) => sqliteDatabase(join(directory, 'registrations.sqlite'));
  return {
    kind: 'SQLite',
    cluster: undefined,
    async create(directory) {
      await copyFile(migrated, join(directory, 'registrations.sqlite'));
      return at(directory);
    },
    createEmpty: async (directory) => at(directory),
    stop: remove,
  };
}

async function bringUpToDate(configuration: ConfigurationInput['database']): Promise<void> {
  await (await openDatabase(databaseSettings(configuration))).destroy();
}

/** As the server itself would take them, defaults added. */
export function databaseSettings(database: ConfigurationInput['database']): Configuration['database'] {
  return parseConfiguration({
    portal: { certificate: '-', key: '-' },
    cardLogin: { certificate: '-', key: '-', authorities: ['-'] },
    database,
  }).database;
}

export function sqliteDatabase(file: string): TestDatabase {
  const rows = async (sql: string): Promise<Record<string, unknown>[]> => {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      return database.prepare(sql).all();
    } finally {
      database.close();
    }
  };
  return {
    configuration: { kind: 'sqlite', file },
    rows,
    async columns() {
      const found = await rows(
        `select m.name as "table", c.name as "column" from sqlite_master m, pragma_table_info(m.name) c
         where m.type = 'table' and m.name not like 'sqlite_%' order by 1, 2`,
      );
      return found.map(({ table, column }) => ({ table: String(table), column: String(column) }));
    },
  };
}

export function postgresqlDatabase(url: string): TestDatabase {
  const rows = async (sql: string): Promise<Record<string, unknown>[]> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  return {
    configuration: { kind: 'postgresql', url },
    rows,
    async columns() {
      const found = await rows(
        `select table_name as table, column_name as column from information_schema.columns
         where table_schema = 'public'`,
      );
      return found
        .map(({ table, column }) => ({ table: String(table), column: String(column) }))
        .toSorted((a, b) => (`${a.table} ${a.column}` < `${b.table} ${b.column}` ? -1 : 1));
    },
  };
}

/** All that a database holds, as text. */
export async function everythingIn(database: TestDatabase): Promise<string> {
  const tables = new Set((await database.columns()).map(({ table }) => table));
  const all = await Promise.all([...tables].map((table) => database.rows(`select * from "${table}"`)));
  return JSON.stringify(all);
}
