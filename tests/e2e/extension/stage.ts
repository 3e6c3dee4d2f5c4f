import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import ids from '../../../common/ids.json' with { type: 'json' };
import { buildExtension } from '../../../extension/build.ts';
import { launchBrowser } from '../../lab/browser.ts';
import { endServiceWorker, openPanel, untilButtonOpensPanel } from '../../lab/extension.ts';
import { makeNssDatabase } from '../../lab/nss.ts';
import { makeTestPki } from '../../lab/pki/index.ts';
import { type Screen, startScreen } from '../../lab/screen.ts';
import { FakeHost, type FakeHostOptions } from './fake-host.ts';
import { type FixtureSite, hosts, startFixtureSite } from './fixture-site.ts';

/** Built once for this process, where nobody else builds: a build under a running browser would end the extension. */
let built: Promise<string> | undefined;
const builtExtension = () => {
  built ??= buildForThisProcess();
  return built;
};

async function buildForThisProcess(): Promise<string> {
  return buildExtension({ outDir: await mkdtemp(join(tmpdir(), 'hpki-navi-built-')), mode: 'development' });
}

/** After the last stage. */
export async function discardBuiltExtension(): Promise<void> {
  if (built) await rm(await built, { recursive: true, force: true });
  built = undefined;
}

export interface ExtensionStage {
  readonly browser: Browser;
  readonly screen: Screen;
  readonly host: FakeHost;
  site: FixtureSite;
  /** HOME of the browser and of what it starts. */
  home: string;
  userDataDir: string;
  /** The tab that was there first. */
  readonly page: Page;
  openPanel(): Promise<Page>;
  /** As the browser does with an idle one. */
  endServiceWorker(): Promise<void>;
  /** Puts a higher version in the place of the one that runs; the browser takes it up at once. */
  updateExtension(version: string): Promise<void>;
  /** Another window with an empty tab, and the panel opened in it. */
  openWindow(): Promise<{ panel: Page; close(): Promise<void> }>;
  /** After its end: the same profile once more. */
  startBrowser(): Promise<void>;
  /** For the next test: one empty tab, the extension installed just now, a host and a site that nothing was asked of. */
  renew(host?: HostOptions): Promise<void>;
  /** The tab whose address begins so. */
  tabAt(address: string): Promise<Page>;
  stop(): Promise<void>;
}

/** How the host answers, and whether the browser finds it. */
export interface HostOptions {
  hostInstalled?: boolean;
  host?: Omit<FakeHostOptions, 'userDataDir' | 'directory'>;
}

export interface ExtensionStageOptions extends HostOptions {
  language?: 'ja' | 'en';
  insist?: boolean;
  /** Sends the card login to this port instead of the fixture's. */
  silentLoginPort?: number;
  /** Hosts that are not the journey's. */
  strangers?: string[];
  arguments?: string[];
  /** Added to the browser's. */
  environment?: Record<string, string>;
  /** As where the person lets the extension run on no site: what is required of them is left to be asked for. */
  siteAccessWithheld?: boolean;
  /** What an administrator has decided for the extension: `extension/public/managed-schema.json`. */
  managed?: Record<string, unknown>;
}

