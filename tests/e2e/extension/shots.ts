import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { extensionAddress } from '../../lab/extension.ts';
import { hpkiCard } from './fake-host.ts';
import {
  associationPage,
  completePage,
  frontPage,
  hosts,
  phoneFailedPage,
  portalPage,
  qrPage,
} from './fixture-site.ts';
import { type SilentServer, silentServer } from './silent-server.ts';
import { discardBuiltExtension, type ExtensionStage, raiseExtensionStage, untilShown } from './stage.ts';

/**
 * Pictures of every state of the panel, for the eye: `node tests/e2e/extension/shots.ts [FOLDER]`.
 * In both languages, 320 and 400 pixels wide, light, dark and in forced colours.
 */
const folder = process.argv[2] ?? 'shots';
let count = 0;
const deniedPath = 'extension/pages/access-denied.html';

interface Look {
  name: string;
  language: 'ja' | 'en';
  width: number;
  features: { name: string; value: string }[];
}

const looks: Look[] = [
  { name: 'ja-320', language: 'ja', width: 320, features: [] },
  {
    name: 'ja-400-dark',
    language: 'ja',
    width: 400,
    features: [{ name: 'prefers-color-scheme', value: 'dark' }],
  },
  { name: 'en-320', language: 'en', width: 320, features: [] },
  {
    name: 'en-400-forced',
    language: 'en',
    width: 400,
    features: [{ name: 'forced-colors', value: 'active' }],
  },
];

/** On the way, and not driven. */
const oddPages: Record<string, { address: string; html: string; selector: string }> = {
  'front-page': {
    address: `${hosts.association}/hpki/`,
    html: frontPage,
    selector: '[data-why="on-the-way"]',
  },
  'menu-drifted': {
    address: `${hosts.portal}/`,
    html: portalPage().replace('HPKIカードを使ってスマートフォンを登録する', 'スマホ登録'),
    selector: '[data-unfamiliar]',
  },
  'fits-two-steps': {
    address: `${hosts.portal}/`,
    html: qrPage().replace('<h1>', '<p>登録が完了しました。ブラウザを閉じてください。</p><h1>'),
    selector: '[data-fits="scan-qr finish"]',
  },
};

/** As a platform's page may say it: the words that the content script knows them by. */
const saidByPages = {
  'qr-expired': 'QRコードの有効期限が切れました。',
  'qr-used': 'QRコードはすでに使われています。',
  'signature-certificate': '署名用証明書が選ばれました。',
};

for (const language of ['ja', 'en'] as const) {
  await shoot(
    language,
    looks.filter((look) => look.language === language),
  );
}

async function shoot(language: 'ja' | 'en', wanted: Look[]): Promise<void> {
  // A card login that never answers leaves the browser where its dialogs would be.
  const silent = await silentServer();
  const stage = await raiseExtensionStage({ language, silentLoginPort: silent.port });
  try {
    await walk(stage, silent, async (name, path) => {
      for (const look of wanted) await picture(stage, look, name, path);
    });
  } finally {
    await stage.stop();
    silent.close();
    await discardBuiltExtension();
  }
}

async function picture(stage: ExtensionStage, look: Look, name: string, path = 'extension/panel/index.html') {
  const page = await stage.browser.newPage({ type: 'window' });
  await page.setViewport({ width: look.width, height: 800 });
  const session = await page.createCDPSession();
  const media = name.endsWith('-printed') ? 'print' : '';
  await session.send('Emulation.setEmulatedMedia', { media, features: look.features });
  await page.goto(`${extensionAddress}${path}`);
  await page.waitForSelector('#headline');
  if (name.endsWith('-open')) await openFolds(page);
  // What is asked within a page is asked in this one.
  if (name.startsWith('phone-error')) await press(page, 'phone-error');
  if (name.endsWith('-all')) await press(page, 'phone-error-others');
  if (name.endsWith('-confirm')) await press(page, 'close-browser');
  const directory = join(folder, look.name);
  await mkdir(directory, { recursive: true });
  const file = join(directory, `${String(count).padStart(2, '0')}-${name}.png`);
  await page.screenshot({ path: file as `${string}.png`, fullPage: true });
  await page.close();
}

