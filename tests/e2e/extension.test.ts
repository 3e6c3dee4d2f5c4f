import axe from 'axe-core';
import type { Page } from 'puppeteer-core';
import { describe, expect, it } from 'vitest';
import { guideErrors } from '../../common/guide/index.ts';
import { extensionAddress, untilPanelOpens } from '../lab/extension.ts';
import { hpkiCard } from './extension/fake-host.ts';
import { completePage, hosts, phoneFailedPage, qrPage } from './extension/fixture-site.ts';
import { focusMovesOn, heardOn, listen, readingOf } from './extension/screen-reader.ts';
import { shownChecks, untilShown } from './extension/stage.ts';
import {
  attribute,
  press,
  raise,
  raiseAtDialogs,
  show,
  text,
  until,
  untilConnections,
  walkToQr,
} from './extension/walk.ts';

// The built extension in real Chromium. Virtual: the native host, played by the test, and the pages, which are made
// from the manual. The card login is a real TLS server that insists on a client certificate, and nobody has one.

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

  it('offers what the warning asks for, and no start where the browser keeps it from the sites', async () => {
    const { host, openPanel } = await raise({ siteAccessWithheld: true });
    host.attachReader();
    const panel = await openPanel();
    // Beside what blocks, it stands in the list.
    await untilShown(
      panel,
      '[data-verdict="blocked"] [data-check="browser"] [data-action="allow-site-access"]',
    );
    host.insert(hpkiCard());
    await untilShown(panel, '[data-verdict="warning"] .verdict [data-action="allow-site-access"]');
    expect(await panel.$$('[data-action="allow-site-access"]')).toHaveLength(1);
    expect(await panel.$('[data-action="start"]')).toBeNull();
    expect(await panel.$eval('h1', (heading) => heading.textContent)).toContain('止められています');
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
    await untilFocused(panel, 'headline');
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
    await own.waitForSelector('[data-kept="3"]');
    await own.close();
    at.host.attachReader();
    at.host.insert(hpkiCard());
    await at.page.goto(`https://${hosts.portal}/`);
    await at.endServiceWorker();
    await at.page.click('h1');
    const panel = await untilPanelOpens(at.browser);
    await untilShown(panel, '[data-verdict="ready"]');
    expect(await panel.$eval('input[value="android"]', (input) => input.checked)).toBe(true);
    await press(panel, 'start');
    await untilShown(panel, '[data-step="card-auth"], [data-error="access-denied"]');
    expect(at.site.visited).not.toContain(`${hosts.association}/hpki/`);
  });

  it('does as the administrator decided, and says so on the options page', async () => {
    const at = await raise({
      managed: {
        start: 'portal',
        associationUrl: 'https://lookalike.example/',
        supportContact: '情報係 内線 1234',
        autoOpen: true,
        unknown: 'passed over',
      },
    });
    const own = await at.browser.newPage();
    await own.goto(`${extensionAddress}extension/pages/options.html`);
    await own.waitForSelector('fieldset[disabled] input[value="portal"]:checked');
    await own.waitForSelector('input[name="auto-open"]:checked:disabled');
    expect((await text(own)).match(/管理者/g)).toHaveLength(2);
    expect(await text(own)).toContain('情報係 内線 1234');
    await own.locator('input[value="iphone"]').click();
    await own.waitForSelector('[data-kept="1"]');
    await own.close();
    const panel = await at.openPanel();
    at.host.attachReader();
    at.host.insert(hpkiCard());
    await untilShown(panel, '[data-verdict="ready"]');
    expect(await panel.$eval('input[value="iphone"]', (input) => input.checked)).toBe(true);
    await press(panel, 'start');
    await untilShown(panel, '[data-error="access-denied"]');
    expect(await text(panel)).toContain('情報係 内線 1234');
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
    await untilFocused(panel, 'headline');
    await panel.keyboard.press('Tab');
    await untilFocused(panel, 'certificate-chosen');
    await panel.keyboard.press('Enter');
    await untilShown(panel, '[data-step="enter-pin"]');
    await untilFocused(panel, 'headline');
    await show(at, '/qr', qrPage());
    await untilShown(panel, '[data-step="scan-qr"]');
    await panel.focus('[data-action="phone-error"]');
    await panel.keyboard.press('Enter');
    await panel.keyboard.press('Tab');
    await untilFocused(panel, 'phone-error-qr-expired');
    await panel.focus('[data-action="phone-error-back"]');
    await panel.keyboard.press('Enter');
    await untilShown(panel, '[data-action="phone-error"]');
    await untilFocused(panel, 'phone-error');
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
    await untilFocused(panel, 'close-browser');
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

/** Until what has the focus is called so: it moves after what is new was drawn. */
const untilFocused = (page: Page, name: string) =>
  page.waitForFunction(
    (wanted) => {
      const has = document.activeElement;
      return (has?.getAttribute('data-action') ?? has?.getAttribute('id')) === wanted;
    },
    { timeout: 5000 },
    name,
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
