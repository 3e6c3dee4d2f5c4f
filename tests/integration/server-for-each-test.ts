import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { ServerOptions } from '../../server/index.ts';
import { type DatabaseKind, type TestDatabases, testDatabases } from './server-database.ts';
import { startTestServer, type TestServer } from './server-fixture.ts';

/** For a `describe`: each of its tests is given a platform of its own, on a database of this kind. */
export function serverForEachTest(
  kind: DatabaseKind,
  give: (server: TestServer, databases: TestDatabases) => void,
  changes: Partial<ServerOptions> = {},
): void {
  let databases: TestDatabases;
  let server: TestServer;
  beforeAll(async () => {
    databases = await testDatabases(kind);
  });
  afterAll(() => databases.stop());
  beforeEach(async () => {
    server = await startTestServer(changes, databases);
    give(server, databases);
  });
  afterEach(() => server.stop());
}
