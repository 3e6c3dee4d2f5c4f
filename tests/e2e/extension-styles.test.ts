import { execFileSync } from 'node:child_process';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hpkiCard } from './extension/fake-host.ts';
import { hosts } from './extension/fixture-site.ts';
import { type SilentServer, silentServer } from './extension/silent-server.ts';
import {
  discardBuiltExtension,
  type ExtensionStage,
  raiseExtensionStage,
  untilShown,
} from './extension/stage.ts';
import { wholeStyles } from './extension/whole-styles.ts';

// Each style is walked from (2) to (13) by the built extension in real Chromium, under the real host names.

const stranger = 'stranger.example';

let stage: ExtensionStage;
let silent: SilentServer;

beforeAll(async () => {
  silent = await silentServer();
  stage = await raiseExtensionStage({ silentLoginPort: silent.port, strangers: [stranger] });
  stage.host.attachReader();
  stage.host.insert(hpkiCard());
});
// Or the connection that the last login left waiting would be this one's, and time out under it.
beforeEach(() => silent.waitAgain());
afterAll(async () => {
  await stage?.stop();
  silent?.close();
  await discardBuiltExtension();
});

const styles = wholeStyles((text) =>
  execFileSync('iconv', ['-f', 'UTF-8', '-t', 'SHIFT_JIS//TRANSLIT'], { input: text }),
);

describe('a site in any style', () => {
  it('has twelve of them', () => {
    expect(Object.keys(styles)).toHaveLength(12);
  });

  it.each(Object.entries(styles))('%s: is walked through all steps', async (_, { pages }) => {
    const { site, page } = stage;
    site.pages.clear();
    for (const [address, content] of Object.entries(pages)) site.pages.set(address, content);
    const visited = site.visited.length;
    const panel = await stage.openPanel();
    try {
      await untilShown(panel, '[data-verdict="ready"] [data-action="start"]');
      await panel.locator('[data-action="start"]').click();
      await untilShown(panel, '[data-step="choose-certificate"]');
      // Nothing was pressed that leads elsewhere.
      expect(site.visited.slice(visited)).not.toContain(`${hosts.portal}/x`);
      await page.goto(`https://${hosts.portal}/qr`);
      await untilShown(panel, '[data-step="scan-qr"]');
      await page.goto(`https://${hosts.portal}/done`);
      await untilShown(panel, '[data-step="finish"][data-phase="finished"]');
      await panel.locator('[data-action="next-person"]').click();
      await untilShown(panel, '[data-step="prepare"]');
    } finally {
      await panel.close();
      await page.goto('about:blank');
    }
  });
});

/** As far as the portal, whose first page is this. */
async function startAt(html: string, shown: string): Promise<Page> {
  const { site } = stage;
  site.pages.clear();
  for (const [address, content] of Object.entries(styles['plain links']?.pages ?? {})) {
    site.pages.set(address, content);
  }
  site.pages.set(`${hosts.portal}/`, { html });
  const panel = await stage.openPanel();
  await untilShown(panel, '[data-verdict="ready"] [data-action="start"]');
  await panel.locator('[data-action="start"]').click();
  await untilShown(panel, shown);
  return panel;
}

async function leave(panel: Page): Promise<void> {
  await panel.locator('[data-action="cancel"]').click();
  await untilShown(panel, '[data-step="prepare"]');
  await panel.close();
  await stage.page.goto('about:blank');
}

/** What the page's script saw pressed. */
const pressedOn = (page: Page) => page.evaluate(() => document.documentElement.dataset['pressed'] ?? null);
const tellPresses =
  'document.addEventListener("click", (e) => { document.documentElement.dataset.pressed = e.target.textContent; }, true);';
const menuPage = (body: string, script = '') =>
  `<!doctype html><meta charset="utf-8"><title>登録</title><h1>認証用デバイス／マイナンバーカード登録サイト</h1>${body}<script>${tellPresses}${script}</script>`;
const label = 'HPKIカードを使ってスマートフォンを登録する';

describe('a page that keeps the control closed away', () => {
  it('is opened by the person, and the journey goes on by itself', async () => {
    const html = menuPage(
      `<details><summary>手続きの一覧</summary><p><a href="/card">${label}</a></p></details>`,
    );
    const panel = await startAt(html, '[data-asked="choose-method"][data-why="closed"]');
    await stage.page.waitForSelector('hpki-navi-highlight');
    expect(await pressedOn(stage.page)).toBeNull();
    expect(await stage.page.$eval('details', (details) => details.open)).toBe(false);
    await stage.page.locator('summary').click();
    await untilShown(panel, '[data-step="choose-certificate"]');
    await leave(panel);
  });
});

