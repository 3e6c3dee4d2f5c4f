import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { win32 } from 'node:path';
import ids from '../../common/ids.json' with { type: 'json' };
import type { Registry, RegistryKey, WritableRegistry } from '../windows/registry.ts';
import type { BrowserPlace } from './browsers.ts';
import { hostManifest, manifestFile } from './manifest.ts';
import { type ManifestState, manifestState } from './manifest-state.ts';
import type { Registration } from './register.ts';
import type { Target } from './target.ts';

/** A browser by the key below which it looks for native hosts; the key's default value names the manifest. */
export interface RegistryPlace extends BrowserPlace {
  key: RegistryKey;
  /** The same for all users of this PC, as the MSI writes it. */
  everyonesKey: RegistryKey;
  /** Exists once the browser was installed or started by this user. */
  own: RegistryKey;
}

/** The user's own keys, as Setup writes them, and everyone's (Chrome, Edge: native messaging). */
export function registryPlaces(): RegistryPlace[] {
  return (
    [
      ['Google Chrome', 'Software\\Google\\Chrome', 'chrome'],
      ['Microsoft Edge', 'Software\\Microsoft\\Edge', 'edge'],
      ['Chromium', 'Software\\Chromium', 'chromium'],
    ] as const
  ).map(([name, own, policies]) => {
    const path = `${own}\\NativeMessagingHosts\\${ids.nativeHost}`;
    return {
      name,
      profile: `HKCU\\${own}`,
      manifests: `HKCU\\${path}`,
      everyones: `HKLM\\${path}`,
      policies,
      key: { root: 'HKCU', path },
      everyonesKey: { root: 'HKLM', path },
      own: { root: 'HKCU', path: own },
    };
  });
}

export function registryTarget(registry: WritableRegistry, browser: RegistryPlace, program: string): Target {
  return {
    browser,
    state: () => registryState(registry, browser.key, program),
    everyonesState: () => registryState(registry, browser.everyonesKey, program),
    register: (everywhere) => registerInRegistry(registry, browser, program, everywhere),
    unregister: () => unregisterInRegistry(registry, browser),
  };
}

async function registryState(registry: Registry, key: RegistryKey, program: string): Promise<ManifestState> {
  const file = registry.values(key).get('');
  if (typeof file !== 'string' || file === '') return 'absent';
  const state = await manifestState(file, program);
  return state === 'absent' ? 'manifest-gone' : state;
}

/** Registers with one browser: the manifest lies beside the program, the key points to it. */
async function registerInRegistry(
  registry: WritableRegistry,
  browser: RegistryPlace,
  program: string,
  everywhere: boolean,
): Promise<Registration> {
  const file = win32.join(win32.dirname(program), manifestFile);
  try {
    const known = registry.keys(browser.own).length > 0 || registry.values(browser.own).size > 0;
    if (!everywhere && !known) return { outcome: 'browser-not-found', browser };
    const right = (await registryState(registry, browser.key, program)) === 'right';
    if (right && registry.values(browser.key).get('') === file) return { outcome: 'unchanged', browser };
    if (!existsSync(file) || (await manifestState(file, program)) !== 'right') {
      await writeFile(file, `${JSON.stringify(hostManifest(win32.basename(program)), null, 2)}\n`);
    }
    registry.writeDefault(browser.key, file);
    return { outcome: 'written', browser };
  } catch (error) {
    return { outcome: 'failed', browser, error: String(error) };
  }
}

/** Takes the key back. The manifest belongs to the program's folder and stays. */
async function unregisterInRegistry(
  registry: WritableRegistry,
  browser: RegistryPlace,
): Promise<Registration> {
  try {
    return { outcome: registry.remove(browser.key) ? 'removed' : 'was-not-there', browser };
  } catch (error) {
    return { outcome: 'failed', browser, error: String(error) };
  }
}
