import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { stepById } from '../../common/guide/index.ts';
import { TEST_PIN } from '../lab/index.ts';
import { build } from '../set-up/build.ts';
import { performJourney } from './journey.ts';
import { raiseStage, type Stage } from './stage.ts';
import { commands, DemoTerminal } from './terminal.ts';

const { values } = parseArgs({
  options: {
    auto: { type: 'boolean', default: false },
    output: { type: 'string', default: 'demo-output' },
    nodes: { type: 'string', default: '1' },
  },
});
const display = process.env['DISPLAY'];
const automatic = values.auto || !display;
const nodes = Number(values.nodes);
if (!Number.isInteger(nodes) || nodes < 1 || nodes > 9) throw new Error('--nodes takes a number from 1 to 9');

const say = (text: string) => process.stdout.write(`${text}\n`);
const since = performance.now();
const clock = () => `${((performance.now() - since) / 1000).toFixed(1).padStart(6)} s`;

say(`${clock()}  building the extension and the host`);
await build();
const platform =
  nodes === 1
    ? 'the registration platform'
    : `${nodes} nodes of the registration platform with PostgreSQL and HAProxy`;
say(`${clock()}  starting the virtual reader, ${platform} and Chromium`);
const stage = await raiseStage({ nodes, ...(automatic ? {} : { display }) });
try {
  if (automatic) process.exitCode = await showItself(stage, values.output);
  else await stayOpen(stage);
} finally {
  await stage.stop();
}

/** The whole journey without a person. The exit code is the result's. */
async function showItself(running: Stage, output: string): Promise<number> {
  await mkdir(output, { recursive: true });
  const result = await performJourney(running, {
    output,
    progress: ({ id, ms }) => {
      const { number, title } = stepById(id);
      say(`${clock()}  (${String(number).padStart(2)}) ${title.ja} — ${id}, ${ms} ms`);
    },
  });
  const file = join(output, 'result.json');
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
  if (result.problem) say(`${clock()}  FAILED: ${result.problem}`);
  else
    say(
      `${clock()}  registered ${result.username}; ${result.apdus} APDUs, ${result.pinAttemptsByHost} PIN attempts by the host`,
    );
  say(`${clock()}  ${file}`);
  return result.ok ? 0 : 1;
}

/** For a person: everything is open, the card is in the reader, and this terminal plays the phone. */
async function stayOpen(running: Stage): Promise<void> {
  await running.lab.insert('pharmacist', { opensc: true });
  await running.openPanel();
  say(`
HPKI登録ナビのデモです。OpenSC が HPKIカードドライバの代わりをします。
This is the demo of hpki-navi. OpenSC stands in for the HPKI card driver; reader, card and phone are virtual.

  1. Click 「登録を始める」 in the side panel and follow it.
  2. Certificate dialog: OK. PIN dialog: ${TEST_PIN}
  3. When the QR code shows, type  phone  here and press Enter: a virtual phone reads it and opens a window.

  Other ways: with  insert mynumber  the My Number card is in the reader;  operator  opens the console, where sheets with
  an initial QR code are made, and  phone sheet  reads the newest. The phone stays the same until  new-phone .

  Commands: ${commands}
`);
  const person = new DemoTerminal(running);
  const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
  running.browser.once('disconnected', () => terminal.close());
  process.once('SIGINT', () => terminal.close());
  terminal.prompt();
  for await (const line of terminal) {
    if (line.trim() === 'quit') break;
    try {
      say(await person.obey(line));
    } catch (cause) {
      say(cause instanceof Error ? cause.message : String(cause));
    }
    terminal.prompt();
  }
  terminal.close();
}
