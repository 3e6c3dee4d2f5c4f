import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readReport } from '../../common/report/read.ts';
import { type Report, withoutSections } from '../../common/report/schema.ts';
import { decodeSupportCode } from '../../common/report/support-code/code.ts';
import { reportText } from '../../common/report/text.ts';
import { entriesOf } from '../../common/report/timeline.ts';
import { composeReport } from '../../extension/report/compose.ts';
import { buildSupportPage } from '../../extension/support/build.ts';
import { hostManifest, manifestFile } from '../../native-host/install/manifest.ts';
import { findSecret } from '../integration/report-secrets.ts';
import { cases, collected, now, situation } from '../integration/report-situations.ts';
import { launchBrowser } from '../lab/browser.ts';
import { extensionAddress } from '../lab/extension.ts';
import { type Screen, startScreen } from '../lab/screen.ts';
import { hpkiCard } from './extension/fake-host.ts';
import { associationPage, hosts, portalPage, qrPage } from './extension/fixture-site.ts';
import {
  discardBuiltExtension,
  type ExtensionStage,
  raiseExtensionStage,
  untilShown,
} from './extension/stage.ts';

// The report, made by the built extension in real Chromium, and read by the support page from disk. Virtual: the native
// host, played by the test, and the pages.

const secrets = {
  name: 'YAKUSHIJI Hanako 薬師寺花子',
  kanji: '薬師寺花子',
  number: '739164-jpa',
  serial: '5D7C91E3A0',
  reader: 'RR7Q20394857',
  pin: '8261537094618253',
  cookie: 'sid-9f8e7d6c5b4a',
  ticket: 'Zk3mQ9xTicketPath',
};
const readerName = `ACS ACR39U ICC Reader [${secrets.reader}] 00 00`;

let stage: ExtensionStage | undefined;

afterAll(discardBuiltExtension);
afterEach(async () => {
  await stage?.stop();
  stage = undefined;
});

async function raise(): Promise<ExtensionStage> {
  stage = await raiseExtensionStage();
  stage.site.pages.set(`${hosts.association}/hpki/`, { html: associationPage });
  stage.site.pages.set(`${hosts.portal}/`, { html: portalPage() });
  return stage;
}

/** By the keyboard: what still comes moves a button away from under the pointer, but not out of the focus. */
async function press(page: Page, action: string): Promise<void> {
  const button = await page.locator(`[data-action="${action}"]`).waitHandle();
  await button.press('Enter');
  await button.dispose();
}

/** By the panel's button, as a person does. */
async function openReport(at: ExtensionStage, panel: Page): Promise<Page> {
  await press(panel, 'open-report');
  const page = await at.tabAt(`${extensionAddress}extension/report/`);
  await untilShown(page, '[data-support-code]');
  return page;
}

/** What is saved, taken from the blob before it reaches the disk. */
async function saved(page: Page): Promise<string> {
  await page.evaluate(() => {
    const original = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (blob) => {
      void (blob as Blob).text().then((text) => {
        (globalThis as unknown as { saved: string }).saved = text;
      });
      return original(blob);
    };
  });
  await press(page, 'save-report');
  await page.waitForFunction(() => 'saved' in globalThis);
  return page.evaluate(() => (globalThis as unknown as { saved: string }).saved);
}

async function savedReport(page: Page): Promise<Report> {
  const read = readReport(await saved(page));
  if (read.outcome !== 'report') throw new Error(JSON.stringify(read));
  return read.report;
}

