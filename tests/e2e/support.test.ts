import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import ids from '../../common/ids.json' with { type: 'json' };
import { reportText } from '../../common/report/text.ts';
import { composeReport } from '../../extension/report/compose.ts';
import { zipName } from '../../native-host/package/extension.ts';
import { makePackages, supportPageName } from '../../native-host/package/main.ts';
import { cases } from '../integration/report-situations.ts';
import { portalHost, startTestServer, type TestServer } from '../integration/server-fixture.ts';
import { launchBrowser } from '../lab/browser.ts';
import { makeNssDatabase } from '../lab/nss.ts';
import { type Screen, startScreen } from '../lab/screen.ts';

// The support page at each of the three places where a desk finds it: the portal, the packed extension, the packed file.

let folder: string;
let screen: Screen;
let server: TestServer;
let browser: Browser | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hpki-navi-support-'));
  await makePackages({
    mode: 'development',
    parts: ['extension', 'support'],
    compression: 'fast',
    outputFolder: join(folder, 'packages'),
    say: () => undefined,
  });
  server = await startTestServer();
  screen = await startScreen();
});
afterEach(async () => {
  await browser?.close();
  browser = undefined;
});
afterAll(async () => {
  await server?.stop();
  await screen?.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** A browser of its own, with what it asks for and what its policies refuse. */
async function launch(more: { online: boolean; extensions?: string[] }) {
  const home = await mkdtemp(join(folder, 'home-'));
  await makeNssDatabase(home, { trustedAuthority: server.pki.authorities.tls.certificate.pem });
  browser = await launchBrowser({
    home,
    userDataDir: join(home, 'profile'),
    display: screen.display,
    hosts: more.online ? { [portalHost]: server.server.ports.portal } : {},
    extensions: more.extensions ?? [],
  });
  const page = (await browser.pages())[0] ?? (await browser.newPage());
  const asked: string[] = [];
  const refused: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => refused.push(message.text()));
  page.on('pageerror', (error) => refused.push(String(error)));
  return { page, asked, refused };
}

/** As a person at the desk does it: the text of an e-mail in, the cause out. */
async function readsAReport(page: Page): Promise<void> {
  const [situation] = cases;
  if (!situation) throw new Error('no case');
  const report = await composeReport(situation.collected, new Uint8Array(32).fill(3), () => 9);
  await page.waitForSelector('[data-input="text"]');
  await page.$eval(
    '[data-input="text"]',
    (element, value) => {
      (element as HTMLTextAreaElement).value = value;
      element.dispatchEvent(new Event('input', { bubbles: true }));
    },
    reportText(report),
  );
  await page.waitForSelector(`article[data-cause="${situation.cause}"]`);
  const tell = await page.$eval('[data-card="tell"]', (card) => (card as HTMLElement).innerText);
  expect(tell).toContain(situation.action);
  await page.type('[data-input="code"]', report.supportCode);
  await page.waitForSelector(`article[data-code="code"][data-cause="${situation.cause}"]`);
}

describe('the support page', () => {
  it('is served by the portal, under its own policy, and asks nobody else', async () => {
    const { page, asked, refused } = await launch({ online: true });
    const address = `https://${portalHost}/support`;
    const answer = await page.goto(address);
    expect(answer?.status()).toBe(200);
    const headers = answer?.headers() ?? {};
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toMatch(/script-src 'sha256-[^ ]+'; style-src 'sha256-[^ ]+';/);
    expect(policy).not.toMatch(/'self'|unsafe|https?:|connect-src/);
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['set-cookie']).toBeUndefined();
    await readsAReport(page);
    expect(asked).toEqual([address]);
    expect(refused).toEqual([]);
    expect(await page.evaluate(() => document.cookie)).toBe('');
  });

  it('is in the packed extension', async () => {
    const unpacked = join(folder, 'unpacked');
    await mkdir(unpacked);
    const archive = join(folder, 'packages', zipName('edge', 'development'));
    await promisify(execFile)('python3', ['-m', 'zipfile', '-e', archive, unpacked]);
    const { page, asked, refused } = await launch({ online: false, extensions: [unpacked] });
    await page.goto(`chrome-extension://${ids.extension.development}/extension/support/index.html`);
    await readsAReport(page);
    expect(
      asked.filter((url) => !url.startsWith(`chrome-extension://${ids.extension.development}/`)),
    ).toEqual([]);
    expect(refused).toEqual([]);
  });

  it('opens from disk, without a network, wherever it was saved', async () => {
    const file = join(folder, 'サポート (1).html');
    await copyFile(join(folder, 'packages', supportPageName), file);
    const { page, asked, refused } = await launch({ online: false });
    await page.setOfflineMode(true);
    await page.goto(pathToFileURL(file).href);
    await readsAReport(page);
    expect(asked).toEqual([pathToFileURL(file).href]);
    expect(refused).toEqual([]);
  });
});
