import axe from 'axe-core';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guideErrors } from '../../common/guide/index.ts';
import { hpkiCard } from './extension/fake-host.ts';
import {
  associationPage,
  completePage,
  frontPage,
  hosts,
  phoneFailedPage,
  portalPage,
  qrPage,
} from './extension/fixture-site.ts';
import { KeptStages } from './extension/kept-stages.ts';
import { focusMovesOn, heardOn, listen, readingOf } from './extension/screen-reader.ts';
import { type SilentServer, silentServer } from './extension/silent-server.ts';
import {
  discardBuiltExtension,
  type ExtensionStage,
  type ExtensionStageOptions,
  extensionAddress,
  shownChecks,
  untilShown,
} from './extension/stage.ts';

// The built extension in real Chromium. Virtual: the native host, played by the test, and the pages, which are made
// from the manual. The card login is a real TLS server that insists on a client certificate, and nobody has one.

const stages = new KeptStages();
/** Where the browser's dialogs would be open: a login waits there until it is hung up, as a cancelled one ends. */
let silent: SilentServer;

beforeAll(async () => {
  silent = await silentServer();
});
afterAll(async () => {
  await stages.stop();
  silent.close();
  await discardBuiltExtension();
});

async function raise(options: ExtensionStageOptions = {}): Promise<ExtensionStage> {
  const stage = await stages.raise(options);
  stage.site.pages.set(`${hosts.association}/hpki/`, { html: associationPage });
  stage.site.pages.set(`${hosts.portal}/`, { html: portalPage() });
  return stage;
}

/** With a card login that stays where the browser's dialogs would be. */
async function raiseAtDialogs(): Promise<ExtensionStage> {
  silent.waitAgain();
  return raise({ silentLoginPort: silent.port });
}

/** As far as (5): started, (2)–(4) driven, the browser's dialogs open. */
async function walkToDialogs(at: ExtensionStage): Promise<Page> {
  at.host.attachReader();
  const panel = await at.openPanel();
  at.host.insert(hpkiCard());
  await untilShown(panel, '[data-verdict="ready"]');
  await press(panel, 'start');
  await untilShown(panel, '[data-step="choose-certificate"]');
  return panel;
}

async function walkToQr(at: ExtensionStage, page = qrPage()): Promise<{ panel: Page; tab: Page }> {
  const panel = await walkToDialogs(at);
  const tab = await show(at, '/qr', page);
  return { panel, tab };
}

/** What the person's tab shows next. */
async function show(at: ExtensionStage, path: string, html: string): Promise<Page> {
  at.site.pages.set(`${hosts.portal}${path}`, { html });
  await at.page.goto(`https://${hosts.portal}${path}`).catch(() => undefined);
  return at.page;
}

async function press(panel: Page, action: string): Promise<void> {
  await panel.locator(`[data-action="${action}"]`).click();
}

const attribute = (page: Page, selector: string, name: string) =>
  page.$eval(selector, (element, wanted) => element.getAttribute(wanted), name);
const text = (page: Page) => page.$eval('body', (body) => (body as HTMLElement).innerText);

describe('the panel while readers and cards come and go', () => {
  it('follows without a reload, from no reader to ready and back', async () => {
    const { host, openPanel } = await raise();
    const panel = await openPanel();
    await untilShown(panel, '[data-reason="reader.none"]');
    expect(await attribute(panel, 'main', 'data-verdict')).toBe('blocked');
    host.attachReader();
    await untilShown(panel, '[data-reason="card-present.none"]');
    host.insert(null);
    await untilShown(panel, '[data-verdict="checking"]');
    host.insert(hpkiCard());
    await untilShown(panel, '[data-verdict="ready"]');
    expect(await shownChecks(panel)).toMatchObject({ 'card-kind': 'pass', certificate: 'pass', pin: 'pass' });
    expect(await text(panel)).toContain('t00100-jpa');
    host.remove();
    await untilShown(panel, '[data-verdict="blocked"][data-step="prepare"]');
    expect(await shownChecks(panel)).not.toHaveProperty('pin');
    host.detachReaders();
    await untilShown(panel, '[data-reason="reader.none"]');
    expect(await panel.$('[data-action="start"]')).toBeNull();
  });

  it('says what is wrong with a card, and can be started with a warning', async () => {
    const { host, openPanel } = await raise();
    host.attachReader();
    const panel = await openPanel();
    host.insert({
      applications: [
        { name: 'hpki-authentication', statusWord: '6A82' },
        { name: 'hpki-signature', statusWord: '6A82' },
        { name: 'jpki', statusWord: '9000' },
      ],
    });
    await untilShown(panel, '[data-reason="card-kind.mynumber"]');
    expect(await text(panel)).toContain('マイナンバーカードを抜いて');
    host.insert(hpkiCard({ tries: '6983' }));
    await untilShown(panel, '[data-check="pin"][data-status="fail"]');
    expect(await attribute(panel, 'main', 'data-verdict')).toBe('blocked');
    host.insert(hpkiCard({ tries: '63C1' }));
    await untilShown(panel, '[data-verdict="warning"]');
    expect(await panel.$('[data-action="start"]')).not.toBeNull();
  });

  it('reads a card again only when the person asks', async () => {
    const { host, openPanel } = await raise();
    host.attachReader();
    const panel = await openPanel();
    host.insert({ applications: [], stopped: { by: 'timeout', afterApdus: 1 } });
    await untilShown(panel, '[data-reason="card-readable.timeout"]');
    expect(host.requests.some(({ type }) => type === 'reread')).toBe(false);
    host.cards = host.cards.map((card) => ({
      ...card,
      ...hpkiCard(),
      applications: [{ name: 'hpki-authentication', statusWord: '9000' }],
    }));
    for (const card of host.cards) delete card.stopped;
    await press(panel, 'read-card-again');
    await untilShown(panel, '[data-verdict="ready"]');
    expect(host.requests.filter(({ type }) => type === 'reread')).toHaveLength(1);
  });

  it('speaks English in an English browser', async () => {
    const { openPanel } = await raise({ language: 'en' });
    const panel = await openPanel();
    await untilShown(panel, '[data-reason="reader.none"]');
    expect(await text(panel)).toContain('No card reader was found.');
    expect(await text(panel)).not.toMatch(/[ぁ-ん]/);
    expect(await attribute(panel, 'html', 'lang')).toBe('en');
    // The site's own words are quoted as they stand there, and marked as what they are.
    await panel.goto(`${extensionAddress}extension/pages/guide.html`);
    await untilShown(panel, '[data-error="access-denied"]');
    const unmarked = await panel.evaluate(() => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const found: string[] = [];
      while (walker.nextNode()) {
        const { textContent, parentElement } = walker.currentNode;
        const japanese = /[\u3040-\u30ff\u4e00-\u9fff]/.test(textContent ?? '');
        if (japanese && !parentElement?.closest('[lang="ja"]')) found.push(textContent ?? '');
      }
      return found;
    });
    expect(unmarked).toEqual([]);
    expect(await panel.$$eval('main [lang="ja"]', (marked) => marked.length)).toBeGreaterThan(8);
  });
});