describe('the report of the extension', () => {
  it('holds nothing of the person, whatever the pages and the card show', async () => {
    const at = await raise();
    const panel = await at.openPanel();
    at.host.attachReader(readerName);
    at.host.insert(hpkiCard({ name: secrets.name, serialNumber: secrets.number }), readerName);
    await untilShown(panel, '[data-check="certificate"][data-status="pass"]');
    // A page that shows, takes and sets what must not be in a report.
    const html = qrPage().replace('</body>', `<p>${secrets.number}</p><input type="password"></body>`);
    at.site.pages.set(`${hosts.portal}/m/${secrets.ticket}`, { html });
    await at.page.goto(`https://${hosts.portal}/m/${secrets.ticket}`);
    await at.page.evaluate((cookie) => {
      // biome-ignore lint/suspicious/noDocumentCookie: planted as any site would
      document.cookie = `session=${cookie}`;
    }, secrets.cookie);
    await at.page.type('input[type="password"]', secrets.pin);
    const page = await openReport(at, panel);
    await page.$$eval('details', (all) => {
      for (const it of all) it.open = true;
    });
    const shown = await page.$eval('body', (body) => body.innerText);
    const file = await saved(page);
    const timeline = await page.evaluate(() =>
      (
        globalThis as unknown as { chrome: { storage: { local: { get(key: string): Promise<object> } } } }
      ).chrome.storage.local
        .get('timeline')
        .then((it) => JSON.stringify(it)),
    );
    expect(shown).toContain('ACS ACR39U ICC Reader [#');
    for (const [what, output] of Object.entries({ shown, file, timeline })) {
      for (const [name, secret] of Object.entries(secrets))
        expect(findSecret(output, secret), `${what}: ${name}`).toEqual([]);
    }
  });

  it('leaves without the sections that were taken out', async () => {
    const at = await raise();
    const page = await openReport(at, await at.openPanel());
    await page.locator('[data-toggle="facts"]').click();
    await untilShown(page, '[data-section="facts"][data-kept="false"]');
    const report = await savedReport(page);
    expect(report.removed).toEqual(['facts']);
    expect(report).not.toHaveProperty('facts');
    expect(report.cause).toBe('reader.none');
  });

  it('marks a recording, and goes on over the end of the service worker', async () => {
    const at = await raise();
    at.host.attachReader();
    const panel = await at.openPanel();
    const page = await openReport(at, panel);
    await press(page, 'record-begin');
    await untilShown(page, '[data-recording="true"]');
    at.host.insert(hpkiCard({ tries: '6983' }));
    await untilShown(page, 'main[data-cause="pin.locked"]');
    const before = at.host.connections;
    await at.endServiceWorker();
    await vi.waitUntil(() => at.host.connections > before, { timeout: 15_000 });
    at.host.remove();
    await untilShown(page, 'main[data-cause="card-present.none"]');
    await press(page, 'record-end');
    await untilShown(page, '[data-recording="false"]');
    const entries = entriesOf((await savedReport(page)).timeline ?? { first: [], last: [], dropped: 0 });
    const from = entries.findIndex((entry) => entry.type === 'record' && entry.mark === 'begin');
    const to = entries.findIndex((entry) => entry.type === 'record' && entry.mark === 'end');
    const between = entries.slice(from, to);
    expect(between.map(({ type }) => type)).toContain('worker-started');
    const reasons = between.flatMap((entry) => (entry.type === 'check' ? [entry.reason] : []));
    expect(reasons).toContain('pin.locked');
    expect(reasons).toContain('card-present.none');
  });
});

describe('the tokens of the extension and of the host', () => {
  const launcher = join(import.meta.dirname, '../../dist/host/hpki-navi-host');
  const byHost = async ({ home }: ExtensionStage) => {
    const { stdout } = await promisify(execFile)(launcher, ['report', '--json'], {
      env: { HOME: home, LANG: 'ja_JP.UTF-8', PCSCLITE_CSOCK_NAME: join(home, 'no-pcscd.sock') },
    });
    const read = readReport(stdout);
    if (read.outcome !== 'report') throw new Error(JSON.stringify(read));
    return { report: read.report, text: stdout };
  };
  // A host of its own has to start for it.
  const untilTokens = (page: Page, tokens: string) =>
    page.waitForSelector(`main[data-tokens="${tokens}"]`, { timeout: 60_000 });

  it('are the same, from before the host was installed until after it was gone', async () => {
    stage = await raiseExtensionStage({
      hostInstalled: false,
      environment: { PCSCLITE_CSOCK_NAME: '/nowhere/pcscd.sock' },
    });
    const panel = await stage.openPanel();
    await untilShown(panel, '[data-reason="host.not-installed"]');
    const page = await openReport(stage, panel);
    const before = await savedReport(page);
    expect(before.tokens).toBe('extension');
    // The browser says what it runs on while no host can.
    expect(decodeSupportCode(before.supportCode)).toMatchObject({ code: { system: 'linux' } });
    expect(before.machine?.find(({ id }) => id === 'system')?.text).toMatch(/^linux x86-64/);

    const folder = join(stage.userDataDir, 'NativeMessagingHosts');
    const manifest = join(folder, manifestFile);
    await writeFile(manifest, JSON.stringify(hostManifest(launcher)));
    await press(panel, 'check-again');
    await untilTokens(page, 'host');
    const shared = await savedReport(page);
    expect(shared.installation).toBe(before.installation);
    const { report, text } = await byHost(stage);
    expect(report.tokens).toBe('host');
    expect(report.installation).toBe(before.installation);

    const secret = await readFile(join(stage.home, '.local/state/hpki-navi/report-secret'), 'utf8');
    for (const output of [text, JSON.stringify(shared), await page.$eval('body', (it) => it.innerText)]) {
      expect(findSecret(output, secret)).toEqual([]);
    }

    await rm(manifest);
    await panel.close();
    await page.reload();
    await untilTokens(page, 'host');
    expect((await savedReport(page)).installation).toBe(before.installation);
  });

  it('are those of the host that was there first', async () => {
    stage = await raiseExtensionStage({ hostInstalled: false });
    const { report } = await byHost(stage);
    await writeFile(
      join(stage.userDataDir, 'NativeMessagingHosts', manifestFile),
      JSON.stringify(hostManifest(launcher)),
    );
    const page = await openReport(stage, await stage.openPanel());
    await untilTokens(page, 'host');
    expect((await savedReport(page)).installation).toBe(report.installation);
  });

  it('are its own, and say so, with a host that knows of no secret', async () => {
    stage = await raiseExtensionStage();
    stage.host.reportSecret = null;
    const page = await openReport(stage, await stage.openPanel());
    await untilShown(page, 'main[data-tokens="extension"]');
    while (!stage.host.requests.some(({ type }) => type === 'report-secret')) await sleep(20);
    expect((await savedReport(page)).tokens).toBe('extension');
    stage.host.reportSecret = 'd7'.repeat(32);
    stage.host.attachReader();
    await untilTokens(page, 'host');
  });
});

