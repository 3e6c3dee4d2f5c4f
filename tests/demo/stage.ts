import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Browser, Page } from 'puppeteer-core';
import ids from '../../common/ids.json' with { type: 'json' };
import { sites } from '../../common/sites.ts';
import { type Configuration, parseConfiguration } from '../../server/configuration/index.ts';
import { type RunningServer, startServer } from '../../server/index.ts';
import { launchBrowser } from '../lab/browser.ts';
import { openPanel, untilButtonOpensPanel } from '../lab/extension.ts';
import { type Counts, type Lab, startLab } from '../lab/index.ts';
import { makeNssDatabase, openscModule } from '../lab/nss.ts';
import { openscConfiguration } from '../lab/opensc.ts';
import { attachScreen, type Screen, startScreen } from '../lab/screen.ts';
import { type AssociationSite, startAssociationSite } from './association.ts';
import { startCluster } from './cluster.ts';

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, '../..');

/** Everything the journey needs, started and joined: what is real and what is virtual is said in the README. */
export interface Stage {
  lab: Lab;
  /** APDUs and PIN attempts of the native host alone. */
  hostCounts(): Counts;
  association: AssociationSite;
  server: RunningServer;
  /** For whoever administers the platform from beside it. */
  databaseSettings: Configuration['database'];
  /** Folder for the sheets that an operator makes. */
  sheets: string;
  screen: Screen;
  browser: Browser;
  /** The tab the person works in. */
  page: Page;
  /** Clicks the extension's button and gives the side panel it opens. */
  openPanel(): Promise<Page>;
  /** Ends the browser as a person does, and opens it again with the same profile. */
  restartBrowser(): Promise<void>;
  stop(): Promise<void>;
}

export interface StageOptions {
  /** A display that is there already. Without it the stage has a virtual one. */
  display?: string | undefined;
  language?: 'ja' | 'en';
  /** Seconds a QR code can be read. */
  qrSeconds?: number;
  /** With false no PC/SC driver stands in: the certificate can never be offered. */
  driver?: boolean;
  hostInstalled?: boolean;
  /** Nodes of the registration platform: with more than one, processes on PostgreSQL behind HAProxy. */
  nodes?: number;
  /** Registers another host than the built one. `socket`: its way to pcscd. */
  registerHost?: (userDataDir: string, home: string, socket: string) => Promise<void>;
}

