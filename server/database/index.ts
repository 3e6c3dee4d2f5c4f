import { Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Configuration } from '../configuration/index.ts';
import { migrationProvider } from './migrations.ts';
import { NodeSqliteDatabase } from './node-sqlite.ts';
import type { Tables } from './tables.ts';

export type {
  PhoneKind,
  Purpose,
  Tables,
  TicketState,
  TicketsTable,
} from './tables.ts';
export type Database = Kysely<Tables>;

/** Opens the database and brings its tables up to date. PostgreSQL's migrations lock each other out by themselves. */
export async function openDatabase(configuration: Configuration['database']): Promise<Database> {
  const database = new Kysely<Tables>({ dialect: await dialect(configuration) });
  const { error } = await new Migrator({ db: database, provider: migrationProvider }).migrateToLatest();
  if (error !== undefined) {
    await database.destroy();
    throw new Error('the database could not be brought up to date', { cause: error });
  }
  return database;
}

async function dialect(configuration: Configuration['database']) {
  switch (configuration.kind) {
    case 'sqlite':
      return new SqliteDialect({ database: new NodeSqliteDatabase(configuration.file) });
    case 'postgresql': {
      const { default: pg } = await import('pg');
      const types = new pg.TypeOverrides();
      // int8 arrives as text by default; instants in milliseconds fit a double exactly.
      types.setTypeParser(pg.types.builtins.INT8, Number);
      return new PostgresDialect({ pool: new pg.Pool({ connectionString: configuration.url, types }) });
    }
  }
}
