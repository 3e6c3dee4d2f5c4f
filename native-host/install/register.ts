import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BrowserPlace } from './browsers.ts';
import { hostManifest, manifestFile } from './manifest.ts';

export type Registration =
  | {
      outcome:
        | 'written'
        | 'unchanged'
        | 'removed'
        | 'was-not-there'
        | 'browser-not-found'
        | 'registered-for-everyone';
      browser: BrowserPlace;
    }
  | { outcome: 'failed'; browser: BrowserPlace; error: string };

/** Registers with one browser. Doing it again changes nothing. `everywhere`: also where no browser was found. */
export async function register(
  browser: BrowserPlace,
  launcher: string,
  everywhere: boolean,
): Promise<Registration> {
  if (!everywhere && !existsSync(browser.profile)) return { outcome: 'browser-not-found', browser };
  const file = join(browser.manifests, manifestFile);
  const content = `${JSON.stringify(hostManifest(launcher), null, 2)}\n`;
  try {
    if ((await readFile(file, 'utf8').catch(() => undefined)) === content)
      return { outcome: 'unchanged', browser };
    await mkdir(browser.manifests, { recursive: true });
    // The browser may read it at any time: it sees the old one or the new one, never a half.
    await writeFile(`${file}.new`, content);
    await rename(`${file}.new`, file);
    return { outcome: 'written', browser };
  } catch (error) {
    return { outcome: 'failed', browser, error: String(error) };
  }
}

/** Takes back what `register` wrote, and the folder when nothing else is in it. */
export async function unregister(browser: BrowserPlace): Promise<Registration> {
  const file = join(browser.manifests, manifestFile);
  if (!existsSync(file)) return { outcome: 'was-not-there', browser };
  try {
    await rm(file);
    await rmdir(dirname(file)).catch(() => undefined);
    return { outcome: 'removed', browser };
  } catch (error) {
    return { outcome: 'failed', browser, error: String(error) };
  }
}
