import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { COMMAND_USAGE, type Command, parseCommandLine } from './command.ts';
import { isProfileId, type Lab, type LabOptions, PROFILES, startLab, TEST_PIN } from './index.ts';

/**
 * `npm run lab [-- OPTION...]`: starts a lab, prints one JSON line with what a client needs, then takes one
 * command a line on standard input and answers each by one JSON line. Ends on `quit` or the end of input.
 *   --readers N        how many readers (1 to 16)
 *   --insert PROFILE   a card in the first reader from the start
 *   --unplugged        readers not plugged in at the start
 *   --no-pcscd         pcscd not running at the start
 *   --host NAME        make a TLS server certificate for it (may be given more than once)
 */
function optionsFrom(args: string[]): LabOptions {
  const { values } = parseArgs({
    args,
    options: {
      readers: { type: 'string', default: '1' },
      insert: { type: 'string' },
      unplugged: { type: 'boolean', default: false },
      'no-pcscd': { type: 'boolean', default: false },
      host: { type: 'string', multiple: true, default: [] },
    },
  });
  const readers = Number(values.readers);
  if (!Number.isInteger(readers) || readers < 1 || readers > 16) throw new Error('--readers wants 1 to 16');
  const { insert } = values;
  if (insert !== undefined && !isProfileId(insert)) throw new Error(`unknown profile: ${insert}`);
  return {
    readers,
    plugged: !values.unplugged,
    pcscd: !values['no-pcscd'],
    hosts: values.host,
    ...(insert === undefined ? {} : { insert }),
  };
}

function say(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Carries out a command; the result is the rest of its answer. */
async function carryOut(lab: Lab, command: Command): Promise<Readonly<Record<string, unknown>>> {
  switch (command.kind) {
    case 'insert': {
      const { profile, ...options } = command;
      await lab.insert(profile, options);
      return { profile };
    }
    case 'remove':
      await lab.remove(command.reader);
      return {};
    case 'plug':
      await lab.plug(command.reader);
      return { readers: lab.readers };
    case 'unplug':
      await lab.unplug(command.reader);
      return { readers: lab.readers };
    case 'fault':
      await lab.fault(command.fault, command.reader);
      return { fault: command.fault.kind };
    case 'reset-counts':
      lab.resetCounts();
      return lab.counts();
    case 'counts':
      return lab.counts();
    case 'trace':
      return { trace: lab.trace() };
    case 'help':
      return { commands: COMMAND_USAGE, profiles: profileList() };
    case 'quit':
      return {};
  }
}

function profileList(): Record<string, string> {
  return Object.fromEntries(Object.entries(PROFILES).map(([id, { about }]) => [id, about]));
}

async function main(): Promise<void> {
  const lab = await startLab(optionsFrom(process.argv.slice(2)));
  const input = createInterface({ input: process.stdin });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => input.close());
  say({
    ok: true,
    PCSCLITE_CSOCK_NAME: lab.environment.PCSCLITE_CSOCK_NAME,
    environment: lab.environment,
    readers: lab.readers,
    profiles: Object.keys(PROFILES),
    pin: TEST_PIN,
    pki: lab.pki.directory,
    pid: process.pid,
  });
  try {
    for await (const line of input) {
      if (line.trim() === '') continue;
      const command = parseCommandLine(line);
      if ('error' in command) {
        say({ ok: false, ...command });
        continue;
      }
      try {
        say({ ok: true, command: command.kind, ...(await carryOut(lab, command)) });
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        say({ ok: false, error: 'failed', command: command.kind, message });
      }
      if (command.kind === 'quit') break;
    }
  } finally {
    input.close();
    await lab.stop();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    say({ ok: false, error: 'lab-failed', message: error instanceof Error ? error.message : String(error) });
    process.exit(1);
  },
);
