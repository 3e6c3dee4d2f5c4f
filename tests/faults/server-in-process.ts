import { everythingIn } from '../integration/server-database.ts';
import { startTestServer, type TestServer } from '../integration/server-fixture.ts';
import type { TestPki } from '../lab/pki/index.ts';
import { found, personalWords } from './personal-data.ts';
import type { FaultRun } from './run.ts';

/** User names are looked for everywhere here but in the database, where one table of people is their place. */
export function searchForPersons(
  { ledger }: FaultRun,
  pki: TestPki,
  places: Readonly<Record<string, string>>,
): void {
  for (const [place, text] of Object.entries(places)) {
    const usernames = place !== 'database';
    for (const word of found(personalWords(pki, { usernames }), text))
      ledger.personalData.push(`${place}: ${word}`);
  }
}

/** A server in this process, whose clock can be moved on: rate limits would end a long run. */
export async function inProcess(given: FaultRun, body: (test: TestServer) => Promise<void>): Promise<void> {
  const test = await startTestServer();
  try {
    await body(test);
    searchForPersons(given, test.pki, {
      'server’s log': test.log(),
      database: await everythingIn(test.database),
    });
  } finally {
    await test.stop();
  }
}
