import { Kysely } from 'kysely';
import { type MigrationResultSet, Migrator } from 'kysely/migration';
import type { Configuration } from '../configuration/index.ts';
import { migrationProvider } from './migrations.ts';
import { NodeSqliteDialect } from './sqlite-dialect.ts';
import type { Tables } from './tables.ts';

export { lockPerson } from './lock-person.ts';
export { prepared } from './prepared.ts';
export type {
  AuditLogTable,
  CardKind,
  CredentialsTable,
  HandOversTable,
  InitialSheetsTable,
  LoginPurpose,
  OperatorRole,
  OperatorsTable,
  PhoneKind,
  Purpose,
  SignInPurpose,
  SignInState,
  SignInsTable,
  Tables,
  TicketKind,
  TicketState,
  TicketsTable,
} from './tables.ts';
export { transact } from './transact.ts';
export type Database = Kysely<Tables>;
export type PostgresqlSettings = Extract<Configuration['database'], { kind: 'postgresql' }>;

/**
 * Opens the database and brings its tables up to date. PostgreSQL's migrations lock each other out by themselves.
 * `onLost` hears of idle connections that broke; the next query opens another. `migrate` says how far to go.
 */
export async function openDatabase(
  configuration: Configuration['database'],
  onLost: (error: Error) => void = () => undefined,
  migrate = (migrator: Migrator): Promise<MigrationResultSet> => migrator.migrateToLatest(),
): Promise<Database> {
  const database = new Kysely<Tables>({ dialect: await dialect(configuration, onLost) });
  const { error } = await migrate(new Migrator({ db: database, provider: migrationProvider }));
  if (error !== undefined) {
    await database.destroy();
    throw new Error('the database could not be brought up to date', { cause: error });
  }
  return database;
}

async function dialect(configuration: Configuration['database'], onLost: (error: Error) => void) {
  switch (configuration.kind) {
    case 'sqlite':
      return new NodeSqliteDialect(configuration.file);
    case 'postgresql': {
      const { postgresqlDialect } = await import('./postgresql.ts');
      return postgresqlDialect(configuration, onLost);
    }
  }
}
