import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FactsOf } from '../../common/protocol/index.ts';
import type { Registry, RegistryKey, Windows } from '../windows/index.ts';
import { type DriverReaderPlace, driverReaderPlaces, likeReader } from './driver-reader-places.ts';
import type { Observer } from './port.ts';

type Candidate = FactsOf<'driver-reader'>['candidates'][number];

const keyLimit = 400;
const depth = 4;
const fileBytes = 64 * 1024;
/** PC/SC: the longest name of a reader, in characters. */
const nameLength = 128;

/**
 * Texts in places where the driver may keep its choice of reader, and the names of readers that were connected
 * before. Nothing is concluded here.
 */
export function windowsDriverReaderObserver({
  registry,
  environment,
}: Pick<Windows, 'registry' | 'environment'>): Observer<'driver-reader'> {
  return {
    subject: 'driver-reader',
    deadlineMs: 2000,
    how: 'registry and data folders by a table of candidate places',
    async observe() {
      const formerReaders = rememberedReaders(registry);
      const known = new Set(formerReaders);
      const found = [...inRegistry(registry), ...(await inFiles(environment))];
      const candidates = found.filter(({ value }) => couldBeReader(value));
      if (candidates.length === 0) {
        return {
          outcome: 'unknown',
          reason: 'not-found',
          detail: `${found.length} texts, none could be a reader`,
        };
      }
      const likely = ({ value }: Candidate) => Number(known.has(value) || likeReader.test(value));
      candidates.sort((a, b) => likely(b) - likely(a));
      return {
        outcome: 'observed',
        facts: { candidates: candidates.slice(0, 64), formerReaders: formerReaders.slice(0, 64) },
      };
    },
  };
}

/** A reader's name has letters, and is no path, address or account. */
function couldBeReader(text: string): boolean {
  return (
    text.length <= nameLength && /\p{L}{2}/u.test(text) && !/^[a-z]:|^%|\\|:\/\/|@|\.(?:dll|exe)$/i.test(text)
  );
}

/** Readers introduced to the smart card service: they stay there when unplugged. */
function rememberedReaders(registry: Registry): string[] {
  const path = 'SOFTWARE\\Microsoft\\Cryptography\\Calais\\Readers';
  const keys: RegistryKey[] = [
    { root: 'HKLM', path },
    { root: 'HKCU', path },
  ];
  return [...new Set(keys.flatMap((key) => registry.keys(key)))];
}

function inRegistry(registry: Registry): Candidate[] {
  const found: Candidate[] = [];
  let seen = 0;
  const walk = (key: RegistryKey, place: DriverReaderPlace, level: number): void => {
    if (++seen > keyLimit) return;
    for (const [name, value] of registry.values(key)) {
      const texts = typeof value === 'string' ? [value] : Array.isArray(value) ? value : [];
      for (const text of texts) {
        if (text === '') continue;
        const where = `${key.root}\\${key.path} (${key.view ?? 64}): ${name}`;
        found.push({ place: where.slice(0, 1024), value: text.slice(0, 1024), confidence: place.confidence });
      }
    }
    if (level >= depth) return;
    for (const name of registry.keys(key)) walk({ ...key, path: `${key.path}\\${name}` }, place, level + 1);
  };
  const roots: RegistryKey[] = [
    { root: 'HKCU', path: 'Software', view: 64 },
    { root: 'HKLM', path: 'SOFTWARE', view: 64 },
    { root: 'HKLM', path: 'SOFTWARE', view: 32 },
  ];
  for (const root of roots) {
    for (const name of registry.keys(root)) {
      const place = driverReaderPlaces.find(({ pattern }) => pattern.test(name));
      if (place) walk({ ...root, path: `${root.path}\\${name}` }, place, 1);
    }
  }
  return found;
}

/** `.ini` and `.conf` files of folders with such names, as `key=value` lines in UTF-8, UTF-16 or Shift_JIS. */
async function inFiles(environment: NodeJS.ProcessEnv): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for (const base of [environment['ProgramData'], environment['APPDATA'], environment['LOCALAPPDATA']]) {
    if (!base) continue;
    for (const name of await readdir(base).catch(() => [])) {
      const place = driverReaderPlaces.find(({ pattern }) => pattern.test(name));
      if (!place) continue;
      const folder = join(base, name);
      for (const file of (await readdir(folder, { recursive: true }).catch(() => [])).slice(0, 100)) {
        if (!/\.(?:ini|conf|cfg)$/i.test(file)) continue;
        const path = join(folder, file);
        for (const [, key = '', value = ''] of (await textOf(path)).matchAll(
          /^\s*([^=;#\r\n]+)=(.+?)\s*$/gm,
        )) {
          found.push({
            place: `${path}: ${key.trim()}`.slice(0, 1024),
            value: value.trim().replace(/^"|"$/g, '').slice(0, 1024),
            confidence: place.confidence,
          });
        }
      }
    }
  }
  return found;
}

/** A file that is locked, or gone meanwhile, takes nothing else with it. */
async function textOf(path: string): Promise<string> {
  try {
    return (await stat(path)).size > fileBytes ? '' : decoded(await readFile(path));
  } catch {
    return '';
  }
}

function decoded(octets: Buffer): string {
  if (octets[0] === 0xff && octets[1] === 0xfe) return octets.toString('utf16le', 2);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch {
    return new TextDecoder('shift_jis').decode(octets);
  }
}
