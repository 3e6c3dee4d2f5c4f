import { parseArgs } from 'node:util';
import { exitCode } from '../exit-codes.ts';
import type { StartedProcess } from '../start-process.ts';
import { hostVersion } from '../version.ts';
import { within } from '../within.ts';
import { commandLanguage } from './language.ts';
import { type Words, words } from './words.ts';

/** Milliseconds for which an inspection waits for the list of readers before it loads its other parts. */
const readersMs = 50;

/** Runs what a person typed. `cards`: the card process, where it was started before. Resolves to the exit code. */
export async function runCommand(
  name: string | undefined,
  parameters: string[],
  cards?: StartedProcess,
): Promise<number> {
  const say = words[commandLanguage()];
  try {
    switch (name) {
      case 'inspect':
        return await runInspect(parameters, say, cards);
      case 'report':
        return await runReport(parameters, cards);
      case 'install':
      case 'uninstall': {
        const { runInstall } = await import('./install.ts');
        return await runInstall(name, parameters, say);
      }
      case 'version':
      case '--version':
        process.stdout.write(`${hostVersion}\n`);
        return exitCode.done;
      case 'help':
      case '--help':
      case undefined:
        process.stdout.write(`${say.help}\n`);
        return exitCode.done;
      default:
        return refuse(name, say);
    }
  } catch (error) {
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
      return refuse(parameters.join(' '), say);
    }
    process.stderr.write(`hpki-navi-host: ${String(error)}\n`);
    return exitCode.internal;
  }
}

async function runInspect(parameters: string[], say: Words, started?: StartedProcess): Promise<number> {
  const { values } = parseArgs({
    args: parameters,
    options: { json: { type: 'boolean' }, offline: { type: 'boolean' }, record: { type: 'string' } },
  });
  const cards = (await import('../host.ts')).startQuietDesk(started);
  // Once the readers are known, cards are being read: the rest is loaded meanwhile. A service that is slow to answer
  // holds nothing else up.
  await within(readersMs, cards.desk.known);
  const { inspect } = await import('./inspect.ts');
  const inspection = await inspect({ offline: values.offline === true, cards });
  if (values.record !== undefined) {
    const { writeRecording } = await import('./record.ts');
    await writeRecording(inspection, values.record);
    process.stdout.write(`${say.recorded(values.record)}\n`);
  } else if (values.json) {
    process.stdout.write(`${JSON.stringify(inspection, null, 2)}\n`);
  } else {
    const { inspectionText } = await import('./inspection-text.ts');
    process.stdout.write(`${inspectionText(inspection, say)}\n`);
  }
  return inspection.exitCode;
}

/** Standard output only: nothing is sent or written elsewhere. */
async function runReport(parameters: string[], started?: StartedProcess): Promise<number> {
  const { values } = parseArgs({ args: parameters, options: { json: { type: 'boolean' } } });
  const [{ startQuietDesk }, { makeReport }, { reportText }] = await Promise.all([
    import('../host.ts'),
    import('./report.ts'),
    import('../../common/report/text.ts'),
  ]);
  const report = await makeReport(startQuietDesk(started));
  process.stdout.write(
    values.json ? `${JSON.stringify(report, null, 1)}\n` : reportText(report, commandLanguage()),
  );
  return exitCode.done;
}

function refuse(text: string, say: Words): number {
  process.stderr.write(`${say.unknownCommand(text)}\n\n${say.help}\n`);
  return exitCode.usage;
}