describe('the support page, opened from disk', () => {
  let home: string;
  let screen: Screen;
  let browser: Awaited<ReturnType<typeof launchBrowser>>;
  let page: Page;
  let address: string;
  const requests: string[] = [];

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'hpki-navi-support-'));
    const file = join(home, 'support.html');
    await writeFile(file, (await buildSupportPage()).html);
    address = pathToFileURL(file).href;
    screen = await startScreen();
    browser = await launchBrowser({
      home,
      userDataDir: join(home, 'profile'),
      display: screen.display,
      hosts: {},
    });
    page = (await browser.pages())[0] ?? (await browser.newPage());
    page.on('request', (request) => requests.push(request.url()));
  });
  afterAll(async () => {
    await browser?.close();
    await screen?.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });

  const open = async () => {
    await page.goto('about:blank');
    await page.goto(address);
    await page.waitForSelector('[data-input="code"]');
  };
  const paste = (text: string) =>
    page.$eval(
      '[data-input="text"]',
      (element, value) => {
        (element as HTMLTextAreaElement).value = value;
        element.dispatchEvent(new Event('input', { bubbles: true }));
      },
      text,
    );
  const make = (index: number) => {
    const it = cases[index]?.collected;
    if (!it) throw new Error('no such case');
    return composeReport(it, new Uint8Array(32).fill(3), () => 9);
  };
  const text = (selector: string) => page.$eval(selector, (element) => (element as HTMLElement).innerText);

  it('tells the cause and the words for the caller, from the text of an e-mail', async () => {
    await open();
    await paste(reportText(await make(0)));
    await page.waitForSelector('article[data-cause="card-driver.none"]');
    expect(await text('[data-card="tell"]')).toContain('カードドライバをインストールしてください');
    expect(await text('[data-card="evidence"]')).toContain('ERR_BAD_SSL_CLIENT_AUTH_CERT');
  });

  it('tells it from a code that was typed in any writing', async () => {
    await open();
    const { supportCode, cause } = await make(1);
    await page.type('[data-input="code"]', supportCode.toLowerCase().replace(/(.{4})/g, '$1 '));
    await page.waitForSelector(`article[data-code="code"][data-cause="${cause}"]`);
    expect(await text('[data-card="ask"]')).toContain('リーダー');
    await page.click('[data-card="verdict"] a');
    await page.waitForSelector(`.catalogue[open] [id="cause/${cause}"]`);
  });

  it('compares a file with the one before', async () => {
    await open();
    const before = await make(0);
    const after = await composeReport(
      collected({ situation: situation({ now: now + 60_000 }) }),
      new Uint8Array(32).fill(3),
      () => 9,
    );
    for (const [index, report] of [after, before].entries()) {
      const file = join(home, `report-${index}.json`);
      await writeFile(file, JSON.stringify(report));
      const input = await page.$('input[type="file"]');
      await input?.evaluate((element) => {
        (element as HTMLInputElement).value = '';
      });
      await (input as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(file);
      await page.waitForSelector(`[data-reports="${index + 1}"]`);
    }
    // The older one came last; what is told is what is so now.
    expect(await page.$eval('article', (it) => it.getAttribute('data-cause'))).toBe(after.cause);
    const row = await text('[data-changed="card-driver"]');
    expect(row.indexOf('インストールされていません')).toBeLessThan(row.indexOf('インストールされています'));
  });

  it('shows the finding a cause rests on, how it was made, and leads on from it', async () => {
    await open();
    const report = await make(2);
    expect(report.cause).toBe('driver-reader.unknown-several');
    await paste(reportText(report));
    await paste(`${reportText(report)}\n`);
    await page.waitForSelector(`[data-reports="1"] article[data-cause="${report.cause}"]`);
    const evidence = await text('[data-card="evidence"]');
    expect(evidence).toContain('リーダーが2台あり');
    expect(evidence).toContain('調べ方');
    expect(evidence).toContain('アクセスが拒否されました');
    await page.click('[data-section="checks"] summary');
    await page.click('[data-section="checks"] a[data-cause="card-driver.ok"]');
    await page.waitForSelector('.catalogue[open] [id="cause/card-driver.ok"]');
  });

  it('does not call fine what the person took out', async () => {
    await open();
    await paste(reportText(withoutSections(await make(0), ['checks', 'machine'])));
    await page.waitForSelector('article');
    const evidence = await text('[data-card="evidence"]');
    expect(evidence).toContain('除いたため');
    expect(evidence).not.toContain('問題のある項目はありません');
    expect(await text('article')).toContain('本人が除いた項目: 確認したこと、このPC');
  });

  it('says to the caller in Japanese what a desk reads in English', async () => {
    await open();
    await page.click('[data-action="language"]');
    await paste(reportText(await make(0), 'en'));
    await page.waitForSelector('article');
    expect(await text('[data-card="tell"] [lang="ja"]')).toContain(
      'カードドライバをインストールしてください',
    );
    expect(await text('[data-card="tell"]')).toContain('Install');
  });

  it('says of a newer report that it is one', async () => {
    await open();
    await paste(JSON.stringify({ ...(await make(0)), version: 99, more: 'x'.repeat(60) }));
    await page.waitForSelector('[data-problem="newer"]');
    expect(await text('[role="alert"]')).toContain('新しい版');
  });

  it('runs nothing of a hostile report and asks nobody', async () => {
    await open();
    requests.length = 0;
    const attack = '<img src=x onerror="globalThis.hit=1"><script>globalThis.hit=1</script>';
    const honest = await make(0);
    const hostile: Report = {
      ...honest,
      error: { id: 'access-denied', data: { netError: attack } },
      checks: (honest.checks ?? []).map((check) => ({
        ...check,
        data: { name: attack, reader: attack, why: attack },
      })),
      machine: [{ id: 'system', text: attack }],
      facts: {
        ...(honest.facts as NonNullable<Report['facts']>),
        registrations: [{ browser: attack, manifest: 'right', extension: 'found' }],
      },
    };
    await paste(JSON.stringify(hostile));
    await page.waitForSelector('article');
    expect(await text('article')).toContain('<img src=x');
    expect(await page.$$('article img, article script')).toEqual([]);
    expect(await page.evaluate(() => 'hit' in globalThis)).toBe(false);
    expect(requests).toEqual([]);
    const sent = await page.evaluate(() =>
      fetch('https://2nds.medis.or.jp/').then(
        () => 'sent',
        () => 'refused',
      ),
    );
    expect(sent).toBe('refused');
  });

  it.each([
    ['too large', `{"format":"hpki-navi-report","x":"${'x'.repeat(400_000)}"}`, 'refused_too-large'],
    [
      'cut short',
      '{"format":"hpki-navi-report","version":1,"made":{"at":"2026-11-23T04:00',
      'refused_cut-short',
    ],
    [
      'of a wrong form',
      JSON.stringify({ format: 'hpki-navi-report', version: 1, made: { at: 1 }, __proto__: 1 }),
      'refused_malformed',
    ],
    ['nested without end', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, 'refused_not-a-report'],
  ])('refuses what is %s', async (_, input, problem) => {
    await open();
    await paste(input);
    await page.waitForSelector(`[data-problem="${problem}"]`);
    expect(await page.$('article')).toBeNull();
  });
});
