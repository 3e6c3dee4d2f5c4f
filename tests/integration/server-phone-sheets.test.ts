import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addOperator } from '../../server/operator/store.ts';
import { takePhone } from '../demo/phone.ts';
import { readPrintedQr } from '../demo/qr.ts';
import { launchBrowser } from '../lab/browser.ts';
import { makeNssDatabase } from '../lab/nss.ts';
import { operatorHost, portalHost, startTestServer, type TestServer } from './server-fixture.ts';
import { besideServer } from './server-operator.ts';

const run = promisify(execFile);

/** Console and sheets in real Chromium: a passkey made and used, a PDF downloaded and read, a phone registered. */
describe('from the operator’s desk to a registered phone', () => {
  let test: TestServer;
  let browser: Browser;
  let axeSource: string;

  beforeAll(async () => {
    axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
    test = await startTestServer();
    await makeNssDatabase(test.directory, { trustedAuthority: test.pki.authorities.tls.certificate.pem });
    const { ports } = test.server;
    browser = await launchBrowser({
      home: test.directory,
      userDataDir: join(test.directory, 'profile'),
      hosts: { [portalHost]: ports.portal, [operatorHost]: ports.operators ?? 0 },
    });
  });
  afterAll(async () => {
    await browser.close();
    await test.stop();
  });

  const shows = (page: Page, text: RegExp) =>
    page.waitForFunction(
      (source) => new RegExp(source).test(document.body.innerText),
      { timeout: 15_000 },
      text.source,
    );
  async function faults(page: Page): Promise<string[]> {
    await page.evaluate(axeSource);
    return await page.evaluate(async () => {
      const { axe } = window as unknown as { axe: typeof import('axe-core') };
      const { violations, passes } = await axe.run();
      if (passes.length < 10) return ['axe has looked at nothing'];
      return violations.map(({ id, nodes }) => `${location.pathname} ${id} ${nodes[0]?.html}`);
    });
  }
  async function downloaded(directory: string): Promise<string> {
    const signal = AbortSignal.timeout(20_000);
    for (;;) {
      signal.throwIfAborted();
      const name = (await readdir(directory)).find((file) => file.endsWith('.pdf'));
      if (name) return join(directory, name);
      await sleep(100);
    }
  }

  it('leads by passkey, printed sheet and password', async () => {
    const found: string[] = [];
    const complaints: string[] = [];
    const { token } = await besideServer(test, (database) =>
      addOperator(database, { name: '試験 花子', role: 'operator' }, Date.now()),
    );
    const desk = await takePhone(browser);
    const { page } = desk;
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warn') complaints.push(message.text());
    });
    await page.setViewport({ width: 1280, height: 900 });
    await desk.open(`https://${operatorHost}/enrol#${token}`);
    await desk.sees(/試験 花子/);
    expect(page.url()).not.toContain('#');
    found.push(...(await faults(page)));
    await desk.tap(/^パスキーを作る$/);
    await desk.sees(/登録済みのパスキーでログインします/);
    found.push(...(await faults(page)));
    await desk.tap(/^パスキーでログイン$/);
    await desk.sees(/登録番号または本人ID/);
    found.push(...(await faults(page)));
    await page.type('#number', '999001');
    await desk.tap(/^検索$/);
    await desk.sees(/見つかりませんでした/);

    await page.click('a[href="/sheets"]');
    await desk.sees(/本人IDとカードの発行日/);
    await page.type('#cards', '999001-jpa 2026-05-10');
    await desk.tap(/^PDFを作る$/);
    await desk.sees(/登録方法2/);
    found.push(...(await faults(page)));
    await page.$eval('#cards', (area) => {
      (area as HTMLTextAreaElement).value = '999001-jpa 2026-04-10';
    });
    const session = await browser.target().createCDPSession();
    const downloads = join(test.directory, 'downloads');
    await run('mkdir', ['-p', downloads]);
    const { browserContextId } = page.browserContext() as unknown as {
      browserContextId?: string;
      id?: string;
    };
    const contextId = browserContextId ?? (page.browserContext() as unknown as { id?: string }).id;
    await session.send('Browser.setDownloadBehavior', {
      behavior: 'allow',
      downloadPath: downloads,
      ...(contextId ? { browserContextId: contextId } : {}),
    });
    await desk.tap(/^PDFを作る$/);
    const pdf = await downloaded(downloads);

    const { stdout } = await run('pdftotext', ['-layout', pdf, '-']);
    const password = /[A-Z0-9]{4}-[A-Z0-9]{4}/.exec(stdout)?.[0] ?? '';
    const address = (await readPrintedQr(pdf)) ?? '';

    const phone = await takePhone(browser);
    await phone.open(address);
    await phone.sees(/パスワードを入力してください/);
    found.push(...(await faults(phone.page)));
    await phone.page.type('#password', 'wrong123');
    await phone.tap(/^次へ$/);
    await phone.sees(/あと4回間違えると/);
    found.push(...(await faults(phone.page)));
    await phone.page.reload();
    await phone.page.type('#password', password.toLowerCase());
    await phone.tap(/^次へ$/);
    await phone.sees(/アカウントにログイン/);
    expect(await phone.field(/Username/)).toBe('999001-jpa');
    await phone.tap(/^ログイン$/);
    await phone.tap(/^登録$/);
    await phone.tap(/^OK$/);
    await phone.sees(/スマートフォンでの手続き\(登録\)は完了しました。/);
    await phone.page.goBack();
    await phone.sees(/スマートフォンでの手続き\(登録\)は完了しました。/);

    await page.goto(`https://${operatorHost}/`);
    await page.type('#number', '999001');
    await desk.tap(/^検索$/);
    await shows(page, /使用中[\s\S]*使用済み/);
    found.push(...(await faults(page)));
    await page.click('a[href="/audit"]');
    await shows(page, /sheet-issued/);
    found.push(...(await faults(page)));
    await desk.tap(/^ログアウト$/);
    await desk.sees(/登録済みのパスキーでログインします/);
    await page.goBack();
    await desk.sees(/登録済みのパスキーでログインします/);
    expect(found).toEqual([]);
    // The page that lists what was wrong answers with 422, which Chromium notes on its console.
    expect(complaints.filter((text) => !text.includes('422'))).toEqual([]);
    await phone.close();
    await desk.close();
  });
});
