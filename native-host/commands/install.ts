import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isSea } from 'node:sea';
import { parseArgs } from 'node:util';
import { exitCode } from '../exit-codes.ts';
import { blockingPolicies, blocks } from '../install/blocking-policies.ts';
import { browserPlaces, placeIn } from '../install/browsers.ts';
import type { Registration } from '../install/register.ts';
import { fileTarget, registerWhereNeeded, type Target } from '../install/target.ts';
import type { Policy } from '../observers/policy-names.ts';
import type { Words } from './words.ts';

/** `install` and `uninstall`: tells, browser by browser, what was found and done. */
export async function runInstall(
  command: 'install' | 'uninstall',
  parameters: string[],
  say: Words,
): Promise<number> {
  const { values } = parseArgs({
    args: parameters,
    options: { all: { type: 'boolean' }, directory: { type: 'string' }, repair: { type: 'boolean' } },
  });
  const repair = values.repair === true && command === 'install';
  const launcher = launcherPath();
  if (command === 'install' && !existsSync(launcher)) {
    process.stderr.write(`${say.notBuilt}\n`);
    return exitCode.notInstalled;
  }
  const tell = (line: string) => process.stdout.write(`${line}\n`);
  if (repair) tell(say.repairing(launcher));
  const everywhere = values.all === true || values.directory !== undefined;
  let failed = false;
  const startedForEveryone = new Set<Policy['browser']>();
  for (const target of await targets(values.directory, launcher)) {
    const { name, policies } = target.browser;
    const before = repair ? await target.state().catch(() => 'unreadable' as const) : undefined;
    const everyones = await target.everyonesState().catch(() => 'unreadable' as const);
    const done =
      command === 'install'
        ? await registerWhereNeeded(target, everyones, everywhere)
        : await target.unregister();
    if (repair && everyones !== 'absent') tell(`${name}: ${say.forEveryone(say.found[everyones])}`);
    const looked =
      done.outcome === 'registered-for-everyone' ? before !== 'absent' : done.outcome !== 'browser-not-found';
    if (before && looked) tell(`${name}: ${say.found[before]}`);
    tell(told(done, say));
    if (policies && (everyones === 'right' || everyones === 'other-program'))
      startedForEveryone.add(policies);
    failed ||= done.outcome === 'failed';
  }
  if (repair) {
    const blocking = blockingPolicies(await policiesHere(), startedForEveryone);
    for (const { browser, name, how } of blocking) {
      tell(say.blockedBy[blocks(name)](browser, name, how));
    }
    tell(failed ? say.repairFailed : blocking.length > 0 ? say.repairBlocked : say.repaired);
  }
  return failed ? exitCode.notInstalled : exitCode.done;
}

async function targets(directory: string | undefined, launcher: string): Promise<Target[]> {
  if (directory !== undefined) return [fileTarget(placeIn(directory, resolve(directory)), launcher)];
  if (process.platform !== 'win32') return browserPlaces().map((place) => fileTarget(place, launcher));
  const [{ openRegistry }, registered] = await Promise.all([
    import('../windows/registry.ts'),
    import('../install/windows-registry.ts'),
  ]);
  const registry = openRegistry();
  return registered.registryPlaces().map((place) => registered.registryTarget(registry, place, launcher));
}

/** What administrators have set; nothing where it can't be looked at. */
async function policiesHere(): Promise<Policy[]> {
  try {
    if (process.platform === 'win32') {
      const [{ openRegistry }, { windowsPolicies }] = await Promise.all([
        import('../windows/registry.ts'),
        import('../observers/policies-windows.ts'),
      ]);
      return windowsPolicies(openRegistry());
    }
    const { filePoliciesObserver } = await import('../observers/policies-files.ts');
    const seen = await filePoliciesObserver().observe();
    return seen.outcome === 'observed' ? seen.facts.policies : [];
  } catch {
    return [];
  }
}

/** What a browser is told to start: the program itself on Windows, the launcher beside it elsewhere. */
function launcherPath(): string {
  if (isSea()) return process.execPath;
  return join(dirname(realpathSync(process.argv[1] ?? '')), 'hpki-navi-host');
}

function told(registration: Registration, say: Words): string {
  const { browser, outcome } = registration;
  const detail = outcome === 'failed' ? `: ${registration.error}` : '';
  const place = outcome === 'registered-for-everyone' ? browser.everyones : browser.manifests;
  return `${browser.name}: ${say.registration[outcome]} (${place})${detail}`;
}
