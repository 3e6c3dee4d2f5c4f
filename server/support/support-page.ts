import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** Where the built page is kept, by default `dist/support` of the project. */
export const supportPageFile = resolve(import.meta.dirname, '../../dist/support/support.html');

export interface SupportPage {
  html: string;
  contentSecurityPolicy: string;
}

/**
 * The support page, as shipped; built when it is not there. A server that was shipped with the file needs no bundler.
 */
export async function loadSupportPage(file = supportPageFile): Promise<SupportPage> {
  if (!existsSync(file)) await build(file);
  const html = await readFile(file, 'utf8');
  return { html, contentSecurityPolicy: policyOf(html) };
}

async function build(file: string): Promise<void> {
  const { buildSupportPage } = await import('../../extension/support/build.ts');
  const { html } = await buildSupportPage();
  await mkdir(dirname(file), { recursive: true });
  const draft = join(dirname(file), `.draft-${process.pid}`);
  await writeFile(draft, html);
  await rename(draft, file);
}

/** For exactly the script and the style in the file, computed here and not believed from it. */
export function policyOf(html: string): string {
  const within = (element: string) => new RegExp(`<${element}>([^]*?)</${element}>`).exec(html)?.[1] ?? '';
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `script-src ${hash(within('script'))}`,
    `style-src ${hash(within('style'))}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}
