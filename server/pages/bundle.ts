import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

const pages = import.meta.dirname;
const client = join(pages, 'client');

/** Where the built files are kept, by default `dist/server` of the project. */
export const defaultBuildDirectory = resolve(pages, '../../dist/server');

/**
 * The manual (1) asks for iOS 14 and Android 7. Also a browser that is too old for WebAuthn (Chrome before 70) must be able
 * to run the script, or its person is never told so.
 */
const syntax = 'es2015';
/** Chrome has it from 71 on, Safari from 12.1; @simplewebauthn/browser asks for it. */
const prelude = 'self.globalThis||(self.globalThis=self);';

/**
 * The pages' script for browsers, as one classic script file, made from `client/` and @simplewebauthn/browser. It is
 * built once for each state of its sources; a server that was shipped with the built file needs no bundler.
 */
export async function clientScript(directory = defaultBuildDirectory): Promise<string> {
  const target = join(directory, `${await sourceHash()}.js`);
  if (!existsSync(target)) await build(target);
  return await readFile(target, 'utf8');
}

async function sourceHash(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(import.meta.filename));
  const names = (await readdir(client)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  for (const name of names.sort()) hash.update(name).update(await readFile(join(client, name)));
  const library = createRequire(import.meta.url).resolve('@simplewebauthn/browser');
  hash.update(await readFile(library));
  return hash.digest('hex').slice(0, 16);
}

async function build(target: string): Promise<void> {
  const { build: bundle } = await import('vite');
  await mkdir(dirname(target), { recursive: true });
  // A folder of its own, then a rename: a server starting beside this one never reads half a file.
  const draft = await mkdtemp(`${target}.draft-`);
  try {
    const outcome = await bundle({
      configFile: false,
      root: client,
      logLevel: 'error',
      publicDir: false,
      build: {
        target: syntax,
        write: false,
        lib: { entry: join(client, 'main.ts'), formats: ['iife'], name: 'registration', fileName: 'client' },
      },
    });
    const [output] = Array.isArray(outcome) ? outcome : [outcome];
    if (!output || !('output' in output)) throw new Error('the pages could not be bundled');
    await writeFile(join(draft, 'client.js'), `${prelude}${output.output[0].code}`);
    await rename(join(draft, 'client.js'), target);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

if (import.meta.main) await clientScript();
