import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostClient } from '../integration/host-client.ts';
import { startLab } from '../lab/index.ts';
import { processorSeconds } from './processor-time.ts';
import { timed } from './program.ts';
import { interleave } from './rounds.ts';
import type { Extent, Row, SectionResult } from './row.ts';
import { ratios, summarise } from './statistics.ts';

const ours = 'hpki-navi';
const bare = 'bare Node host';
const bareHost = join(import.meta.dirname, 'bare-host.cjs');

/** Start, messages, memory and idle processor time of the native host, beside a host that does nothing. */
export async function hostSection(launcher: string, { quick, say }: Extent): Promise<SectionResult> {
  const lab = await startLab({ insert: 'pharmacist' });
  try {
    const rows: Row[] = [];
    say('host: start');
    rows.push(...(await start(launcher, lab.environment, quick ? 9 : 31)));
    say('host: messages');
    rows.push(...(await roundTrip(launcher, lab.environment, quick ? 10 : 40)));
    say('host: memory');
    rows.push(...(await memory(launcher, lab, quick ? 600 : 10_000)));
    say('host: idle');
    rows.push(await idle(launcher, lab.environment, quick ? 3 : 60));
    return { rows, pinAttemptsByHost: lab.counts().pinAttempts };
  } finally {
    await lab.stop();
  }
}

function bareClient(environment: NodeJS.ProcessEnv): HostClient {
  return new HostClient(process.execPath, environment, bareHost);
}

async function start(launcher: string, environment: NodeJS.ProcessEnv, rounds: number): Promise<Row[]> {
  const firstAnswer = async (open: () => HostClient) => {
    const from = performance.now();
    const host = open();
    await host.hello();
    const ms = performance.now() - from;
    await host.close();
    return ms;
  };
  const node = 'node -e 0';
  const runs = await interleave(
    {
      [ours]: () => firstAnswer(() => new HostClient(launcher, environment)),
      [bare]: () => firstAnswer(() => bareClient(environment)),
      [node]: () => timed([process.execPath, '-e', '0']),
    },
    rounds,
  );
  const own = runs[ours];
  const measure = 'process start to first answer';
  const row = (subject: keyof typeof runs, what = measure): Row => ({
    section: 'host',
    measure: what,
    subject,
    unit: 'ms',
    value: summarise(runs[subject]),
    ...(subject === ours ? {} : { ratio: { to: ours, value: ratios(runs[subject], own) } }),
  });
  const toNode = ratios(own, runs[node]);
  return [
    {
      ...row(ours),
      ratio: { to: node, value: toNode },
      promise: { text: `at most 1.4 times ${node}`, kept: toNode.median <= 1.4 },
    },
    row(bare),
    row(node, 'process start to end'),
  ];
}

async function roundTrip(launcher: string, environment: NodeJS.ProcessEnv, rounds: number): Promise<Row[]> {
  const host = new HostClient(launcher, environment);
  const plain = bareClient(environment);
  const messages = 100;
  const batch = (client: HostClient) => async () => {
    const from = performance.now();
    for (let count = 0; count < messages; count += 1) await client.ask({ type: 'observe', subjects: [] });
    client.events.length = 0; // or finding an answer would take longer from batch to batch
    return ((performance.now() - from) * 1000) / messages;
  };
  try {
    await host.watch();
    await plain.hello();
    const runs = await interleave({ [ours]: batch(host), [bare]: batch(plain) }, rounds, 3);
    const own = runs[ours];
    return ([ours, bare] as const).map((subject) => ({
      section: 'host',
      measure: 'message there and back',
      subject,
      unit: 'µs',
      value: summarise(runs[subject]),
      ...(subject === ours ? {} : { ratio: { to: ours, value: ratios(runs[subject], own) } }),
      note: `${messages} messages one after the other a run`,
    }));
  } finally {
    await Promise.all([host.close(), plain.close()]);
  }
}

async function memory(
  launcher: string,
  lab: Awaited<ReturnType<typeof startLab>>,
  inspections: number,
): Promise<Row[]> {
  const host = new HostClient(launcher, lab.environment);
  const plain = bareClient(lab.environment);
  const [reader = ''] = lab.readers;
  try {
    await host.watch();
    await plain.hello();
    const processes = () => [host.process.pid ?? 0, ...host.children()];
    const [own = 0, card = 0] = processes();
    const bareMiB = residentMiB(plain.process.pid ?? 0);
    const warm = Math.min(200, inspections / 5);
    let early = { host: 0, card: 0 };
    let answered = 0;
    for (let count = 1; count <= inspections; count += 1) {
      const answer = await host.ask({ type: 'reread', reader });
      if (answer.type === 'done') answered += 1;
      host.events.length = 0;
      if (count === warm) early = { host: residentMiB(own), card: residentMiB(card) };
      if (count % 1000 === 0) lab.resetCounts();
    }
    await sleep(1000);
    if (answered !== inspections) throw new Error(`${inspections - answered} inspections were not answered`);
    const measured = (subject: string, before: number, after: number): Row => ({
      section: 'host',
      measure: `memory after ${inspections} inspections`,
      subject,
      unit: 'MiB',
      value: summarise([after]),
      ratio: { to: `after ${warm}`, value: summarise([after / before]) },
      promise: { text: 'flat: at most 1.2 times', kept: after / before <= 1.2 },
    });
    const beside = (subject: string, value: number): Row => ({
      section: 'host',
      measure: 'memory after the first inspections',
      subject,
      unit: 'MiB',
      value: summarise([value]),
      ratio: { to: bare, value: summarise([value / bareMiB]) },
      promise: { text: `at most 1.5 times ${bare}`, kept: value / bareMiB <= 1.5 },
    });
    return [
      beside(`${ours}, host process`, early.host),
      beside(`${ours}, card process`, early.card),
      measured(`${ours}, host process`, early.host, residentMiB(own)),
      measured(`${ours}, card process`, early.card, residentMiB(card)),
    ];
  } finally {
    await Promise.all([host.close(), plain.close()]);
  }
}

async function idle(launcher: string, environment: NodeJS.ProcessEnv, seconds: number): Promise<Row> {
  const host = new HostClient(launcher, environment);
  try {
    await host.watch();
    await sleep(2000);
    const processes = [host.process.pid ?? 0, ...host.children()];
    const spent = async () => {
      const each = await Promise.all(processes.map(processorSeconds));
      return each.reduce((sum, one) => sum + one, 0) * 1000;
    };
    const before = await spent();
    await sleep(seconds * 1000);
    const perMinute = ((await spent()) - before) * (60 / seconds);
    return {
      section: 'host',
      measure: 'processor time in a minute without anything to do',
      subject: `${ours}, both processes`,
      unit: 'ms',
      value: summarise([perMinute]),
      promise: { text: 'under 20 ms', kept: perMinute < 20 },
      note: `watched for ${seconds} s`,
    };
  } finally {
    await host.close();
  }
}

function residentMiB(id: number): number {
  const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error('the process has ended');
  return Number(kib) / 1024;
}
