import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConfigurationInput } from '../../server/index.ts';
import { startCluster } from '../demo/cluster.ts';
import { authorities, cardHost, identity, portalHost } from '../integration/server-fixture.ts';
import { encodeCertificate, extension, toPem } from '../lab/pki/certificate.ts';
import { makeTestPki, type TestPki } from '../lab/pki/index.ts';
import { watchDisk } from './bare-disk.ts';
import { interleave } from './rounds.ts';
import type { Extent, Row, SectionResult } from './row.ts';
import { Connection } from './server-connection.ts';
import { atRate, ceremony, saturate } from './server-load.ts';
import { type ServerProcess, startProcess } from './server-process.ts';
import { openFor, seedLogin, seedPhones, seedRegistered } from './server-seed.ts';
import { ratios, summarise } from './statistics.ts';

const bareProgram = join(import.meta.dirname, 'server-bare.ts');
const ourProgram = resolve(import.meta.dirname, '../../server/main.ts');

/** Requests under way at the same time. */
const connectionCount = 16;
/** Certificates for the card logins: a username may log in so often only. */
const cards = 80;

interface Bench {
  pki: TestPki;
  folder: string;
  extent: Extent;
}

/** The registration platform beside bare servers that do the same and nothing else. */
export async function serverSection(extent: Extent): Promise<SectionResult> {
  const folder = await mkdtemp(join(tmpdir(), 'hpki-navi-bench-server-'));
  try {
    const bench = { pki: await makeTestPki({ hosts: [portalHost, cardHost] }), folder, extent };
    return {
      rows: [
        ...(await ceremonies(bench)),
        ...(await manyUsers(bench)),
        ...(await cardLogins(bench)),
        ...(await killedNode(bench)),
      ],
      pinAttemptsByHost: 0,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function configuration({ pki }: Bench): Omit<ConfigurationInput, 'database'> {
  return {
    portal: identity(pki, portalHost),
    cardLogin: { ...identity(pki, cardHost), authorities: authorities(pki) },
    log: 'info',
  };
}

/** Our server as a process on an SQLite file, synchronous FULL. `prepare` fills the file first. */
async function ourServer(bench: Bench, name: string, prepare?: (file: string) => void) {
  const database = { kind: 'sqlite' as const, file: join(bench.folder, `${name}.sqlite`) };
  // The tables, then what is to be in them, all before the server has the file.
  await (await openFor(database)).destroy();
  prepare?.(database.file);
  const config = join(bench.folder, `${name}.json`);
  await writeFile(config, JSON.stringify({ ...configuration(bench), database }), { mode: 0o600 });
  let process = await startProcess(ourProgram, '--config', config);
  return {
    database,
    process: () => process,
    port: (which: 'portal' | 'cardLogin') => (process.ready['ports'] as Record<string, number>)[which] ?? 0,
    async phones(count: number) {
      const seeding = await openFor(database);
      try {
        return await seedPhones(seeding, count);
      } finally {
        await seeding.destroy();
      }
    },
    async restart() {
      await process.stop();
      process = await startProcess(ourProgram, '--config', config);
    },
  };
}

async function bareServer(bench: Bench, mode: 'ceremony' | 'card'): Promise<ServerProcess> {
  const host = mode === 'ceremony' ? portalHost : cardHost;
  const file = join(bench.folder, `bare-${mode}.json`);
  const settings = { ...identity(bench.pki, host), authorities: authorities(bench.pki), host };
  await writeFile(file, JSON.stringify(settings), { mode: 0o600 });
  return await startProcess(bareProgram, mode, file);
}

async function connections({ pki }: Bench, port: number, count = connectionCount): Promise<Connection[]> {
  const ca = pki.authorities.tls.certificate.pem;
  return await Promise.all(
    Array.from({ length: count }, () =>
      Connection.open({ host: '127.0.0.1', port, servername: portalHost, ca }),
    ),
  );
}

interface Measured {
  perSecond: number[];
  /** Of the server's processor time alone: what one core could do if it had nothing else to wait for. */
  perCoreSecond: number[];
}

async function measured(
  server: ServerProcess,
  into: Measured,
  work: () => Promise<{ count: number; seconds: number }>,
): Promise<number> {
  const before = await server.processorSeconds();
  const { count, seconds } = await work();
  into.perSecond.push(count / seconds);
  into.perCoreSecond.push(count / ((await server.processorSeconds()) - before));
  return count / seconds;
}

/** A value with the least and the most of its runs, where a single moment counts: no percentile would show it. */
function leastToMost(sorted: readonly number[], median: number): Pick<Row, 'value' | 'note'> {
  return {
    value: {
      median,
      p10: sorted[0] ?? Number.NaN,
      p90: sorted.at(-1) ?? Number.NaN,
      runs: sorted.length,
    },
    note: 'p10 and p90 are the least and the most',
  };
}

async function ceremonies(bench: Bench): Promise<Row[]> {
  const { extent } = bench;
  const count = extent.quick ? 150 : 1000;
  const rounds = extent.quick ? 5 : 15;
  extent.say('server: ceremonies, beside a bare Fastify server');
  const ours = await ourServer(bench, 'ceremonies');
  const bare = await bareServer(bench, 'ceremony');
  const mine: Measured = { perSecond: [], perCoreSecond: [] };
  const theirs: Measured = { perSecond: [], perCoreSecond: [] };
  try {
    const open = await connections(bench, ours.port('portal'));
    const openBare = await connections(bench, Number(bare.ready['port']));
    await interleave(
      {
        ours: async () => {
          const tokens = await ours.phones(count);
          return measured(ours.process(), mine, async () => ({
            count,
            seconds: await saturate(open, tokens),
          }));
        },
        bare: () => {
          const tokens = Array.from({ length: count }, (_, index) => `bare-${index}`);
          return measured(bare, theirs, async () => ({ count, seconds: await saturate(openBare, tokens) }));
        },
      },
      rounds,
    );
    // The round for warming up is not counted.
    for (const list of [mine, theirs]) for (const runs of [list.perSecond, list.perCoreSecond]) runs.shift();
    const perCore = ratios(mine.perCoreSecond, theirs.perCoreSecond);
    const wall = ratios(mine.perSecond, theirs.perSecond);
    const half = summarise(mine.perSecond).median / 2;
    extent.say(`server: latency at ${half.toFixed(0)} ceremonies per second`);
    const tokens = await ours.phones(Math.ceil(half * (extent.quick ? 3 : 20)));
    const disk = await watchDisk(bench.folder);
    const sorted = (await atRate(open, tokens, half)).toSorted((a, b) => a - b);
    const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
    const diskTimes = (await disk.stop()).toSorted((a, b) => a - b);
    for (const connection of [...open, ...openBare]) connection.close();
    const row = (subject: string, unit: Row['unit'], values: number[]) => ({
      section: 'server',
      measure: 'ceremonies',
      subject,
      unit,
      value: summarise(values),
    });
    return [
      { ...row('bare Fastify, per core', 'per second', theirs.perCoreSecond) },
      {
        ...row('hpki-navi, per core', 'per second', mine.perCoreSecond),
        ratio: { to: 'bare', value: perCore },
        promise: { text: 'at least 60 % of bare Fastify', kept: perCore.median >= 0.6 },
      },
      { ...row('bare Fastify, saturated', 'per second', theirs.perSecond) },
      { ...row('hpki-navi, saturated', 'per second', mine.perSecond), ratio: { to: 'bare', value: wall } },
      {
        section: 'server',
        measure: `p99 of a ceremony at half load (${half.toFixed(0)}/s)`,
        subject: 'hpki-navi',
        unit: 'ms',
        ...leastToMost(sorted, p99),
        promise: { text: 'under 50 ms', kept: p99 < 50 },
      },
      {
        section: 'server',
        measure: 'a page onto the disk, meanwhile',
        subject: 'bare write and fdatasync',
        unit: 'ms',
        ...leastToMost(diskTimes, summarise(diskTimes).median),
      },
    ];
  } finally {
    await bare.stop();
    await ours.process().stop();
  }
}

async function manyUsers(bench: Bench): Promise<Row[]> {
  const { extent } = bench;
  const count = extent.quick ? 100 : 1000;
  // Making a million takes longer than a quick run may.
  const most = extent.quick ? 100_000 : 1_000_000;
  extent.say(`server: making ${most.toLocaleString('en')} registered users`);
  const few = await ourServer(bench, 'few', (file) => seedRegistered(file, 1000));
  const many = await ourServer(bench, 'many', (file) => seedRegistered(file, most));
  try {
    extent.say('server: registrations among few and among many');
    const run = async (server: typeof few, into: Measured) => {
      const tokens = await server.phones(count);
      const open = await connections(bench, server.port('portal'));
      try {
        return await measured(server.process(), into, async () => ({
          count,
          seconds: await saturate(open, tokens),
        }));
      } finally {
        for (const connection of open) connection.close();
      }
    };
    const [less, more]: [Measured, Measured] = [
      { perSecond: [], perCoreSecond: [] },
      { perSecond: [], perCoreSecond: [] },
    ];
    await interleave({ few: () => run(few, less), many: () => run(many, more) }, extent.quick ? 3 : 7);
    for (const list of [less, more]) for (const runs of [list.perSecond, list.perCoreSecond]) runs.shift();
    const cost = (list: Measured) => list.perSecond.map((perSecond) => 1000 / perSecond);
    const ratio = ratios(cost(more), cost(less));
    const row = (subject: string, list: Measured): Row => ({
      section: 'server',
      measure: 'cost of a registration',
      subject,
      unit: 'ms',
      value: summarise(cost(list)),
    });
    return [
      row('among 1,000 registered users', less),
      {
        ...row(`among ${most.toLocaleString('en')} registered users`, more),
        ratio: { to: '1,000', value: ratio },
        promise: { text: 'at most 1.2 times', kept: ratio.median <= 1.2 },
      },
    ];
  } finally {
    await few.process().stop();
    await many.process().stop();
  }
}

interface Card {
  cert: string;
  key: string;
}

/** Cards of different people; one key serves them all, because making keys is not what is measured. */
function makeCards({ pki }: Bench): Card[] {
  const { hpkiAuthentication: issuer, root } = pki.authorities;
  const model = pki.persons.pharmacist.authentication;
  if (!model) throw new Error('no certificate to make others after');
  const key = createPublicKey(model.key.pem);
  const issuerKey = createPrivateKey(issuer.key.pem);
  return Array.from({ length: cards }, (_, index) => {
    const number = String(10_000 + index);
    const der = encodeCertificate(
      {
        serial: `0A${number}00`.slice(0, 8),
        issuer: issuer.subject,
        subject: [
          ['C', 'JP'],
          ['CN', `${number} JPATEST`],
          ['serialNumber', `T${number}-jpa`],
        ],
        notBefore: model.notBefore,
        notAfter: model.notAfter,
        publicKey: key,
        extensions: [
          extension.authorityKeyId(createPublicKey(issuer.key.pem), root.subject, issuer.serial),
          extension.keyUsage('digitalSignature'),
          extension.policies('1.2.392.100495.1.5.1.2.3.1'),
        ],
      },
      issuerKey,
    );
    return { cert: toPem(der, 'CERTIFICATE'), key: model.key.pem };
  });
}

async function cardLogins(bench: Bench): Promise<Row[]> {
  const { extent, pki } = bench;
  const count = extent.quick ? 120 : 240;
  extent.say('server: card logins, beside bare Node');
  const ours = await ourServer(bench, 'cards');
  const bare = await bareServer(bench, 'card');
  const mine: Measured = { perSecond: [], perCoreSecond: [] };
  const theirs: Measured = { perSecond: [], perCoreSecond: [] };
  try {
    const people = makeCards(bench);
    const seeding = await openFor(ours.database);
    const login = await seedLogin(seeding);
    await seeding.destroy();
    let used = 0;
    const logIn = async (port: number) => {
      const card = people[used++ % people.length];
      const connection = await Connection.open({
        host: '127.0.0.1',
        port,
        servername: cardHost,
        ca: pki.authorities.tls.certificate.pem,
        maxVersion: 'TLSv1.2',
        ...card,
      });
      const { status, location = '' } = await connection.ask('GET', `/login?login=${login}`, '');
      connection.close();
      if (status !== 303 || !location.includes('code='))
        throw new Error(`the card login leads to ${location}`);
    };
    const all = (port: number) => async () => {
      let left = count;
      const start = performance.now();
      await Promise.all(
        Array.from({ length: 8 }, async () => {
          while (left-- > 0) await logIn(port);
        }),
      );
      return { count, seconds: (performance.now() - start) / 1000 };
    };
    await interleave(
      {
        ours: () => measured(ours.process(), mine, all(ours.port('cardLogin'))),
        bare: () => measured(bare, theirs, all(Number(bare.ready['port']))),
      },
      extent.quick ? 3 : 7,
    );
    for (const list of [mine, theirs]) for (const runs of [list.perSecond, list.perCoreSecond]) runs.shift();
    const ratio = ratios(theirs.perSecond, mine.perSecond);
    const core = ratios(theirs.perCoreSecond, mine.perCoreSecond);
    const row = (subject: string, values: number[]): Row => ({
      section: 'server',
      measure: 'card logins over TLS',
      subject,
      unit: 'per second',
      value: summarise(values),
    });
    return [
      row('bare Node mTLS', theirs.perSecond),
      {
        ...row('hpki-navi', mine.perSecond),
        ratio: { to: 'of hpki-navi in bare Node', value: ratio },
        promise: { text: 'bare Node does at most 1.3 times as many', kept: ratio.median <= 1.3 },
      },
      row('bare Node mTLS, per core', theirs.perCoreSecond),
      {
        ...row('hpki-navi, per core', mine.perCoreSecond),
        ratio: { to: 'of hpki-navi in bare Node', value: core },
      },
    ];
  } finally {
    await bare.stop();
    await ours.process().stop();
  }
}

/** Load on three nodes, one of which is killed in the middle: whatever a phone was told is in the database. */
async function killedNode(bench: Bench): Promise<Row[]> {
  const { extent, pki } = bench;
  const count = extent.quick ? 90 : 600;
  extent.say('server: three nodes on PostgreSQL, one of them killed under load');
  const cluster = await startCluster({
    nodes: 3,
    directory: bench.folder,
    configuration: configuration(bench),
    durable: true,
  });
  try {
    const database = await openFor(cluster.database);
    const tokens = await seedPhones(database, count);
    const told = new Set<string>();
    let failed = 0;
    let next = 0;
    const ca = pki.authorities.tls.certificate.pem;
    const start = performance.now();
    const worker = async () => {
      let connection: Connection | undefined;
      for (let token = tokens[next++]; token !== undefined; token = tokens[next++]) {
        // As a person does: once more when the page could not be had.
        for (let attempt = 0; attempt < 4 && !told.has(token); attempt += 1) {
          try {
            connection ??= await Connection.open({
              host: '127.0.0.1',
              port: cluster.ports.portal,
              servername: portalHost,
              ca,
            });
            if (await ceremony(connection, token)) told.add(token);
            else await sleep(50);
          } catch {
            connection?.close();
            connection = undefined;
          }
        }
        if (!told.has(token)) failed += 1;
        if (told.size >= count / 3 && !killed) {
          killed = true;
          void cluster.kill(2);
        }
      }
      connection?.close();
    };
    let killed = false;
    await Promise.all(Array.from({ length: connectionCount }, worker));
    const seconds = (performance.now() - start) / 1000;
    const { hashOf } = await import('../../server/http/tokens.ts');
    const kept = await database
      .selectFrom('tickets')
      .innerJoin('credentials', 'credentials.id', 'tickets.credential_id')
      .select('tickets.phone_hash')
      .where('credentials.replaced_at', 'is', null)
      .execute();
    await database.destroy();
    const hashes = new Set(kept.map(({ phone_hash }) => phone_hash));
    const lost = [...told].filter((token) => !hashes.has(hashOf(token))).length;
    const one = (value: number) => ({ median: value, p10: value, p90: value, runs: 1 });
    return [
      {
        section: 'server',
        measure: 'registrations lost when one of three nodes is killed',
        subject: `hpki-navi, ${told.size} told, ${failed} never answered`,
        unit: 'count',
        value: one(lost),
        promise: { text: 'none', kept: lost === 0 && killed },
        note: `${failed} could not finish within four attempts`,
      },
      {
        section: 'server',
        measure: 'ceremonies on three nodes, one killed',
        subject: 'hpki-navi, PostgreSQL, HAProxy',
        unit: 'per second',
        value: one(told.size / seconds),
      },
    ];
  } finally {
    await cluster.stop();
  }
}
