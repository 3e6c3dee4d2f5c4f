import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import ids from '../common/ids.json' with { type: 'json' };

export interface BuildOptions {
  /** Absolute, or relative to the repository. Default `dist/extension`. */
  outDir?: string;
  /** `release` is for the stores: it needs their ids and carries no `key`. */
  mode: 'development' | 'release';
  /** Those of common/ids.json, unless given. */
  storeIds?: StoreIds;
}

interface StoreIds {
  chrome: string | null;
  edge: string | null;
}

interface Manifest {
  key?: string;
  web_accessible_resources?: unknown;
  content_scripts: { js: string[] }[];
  [name: string]: unknown;
}

const repository = fileURLToPath(new URL('..', import.meta.url));

/** Raised when a release is asked for that the stores would not recognise. `code` is stable. */
export class BuildError extends Error {
  readonly code: 'store-ids-missing' | 'content-script-not-plain';
  constructor(code: BuildError['code'], detail: string) {
    super(`extension build: ${code}: ${detail}`);
    this.name = 'BuildError';
    this.code = code;
  }
}

/**
 * Builds the loadable extension and returns its folder.
 * @throws BuildError
 */
export async function buildExtension({
  outDir = 'dist/extension',
  mode,
  storeIds = ids.extension,
}: BuildOptions): Promise<string> {
  const folder = path.resolve(repository, outDir);
  if (mode === 'release') requireStoreIds(storeIds);
  await withoutChatter(() =>
    build({
      root: repository,
      configFile: path.join(repository, 'vite.config.ts'),
      logLevel: 'error',
      build: { outDir: folder },
    }),
  );
  await closeManifest(folder, mode);
  await closeLocales(folder);
  return folder;
}

/**
 * The plugin tells of its second bundle (the content script) on the console, whatever the log level, and hands that
 * bundle an option the bundler then warns of. Nothing else is held back.
 */
const chatter = /\[crx:content-scripts-iife\]|main\.ts → |inlineDynamicImports.{0,12} option is ignored/;

async function withoutChatter<T>(work: () => Promise<T>): Promise<T> {
  const streams = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write }));
  for (const { stream, write } of streams) {
    stream.write = (chunk: string | Uint8Array, ...rest: never[]) =>
      typeof chunk === 'string' && chatter.test(chunk) ? true : write.call(stream, chunk, ...rest);
  }
  // A test runner takes the console's words before they reach a stream.
  const { log } = console;
  console.log = (first?: unknown, ...rest: unknown[]) => {
    if (!chatter.test(String(first))) log(first, ...rest);
  };
  try {
    return await work();
  } finally {
    console.log = log;
    for (const { stream, write } of streams) stream.write = write;
  }
}

function requireStoreIds(storeIds: StoreIds): void {
  const missing = (['chrome', 'edge'] as const).filter((store) => !storeIds[store]);
  if (missing.length) throw new BuildError('store-ids-missing', `common/ids.json: ${missing.join(', ')}`);
}

/** No page may reach any file of the extension, whatever the bundler wrote; stores assign their own key. */
async function closeManifest(folder: string, mode: BuildOptions['mode']): Promise<void> {
  const file = path.join(folder, 'manifest.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as Manifest;
  delete manifest.web_accessible_resources;
  if (mode === 'release') delete manifest.key;
  for (const script of manifest.content_scripts.flatMap(({ js }) => js)) {
    const code = await readFile(path.join(folder, script), 'utf8');
    if (/\bimport\s*[({*'"]|getURL\(/.test(code)) throw new BuildError('content-script-not-plain', script);
  }
  await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

/** The words as they are written are for people; the browser needs none of the space between them. */
async function closeLocales(folder: string): Promise<void> {
  for (const language of await readdir(path.join(folder, '_locales'))) {
    const file = path.join(folder, '_locales', language, 'messages.json');
    await writeFile(file, JSON.stringify(JSON.parse(await readFile(file, 'utf8'))));
  }
}

/** Octets of everything in the built extension, for the package's limit. */
export async function builtSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async (entry) => (await stat(path.join(entry.parentPath, entry.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mode = process.argv.includes('--release') ? 'release' : 'development';
  process.stdout.write(`${await buildExtension({ mode })}\n`);
}