describe('the host', () => {
  it('is missed, and found when the person has installed it and asks again', async () => {
    const { host, openPanel } = await raise({ hostInstalled: false });
    const panel = await openPanel();
    await untilShown(panel, '[data-reason="host.not-installed"]');
    expect(await attribute(panel, 'main', 'data-verdict')).toBe('blocked');
    await host.install();
    host.attachReader();
    host.insert(hpkiCard());
    await press(panel, 'check-again');
    await untilShown(panel, '[data-verdict="ready"]');
    // The button that was pressed is gone.
    expect(await focused(panel)).toBe('headline');
  });

  it('is told apart when it is registered for another extension', async () => {
    const { openPanel } = await raise({ host: { allowedId: 'a'.repeat(32) } });
    const panel = await openPanel();
    await untilShown(panel, '[data-reason="host.forbidden"]');
  });

  it('of another version says which side is older', async () => {
    const { openPanel } = await raise({ host: { protocol: 99 } });
    const panel = await openPanel();
    await untilShown(panel, '[data-reason="host.extension-too-old"]');
    expect(await text(panel)).toContain('拡張機能（0.1.0）が古く');
  });

  it('that answers nonsense is given up, not believed', async () => {
    const { openPanel } = await raise({
      host: { answer: () => ({ type: 'hello', id: 1, hello: '<script>' }) },
    });
    const panel = await openPanel();
    await untilShown(panel, '[data-reason="host.malformed"]');
  });

  it('that ends is started again, and the panel goes on', async () => {
    const { host, openPanel } = await raise();
    host.attachReader();
    host.insert(hpkiCard());
    const panel = await openPanel();
    await untilShown(panel, '[data-verdict="ready"]');
    host.crash();
    await untilConnections(host, 2);
    host.remove();
    await untilShown(panel, '[data-reason="card-present.none"]');
  });

  it('does at a click what it can, and says what came of it', async () => {
    const stage = await raise();
    const { host } = stage;
    Object.assign(host, {
      platform: 'win32',
      actions: ['open-services'],
      service: { state: 'stopped', startType: 'disabled' },
    });
    const panel = await stage.openPanel();
    const outcome = async () => {
      await untilShown(panel, '[data-outcome]');
      return panel.$eval('[data-outcome]', (said) => [said.getAttribute('data-outcome'), said.textContent]);
    };
    await untilShown(panel, '[data-action="open-services"]');
    host.actOutcome = 'no-permission';
    await press(panel, 'open-services');
    await untilShown(panel, '[data-outcome="no-permission"]');
    expect(await outcome()).toEqual(['no-permission', expect.stringContaining('管理者の権限')]);
    host.actOutcome = 'action-unavailable';
    await press(panel, 'open-services');
    await untilShown(panel, '[data-outcome="stopped"]');
    // What it opened may have changed something: everything is looked at once more, and nothing is left to say.
    host.actOutcome = 'done';
    host.service = { state: 'running' };
    await press(panel, 'open-services');
    await untilShown(panel, '[data-check="pcsc-service"][data-status="pass"]');
    expect(await panel.$('[data-outcome]')).toBeNull();
    const asked = host.requests.filter(({ type }) => type === 'act');
    expect(asked).toMatchObject(Array(3).fill({ action: 'open-services', deadlineMs: 120_000 }));
  });

  it('is let go when the panel is closed', async () => {
    const { host, openPanel } = await raise();
    const panel = await openPanel();
    await untilShown(panel, '[data-reason="reader.none"]');
    expect(host.open).toBe(1);
    await panel.close();
    await until(() => host.open === 0);
  });
});

