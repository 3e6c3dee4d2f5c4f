import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import ids from '../../common/ids.json' with { type: 'json' };
import type { ReportedRegistration } from '../../common/report/schema.ts';
import { allowedExtensionIds, originOf } from '../allowed-callers.ts';
import { type BrowserPlace, browserPlaces } from './browsers.ts';
import { manifestFile } from './manifest.ts';

/**
 * How this host stands with the browsers of this user: what the extension can't tell when it is missing, or when the
 * browser does not let it reach the host. Only looks; a browser that was never started is left out.
 */
export async function lookAtRegistrations(
  places: readonly BrowserPlace[] = placesHere(),
  manifests: 'files' | 'elsewhere' = process.platform === 'win32' ? 'elsewhere' : 'files',
): Promise<ReportedRegistration[]> {
  const found = places.filter(({ profile }) => existsSync(profile));
  return Promise.all(
    found.map(async (place) => ({
      browser: place.name,
      // Windows keeps them in the registry, where the observers of policies look.
      manifest: manifests === 'files' ? await manifestOf(place) : 'unknown',
      extension: await extensionIn(place.profile),
    })),
  );
}

function placesHere(): BrowserPlace[] {
  if (process.platform !== 'win32') return browserPlaces();
  const data = process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local');
  return [
    ['Google Chrome', join(data, 'Google', 'Chrome', 'User Data')],
    ['Microsoft Edge', join(data, 'Microsoft', 'Edge', 'User Data')],
  ].map(([name = '', profile = '']) => ({ name, profile, manifests: '' }));
}

async function manifestOf({ manifests }: BrowserPlace): Promise<ReportedRegistration['manifest']> {
  const file = join(manifests, manifestFile);
  if (!existsSync(file)) return 'absent';
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return 'unreadable';
  try {
    const { path, allowed_origins: origins } = JSON.parse(text) as {
      path?: unknown;
      allowed_origins?: unknown;
    };
    const ours = allowedExtensionIds.map(originOf);
    if (!Array.isArray(origins) || !ours.some((origin) => origins.includes(origin))) return 'other-ids';
    if (typeof path !== 'string' || !isAbsolute(path) || !existsSync(path)) return 'launcher-gone';
    return 'right';
  } catch {
    return 'unreadable';
  }
}

/** In the profile's folder of extensions, or, when it was loaded from a folder, in its settings. */
async function extensionIn(profile: string): Promise<ReportedRegistration['extension']> {
  const known = Object.values(ids.extension).filter((id) => id !== null);
  const entries = await readdir(profile, { withFileTypes: true }).catch(() => null);
  if (!entries) return 'unknown';
  const profiles = entries.filter(
    (entry) => entry.isDirectory() && /^(?:Default|Profile \d{1,3})$/.test(entry.name),
  );
  if (profiles.length === 0) return 'unknown';
  for (const { name } of profiles) {
    if (known.some((id) => existsSync(join(profile, name, 'Extensions', id)))) return 'found';
    for (const settings of ['Secure Preferences', 'Preferences']) {
      const text = await readFile(join(profile, name, settings), 'utf8').catch(() => '');
      if (known.some((id) => text.includes(`"${id}"`))) return 'found';
    }
  }
  return 'not-found';
}
