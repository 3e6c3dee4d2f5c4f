import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildHost } from '../../native-host/build.ts';
import { machineFacts } from '../bench/machine.ts';
import { cardFaults } from './card.ts';
import { extensionFaults } from './extension.ts';
import { hostFaults } from './host.ts';
import { hostileInput } from './hostile.ts';
import { Ledger, rightIf } from './ledger.ts';
import { randomFrom } from './random.ts';
import type { FaultRun } from './run.ts';
import { serverFaults } from './server.ts';
import { coursesTable, Steadiness } from './steadiness.ts';
import { countsTable } from './table.ts';

/**
 * `npm run faults [-- OPTION...]`: breaks real parts from outside, and counts what came of it.
 *   --quick        a few minutes
 *   --soak         an hour: the same faults over and over, and at least a million hostile inputs
 *   --seed N       the same faults in the same order; printed by every run
 *   --only AREA    card, host, server, extension or hostile; may be given more than once
 *   --output DIR   where faults.json and faults.md go; faults-output by default
 */
const areas = ['card', 'host', 'server', 'extension', 'hostile'] as const;
type Area = (typeof areas)[number];

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    soak: { type: 'boolean', default: false },
    seed: { type: 'string' },
    only: { type: 'string', multiple: true, default: [] },
    output: { type: 'string', default: 'faults-output' },
  },
});
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed);
if (!Number.isInteger(seed) || seed < 0) throw new Error('--seed takes a whole number');
const isArea = (name: string): name is Area => (areas as readonly string[]).includes(name);
if (!values.only.every(isArea)) throw new Error(`--only takes ${areas.join(', ')}`);
const wanted = values.only.length > 0 ? values.only.filter(isArea) : areas;
const extent = values.soak ? 'soak' : values.quick ? 'quick' : 'full';

const begun = performance.now();
const say = (text: string) =>
  process.stderr.write(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${text}\n`);
say(`seed ${seed}`);
const at = new Date();
const machine = await machineFacts();
const ledger = new Ledger(say);
const steadiness = new Steadiness();
const folder = await mkdtemp(join(tmpdir(), 'hpki-navi-faults-'));
const soakMs = 3_600_000;
const injectors: Record<Area, (run: FaultRun) => Promise<void>> = {
  card: cardFaults,
  host: hostFaults,
  server: serverFaults,
  extension: extensionFaults,
  hostile: hostileInput,
};
try {
  const { launcher } = await buildHost({ outDir: join(folder, 'host') });
  for (const [index, area] of wanted.entries()) {
    // A soak's hour is shared among the areas that follow.
    const left = soakMs - (performance.now() - begun);
    const until = Date.now() + left / (wanted.length - index);
    // Each area has a chance of its own: leaving one out does not change the others.
    const random = randomFrom(seed + areas.indexOf(area));
    await injectors[area]({ ledger, random, extent, say, until, launcher, steadiness }).catch(
      (error: unknown) =>
        ledger.add(area, 'the run itself', 1, {
          survived: false,
          right: false,
          lost: 0,
          detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
        }),
    );
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

const { courses } = steadiness;
for (const { subject, flat } of courses) {
  ledger.add('soak', `${subject}: memory and handles flat`, 1, rightIf({ flat }));
}
const result = {
  format: 'hpki-navi-faults',
  version: 1,
  at: at.toISOString(),
  seed,
  extent,
  seconds: Math.round((performance.now() - begun) / 1000),
  machine: { ...machine, loadAtEnd: loadavg() },
  counts: ledger.counts,
  courses,
  pinAttemptsByHost: ledger.pinAttemptsByHost,
  personalDataOutsideItsPlace: ledger.personalData,
  failures: ledger.failures,
};
await mkdir(values.output, { recursive: true });
await writeFile(join(values.output, 'faults.json'), `${JSON.stringify(result, null, 2)}\n`);
const text = `${at.toISOString()}, ${extent}, seed ${seed}, ${result.seconds} s, ${machine.cores} cores (${machine.processor}), Node ${machine.node}

${countsTable(ledger.counts)}

${courses.length > 0 ? `${coursesTable(courses)}\n` : ''}
PIN attempts by the host: ${ledger.pinAttemptsByHost}
Personal data outside its place: ${ledger.personalData.length}${ledger.personalData.map((place) => `\n  ${place}`).join('')}
${ledger.failures.map(({ area, fault, detail }) => `FAILED: ${area}: ${fault}: ${detail}\n`).join('')}`;
await writeFile(join(values.output, 'faults.md'), text);
process.stdout.write(text);
process.exit(ledger.clean ? 0 : 1);