describe('the journey', () => {
  it('is driven through (2)–(4) and followed to the end', async () => {
    const at = await raiseAtDialogs();
    const panel = await walkToDialogs(at);
    expect(at.site.visited.filter((visit) => !visit.endsWith('.ico'))).toEqual([
      `${hosts.association}/hpki/`,
      `${hosts.portal}/`,
    ]);
    expect(await panel.$eval('[data-field="subject"]', (cell) => cell.textContent)).toBe('00100 JPATEST');
    expect(await panel.$eval('[data-field="issuer"]', (cell) => cell.textContent)).toContain(
      'forAuthentication',
    );
    expect(await panel.$eval('[data-field="serial"]', (cell) => cell.textContent)).toBe('01513B');
    expect(at.host.requests.filter(({ type }) => type === 'quiet')).toMatchObject([{ on: true }]);
    await press(panel, 'certificate-chosen');
    await untilShown(panel, '[data-step="enter-pin"]');
    expect(await attribute(panel, '[data-tries]', 'data-tries')).toBe('15');

    await show(at, '/qr', qrPage());
    await untilShown(panel, '[data-step="scan-qr"] [data-expires-at]');
    expect(await attribute(panel, '[data-username]', 'data-username')).toBe('t00100-jpa');
    await until(() => at.host.requests.filter(({ type }) => type === 'quiet').length === 2);
    expect(at.host.requests.at(-1)).toMatchObject({ type: 'quiet', on: false });
    await press(panel, 'phone-opened');
    for (const step of ['phone-login', 'phone-register', 'phone-biometric', 'phone-label']) {
      await untilShown(panel, `[data-step="${step}"]`);
      await press(panel, 'next');
    }
    await untilShown(panel, '[data-step="phone-done"]');
    await show(at, '/done', completePage);
    await untilShown(panel, '[data-step="finish"][data-phase="finished"]');

    await press(panel, 'next-person');
    await untilShown(panel, '[data-step="prepare"]');
    at.host.insert(hpkiCard({ serialNumber: 'T00200-jpa', name: '00200 JPATEST' }));
    await untilShown(panel, '[data-reason="browser-session.stale"]');
    expect(await attribute(panel, 'main', 'data-verdict')).toBe('blocked');
  });

  it('waits at (4) for the card and goes on by itself', async () => {
    const at = await raiseAtDialogs();
    at.host.attachReader();
    const panel = await at.openPanel();
    at.host.insert(hpkiCard());
    await untilShown(panel, '[data-verdict="ready"]');
    at.site.pages.set(`${hosts.association}/hpki/`, { html: '<title>まだ</title>準備中' });
    await press(panel, 'start');
    await untilShown(panel, '[data-step="open-site"]');
    at.host.remove();
    await untilShown(panel, '[data-verdict="blocked"]');
    await press(panel, 'open-portal');
    await untilShown(panel, '[data-step="card-auth"] .notice');
    expect(await text(panel)).toContain('HPKIカードがセットされていません');
    at.host.insert(hpkiCard());
    await untilShown(panel, '[data-step="choose-certificate"]');
  });

  it('asks the person where it is not sure, shows where, and goes on after their press', async () => {
    const at = await raiseAtDialogs();
    const twice = portalPage().replace('</section>', '<a hidden href="#x">HPKIカードで登録</a></section>');
    at.site.pages.set(`${hosts.portal}/`, { html: twice });
    at.host.attachReader();
    const panel = await at.openPanel();
    at.host.insert(hpkiCard());
    await untilShown(panel, '[data-verdict="ready"]');
    await press(panel, 'start');
    await untilShown(panel, '[data-asked="card-auth"][data-why="several"]');
    // Somewhere else by mistake: said also while something is asked.
    await show(at, '/news', '<!doctype html><meta charset="utf-8"><h1>お知らせ</h1>');
    await untilShown(panel, '[data-unfamiliar] [data-action="open-portal"]');
    expect(await panel.$('[data-asked]')).toBeNull();
    await press(panel, 'open-portal');
    await untilShown(panel, '[data-asked="card-auth"][data-why="several"]');
    await at.page.waitForSelector('hpki-navi-highlight');
    const added = await at.page.evaluate(() => ({
      parent: document.querySelector('hpki-navi-highlight')?.parentElement?.tagName,
      closed: document.querySelector('hpki-navi-highlight')?.shadowRoot === null,
      attributes: [...document.documentElement.attributes, ...document.body.attributes].map(
        ({ name }) => name,
      ),
    }));
    expect(added).toEqual({ parent: 'HTML', closed: true, attributes: ['lang'] });
    await at.page.locator('section a').click();
    await untilShown(panel, '[data-step="choose-certificate"]');
    expect(at.host.requests.findLast(({ type }) => type === 'quiet')).toMatchObject({ on: true });
  });

  it('survives the end of the service worker, and keeps the host quiet', async () => {
    const at = await raiseAtDialogs();
    const panel = await walkToDialogs(at);
    const before = at.host.requests.length;
    await at.endServiceWorker(() => at.host.connections >= 2);
    await until(() => at.host.requests.length >= before + 3);
    expect(at.host.requests.slice(before).map(({ type }) => type)).toEqual(['hello', 'quiet', 'watch']);
    expect(await attribute(panel, 'main', 'data-step')).toBe('choose-certificate');
    await show(at, '/qr', qrPage());
    await untilShown(panel, '[data-step="scan-qr"]');
  });

  it('stays where it is while the person goes back and forth and opens another tab, and closes everything at the end', async () => {
    const at = await raiseAtDialogs();
    const { panel, tab } = await walkToQr(at);
    await untilShown(panel, '[data-step="scan-qr"]');
    const other = await at.browser.newPage();
    await other.goto(`https://${hosts.portal}/`);
    await tab.bringToFront();
    await tab.goBack();
    await tab.waitForSelector('#m');
    // Where the browser kept the page, it shows what was opened before it was left.
    await tab.$eval('#s', (section) => {
      (section as HTMLElement).hidden = true;
    });
    // Looking, ringing and pressing take less than two seconds where they are done.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    for (const page of [tab, other]) {
      expect(page.url()).toBe(`https://${hosts.portal}/`);
      expect(await page.$('hpki-navi-highlight')).toBeNull();
      expect(await page.$eval('#s', (section) => (section as HTMLElement).hidden)).toBe(true);
    }
    expect(await attribute(panel, 'main', 'data-step')).toBe('scan-qr');
    await tab.goForward();
    await show(at, '/done', completePage);
    await untilShown(panel, '[data-step="finish"][data-phase="finished"]');

    // The other tab's window is closed with everything else, once the person has agreed.
    await press(panel, 'close-browser');
    await press(panel, 'close-browser-yes');
    await until(() => !at.browser.connected);
    at.host.browserStartedAt = '2026-11-23T01:00:00.000Z';
    await at.startBrowser();
    const anew = await at.openPanel();
    await untilShown(anew, '[data-after-finish="new"]');
    await press(anew, 'next-person');
    await untilShown(anew, '[data-verdict="ready"]');
  });

  it('that the browser’s end cut off is told when it is opened again, and is begun anew', async () => {
    const at = await raiseAtDialogs();
    const { panel } = await walkToQr(at);
    await untilShown(panel, '[data-step="scan-qr"]');
    await at.browser.close();
    await at.startBrowser();
    const again = await at.openPanel();
    await untilShown(again, '[data-step="prepare"] [data-interrupted="scan-qr"]');
    expect(await text(again)).toContain('前回の登録は、手順（7）の途中で');
    await untilShown(again, '[data-verdict="ready"]');
    silent.waitAgain();
    await press(again, 'start');
    await untilShown(again, '[data-step="choose-certificate"]');
    await press(again, 'cancel');
    await untilShown(again, '[data-step="prepare"]');
    expect(await again.$('[data-interrupted]')).toBeNull();
  });

  it('shows the same in a panel that is closed and opened again', async () => {
    const at = await raiseAtDialogs();
    const { panel } = await walkToQr(at);
    await untilShown(panel, '[data-step="scan-qr"]');
    await panel.close();
    const again = await at.openPanel();
    await untilShown(again, '[data-step="scan-qr"]');
  });

  it('says when the QR code is over, and begins again from (2)', async () => {
    const at = await raiseAtDialogs();
    const { panel } = await walkToQr(at, qrPage({ expiry: '残り 1秒' }));
    await untilShown(panel, '[data-error="qr-expired"]');
    await press(panel, 'resume');
    await untilShown(panel, '[data-step="choose-certificate"]');
  });

  it('shows error guide 2 for the phone at hand', async () => {
    const at = await raiseAtDialogs();
    const { panel } = await walkToQr(at);
    await untilShown(panel, '[data-step="scan-qr"]');
    await panel.locator('input[value="android"]').click();
    await press(panel, 'phone-error');
    await press(panel, 'phone-error-others');
    await press(panel, 'phone-error-invalid-registration');
    await untilShown(panel, '[data-error="invalid-registration"]');
    // Folded away by cause, so by the document's text.
    const guide = await panel.$eval('main', (main) => main.textContent);
    expect(guide).toContain('Androidの場合はChromeのブラウザを使用してください');
    expect(guide).not.toContain('iCloudキーチェーンを有効');
    await press(panel, 'error-dismissed');
    await untilShown(panel, '[data-step="scan-qr"][data-phase="under-way"]');
  });
});

