import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { compiled } from '../lab/native-parts.ts';
import type { TestPki } from '../lab/pki/index.ts';
import { rightIf } from './ledger.ts';
import { journey, newWay } from './registration.ts';
import type { FaultRun } from './run.ts';
import { lookInto } from './server-database-state.ts';
import type { ServerProcess } from './server-process.ts';

const source = resolve(import.meta.dirname, 'kill_at_write.c');

/**
 * From the first start to the end of a registration, the platform ends at one of the calls that change its database:
 * at each of them, in the long run.
 */
export async function killsAtWrites(
  given: FaultRun,
  pki: TestPki,
  withServer: (
    body: (server: ServerProcess) => Promise<ReturnType<typeof rightIf>>,
  ) => Promise<ReturnType<typeof rightIf>>,
): Promise<void> {
  const { random, ledger, extent } = given;
  const library = await compiled(source, { flags: ['-shared', '-fPIC'], libraries: ['-ldl'] });
  /** Starts and registers, as far as it comes. */
  const attempt = async (server: ServerProcess, at: number, half: boolean) => {
    const counter = join(server.directory, 'writes');
    await writeFile(counter, Buffer.alloc(8));
    const way = newWay();
    await server
      .start({
        LD_PRELOAD: library,
        KILL_FILES: server.databaseFile,
        KILL_COUNT: counter,
        KILL_AT: String(at),
        ...(half ? { KILL_HALF: '1' } : {}),
      })
      .then(() => journey({ running: server.running, pki }, way))
      .catch(() => undefined);
    const killed = !server.alive;
    // Group commits differ by a few from run to run: one that did not come to this write ends after its last.
    await server.kill();
    return { way, killed, writes: Number((await readFile(counter)).readBigInt64LE()) };
  };
  let writes = 0;
  await ledger.inject('server', 'writes of a start and a registration are counted', () =>
    withServer(async (server) => {
      const whole = await attempt(server, 0, false);
      writes = whole.writes;
      return rightIf({ 'there are some': writes > 20, 'none kills': !whole.killed });
    }),
  );
  const all = random.shuffled(Array.from({ length: writes }, (_, index) => index + 1));
  for (const at of extent === 'quick' ? all.slice(0, 12) : all) {
    const half = random.next() < 0.5;
    await ledger.inject(
      'server',
      'kill -9 at a write',
      () =>
        withServer(async (server) => {
          const { way } = await attempt(server, at, half);
          await server.start();
          const after = lookInto(server.databaseFile);
          await journey({ running: server.running, pki }, newWay());
          const end = lookInto(server.databaseFile);
          const lost =
            (way.said !== 'nothing' && after.registered === 0 ? 1 : 0) +
            (way.said === 'done' && after.done === 0 ? 1 : 0);
          return rightIf(
            {
              'the database is sound': after.sound && end.sound,
              'one credential is in use': end.inUse === 1,
            },
            lost,
          );
        }),
      { detail: `write ${at} of ${writes}${half ? ', half of it written' : ''}`, ms: 60_000 },
    );
  }
}
