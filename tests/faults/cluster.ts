import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, startCluster } from '../demo/cluster.ts';
import { everythingIn, postgresqlDatabase } from '../integration/server-database.ts';
import { authorities, cardHost, identity, portalHost } from '../integration/server-fixture.ts';
import type { TestPki } from '../lab/pki/index.ts';
import { temporaryDirectory } from '../lab/temporary-directory.ts';
import { rightIf } from './ledger.ts';
import { journey, newWay, type Way } from './registration.ts';
import type { FaultRun } from './run.ts';
import { searchForPersons } from './server-in-process.ts';

const area = 'server';
const nodes = 3;
const persons = ['pharmacist', 'pharmacist-2', 'doctor'] as const;

/** Faults under load: three people register over and over on three nodes with PostgreSQL, behind HAProxy. */
export async function clusterFaults(given: FaultRun, pki: TestPki): Promise<void> {
  const times = given.extent === 'quick' ? 1 : 4;
  const directory = await temporaryDirectory('cluster-faults-');
  const cluster = await startCluster({
    nodes,
    directory: directory.path,
    durable: true,
    configuration: {
      portal: identity(pki, portalHost),
      cardLogin: { ...identity(pki, cardHost), authorities: authorities(pki) },
      log: 'error',
    },
  });
  try {
    for (let turn = 0; turn < times; turn += 1) {
      const pause = given.random.whole(0, 1_500);
      await inject(given, pki, cluster, 'PostgreSQL killed and started again under load', pause, async () => {
        await cluster.crashDatabase();
        await sleep(pause);
        await cluster.restartDatabase();
      });
      const node = given.random.whole(1, nodes);
      await inject(given, pki, cluster, 'one of three nodes killed under load', pause, async () => {
        await cluster.kill(node);
        await sleep(pause);
        // The others go on meanwhile: somebody comes to the end.
        await comesThrough(cluster, pki);
        await cluster.revive(node);
      });
    }
    searchForPersons(given, pki, {
      database: await everythingIn(postgresqlDatabase(cluster.database.url)),
    });
  } finally {
    await cluster.stop();
    await directory.remove();
  }
}

async function inject(
  { ledger }: FaultRun,
  pki: TestPki,
  cluster: Cluster,
  fault: string,
  pause: number,
  body: () => Promise<void>,
): Promise<void> {
  await ledger.inject(
    area,
    fault,
    async () => {
      await begunAnew(cluster);
      const before = await registrations(cluster);
      const load = new AbortController();
      const walks = persons.map((person) => registersOnAndOn(cluster, pki, person, load.signal));
      await sleep(800);
      await body();
      await sleep(500);
      load.abort();
      const ways = (await Promise.all(walks)).flat();
      await comesThrough(cluster, pki);
      const whole = await untilWhole(cluster);
      const after = await registrations(cluster);
      const promised = (said: Way['said']) => ways.filter((way) => way.said === said).length;
      // One more is the last one here; what was promised has to be there, what was begun may be.
      const lost =
        Math.max(0, promised('done') + 1 - (after.done - before.done)) +
        Math.max(0, promised('done') + promised('registered') + 1 - (after.registered - before.registered));
      return rightIf(
        {
          'every node lives': whole,
          'there was load': ways.some(({ said }) => said === 'done'),
          'nobody has two phones': after.inUse === after.people,
        },
        lost,
      );
    },
    { detail: `for ${pause} ms`, ms: 120_000 },
  );
}

/** One registration after the other; what fails meanwhile is begun again. */
async function registersOnAndOn(
  cluster: Cluster,
  pki: TestPki,
  person: (typeof persons)[number],
  over: AbortSignal,
): Promise<Way[]> {
  const ways: Way[] = [];
  while (!over.aborted) {
    const way = newWay();
    ways.push(way);
    await journey({ running: cluster, pki }, way, { person }).catch(() => sleep(20));
  }
  return ways;
}

/** Somebody registers to the end, as soon as the platform is whole enough for it. */
async function comesThrough(cluster: Cluster, pki: TestPki): Promise<void> {
  await begunAnew(cluster);
  const signal = AbortSignal.timeout(60_000);
  const through = () =>
    journey({ running: cluster, pki }, newWay()).then(
      () => true,
      () => false,
    );
  while (!(await through())) {
    signal.throwIfAborted();
    await sleep(100);
  }
}

/** Three people register here as often as a town in a day: the limits of one person are not what is looked at. */
async function begunAnew({ database }: Cluster): Promise<void> {
  await postgresqlDatabase(database.url).rows('delete from rate_limits');
}

/** HAProxy takes a node for ready again some seconds after it was not; one that has ended stays away. */
async function untilWhole(cluster: Cluster): Promise<boolean> {
  const over = AbortSignal.timeout(15_000);
  while (!over.aborted) {
    if ((await cluster.readyNodes()).length === nodes) return true;
    await sleep(100);
  }
  return false;
}

/** What PostgreSQL says, past the nodes. */
async function registrations({ database }: Cluster) {
  const [row] = await postgresqlDatabase(database.url).rows(`select
    (select count(*) from tickets where state = 'done') as done,
    (select count(*) from tickets where state in ('registered', 'done')) as registered,
    (select count(*) from credentials where replaced_at is null) as in_use,
    (select count(distinct person_id) from credentials) as people`);
  const { done, registered, in_use: inUse, people } = row ?? {};
  return {
    done: Number(done),
    registered: Number(registered),
    inUse: Number(inUse),
    people: Number(people),
  };
}
