import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const SOURCES = join(import.meta.dirname, 'ifd');
const CACHE = resolve(import.meta.dirname, '../../.cache/lab');

const PARTS = {
  driver: { source: 'virtual_readers.c', flags: ['-shared', '-fPIC'], libraries: ['-lpthread'] },
  bus: { source: 'usb_bus.c', flags: ['-shared', '-fPIC'], libraries: [] },
  launcher: { source: 'launch_pcscd.c', flags: [], libraries: [] },
  client: { source: 'pcsc_client.c', flags: [], libraries: ['-lpcsclite'] },
} as const;
type Part = keyof typeof PARTS;

/** Paths of the lab's compiled parts. */
export type NativeParts = Readonly<Record<Part, string>>;

/** Compiles what has changed since the last time; the results are kept in `.cache/lab`. */
export async function nativeParts(): Promise<NativeParts> {
  const build = (part: Part) => {
    const { source, flags, libraries } = PARTS[part];
    return compiled(join(SOURCES, source), { flags: ['-I/usr/include/PCSC', ...flags], libraries });
  };
  const [driver, bus, launcher, client] = await Promise.all([
    build('driver'),
    build('bus'),
    build('launcher'),
    build('client'),
  ]);
  return { driver, bus, launcher, client };
}

/** The path of what a C file compiles to. */
export async function compiled(
  path: string,
  { flags, libraries }: { flags: readonly string[]; libraries: readonly string[] },
): Promise<string> {
  await mkdir(CACHE, { recursive: true });
  const options = ['-O2', '-Wall', '-Wextra', ...flags];
  const hash = createHash('sha256')
    .update(await readFile(path))
    .update([...options, ...libraries].join(' '))
    .digest('hex')
    .slice(0, 12);
  const target = join(CACHE, `${basename(path, '.c')}-${hash}`);
  if (existsSync(target)) return target;
  // Under another name first: a second lab may be starting at the same time.
  const draft = `${target}.${process.pid}`;
  try {
    await run('gcc', [...options, '-o', draft, path, ...libraries]);
    await rename(draft, target);
    return target;
  } catch (cause) {
    await rm(draft, { force: true });
    throw new Error(`${path} does not compile (are gcc and libpcsclite-dev there?)`, { cause });
  }
}
