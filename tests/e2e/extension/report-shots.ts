import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';
import { reportText } from '../../../common/report/text.ts';
import { composeReport } from '../../../extension/report/compose.ts';
import { buildSupportPage } from '../../../extension/support/build.ts';
import { cases, collected, now, situation } from '../../integration/report-situations.ts';
import { extensionAddress } from '../../lab/extension.ts';
import { hpkiCard } from './fake-host.ts';
import { discardBuiltExtension, raiseExtensionStage } from './stage.ts';

/**
 * Pictures of the report's preview and of the support page, for the eye:
 * `node tests/e2e/extension/report-shots.ts [FOLDER]`. Prints how long both took.
 */
const folder = process.argv[2] ?? 'report-shots';
const looks = [
  { name: '320', width: 320, features: [] },
  { name: '800', width: 800, features: [] },
  { name: '800-dark', width: 800, features: [{ name: 'prefers-color-scheme', value: 'dark' }] },
  { name: '320-forced', width: 320, features: [{ name: 'forced-colors', value: 'active' }] },
];

const home = await mkdtemp(join(tmpdir(), 'hpki-navi-shots-'));
await mkdir(folder, { recursive: true });
const supportFile = join(home, 'support.html');
await writeFile(supportFile, (await buildSupportPage()).html);
const secret = new Uint8Array(32).fill(3);
const reported = await Promise.all(
  [cases[2]?.collected ?? collected(), collected({ situation: situation({ now: now + 90_000 }) })].map((it) =>
    composeReport(it, secret, () => 9),
  ),
);

for (const language of ['ja', 'en'] as const) {
  const stage = await raiseExtensionStage({ language });
  try {
    stage.host.platform = 'win32';
    stage.host.attachReader('ACS ACR39U ICC Reader [RR7Q20394857] 00 00');
    const panel = await stage.openPanel();
    stage.host.insert(hpkiCard({ tries: '6983' }), 'ACS ACR39U ICC Reader [RR7Q20394857] 00 00');
    await panel.waitForSelector('[data-reason="pin.locked"]');
    await panel.screenshot({ path: join(folder, `${language}-panel.png`) as `${string}.png` });
    for (const look of looks) {
      await shoot(stage.browser, `${language}-report-${look.name}`, look, async (page) => {
        await page.goto(`${extensionAddress}extension/report/index.html`);
        await page.waitForSelector('main[data-cause="pin.locked"]');
        await page.$$eval('[data-section="timeline"] details', (all) => {
          for (const it of all) it.open = true;
        });
      });
      await shoot(stage.browser, `${language}-support-${look.name}`, look, async (page) => {
        await page.goto(pathToFileURL(supportFile).href);
        await page.waitForSelector('[data-input="text"]');
        for (const report of reported.toReversed()) {
          await page.$eval(
            '[data-input="text"]',
            (element, value) => {
              (element as HTMLTextAreaElement).value = value;
              element.dispatchEvent(new Event('input', { bubbles: true }));
            },
            reportText(report, language),
          );
        }
        await page.waitForSelector('[data-card="compare"]');
      });
      await shoot(stage.browser, `${language}-code-${look.name}`, look, async (page) => {
        await page.goto(`${extensionAddress}extension/support/index.html`);
        await page.waitForSelector('[data-input="code"]');
        await page.type('[data-input="code"]', reported[0]?.supportCode ?? '');
        await page.waitForSelector('article');
      });
    }
    const page = await stage.browser.newPage();
    const times: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      await page.goto(`${pathToFileURL(supportFile).href}?${round}`);
      await page.waitForSelector('[data-input="code"]');
      times.push(await page.evaluate(() => performance.getEntriesByType('navigation')[0]?.duration ?? -1));
    }
    console.log(`support page, load (ms): ${times.map(Math.round).join(' ')}`);
    // Everything the report could wait for hangs: only the clock goes on.
    await page.evaluateOnNewDocument(() => {
      const never = () => new Promise<never>(() => undefined);
      const { storage, permissions, management, runtime } = (
        globalThis as unknown as { chrome: Record<string, Record<string, unknown>> }
      ).chrome;
      for (const area of ['local', 'session']) (storage?.[area] as Record<string, unknown>)['get'] = never;
      if (permissions) permissions['contains'] = never;
      if (management) management['getSelf'] = never;
      if (runtime) {
        runtime['connect'] = () => ({
          postMessage() {},
          disconnect() {},
          onMessage: { addListener() {} },
          onDisconnect: { addListener() {} },
        });
      }
    });
    for (let round = 0; round < 3; round += 1) {
      await page.goto(`${extensionAddress}extension/report/index.html`);
      const began = Date.now();
      await page.waitForSelector('[data-support-code]');
      const shown = await page.evaluate(() => Math.round(performance.now()));
      console.log(
        `report, everything hung: shown ${shown} ms after navigation (waited ${Date.now() - began} ms)`,
      );
    }
    const cause = await page.$eval('main', (main) => main.getAttribute('data-cause'));
    console.log(`report, everything hung: ${cause}`);
  } finally {
    await stage.stop();
  }
}
await discardBuiltExtension();
await rm(home, { recursive: true, force: true });

async function shoot(
  browser: Browser,
  name: string,
  look: (typeof looks)[number],
  arrange: (page: Page) => Promise<void>,
): Promise<void> {
  const page = await browser.newPage({ type: 'window' });
  await page.setViewport({ width: look.width, height: 900 });
  const session = await page.createCDPSession();
  await session.send('Emulation.setEmulatedMedia', { features: look.features });
  await arrange(page);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  if (overflow > 0) console.log(`${name}: ${overflow} px too wide`);
  await page.screenshot({ path: join(folder, `${name}.png`) as `${string}.png`, fullPage: true });
  await page.close();
}
