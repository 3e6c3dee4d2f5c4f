import type { Socket } from 'node:net';
import { PostgresDialect } from 'kysely';
import pg from 'pg';
import type { PostgresqlSettings } from './index.ts';

/** Milliseconds. A node that cannot reach its database says so soon, instead of gathering requests. */
const connectionTimeout = 5_000;
/** No query of the platform takes a hundredth of it. */
const statementTimeout = 15_000;

/** PostgreSQL for Kysely. `onLost` hears of connections that broke while nobody was using them. */
export function postgresqlDialect(
  { url, connections }: PostgresqlSettings,
  onLost: (error: Error) => void,
): PostgresDialect {
  const types = new pg.TypeOverrides();
  // int8 arrives as text by default; instants in milliseconds fit a double exactly.
  types.setTypeParser(pg.types.builtins.INT8, Number);
  const pool = new pg.Pool({
    connectionString: url,
    types,
    max: connections,
    connectionTimeoutMillis: connectionTimeout,
    statement_timeout: statementTimeout,
    idle_in_transaction_session_timeout: statementTimeout,
    application_name: 'hpki-navi',
  });
  // Without a listener one lost connection would end the process.
  pool.on('error', onLost);
  // Nor may one that breaks in somebody's hands, which the pool does not listen to: the query it hits tells of it.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    // Nor wait for ever for one that fell silent without a word. Idle ones leave the pool sooner.
    const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
    stream.setTimeout(statementTimeout + connectionTimeout, () => stream.destroy());
  });
  return new PostgresDialect({ pool });
}
