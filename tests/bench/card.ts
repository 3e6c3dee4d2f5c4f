import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostClient } from '../integration/host-client.ts';
import { type Lab, startLab } from '../lab/index.ts';
import { openscModule } from '../lab/nss.ts';
import { openscConfiguration } from '../lab/opensc.ts';
import { timed } from './program.ts';
import { interleave } from './rounds.ts';
import type { Extent, Row, SectionResult } from './row.ts';
import { type CardPace, cardPaces, cardTime } from './slow-cards.ts';
import { ratios, summarise } from './statistics.ts';

const ours = 'hpki-navi';
const offline = 'hpki-navi, --offline';
/** Milliseconds promised for a whole inspection without network, from its start, on the lab's reader. */
const inspectMs = 300;

/**
 * Card to verdict, on the same card, in the same reader, in turns. The card makes OpenSC the concessions it needs;
 * they change nothing for the host, which reads the same files of a card without them.
 */
export async function cardSection(launcher: string, { quick, say }: Extent): Promise<SectionResult> {
  const folder = await mkdtemp(join(tmpdir(), 'hpki-navi-bench-'));
  const lab = await startLab();
  const rows: Row[] = [];
  let pinAttemptsByHost = 0;
  try {
    const conf = join(folder, 'opensc.conf');
    await writeFile(conf, openscConfiguration());
    const environment = { ...lab.environment, OPENSC_CONF: conf };
    for (const pace of cardPaces) {
      say(`card: ${pace.title}`);
      await lab.remove();
      await lab.fault({ kind: 'latency', perApdu: pace.perApdu, perByte: pace.perByte });
      lab.resetCounts();
      const rounds = pace.id === 'instant' ? (quick ? 7 : 25) : quick ? 2 : 11;
      await lab.insert(pace.profile, { opensc: true });
      rows.push(...(await cold({ lab, launcher, environment, pace, rounds }, quick)));
      rows.push(...(await onInsertion({ lab, launcher, environment, pace, rounds })));
      pinAttemptsByHost += lab.counts().pinAttempts; // the peers read without a PIN, too
    }
  } finally {
    await lab.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return { rows, pinAttemptsByHost };
}

interface Bench {
  lab: Lab;
  launcher: string;
  environment: NodeJS.ProcessEnv;
  pace: CardPace;
  rounds: number;
}

/** Where the card takes most of the time, there is little to warm up. */
const warmUp = ({ id }: CardPace) => (id === 'instant' ? 1 : 0);

/** APDUs and octets of the last run. */
interface Traffic {
  apdus: number;
  bytes: number;
}

function trafficOf(lab: Lab): Traffic {
  const entries = lab.trace();
  return {
    apdus: entries.length,
    // A command is written in hexadecimal; an answer has two octets of status word besides its data.
    bytes: entries.reduce((sum, { command, bytes }) => sum + command.length / 2 + bytes + 2, 0),
  };
}

/** Programs started anew for each reading. A quick run has the patience of a slow card for the nearest peer alone. */
async function cold({ lab, launcher, environment, pace, rounds }: Bench, quick: boolean): Promise<Row[]> {
  const traffic = new Map<string, Traffic>();
  const measured = (name: string, command: [string, ...string[]]) => async () => {
    lab.resetCounts();
    const ms = await timed(command, environment);
    traffic.set(name, trafficOf(lab));
    return ms;
  };
  const nearest = {
    [ours]: measured(ours, [launcher, 'inspect', '--json']),
    'pkcs15-tool --read-certificate': measured('pkcs15-tool --read-certificate', [
      'pkcs15-tool',
      '--read-certificate',
      '01',
    ]),
  };
  const others = {
    [offline]: measured(offline, [launcher, 'inspect', '--json', '--offline']),
    'opensc-tool --name': measured('opensc-tool --name', ['opensc-tool', '--name']),
    'pkcs11-tool -O': measured('pkcs11-tool -O', ['pkcs11-tool', '--module', openscModule, '-O']),
    'node -e 0': measured('node -e 0', [process.execPath, '-e', '0']),
  };
  const peers = quick && pace.id !== 'instant' ? nearest : { ...nearest, ...others };
  const runs: Record<string, number[]> = await interleave(peers, rounds, warmUp(pace));
  const own = runs[ours] ?? [];
  return Object.entries(runs).map(([subject, values]) => ({
    section: 'card',
    measure: `program start to result, ${pace.title}`,
    subject,
    unit: 'ms' as const,
    value: summarise(values),
    ...(subject === ours ? {} : { ratio: { to: ours, value: ratios(values, own) } }),
    ...(subject === 'node -e 0' ? {} : traffic.get(subject)),
    ...(subject === offline && pace.id === 'instant'
      ? { promise: { text: `at most ${inspectMs} ms`, kept: summarise(values).median <= inspectMs } }
      : {}),
    ...(subject === ours
      ? { note: 'also reads driver, PIN tries and service; peers list or read one certificate' }
      : {}),
  }));
}

/** A port that is open, and a tool that waits: from the moment the card is in the reader. */
async function onInsertion({ lab, launcher, environment, pace, rounds }: Bench): Promise<Row[]> {
  const host = new HostClient(launcher, lab.environment);
  await host.watch();
  let traffic: Traffic = { apdus: 0, bytes: 0 };
  const limits: number[] = [];
  const tool = 'pkcs15-tool --wait --read-certificate';
  try {
    const runs = await interleave(
      {
        [ours]: async () => {
          await lab.remove();
          await host.facts('readers', ({ readers }) => readers[0]?.state === 'empty', 0);
          lab.resetCounts();
          const from = host.events.length;
          const start = performance.now();
          const read = host.facts('card', ({ certificate }) => certificate?.form === 'read', from);
          const inserted = lab.insert(pace.profile, { opensc: true });
          await read;
          const ms = performance.now() - start;
          await inserted;
          traffic = trafficOf(lab);
          limits.push(cardTime(pace, traffic.apdus, traffic.bytes));
          return ms;
        },
        [tool]: async () => {
          // The host looks away: its reading of the same insertion would be in the tool's way.
          await host.ask({ type: 'quiet', on: true });
          await lab.remove();
          const ended = timed(['pkcs15-tool', '--wait', '--read-certificate', '01'], environment);
          await sleep(300);
          const start = performance.now();
          await lab.insert(pace.profile, { opensc: true });
          await ended;
          const ms = performance.now() - start;
          await host.ask({ type: 'quiet', on: false });
          await sleep(50);
          return ms;
        },
      },
      rounds,
      warmUp(pace),
    );
    const own = runs[ours] ?? [];
    const counted = limits.slice(-own.length);
    const slow = pace.id !== 'instant';
    const toLimit = slow ? ratios(own, counted) : undefined;
    return [
      {
        section: 'card',
        measure: `insertion to observation, ${pace.title}`,
        subject: ours,
        unit: 'ms',
        value: summarise(own),
        ...traffic,
        ...(toLimit && {
          ratio: { to: 'the card alone', value: toLimit },
          promise: { text: 'at most 1.15 times the card alone', kept: toLimit.median <= 1.15 },
        }),
      },
      {
        section: 'card',
        measure: `insertion to certificate, ${pace.title}`,
        subject: tool,
        unit: 'ms',
        value: summarise(runs[tool] ?? []),
        ratio: { to: ours, value: ratios(runs[tool] ?? [], own) },
      },
      ...(slow
        ? [
            {
              section: 'card',
              measure: `insertion to observation, ${pace.title}`,
              subject: 'the card alone (limit)',
              unit: 'ms' as const,
              value: summarise(counted),
              note: pace.source,
            },
          ]
        : []),
    ];
  } finally {
    await host.close();
  }
}
