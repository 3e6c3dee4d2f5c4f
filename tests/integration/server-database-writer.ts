import { randomUUID } from 'node:crypto';
import { openDatabase, transact } from '../../server/database/index.ts';
import { databaseSettings } from './server-database.ts';

/** Writes until it is killed, and names on standard output what has been answered. */
const database = await openDatabase(databaseSettings(JSON.parse(process.argv[2] ?? '')));
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