describe('pages beside the way', () => {
  it.each([
    ['change-phone', '<h1>スマートフォンを変更する</h1><button>変更する</button>'],
    [
      'my-number-phone',
      '<h1>マイナンバーカードを使ってスマートフォンを登録する</h1><button>マイナンバーカードで登録</button>',
    ],
    ['my-number-card', '<h1>HPKIカードを使ってマイナンバーカードを登録する</h1><button>登録</button>'],
    ['initial-qr', '<h1>初期登録用QRのご利用</h1><button>登録</button>'],
  ])('%s is explained, and nothing is pressed on it', async (way, body) => {
    const at = await raiseAtDialogs();
    at.site.pages.set(`${hosts.portal}/`, {
      html: `<!doctype html><meta charset="utf-8"><title>登録</title>${body}<script>
        document.addEventListener('click', () => { document.title = 'pressed'; });</script>`,
    });
    at.host.attachReader();
    const panel = await at.openPanel();
    at.host.insert(hpkiCard());
    await untilShown(panel, '[data-verdict="ready"]');
    await press(panel, 'start');
    await untilShown(panel, `[data-other-way="${way}"]`);
    expect(await at.page.title()).toBe('登録');
    expect(await at.page.$('hpki-navi-highlight')).toBeNull();
  });

  it('one that fits no step is said to be so, with the probable place in the manual', async () => {
    const at = await raiseAtDialogs();
    at.site.pages.set(`${hosts.portal}/`, {
      html: '<!doctype html><meta charset="utf-8"><title>お知らせ</title><p>準備するもの</p><p>ご利用にあたって</p>',
    });
    at.host.attachReader();
    const panel = await at.openPanel();
    at.host.insert(hpkiCard());
    await untilShown(panel, '[data-verdict="ready"]');
    await press(panel, 'start');
    await panel.waitForFunction(() => document.body.innerText.includes('案内に載っていない画面'));
    const said = await text(panel);
    expect(said).toContain('手順（4）のあたり');
    // What to click, and what to do where it is not there.
    expect(said).toContain('「HPKIカードで登録」');
    expect(said).toContain('見つからないときは、登録サイトを開き直してください。');
    expect(await panel.$('[data-action="open-portal"]')).not.toBeNull();
    // Nothing is being clicked or opened there.
    expect(await panel.$('.spinner')).toBeNull();
  });

  it('one that fits two steps is said to be so and not driven, and the manual opens at the place', async () => {
    const at = await raiseAtDialogs();
    const qr =
      '<p>QRコードをモバイルデバイスで読み取ってください。有効期限 残り5分</p><svg width="200" height="200"></svg>';
    at.site.pages.set(`${hosts.portal}/`, { html: portalPage().replace('<ul>', `${qr}<ul>`) });
    at.host.attachReader();
    const panel = await at.openPanel();
    at.host.insert(hpkiCard());
    await untilShown(panel, '[data-verdict="ready"]');
    await press(panel, 'start');
    await untilShown(panel, '[data-fits="choose-method scan-qr"]');
    expect(await text(panel)).toContain('手順（3・7）');
    expect(await at.page.$('hpki-navi-highlight')).toBeNull();
    expect(await at.page.$eval('#s', (section) => (section as HTMLElement).hidden)).toBe(true);
    await panel.locator('a[href$="guide.html#choose-method"]').click();
    const manual = await at.tabAt(`${extensionAddress}extension/pages/guide.html#choose-method`);
    await manual.setViewport({ width: 400, height: 300 });
    await manual.reload();
    await manual.waitForFunction(() => scrollY > 0);
    const top = await manual.$eval('#choose-method', (step) => step.getBoundingClientRect().top);
    expect(Math.abs(top)).toBeLessThan(2);
  });

  it('the association’s front page shows the way, and the journey goes on by itself from there', async () => {
    const at = await raiseAtDialogs();
    at.site.pages.set(`${hosts.association}/hpki/`, { html: frontPage });
    at.site.pages.set(`${hosts.association}/hpki/second.html`, { html: associationPage });
    at.host.attachReader();
    const panel = await at.openPanel();
    at.host.insert(hpkiCard());
    await untilShown(panel, '[data-verdict="ready"]');
    await press(panel, 'start');
    await untilShown(panel, '[data-asked="second-certificate-page"][data-why="on-the-way"]');
    expect(await text(panel)).toContain('「セカンド電子証明書」をクリックしてください');
    await at.page.waitForSelector('hpki-navi-highlight');
    await at.page.locator('a[href="/hpki/second.html"]').click();
    await untilShown(panel, '[data-step="choose-certificate"]');
  });
});

