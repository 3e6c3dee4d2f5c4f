import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { win32 } from 'node:path';
import ids from '../../common/ids.json' with { type: 'json' };
import type { RegistryKey, WritableRegistry } from '../windows/registry.ts';
import type { BrowserPlace } from './browsers.ts';
import { hostManifest, manifestFile } from './manifest.ts';
import { type ManifestState, manifestState } from './manifest-state.ts';
import type { Registration } from './register.ts';

/** A browser by the key below which it looks for native hosts; the key's default value names the manifest. */
export interface RegistryPlace extends BrowserPlace {
  key: RegistryKey;
  /** Exists once the browser was installed or started by this user. */
  own: RegistryKey;
}

/** The user's own keys, as Setup writes them (Chrome, Edge: native messaging). */
export function registryPlaces(): RegistryPlace[] {
  return [
    ['Google Chrome', 'Software\\Google\\Chrome'],
    ['Microsoft Edge', 'Software\\Microsoft\\Edge'],
    ['Chromium', 'Software\\Chromium'],
  ].map(([name = '', own = '']) => {
    const path = `${own}\\NativeMessagingHosts\\${ids.nativeHost}`;
    return {
      name,
      profile: `HKCU\\${own}`,
      manifests: `HKCU\\${path}`,
      key: { root: 'HKCU', path },
      own: { root: 'HKCU', path: own },
    };
  });
}

export async function registryState(
  registry: WritableRegistry,
  { key }: RegistryPlace,
  program: string,
): Promise<ManifestState> {
  const file = registry.values(key).get('');
  return typeof file === 'string' && file !== '' ? manifestState(file, program) : 'absent';
}

/** Registers with one browser: the manifest lies beside the program, the key points to it. */
export async function registerInRegistry(
  registry: WritableRegistry,
  browser: RegistryPlace,
  program: string,
  everywhere: boolean,
): Promise<Registration> {
  const file = win32.join(win32.dirname(program), manifestFile);
  try {
    const known = registry.keys(browser.own).length > 0 || registry.values(browser.own).size > 0;
    if (!everywhere && !known) return { outcome: 'browser-not-found', browser };
    const right = (await registryState(registry, browser, program)) === 'right';
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
export async function unregisterInRegistry(
  registry: WritableRegistry,
  browser: RegistryPlace,
): Promise<Registration> {
  try {
    return { outcome: registry.remove(browser.key) ? 'removed' : 'was-not-there', browser };
  } catch (error) {
    return { outcome: 'failed', browser, error: String(error) };
  }
}
