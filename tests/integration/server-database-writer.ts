import { randomUUID } from 'node:crypto';
import { parseConfiguration } from '../../server/configuration/index.ts';
import { openDatabase, transact } from '../../server/database/index.ts';

/** Writes until it is killed, and names on standard output what has been answered. */
const { database: settings } = parseConfiguration({
  portal: { certificate: '-', key: '-' },
  cardLogin: { certificate: '-', key: '-', authorities: ['-'] },
  database: JSON.parse(process.argv[2] ?? ''),
});
const database = await openDatabase(settings);
for (;;) {
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      const username = randomUUID();
      await transact(database, (transaction) =>
        transaction.insertInto('people').values({ id: username, username, created_at: 1 }).execute(),
      );
      process.stdout.write(`${username}\n`);
    }),
  );
}