describe('the right person', () => {
  it('is protected from a page that shows someone else', async () => {
    const at = await raiseAtDialogs();
    const { panel } = await walkToQr(at, qrPage({ username: 't00200-jpa' }));
    await untilShown(panel, '[data-error="other-person"]');
    const stopped = await at.tabAt(`${extensionAddress}extension/pages/stopped.html`);
    await untilShown(stopped, '[data-error="other-person"]');
    expect(await text(stopped)).toContain('ブラウザをすべて閉じ');
    expect(await panel.$('[data-action="resume"]')).toBeNull();
    expect(await panel.$('[data-action="cancel"]')).toBeNull();
  });

  it.each([
    ['taken out', (at: ExtensionStage) => at.host.remove(), 'card-removed'],
    [
      'exchanged',
      (at: ExtensionStage) => at.host.insert(hpkiCard({ serialNumber: 'T00200-jpa' })),
      'other-person',
    ],
  ])('is protected from a card that is %s before the QR code', async (_, change, error) => {
    const at = await raiseAtDialogs();
    const panel = await walkToDialogs(at);
    change(at);
    await untilShown(panel, `[data-error="${error}"]`);
    const stopped = await at.tabAt(`${extensionAddress}extension/pages/stopped.html`);
    await untilShown(stopped, `[data-error="${error}"]`);
    expect(at.host.requests.at(-1)).toMatchObject({ type: 'quiet', on: false });
  });
});