describe('a page that changes by itself', () => {
  const ticker = 'setInterval(() => { news.textContent = Date.now(); }, 100);';
  const spin = "document.body.insertAdjacentHTML('beforeend', '<p>読み込み中</p>');";
  /** Counts presses, takes none that no hand made, and spins. */
  const deaf = `let presses = 0; go.onclick = (e) => { document.documentElement.dataset.presses = ++presses; ${spin} return e.isTrusted; };`;
  const presses = () => stage.page.evaluate(() => document.documentElement.dataset['presses'] ?? null);

  it('is pressed once: neither a ticker nor a spinner that stays is an effect, and the person is asked', async () => {
    const menu = menuPage(`<p id="news"></p><a id="go" href="/card">${label}</a>`, ticker + deaf);
    const login = `<!doctype html><meta charset="utf-8"><title>登録</title><p>準備するもの</p><p id="news"></p>
      <a id="go" href="https://${hosts.cardLogin}/login">HPKIカードで登録</a><script>${ticker}${deaf}</script>`;
    const panel = await startAt(menu, '[data-asked="choose-method"][data-why="no-effect"]');
    stage.site.pages.set(`${hosts.portal}/card`, { html: login });
    await stage.page.waitForSelector('hpki-navi-highlight');
    expect(await presses()).toBe('1');
    await stage.page.locator('#go').click();
    await untilShown(panel, '[data-asked="card-auth"][data-why="no-effect"]');
    await stage.page.waitForSelector('hpki-navi-highlight');
    expect(await presses()).toBe('1');
    await stage.page.locator('#go').click();
    await untilShown(panel, '[data-step="choose-certificate"]');
    await leave(panel);
  });
});

describe('a page that wants to be misunderstood', () => {
  it('puts another control in place of the ringed one each time, and none is pressed', async () => {
    const html = menuPage(
      `<p id="p"><button>${label}</button></p>`,
      `setInterval(() => { p.innerHTML = '<button>${label}</button>'; }, 300);`,
    );
    const panel = await startAt(html, '[data-asked="choose-method"][data-why="moved"]');
    expect(await pressedOn(stage.page)).toBeNull();
    await leave(panel);
  });

  it('sends the ringed link elsewhere, and it is neither pressed nor pointed out', async () => {
    const html = menuPage(
      `<a id="a" href="/card">${label}</a>`,
      `new MutationObserver(() => { a.href = 'https://${stranger}/'; }).observe(document.documentElement, { childList: true });`,
    );
    const panel = await startAt(html, '[data-asked="choose-method"][data-why="leads-elsewhere"]');
    expect(await pressedOn(stage.page)).toBeNull();
    expect(await stage.page.$('hpki-navi-highlight')).toBeNull();
    expect(await panel.$('[data-action="open-portal"]')).not.toBeNull();
    await leave(panel);
  });

  it('shows the portal in a sandbox, and within a stranger’s frame: nothing is pressed there', async () => {
    const { site, page } = stage;
    const frame = (address: string, more = '') =>
      `<iframe ${more} width="600" height="300" src="${address}"></iframe>`;
    const html = `<!doctype html><meta charset="utf-8"><title>お知らせ</title>${frame('/menu', 'sandbox="allow-scripts"')}${frame(`https://${stranger}/`)}`;
    const panel = await startAt(html, '.notice');
    site.pages.set(`${stranger}/`, { html: frame(`https://${hosts.portal}/menu`) });
    site.pages.set(`${hosts.portal}/menu`, { html: menuPage(`<a href="/card">${label}</a>`) });
    const visited = site.visited.length;
    await page.reload();
    await untilVisited(`${hosts.portal}/menu`, 2, visited);
    // Looking, ringing and pressing take less than two seconds where they are done.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    for (const inner of page.frames()) expect(await inner.$('hpki-navi-highlight')).toBeNull();
    expect(site.visited.slice(visited)).not.toContain(`${hosts.portal}/card`);
    await leave(panel);
  });
});

async function untilVisited(address: string, times: number, since: number): Promise<void> {
  const signal = AbortSignal.timeout(20_000);
  while (stage.site.visited.slice(since).filter((visit) => visit === address).length < times) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