async function walk(
  stage: ExtensionStage,
  silent: SilentServer,
  take: (name: string, path?: string) => Promise<void>,
): Promise<void> {
  const { host, site } = stage;
  const shot = async (name: string, path?: string) => {
    count += 1;
    await take(name, path);
    process.stdout.write(`${name}\n`);
  };
  count = 0;
  site.pages.set(`${hosts.association}/hpki/`, { html: associationPage });
  site.pages.set(`${hosts.portal}/`, { html: portalPage() });
  const panel = await stage.openPanel();
  const until = (selector: string) => panel.waitForSelector(selector, { timeout: 60_000 });
  await until('[data-check="reader"]');
  await shot('no-reader');
  await shot('no-reader-open');
  host.attachReader();
  await until('[data-check="card-present"]');
  await shot('no-card');
  host.insert(null);
  await until('[data-verdict="checking"]');
  await shot('reading');
  host.insert({
    applications: [
      { name: 'hpki-authentication', statusWord: '6A82' },
      { name: 'hpki-signature', statusWord: '6A82' },
      { name: 'jpki', statusWord: '9000' },
    ],
  });
  await until('[data-reason="card-kind.mynumber"]');
  await shot('mynumber');
  host.insert(hpkiCard({ tries: '6983' }));
  await until('[data-reason="pin.locked"]');
  await shot('pin-locked');
  host.insert(hpkiCard({ tries: '63C1' }));
  await until('[data-reason="pin.one-left"]');
  await shot('pin-one-left');
  host.insert(hpkiCard());
  await until('[data-verdict="ready"]');
  await shot('ready');
  for (const [name, { address, html, selector }] of Object.entries(oddPages)) {
    const usual = site.pages.get(address);
    site.pages.set(address, { html });
    await press(panel, 'start');
    await until(selector);
    await shot(name);
    await press(panel, 'cancel');
    await until('[data-verdict="ready"] [data-action="start"]');
    if (usual) site.pages.set(address, usual);
  }
  const entry = portalPage();
  // Two of them: the person is asked.
  site.pages.set(`${hosts.portal}/`, {
    html: entry.replace('</section>', '<a hidden href="#x">HPKIカードで登録</a></section>'),
  });
  await press(panel, 'start');
  await until('[data-asked="card-auth"]');
  await shot('asked-to-press');
  site.pages.set(`${hosts.portal}/`, { html: '<!doctype html><title>新しい画面</title><h1>新しい画面</h1>' });
  await (await stage.tabAt(`https://${hosts.portal}/`)).reload();
  await until('[data-unfamiliar]');
  await shot('unfamiliar-page');
  await press(panel, 'cancel');
  site.pages.set(`${hosts.portal}/`, { html: entry });
  await press(panel, 'start');
  await ringed(stage, 'ring-menu');
  await until('[data-step="choose-certificate"]');
  await shot('choose-certificate');
  await press(panel, 'certificate-chosen');
  await until('[data-step="enter-pin"]');
  await shot('enter-pin');
  host.spendTry(hpkiCard({ tries: '63CE' }));
  silent.hangUp();
  const denied = await stage.tabAt(`${extensionAddress}${deniedPath}`);
  await denied.waitForSelector('[data-cause="pin-wrong"]');
  await shot('access-denied-pin-wrong');
  await shot('access-denied-page', deniedPath);
  host.remove();
  await until('[data-needed="card-present.none"]');
  await shot('access-denied-needed');
  host.insert(hpkiCard());
  await until('[data-verdict="ready"]');
  await shot('access-denied-solved');
  const { page: offline } = stage;
  await offline.setOfflineMode(true);
  await offline.goto(`https://${hosts.cardLogin}/login`).catch(() => undefined);
  await until('[data-cause="login-host-unreachable"]');
  await shot('login-host-unreachable');
  await offline.setOfflineMode(false);
  site.pages.set(`${hosts.portal}/qr`, { html: qrPage() });
  const tab = denied;
  await tab.goto(`https://${hosts.portal}/qr`);
  await until('[data-step="scan-qr"]');
  await shot('scan-qr');
  await panel.evaluate(() => (document.querySelector('input[value="iphone"]') as HTMLInputElement).click());
  await until('.how');
  await shot('scan-qr-iphone');
  await press(panel, 'phone-opened');
  await until('[data-step="phone-login"]');
  await shot('phone-login');
  await shot('phone-error-asked');
  await shot('phone-error-asked-all');
  for (const step of ['phone-register', 'phone-biometric', 'phone-label', 'phone-done']) {
    await press(panel, 'next');
    await until(`[data-step="${step}"]`);
    await shot(step);
  }
  await press(panel, 'phone-error');
  await press(panel, 'phone-error-invalid-registration');
  await until('[data-error="invalid-registration"]');
  await shot('invalid-registration');
  await shot('invalid-registration-open');
  await press(panel, 'error-dismissed');
  await press(panel, 'phone-error');
  await press(panel, 'phone-error-others');
  await press(panel, 'phone-error-security-key-error');
  await until('[data-error="security-key-error"]');
  await shot('security-key-error');
  // The platform tells of the phone's report.
  site.pages.set(`${hosts.portal}/phone-failed`, { html: phoneFailedPage });
  await tab.goto(`https://${hosts.portal}/phone-failed`);
  await until('[data-error="invalid-registration"] [data-fold="phone-cause-keychain"][open]');
  await shot('invalid-registration-reported');
  for (const [error, words] of Object.entries(saidByPages)) {
    site.pages.set(`${hosts.portal}/${error}`, { html: `<!doctype html><meta charset="utf-8"><p>${words}` });
    await tab.goto(`https://${hosts.portal}/${error}`);
    await until(`[data-error="${error}"]`);
    await shot(error);
  }
  site.pages.set(`${hosts.portal}/done`, { html: completePage });
  await tab.goto(`https://${hosts.portal}/done`);
  await until('[data-step="finish"]');
  await shot('finish');
  await shot('finish-confirm');
  await shot('welcome', 'extension/pages/welcome.html');
  await shot('options', 'extension/pages/options.html');
  await shot('guide-to-print', 'extension/pages/guide.html');
  await shot('guide-printed', 'extension/pages/guide.html');
  await press(panel, 'close-browser');
  await press(panel, 'close-browser-no');
  await press(panel, 'next-person');
  host.insert(hpkiCard({ serialNumber: 'T00200-jpa', name: '00200 JPATEST' }));
  await until('[data-reason="browser-session.stale"]');
  await shot('next-person-stale');
  // The same person once more, and the card is taken out at the dialogs.
  host.insert(hpkiCard());
  silent.waitAgain();
  await press(panel, 'start');
  await until('[data-step="choose-certificate"]');
  host.remove();
  await until('[data-error="card-removed"]');
  await shot('card-removed');
  // A journey that was stopped has been told of; one under way is cut off.
  const anew = await reopened(stage);
  await toQr(stage, silent, anew);
  await untilShown(anew, '[data-step="scan-qr"]');
  const later = await reopened(stage);
  await untilShown(later, '[data-interrupted]');
  await shot('interrupted');
  await finishedByTheirWord(stage, silent, later, shot);
  await someoneElse(stage, silent, await stage.openPanel(), shot);
  host.crash();
  await host.uninstall();
  await shot('welcome-without-host', 'extension/pages/welcome.html');
}