describe('a card login that fails', () => {
  it('becomes error guide 1 with the live cause, and goes on from (4) when the cause is gone', async () => {
    const at = await raise();
    at.host.attachReader();
    const panel = await at.openPanel();
    at.host.insert(hpkiCard());
    await untilShown(panel, '[data-verdict="ready"]');
    await press(panel, 'start');
    const denied = await at.tabAt(`${extensionAddress}extension/pages/access-denied.html`);
    await untilShown(denied, '[data-error="access-denied"] [data-cause="no-chooser"]');
    await untilShown(panel, '[data-error="access-denied"]');
    expect(await text(denied)).toContain('mahpki-auth.2nds.medis.or.jp へのアクセスが拒否されました。');
    expect(await text(denied)).toMatch(
      /ERR_(?:BAD_SSL_CLIENT_AUTH_CERT|SOCKET_NOT_CONNECTED|EMPTY_RESPONSE|CONNECTION)/,
    );
    at.host.remove();
    await untilShown(denied, '[data-needed="card-present.none"]');
    expect(await denied.$('[data-action="resume"]')).toBeNull();
    at.host.insert(hpkiCard());
    await untilShown(denied, '[data-cause="gone"] [data-gone="card-present.none"]');
    const visits = at.site.visited.length;
    await press(denied, 'resume');
    await until(() => at.site.visited.slice(visits).includes(`${hosts.portal}/`));
  });

  it('is told to be a wrong PIN when a try was spent, and reads the card once for it', async () => {
    const at = await raiseAtDialogs();
    const panel = await walkToDialogs(at);
    await press(panel, 'certificate-chosen');
    await untilShown(panel, '[data-step="enter-pin"]');
    at.host.spendTry(hpkiCard({ tries: '63CE' }));
    silent.hangUp();
    const denied = await at.tabAt(`${extensionAddress}extension/pages/access-denied.html`);
    await untilShown(denied, '[data-cause="pin-wrong"][data-certainty="certain"]');
    expect(await text(denied)).toContain('あと14回');
    expect(at.host.requests.filter(({ type }) => type === 'reread')).toHaveLength(1);
  });

  it('acquits the PIN when no try was spent', async () => {
    const at = await raiseAtDialogs();
    const panel = await walkToDialogs(at);
    await press(panel, 'certificate-chosen');
    await untilShown(panel, '[data-step="enter-pin"]');
    silent.hangUp();
    const denied = await at.tabAt(`${extensionAddress}extension/pages/access-denied.html`);
    await untilShown(denied, '[data-cause="cancelled"][data-certainty="likely"]');
    expect(await text(denied)).toContain('PINの間違いが原因ではありません');
  });

  it('says once the driver was installed that the browser has to be restarted, and why', async () => {
    const at = await raise();
    at.host.driver = 'none';
    at.host.attachReader();
    at.host.insert(hpkiCard());
    const panel = await at.openPanel();
    await untilShown(panel, '[data-reason="card-driver.none"]');
    await at.page.goto(`https://${hosts.cardLogin}/login`).catch(() => undefined);
    const denied = await at.tabAt(`${extensionAddress}extension/pages/access-denied.html`);
    await untilShown(denied, '[data-cause="card-driver.none"][data-certainty="certain"]');
    at.host.driver = 'hpki';
    // Nobody presses anything: coming back from the installation is enough.
    const elsewhere = await at.openWindow();
    await elsewhere.close();
    await untilShown(denied, '[data-gone="card-driver.none"]');
    await untilShown(denied, '[data-action="close-browser"]');
    expect(await text(denied)).toContain('ブラウザの起動時に読み込まれます');
  });

  it('is helped in any tab, without a journey or a panel', async () => {
    const at = await raise();
    await at.page.goto(`https://${hosts.cardLogin}/login`).catch(() => undefined);
    const denied = await at.tabAt(`${extensionAddress}extension/pages/access-denied.html`);
    await untilShown(denied, '[data-cause="reader.none"]');
  });

  it('is no fault of card or reader where its host is not reached', async () => {
    const at = await raise();
    at.host.attachReader();
    at.host.insert(hpkiCard());
    const panel = await at.openPanel();
    await untilShown(panel, '[data-verdict="ready"]');
    const { page } = at;
    await page.setOfflineMode(true);
    await page.goto(`https://${hosts.cardLogin}/login`).catch(() => undefined);
    const denied = await at.tabAt(`${extensionAddress}extension/pages/access-denied.html`);
    await untilShown(denied, '[data-cause="login-host-unreachable"][data-certainty="certain"]');
    await untilShown(denied, '[data-action="resume"]');
    expect(await text(denied)).toContain('mahpki-auth.2nds.medis.or.jp」に接続できません');
    expect(await text(denied)).toContain('ERR_INTERNET_DISCONNECTED');
    expect(await denied.$$('[data-fold]')).toEqual([]);
    await page.setOfflineMode(false);
  });

  it('is told by an HTTP refusal as well', async () => {
    const at = await raise({ insist: false });
    at.site.pages.set(`${hosts.cardLogin}/login`, { html: '<title>403</title>Forbidden', status: 403 });
    at.host.attachReader();
    const panel = await at.openPanel();
    at.host.insert(hpkiCard());
    await untilShown(panel, '[data-verdict="ready"]');
    await press(panel, 'start');
    const denied = await at.tabAt(`${extensionAddress}extension/pages/access-denied.html`);
    await untilShown(denied, '[data-error="access-denied"]');
    expect(await text(denied)).toContain('HTTP 403');
  });

  it('of another host keeps the browser’s own page', async () => {
    const at = await raise();
    await at.page.goto('https://other.2nds.medis.or.jp/').catch(() => undefined);
    const panel = await at.openPanel();
    await untilShown(panel, '[data-step="prepare"]');
    expect(at.page.url()).not.toContain('access-denied');
  });
});