/** Real Chromium with the built extension, a host played by the test, and pages made from the manual. */
export async function raiseExtensionStage(options: ExtensionStageOptions = {}): Promise<ExtensionStage> {
  const { strangers = [] } = options;
  const home = await mkdtemp(join(tmpdir(), 'hpki-navi-ext-'));
  const userDataDir = join(home, 'profile');
  const ending: (() => Promise<unknown>)[] = [
    () => rm(home, { recursive: true, force: true, maxRetries: 5 }),
  ];
  const stop = async () => {
    for (const end of ending.reverse().splice(0)) await end().catch(() => undefined);
  };
  try {
    const pki = await makeTestPki({ hosts: [...Object.values(hosts), ...strangers] });
    await makeNssDatabase(home, { trustedAuthority: pki.authorities.tls.certificate.pem });
    const site = await startFixtureSite(pki, {
      more: strangers,
      ...(options.insist === undefined ? {} : { insist: options.insist }),
    });
    ending.push(() => site.stop());
    const startHost = async ({ hostInstalled = true, host: answers }: HostOptions) => {
      const host = new FakeHost({ userDataDir, directory: home, ...answers });
      await host.start();
      if (!hostInstalled) await host.uninstall();
      return host;
    };
    let host = await startHost(options);
    ending.push(() => host.stop());
    const screen = await startScreen();
    ending.push(() => screen.stop());
    const folder = join(home, 'extension');
    await cp(await builtExtension(), folder, { recursive: true });
    if (options.siteAccessWithheld) await withholdSiteAccess(folder);
    const launch = () =>
      launchBrowser({
        home,
        userDataDir,
        display: screen.display,
        hosts: {
          ...site.ports,
          ...(options.silentLoginPort ? { [hosts.cardLogin]: options.silentLoginPort } : {}),
        },
        extensions: [folder],
        language: options.language ?? 'ja',
        environment: { HPKI_NAVI_TEST_HOST: host.socketPath, ...options.environment },
        arguments: options.arguments ?? [],
        ...(options.managed && {
          policies: { '3rdparty': { extensions: { [ids.extension.development]: options.managed } } },
        }),
      });
    let browser = await launch();
    ending.push(() => browser.close());
    let page = await ready(browser);
    return {
      get browser() {
        return browser;
      },
      get host() {
        return host;
      },
      get page() {
        return page;
      },
      screen,
      site,
      home,
      userDataDir,
      openPanel: () => openPanel(browser, page),
      endServiceWorker: () => endServiceWorker(page),
      updateExtension: (version) => updateExtension(browser, folder, version),
      openWindow: () => openWindow(browser),
      async startBrowser() {
        browser = await launch();
        page = await ready(browser);
      },
      async renew(hostOptions = {}) {
        await browser.uninstallExtension(ids.extension.development);
        for (const other of await browser.pages()) if (other !== page) await other.close();
        await page.goto('about:blank');
        await host.stop();
        host = await startHost(hostOptions);
        site.pages.clear();
        site.visited.length = 0;
        await browser.installExtension(folder);
        await untilButtonOpensPanel(browser);
      },
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

async function withholdSiteAccess(folder: string): Promise<void> {
  const file = join(folder, 'manifest.json');
  const { host_permissions, ...rest } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  await writeFile(file, JSON.stringify({ ...rest, optional_host_permissions: host_permissions }));
}

/** The tab that was there first, once the extension can be clicked on. */
async function ready(browser: Browser): Promise<Page> {
  const page = (await browser.pages())[0] ?? (await browser.newPage());
  await untilButtonOpensPanel(browser);
  return page;
}

/**
 * Installs it over itself, as an updater does. (Not `runtime.reload()`: under a debugger the old service worker stays,
 * and Chromium 156 dies of the next click on the extension's button.)
 */
async function updateExtension(browser: Browser, folder: string, version: string): Promise<void> {
  const file = join(folder, 'manifest.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  await writeFile(file, JSON.stringify({ ...manifest, version }));
  await browser.installExtension(folder);
}

async function openWindow(browser: Browser): Promise<{ panel: Page; close(): Promise<void> }> {
  const known = new Set(browser.targets());
  const session = await browser.target().createCDPSession();
  await session.send('Target.createTarget', { url: 'about:blank', newWindow: true });
  await session.detach();
  const target = await browser.waitForTarget(
    (candidate) => candidate.type() === 'page' && !known.has(candidate),
  );
  const page = (await target.page()) ?? (await target.asPage());
  const panel = await openPanel(browser, page, new Set(browser.targets()));
  return { panel, close: () => page.close() };
}

/** Milliseconds. A busy machine takes long over what is no fault; nothing is waited for that does not come. */
const patience = 30_000;

/** Waits for the panel's public attributes. */
export async function untilShown(page: Page, selector: string): Promise<void> {
  const found = await page.waitForSelector(selector, { timeout: patience }).catch(async (cause: unknown) => {
    throw new Error(`${selector} is not shown; ${await whatIsShown(page)}`, { cause });
  });
  // A handle keeps its element from being collected.
  await found?.dispose();
}

/** For whoever reads why a test failed: what the page says instead. */
export async function whatIsShown(page: Page): Promise<string> {
  if (page.isClosed()) return 'the page is closed';
  return page
    .evaluate(() => {
      const attributes = { ...document.querySelector('main')?.dataset };
      const words = Object.entries(attributes).map(([name, value]) => `${name}=${value}`);
      for (const { dataset } of document.querySelectorAll<HTMLElement>('[data-check]'))
        words.push(`${dataset['check']}=${dataset['status']}`);
      return `${document.visibilityState} ${words.join(' ')} | ${document.body.innerText.slice(0, 400)}`;
    })
    .catch(String);
}

/** `check → status` as the panel shows it. */
export async function shownChecks(page: Page): Promise<Record<string, string>> {
  return page.$$eval('[data-check]', (rows) =>
    Object.fromEntries(rows.map((row) => [row.getAttribute('data-check'), row.getAttribute('data-status')])),
  );
}