/** The panel of the same profile's next browser. */
async function reopened(stage: ExtensionStage): Promise<Page> {
  await stage.browser.close();
  await stage.startBrowser();
  return stage.openPanel();
}

type Shot = (name: string, path?: string) => Promise<void>;

/** From the start to the QR code's page, which names this person. */
async function toQr(
  stage: ExtensionStage,
  silent: SilentServer,
  panel: Page,
  username?: string,
): Promise<void> {
  stage.host.insert(hpkiCard());
  await untilShown(panel, '[data-verdict="ready"]');
  silent.waitAgain();
  await press(panel, 'start');
  await untilShown(panel, '[data-step="choose-certificate"]');
  stage.site.pages.set(`${hosts.portal}/qr`, { html: qrPage(username ? { username } : {}) });
  await stage.page.goto(`https://${hosts.portal}/qr`);
}

/** The page on the PC was not seen: the person says that it is complete. Then the browser is closed and opened again. */
async function finishedByTheirWord(stage: ExtensionStage, silent: SilentServer, panel: Page, shot: Shot) {
  await toQr(stage, silent, panel);
  await untilShown(panel, '[data-step="scan-qr"]');
  await press(panel, 'phone-opened');
  for (const step of ['phone-login', 'phone-register', 'phone-biometric', 'phone-label']) {
    await untilShown(panel, `[data-step="${step}"]`);
    await press(panel, 'next');
  }
  await press(panel, 'pc-done');
  await untilShown(panel, '[data-completion="person"]');
  await shot('finish-by-their-word');
  const opened = await reopened(stage);
  await untilShown(opened, '[data-action="check-status"]');
  await shot('after-finish');
  await press(opened, 'next-person');
  await opened.close();
}

async function someoneElse(stage: ExtensionStage, silent: SilentServer, panel: Page, shot: Shot) {
  await toQr(stage, silent, panel, 't00200-jpa');
  await untilShown(panel, '[data-error="other-person"]');
  await shot('other-person');
  await shot('stopped-page', 'extension/pages/stopped.html');
}

/** The page while a control is ringed, once for all looks. */
async function ringed(stage: ExtensionStage, name: string): Promise<void> {
  const page = await stage.tabAt(`https://${hosts.portal}/`);
  await page.waitForSelector('hpki-navi-highlight');
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) as `${string}.png` });
}

/** Where a page folds things away, everything is looked at. */
async function openFolds(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const fold of document.querySelectorAll('details')) fold.open = true;
  });
}

async function press(panel: Page, action: string): Promise<void> {
  await panel.waitForSelector(`[data-action="${action}"]`, { timeout: 60_000 });
  await panel.evaluate(
    (name) => (document.querySelector(`[data-action="${name}"]`) as HTMLElement).click(),
    action,
  );
}
