import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildHost } from '../../native-host/build.ts';
import { cardSection } from './card.ts';
import { extensionSection } from './extension.ts';
import { hostSection } from './host.ts';
import { journeySection } from './journey.ts';
import { machineFacts } from './machine.ts';
import type { Extent, Row, SectionResult } from './row.ts';
import { serverSection } from './server-section.ts';
import { table } from './table.ts';

/**
 * `npm run bench [-- OPTION...]`: one run, one table.
 *   --quick         within two minutes, fewer runs
 *   --only NAME     card, host, extension, server or journey; may be given more than once
 *   --output DIR    where bench.json and bench.md go; bench-output by default
 */
const sectionNames = ['card', 'host', 'extension', 'journey', 'server'] as const;
type SectionName = (typeof sectionNames)[number];

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    output: { type: 'string', default: 'bench-output' },
  },
});
const isSection = (name: string): name is SectionName => (sectionNames as readonly string[]).includes(name);
const unknown = values.only.filter((name) => !isSection(name));
if (unknown.length > 0) throw new Error(`--only takes ${sectionNames.join(', ')}`);
const wanted = values.only.length > 0 ? values.only.filter(isSection) : sectionNames;

const begun = performance.now();
const extent: Extent = {
  quick: values.quick,
  say: (text) =>
    process.stderr.write(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${text}\n`),
};
const machine = await machineFacts();
const at = new Date();
const folder = await mkdtemp(join(tmpdir(), 'hpki-navi-bench-'));
const rows: Row[] = [];
const failed: { section: string; problem: string }[] = [];
let pinAttemptsByHost = 0;
try {
  extent.say('building the host');
  const { launcher } = await buildHost({ outDir: join(folder, 'host') });
  const sections: Record<SectionName, () => Promise<SectionResult>> = {
    card: () => cardSection(launcher, extent),
    host: () => hostSection(launcher, extent),
    extension: () => extensionSection(extent),
    journey: () => journeySection(extent),
    server: () => serverSection(extent),
  };
  for (const name of wanted) {
    try {
      const result = await sections[name]();
      rows.push(...result.rows);
      pinAttemptsByHost += result.pinAttemptsByHost;
    } catch (error) {
      failed.push({ section: name, problem: error instanceof Error ? error.message : String(error) });
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

const result = {
  format: 'hpki-navi-bench',
  version: 1,
  at: at.toISOString(),
  seconds: Math.round((performance.now() - begun) / 1000),
  extent: values.quick ? 'quick' : 'full',
  machine: { ...machine, loadAtEnd: loadavg().map((value) => Math.round(value * 100) / 100) },
  pinAttemptsByHost,
  rows,
  failed,
};
await mkdir(values.output, { recursive: true });
await writeFile(join(values.output, 'bench.json'), `${JSON.stringify(result, null, 2)}\n`);
const text = `${at.toISOString()}, ${result.extent}, ${machine.cores} cores (${machine.processor}), Node ${machine.node}, load ${machine.load[0]} at the start and ${result.machine.loadAtEnd[0]} at the end

${table(rows)}

PIN attempts by the host: ${pinAttemptsByHost}
${failed.map(({ section, problem }) => `NOT MEASURED: ${section}: ${problem}\n`).join('')}`;
await writeFile(join(values.output, 'bench.md'), text);
process.stdout.write(text);
process.exitCode = failed.length > 0 || pinAttemptsByHost > 0 ? 1 : 0;
