import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { addAuthenticator } from './authenticator.ts';

/** An operator's own PC: a browser context with an authenticator for the passkey, and a folder for printed sheets. */
export interface OperatorDesk {
  page: Page;
  /** The PDF that came last; undefined while there is none. */
  newestSheet(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** @param downloads folder for the PDFs; made when it is not there */
export async function takeOperatorDesk(browser: Browser, downloads: string): Promise<OperatorDesk> {
  await mkdir(downloads, { recursive: true });
  const context = await browser.createBrowserContext({
    downloadBehavior: { policy: 'allow', downloadPath: downloads },
  });
  const page = await context.newPage();
  await page.setExtraHTTPHeaders({ 'accept-language': 'ja' });
  await addAuthenticator(page);
  return {
    page,
    async newestSheet() {
      const files = (await readdir(downloads)).filter((name) => name.endsWith('.pdf'));
      const dated = await Promise.all(
        files.map(async (name) => ({ name, at: (await stat(join(downloads, name))).mtimeMs })),
      );
      const [newest] = dated.sort((one, other) => other.at - one.at);
      return newest && join(downloads, newest.name);
    },
    close: () => context.close(),
  };
}
