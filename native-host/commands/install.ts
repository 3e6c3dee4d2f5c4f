import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { exitCode } from '../exit-codes.ts';
import { browserPlaces, placeIn } from '../install/browsers.ts';
import { type Registration, register, unregister } from '../install/register.ts';
import type { Words } from './words.ts';

/** `install` and `uninstall`: tells, browser by browser, what was found and done. */
export async function runInstall(
  command: 'install' | 'uninstall',
  parameters: string[],
  say: Words,
): Promise<number> {
  const { values } = parseArgs({
    args: parameters,
    options: { all: { type: 'boolean' }, directory: { type: 'string' } },
  });
  const places = values.directory ? [placeIn(values.directory, resolve(values.directory))] : browserPlaces();
  const launcher = launcherPath();
  if (command === 'install' && !existsSync(launcher)) {
    process.stderr.write(`${say.notBuilt}\n`);
    return exitCode.notInstalled;
  }
  const everywhere = values.all === true || values.directory !== undefined;
  let failed = false;
  for (const place of places) {
    const outcome =
      command === 'install' ? await register(place, launcher, everywhere) : await unregister(place);
    process.stdout.write(`${told(outcome, say)}\n`);
    failed ||= outcome.outcome === 'failed';
  }
  return failed ? exitCode.notInstalled : exitCode.done;
}

/** Beside the program itself: what a browser is told to start. */
function launcherPath(): string {
  return join(dirname(realpathSync(process.argv[1] ?? '')), 'hpki-navi-host');
}

function told(registration: Registration, say: Words): string {
  const { browser, outcome } = registration;
  const detail = outcome === 'failed' ? `: ${registration.error}` : '';
  return `${browser.name}: ${say.registration[outcome]} (${browser.manifests})${detail}`;
}
