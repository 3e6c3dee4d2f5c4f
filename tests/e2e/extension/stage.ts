import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page, WebWorker } from 'puppeteer-core';
import ids from '../../../common/ids.json' with { type: 'json' };
import { buildExtension } from '../../../extension/build.ts';
import { launchBrowser } from '../../lab/browser.ts';
import { openPanel, serviceWorker, untilButtonOpensPanel } from '../../lab/extension-button.ts';
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
  browser: Browser;
  screen: Screen;
  host: FakeHost;
  site: FixtureSite;
  /** HOME of the browser and of what it starts. */
  home: string;
  userDataDir: string;
  /** The tab that was there first. */
  page: Page;
  openPanel(): Promise<Page>;
  serviceWorker(): Promise<WebWorker>;
  /** Ends it as the browser does, and lets the next one run. `again` says that it does. */
  endServiceWorker(again: () => boolean): Promise<void>;
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
    const host = await startHost(options);
    ending.push(() => stage.host.stop());
    const screen = await startScreen();
    ending.push(() => screen.stop());
    const folder = join(home, 'extension');
    await cp(await builtExtension(), folder, { recursive: true });
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
    ending.push(() => stage.browser.close());
    const stage: ExtensionStage = {
      ...(await ready(await launch())),
      screen,
      host,
      site,
      home,
      userDataDir,
      openPanel: () => openPanel(stage.browser, stage.page),
      serviceWorker: () => serviceWorker(stage.browser),
      endServiceWorker: (again) => endServiceWorker(stage.browser, again),
      updateExtension: (version) => updateExtension(stage.browser, folder, version),
      openWindow: () => openWindow(stage.browser),
      async startBrowser() {
        Object.assign(stage, await ready(await launch()));
      },
      async renew(hostOptions = {}) {
        await stage.browser.uninstallExtension(ids.extension.development);
        for (const page of await stage.browser.pages()) if (page !== stage.page) await page.close();
        await stage.page.goto('about:blank');
        await stage.host.stop();
        stage.host = await startHost(hostOptions);
        site.pages.clear();
        site.visited.length = 0;
        await stage.browser.installExtension(folder);
        await untilButtonOpensPanel(stage.browser);
      },
      tabAt: async (address) => {
        const target = await stage.browser.waitForTarget(
          (candidate) => candidate.type() === 'page' && candidate.url().startsWith(address),
          { timeout: 10_000 },
        );
        return target.asPage();
      },
      stop,
    };
    return stage;
  } catch (cause) {
    await stop();
    throw cause;
  }
}

async function ready(browser: Browser): Promise<{ browser: Browser; page: Page }> {
  const page = (await browser.pages())[0] ?? (await browser.newPage());
  await untilButtonOpensPanel(browser);
  return { browser, page };
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

/**
 * A worker that is started again while the last one is still ending keeps its debugging target, and then waits for the
 * debugger, which does not know of it.
 */
async function endServiceWorker(browser: Browser, again: () => boolean): Promise<void> {
  await (await serviceWorker(browser)).close();
  const signal = AbortSignal.timeout(15_000);
  while (!again()) {
    if (signal.aborted) throw new Error('the ended service worker does not come back');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const target = browser.targets().find((candidate) => candidate.type() === 'service_worker');
    const session = await target?.createCDPSession().catch(() => undefined);
    await session?.send('Runtime.runIfWaitingForDebugger').catch(() => undefined);
    await session?.detach().catch(() => undefined);
  }
}

/** Milliseconds. A busy machine takes long over what is no fault; nothing is waited for that does not come. */
const patience = 30_000;

/** Waits for the panel's public attributes. */
export async function untilShown(page: Page, selector: string): Promise<void> {
  const found = await page.waitForSelector(selector, { timeout: patience });
  // A handle keeps its element from being collected.
  await found?.dispose();
}

/** `check → status` as the panel shows it. */
export async function shownChecks(page: Page): Promise<Record<string, string>> {
  return page.$$eval('[data-check]', (rows) =>
    Object.fromEntries(rows.map((row) => [row.getAttribute('data-check'), row.getAttribute('data-status')])),
  );
}