export async function raiseStage(options: StageOptions = {}): Promise<Stage> {
  const language = options.language ?? 'ja';
  const home = await mkdtemp(join(tmpdir(), 'hpki-navi-'));
  const ending: (() => Promise<unknown>)[] = [
    () => rm(home, { recursive: true, force: true, maxRetries: 5 }),
  ];
  const stop = async () => {
    for (const end of ending.reverse().splice(0)) await end().catch(() => undefined);
  };
  try {
    const hosts = Object.values(sites).map(({ host }) => host);
    const lab = await startLab({ hosts });
    ending.push(() => lab.stop());
    const { pki } = lab;
    const hostsWay = await lab.clientRelay('host');
    const identity = (host: string) => {
      const server = pki.servers[host];
      if (!server) throw new Error(`no test certificate for ${host}`);
      return { key: server.key.pem, certificate: server.chain };
    };

    const screen = options.display ? attachScreen(options.display) : await startScreen();
    ending.push(() => screen.stop());
    const configuration = {
      portal: identity(sites.portal.host),
      cardLogin: {
        ...identity(sites.cardLogin.host),
        authorities: [
          pki.authorities.root.certificate.pem,
          pki.authorities.hpkiAuthentication.certificate.pem,
        ],
      },
      myNumberLogin: {
        ...identity(sites.myNumberLogin.host),
        authorities: [pki.authorities.jpkiAuthentication.certificate.pem],
      },
      operators: identity(sites.operators.host),
      ...(options.qrSeconds ? { qrSeconds: options.qrSeconds } : {}),
      notice: {
        ja: 'これはデモ用の登録サイトです。実際の登録は行われません。',
        en: 'This is a demonstration: nothing is really registered.',
      },
      log: 'error' as const,
    };
    const nodes = options.nodes ?? 1;
    const single = { kind: 'sqlite' as const, file: join(home, 'registrations.sqlite') };
    const cluster = nodes > 1 ? await startCluster({ nodes, directory: home, configuration }) : undefined;
    const server = cluster ?? (await startServer({ ...configuration, database: single }));
    const databaseSettings = parseConfiguration({
      ...configuration,
      database: cluster?.database ?? single,
    }).database;
    ending.push(() => server.stop());
    const association = await startAssociationSite({
      ...identity(sites.association.host),
      registrationSite: `https://${sites.portal.host}${sites.portal.path}`,
    });
    ending.push(() => association.stop());

    await makeNssDatabase(home, {
      trustedAuthority: pki.authorities.tls.certificate.pem,
      ...((options.driver ?? true) ? { pkcs11Module: openscModule } : {}),
    });
    const openscConf = join(home, 'opensc.conf');
    await writeFile(openscConf, openscConfiguration());
    const userDataDir = join(home, 'profile');
    if (options.hostInstalled ?? true) {
      const register = options.registerHost ?? installHost;
      await register(userDataDir, home, hostsWay.environment.PCSCLITE_CSOCK_NAME);
    }

    const launch = () =>
      launchBrowser({
        home,
        userDataDir,
        display: screen.display,
        hosts: {
          [sites.portal.host]: server.ports.portal,
          [sites.cardLogin.host]: server.ports.cardLogin,
          [sites.myNumberLogin.host]: server.ports.myNumberLogin ?? 0,
          [sites.operators.host]: server.ports.operators ?? 0,
          [sites.association.host]: association.port,
        },
        extensions: [join(repository, 'dist/extension')],
        language,
        environment: { ...lab.environment, OPENSC_CONF: openscConf },
        animated: options.display !== undefined,
      });
    const firstPage = async (browser: Browser) => (await browser.pages())[0] ?? (await browser.newPage());
    let browser = await launch();
    ending.push(() => endBrowser(browser));
    const stage: Stage = {
      lab,
      hostCounts: () => hostsWay.counts(),
      association,
      server,
      databaseSettings,
      sheets: join(home, 'sheets'),
      screen,
      browser,
      page: await firstPage(browser),
      async openPanel() {
        await untilButtonOpensPanel(stage.browser);
        return openPanel(stage.browser, stage.page);
      },
      async restartBrowser() {
        await endBrowser(browser);
        browser = await launch();
        stage.browser = browser;
        stage.page = await firstPage(browser);
      },
      stop,
    };
    return stage;
  } catch (cause) {
    await stop();
    throw cause;
  }
}

/**
 * Registers the built host with the browser, by its own command, then puts one line in front of it: the host's way to
 * pcscd is another one than the driver's, so that its APDUs are counted apart.
 */
async function installHost(userDataDir: string, home: string, socket: string): Promise<void> {
  const host = join(repository, 'dist/host/hpki-navi-host');
  const directory = join(userDataDir, 'NativeMessagingHosts');
  await run(host, ['install', '--directory', directory]);
  const counted = join(home, 'counted-host');
  await writeFile(counted, `#!/bin/sh\nPCSCLITE_CSOCK_NAME='${socket}' exec '${host}' "$@"\n`);
  await chmod(counted, 0o755);
  const manifest = join(directory, `${ids.nativeHost}.json`);
  const registered = JSON.parse(await readFile(manifest, 'utf8')) as { path: string };
  await writeFile(manifest, JSON.stringify({ ...registered, path: counted }));
}

/** Ends the browser, also one that has crashed or hangs. */
async function endBrowser(browser: Browser): Promise<void> {
  const gone = browser.connected ? browser.close() : Promise.resolve();
  await Promise.race([gone, sleep(10_000, undefined, { ref: false })]);
  const process = browser.process();
  if (process && process.exitCode === null && process.signalCode === null) process.kill('SIGKILL');
}