describe('for everyone', () => {
  it('axe finds nothing in the states of the panel', async () => {
    const at = await raiseAtDialogs();
    const panel = await at.openPanel();
    await untilShown(panel, '[data-reason="reader.none"]');
    expect(await violations(panel)).toEqual([]);
    at.host.attachReader();
    at.host.insert(hpkiCard({ tries: '63C1' }));
    await untilShown(panel, '[data-verdict="warning"]');
    expect(await violations(panel)).toEqual([]);
    await press(panel, 'start');
    await untilShown(panel, '[data-step="choose-certificate"]');
    expect(await violations(panel)).toEqual([]);
    await show(at, '/qr', qrPage());
    await untilShown(panel, '[data-step="scan-qr"]');
    expect(await violations(panel)).toEqual([]);
    await press(panel, 'phone-error');
    // At (7) it is shown among the rest only.
    await untilShown(panel, '[data-action="phone-error-qr-expired"]');
    expect(await panel.$('[data-action="phone-error-security-key-error"]')).toBeNull();
    await press(panel, 'phone-error-others');
    await press(panel, 'phone-error-security-key-error');
    await untilShown(panel, '[data-error="security-key-error"]');
    expect(await violations(panel)).toEqual([]);
  });

  it('axe finds nothing in the errors with all their drawings, and on the pages of the extension', async () => {
    const at = await raiseAtDialogs();
    const { panel } = await walkToQr(at);
    await untilShown(panel, '[data-step="scan-qr"]');
    await show(at, '/phone-failed', phoneFailedPage);
    await untilShown(panel, '[data-error="invalid-registration"] [data-fold="phone-cause-keychain"][open]');
    await panel.$$eval('details', (folds) => {
      for (const fold of folds) fold.open = true;
    });
    expect(await panel.$$eval('[data-setting]', (drawings) => drawings.length)).toBe(12);
    expect(await violations(panel)).toEqual([]);
    const own = await at.browser.newPage();
    for (const name of ['welcome', 'options', 'guide', 'access-denied']) {
      await own.goto(`${extensionAddress}extension/pages/${name}.html`);
      await own.waitForSelector('#headline');
      expect(await violations(own), name).toEqual([]);
      // The first-run page says whether the host is there.
      if (name === 'welcome') await untilShown(own, '[data-check="host"][data-status="pass"]');
    }
    // What hangs on the wall has the whole manual: the errors and the phone's lists too, and no QR code.
    await own.goto(`${extensionAddress}extension/pages/guide.html`);
    await own.waitForSelector('#headline');
    const count = (selector: string) => own.$$eval(selector, (found) => found.length);
    expect(await count('[data-step]')).toBe(13);
    expect(await count('[data-error]')).toBe(guideErrors.length);
    expect(await count('[data-step="scan-qr"] .ticks li')).toBe(10);
    expect(await count('[data-setting]')).toBe(12);
    expect(await count('svg, img, canvas')).toBe(0);
    expect(await text(own)).not.toContain('t00100-jpa');
  });

  it('keeps what is chosen on the options page, and opens at a click that has to wake the service worker', async () => {
    const at = await raise();
    const own = await at.browser.newPage();
    await own.goto(`${extensionAddress}extension/pages/options.html`);
    await own.locator('input[name="start"][value="portal"]').click();
    await own.locator('input[value="android"]').click();
    await own.locator('input[name="auto-open"]').click();
    await own.close();
    at.host.attachReader();
    at.host.insert(hpkiCard());
    await at.page.goto(`https://${hosts.portal}/`);
    const panelTarget = () =>
      at.browser.targets().find((it) => it.url().startsWith(`${extensionAddress}extension/panel/`));
    let clicked = false;
    await at.endServiceWorker(() => {
      if (!clicked) void at.page.click('h1');
      clicked = true;
      return panelTarget() !== undefined;
    });
    const panel = await panelTarget()?.asPage();
    if (!panel) throw new Error('the panel is gone');
    await untilShown(panel, '[data-verdict="ready"]');
    expect(await panel.$eval('input[value="android"]', (input) => input.checked)).toBe(true);
    await press(panel, 'start');
    await untilShown(panel, '[data-step="card-auth"], [data-error="access-denied"]');
    expect(at.site.visited).not.toContain(`${hosts.association}/hpki/`);
  });

  it('tells a screen reader what to do first, what changed, and leaves the focus where it is', async () => {
    const at = await raiseAtDialogs();
    const panel = await at.openPanel();
    await untilShown(panel, '[data-reason="reader.none"]');
    await listen(panel);
    const noReader = await readingOf(panel);
    // The live region first, then the heading, what to do, and the button for it, before the list of checks.
    const order = [
      /^status .*\(polite\)$/,
      /^heading カードリーダーが見つかりません。$/,
      /^StaticText カードリーダーをPCのUSBにつないでください。/,
      /^button もう一度確認する$/,
      /^DisclosureTriangle 確認したこと/,
      /^(?:img|image) 問題なし$/,
    ].map((line) => noReader.findIndex((read) => line.test(read)));
    expect(order, noReader.join('\n')).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(noReader.filter((read) => read.startsWith('heading'))).toHaveLength(1);
    // Nothing to press is without a name.
    expect(noReader.filter((read) => /^(?:button|link|radio|DisclosureTriangle)$/.test(read))).toEqual([]);

    await panel.focus('[data-fold="checks"] summary');
    await focusMovesOn(panel);
    at.host.attachReader();
    await untilShown(panel, '[data-reason="card-present.none"]');
    expect(await heardOn(panel)).toContain('HPKIカードがセットされていません。');
    at.host.insert(hpkiCard());
    await untilShown(panel, '[data-verdict="ready"]');
    expect(await heardOn(panel)).toContain('準備ができました');
    expect(await focusMovesOn(panel)).toEqual([]);
    expect(await panel.evaluate(() => document.activeElement?.tagName)).toBe('SUMMARY');

    await press(panel, 'start');
    await untilShown(panel, '[data-step="choose-certificate"]');
    expect(await heardOn(panel)).toContain('証明書を選びます');
    const dialogs = await readingOf(panel);
    expect(dialogs).toContain('StaticText 00100 JPATEST');
    expect(dialogs).toContain('button 証明書を選びました');
    await focusMovesOn(panel);
    await show(at, '/qr', qrPage());
    await untilShown(panel, '[data-step="scan-qr"]');
    expect(await heardOn(panel)).toContain('スマートフォンでQRコードを読み取ります');
    expect((await readingOf(panel)).filter((read) => read.startsWith('radio'))).toEqual([
      'radio iPhone',
      'radio Android',
    ]);
    await show(at, '/phone-failed', phoneFailedPage);
    await untilShown(panel, '[data-error="invalid-registration"]');
    expect(await heardOn(panel)).toContain('「セキュリティキーの登録結果が無効です。」と表示される');
    expect(await focusMovesOn(panel)).toEqual([]);
  });

  it('works by keyboard alone', async () => {
    const at = await raiseAtDialogs();
    at.host.attachReader();
    const panel = await at.openPanel();
    at.host.insert(hpkiCard());
    await untilShown(panel, '[data-verdict="ready"]');
    await panel.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await panel.keyboard.press('Tab');
    expect(await panel.evaluate(() => document.activeElement?.getAttribute('data-action'))).toBe('start');
    await panel.keyboard.press('Enter');
    await untilShown(panel, '[data-step="choose-certificate"]');
    // After the person's own press the keyboard goes on from the new screen, not from the top of the page.
    expect(await focused(panel)).toBe('headline');
    await panel.keyboard.press('Tab');
    expect(await focused(panel)).toBe('certificate-chosen');
    await panel.keyboard.press('Enter');
    await untilShown(panel, '[data-step="enter-pin"]');
    expect(await focused(panel)).toBe('headline');
    await show(at, '/qr', qrPage());
    await untilShown(panel, '[data-step="scan-qr"]');
    await panel.focus('[data-action="phone-error"]');
    await panel.keyboard.press('Enter');
    await panel.keyboard.press('Tab');
    expect(await focused(panel)).toBe('phone-error-qr-expired');
    await panel.focus('[data-action="phone-error-back"]');
    await panel.keyboard.press('Enter');
    await untilShown(panel, '[data-action="phone-error"]');
    expect(await focused(panel)).toBe('phone-error');
  });

  it('asks before it closes the browser, and leaves it open when the answer is no', async () => {
    const at = await raiseAtDialogs();
    const { panel } = await walkToQr(at);
    await untilShown(panel, '[data-step="scan-qr"]');
    await show(at, '/done', completePage);
    await untilShown(panel, '[data-step="finish"]');
    await press(panel, 'close-browser');
    await untilShown(panel, '[data-action="close-browser-yes"]');
    await press(panel, 'close-browser-no');
    await untilShown(panel, '[data-action="close-browser"]');
    expect(await focused(panel)).toBe('close-browser');
    expect(at.browser.connected).toBe(true);
  });

  it('fits 320 pixels without scrolling sideways', async () => {
    const at = await raise();
    at.host.attachReader();
    at.host.insert(hpkiCard());
    const narrow = await at.browser.newPage();
    await narrow.setViewport({ width: 320, height: 700 });
    await narrow.goto(`${extensionAddress}extension/panel/index.html`);
    await untilShown(narrow, '[data-verdict="ready"]');
    expect(await narrow.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  });
});

/** The name of what has the focus. */
const focused = (page: Page) =>
  page.evaluate(
    () => document.activeElement?.getAttribute('data-action') ?? document.activeElement?.getAttribute('id'),
  );

/** What a look changes is looked at in each: contrast, the size of targets, and what sticks out at 320 pixels. */
const looks = [
  { name: 'dark', features: [{ name: 'prefers-color-scheme', value: 'dark' }] },
  { name: 'forced', features: [{ name: 'forced-colors', value: 'active' }] },
  { name: 'narrow', features: [], width: 320 },
];

/** Everything axe finds in the light, and what it finds in each other look. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await axeRun(page, []);
  const session = await page.createCDPSession();
  for (const { name, features, width } of looks) {
    await session.send('Emulation.setEmulatedMedia', { features });
    if (width) await page.setViewport({ width, height: 800 });
    const query = width ? `(width: ${width}px)` : features.map((it) => `(${it.name}: ${it.value})`).join();
    expect(await page.evaluate((media) => matchMedia(media).matches, query), name).toBe(true);
    found.push(...(await axeRun(page, ['color-contrast', 'target-size'])).map((it) => `${name} ${it}`));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width && wide > width) found.push(`${name} ${wide} pixels wide`);
  }
  await page.setViewport(null);
  await session.detach();
  return found;
}

function axeRun(page: Page, only: string[]): Promise<string[]> {
  return page.evaluate(async (rules) => {
    const { axe: run } = window as unknown as { axe: typeof axe };
    const { violations: found } = await run.run(document, {
      // WCAG 2.2's own criterion is off by default.
      rules: { 'target-size': { enabled: true } },
      ...(rules.length > 0 ? { runOnly: rules } : {}),
    });
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }, only);
}

/** For what the page does not show: checked on each turn until it is so. */
async function until(holds: () => boolean): Promise<void> {
  const signal = AbortSignal.timeout(10_000);
  while (!holds()) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const untilConnections = (host: ExtensionStage['host'], count: number) =>
  until(() => host.connections >= count);
