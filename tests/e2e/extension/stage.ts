import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page, WebWorker } from 'puppeteer-core';
import ids from '../../../common/ids.json' with { type: 'json' };
import { buildExtension } from '../../../extension/build.ts';
import { launchBrowser } from '../../lab/browser.ts';
import { makeNssDatabase } from '../../lab/nss.ts';
import { makeTestPki } from '../../lab/pki/index.ts';
import { type Screen, startScreen } from '../../lab/screen.ts';
import { FakeHost, type FakeHostOptions } from './fake-host.ts';
import { type FixtureSite, hosts, startFixtureSite } from './fixture-site.ts';

const repository = resolve(import.meta.dirname, '../../..');

/** Built once for this process, beside what is loaded by hand: a build under a running browser would end it. */
let built: Promise<string> | undefined;
const builtExtension = () => {
  built ??= buildExtension({ outDir: join(repository, '.cache/extension-under-test'), mode: 'development' });
  return built;
};

export interface ExtensionStage {
  browser: Browser;
  screen: Screen;
  host: FakeHost;
  site: FixtureSite;
  /** The tab that was there first. */
  page: Page;
  openPanel(): Promise<Page>;
  serviceWorker(): Promise<WebWorker>;
  /** The tab whose address begins so. */
  tabAt(address: string): Promise<Page>;
  stop(): Promise<void>;
}

export interface ExtensionStageOptions {
  language?: 'ja' | 'en';
  hostInstalled?: boolean;
  host?: Omit<FakeHostOptions, 'userDataDir' | 'directory'>;
  insist?: boolean;
  /** Sends the card login to this port instead of the fixture's. */
  silentLoginPort?: number;
  arguments?: string[];
}

/** Real Chromium with the built extension, a host played by the test, and pages made from the manual. */
export async function raiseExtensionStage(options: ExtensionStageOptions = {}): Promise<ExtensionStage> {
  const home = await mkdtemp(join(tmpdir(), 'hpki-navi-ext-'));
  const userDataDir = join(home, 'profile');
  const ending: (() => Promise<unknown>)[] = [
    () => rm(home, { recursive: true, force: true, maxRetries: 5 }),
  ];
  const stop = async () => {
    for (const end of ending.reverse().splice(0)) await end().catch(() => undefined);
  };
  try {
    const pki = await makeTestPki({ hosts: Object.values(hosts) });
    await makeNssDatabase(home, { trustedAuthority: pki.authorities.tls.certificate.pem });
    const site = await startFixtureSite(pki, options.insist === undefined ? {} : { insist: options.insist });
    ending.push(() => site.stop());
    const host = new FakeHost({ userDataDir, directory: home, ...options.host });
    await host.start();
    ending.push(() => host.stop());
    if (options.hostInstalled === false) await host.uninstall();
    const screen = await startScreen();
    ending.push(() => screen.stop());
    const browser = await launchBrowser({
      home,
      userDataDir,
      display: screen.display,
      hosts: {
        ...site.ports,
        ...(options.silentLoginPort ? { [hosts.cardLogin]: options.silentLoginPort } : {}),
      },
      extensions: [await builtExtension()],
      language: options.language ?? 'ja',
      environment: { HPKI_NAVI_TEST_HOST: host.socketPath },
      arguments: options.arguments ?? [],
    });
    ending.push(() => browser.close());
    const page = (await browser.pages())[0] ?? (await browser.newPage());
    return {
      browser,
      screen,
      host,
      site,
      page,
      openPanel: () => openPanel(browser, page),
      serviceWorker: () => serviceWorker(browser),
      tabAt: async (address) => {
        const target = await browser.waitForTarget(
          (candidate) => candidate.type() === 'page' && candidate.url().startsWith(address),
          { timeout: 10_000 },
        );
        return target.asPage();
      },
      stop,
    };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

export const extensionAddress = `chrome-extension://${ids.extension.development}/`;

async function openPanel(browser: Browser, page: Page): Promise<Page> {
  const extension = (await browser.extensions()).get(ids.extension.development);
  if (!extension) throw new Error('the extension is not loaded: run the build');
  await untilActionOpensPanel(browser);
  await page.bringToFront();
  await page.triggerExtensionAction(extension);
  const target = await browser.waitForTarget((candidate) =>
    candidate.url().startsWith(`${extensionAddress}extension/panel/`),
  );
  return target.asPage();
}

/** In the first moments after installation the click does not lead to the panel yet. */
async function untilActionOpensPanel(browser: Browser): Promise<void> {
  const worker = await serviceWorker(browser);
  await worker.evaluate(async () => {
    const { sidePanel } = (globalThis as unknown as { chrome: { sidePanel: PanelBehavior } }).chrome;
    while (!(await sidePanel.getPanelBehavior()).openPanelOnActionClick) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
}

interface PanelBehavior {
  getPanelBehavior(): Promise<{ openPanelOnActionClick: boolean }>;
}

async function serviceWorker(browser: Browser): Promise<WebWorker> {
  const target = await browser.waitForTarget((candidate) => candidate.type() === 'service_worker');
  const worker = await target.worker();
  if (!worker) throw new Error('no service worker');
  return worker;
}

/** Waits for the panel's public attributes. */
export async function untilShown(page: Page, selector: string): Promise<void> {
  await page.waitForSelector(selector, { timeout: 10_000 });
}

/** `check → status` as the panel shows it. */
export async function shownChecks(page: Page): Promise<Record<string, string>> {
  return page.$$eval('[data-check]', (rows) =>
    Object.fromEntries(rows.map((row) => [row.getAttribute('data-check'), row.getAttribute('data-status')])),
  );
}
