import { parseArgs } from 'node:util';
import { checkCertificates } from './check-certificates.ts';
import { loadConfiguration } from './configuration/index.ts';
import { openDatabase } from './database/index.ts';
import { backUpSqlite } from './operation/back-up.ts';
import { forgetPerson } from './operation/forget-person.ts';

const usage = `node server/operate.ts [--config FILE] COMMAND
  check            reads the configuration and its certificates, opens the database and brings it up to date
  backup FILE      copies an SQLite database while the platform runs (PostgreSQL: pg_dump)
  forget USERNAME  deletes a person with everything that belongs to them`;

/** What operators do beside the running platform: OPERATIONS.md says when. Answers in one line of JSON. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { config: { type: 'string' } },
    allowPositionals: true,
  });
  const [command, argument] = positionals;
  const { HPKI_NAVI_CONFIG_FILE: named, ...environment } = process.env;
  const read = () => loadConfiguration(values.config ?? named, environment);
  if (command === 'check') {
    const configuration = await read();
    await checkCertificates(configuration);
    const { database: settings } = configuration;
    await (await openDatabase(settings)).destroy();
    return say({ ok: true, database: settings.kind });
  }
  if (command === 'backup' && argument !== undefined) {
    const { database: settings } = await read();
    if (settings.kind !== 'sqlite') throw new Error('PostgreSQL is backed up by pg_dump: see OPERATIONS.md');
    return say({ ok: true, ...(await backUpSqlite(settings.file, argument)) });
  }
  if (command === 'forget' && argument !== undefined) {
    const { database: settings } = await read();
    const database = await openDatabase(settings);
    try {
      const forgotten = await forgetPerson(database, argument, Date.now());
      if (!forgotten) process.exitCode = 1;
      return say({ ok: forgotten !== undefined, rows: 0, ...forgotten });
    } finally {
      await database.destroy();
    }
  }
  console.error(usage);
  process.exitCode = 2;
}

function say(result: object): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

main().catch((error: unknown) => {
  if (!(error instanceof Error)) console.error(error);
  else
    console.error(error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message);
  process.exitCode = 1;
});
