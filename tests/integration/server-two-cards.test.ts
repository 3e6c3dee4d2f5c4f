import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../lab/browser.ts';
import { makeNssDatabase } from '../lab/nss.ts';
import type { Issued } from '../lab/pki/index.ts';
import { certificateDialogs, type Screen, startScreen } from '../lab/screen.ts';
import {
  cardHost,
  myNumberHost,
  personOf,
  portalHost,
  startTestServer,
  type TestServer,
} from './server-fixture.ts';

const run = promisify(execFile);

/**
 * Real Chromium with its own certificate chooser. Both certificates lie in the browser's store here, as if both cards
 * were on readers; what happens without a card is tested with the virtual readers.
 */
describe('two cards in one browser', () => {
  let test: TestServer;
  let screen: Screen;
  let browser: Browser;

  async function keep(name: string, { certificate, key }: Issued) {
    const file = join(test.directory, `${name}.p12`);
    await writeFile(join(test.directory, `${name}.pem`), `${certificate.pem}${key.pem}`);
    await run('openssl', [
      'pkcs12',
      '-export',
      '-in',
      join(test.directory, `${name}.pem`),
      '-out',
      file,
      '-name',
      name,
      '-passout',
      'pass:',
    ]);
    await run('pk12util', [
      '-i',
      file,
      '-d',
      `sql:${join(test.directory, '.pki/nssdb')}`,
      '-W',
      '',
      '-K',
      '',
    ]);
  }

  beforeAll(async () => {
    test = await startTestServer();
    await makeNssDatabase(test.directory, { trustedAuthority: test.pki.authorities.tls.certificate.pem });
    await keep('hpki', personOf(test.pki, 'pharmacist').authentication);
    await keep('my-number', test.pki.persons.mynumber.authentication as Issued);
    screen = await startScreen();
    const { ports } = test.server;
    browser = await launchBrowser({
      home: test.directory,
      userDataDir: join(test.directory, 'profile'),
      display: screen.display,
      hosts: {
        [portalHost]: ports.portal,
        [cardHost]: ports.cardLogin,
        [myNumberHost]: ports.myNumberLogin ?? 0,
      },
    });
  });
  afterAll(async () => {
    await browser.close();
    await screen.stop();
    await test.stop();
  });

  const pathOf = (page: Page) => new URL(page.url()).pathname;
  /** Presses the page's button and takes the certificate that the chooser offers, until the browser is at `path`. */
  async function showCard(page: Page, button: string, path: string) {
    await page.bringToFront();
    const click = page.click(button);
    const dialogs = certificateDialogs(screen, async () => pathOf(page) === path);
    await dialogs.confirmChooser();
    await click;
    await page.waitForFunction((at) => location.pathname === at, {}, path);
  }

  it('are linked, and the My Number card then registers a phone by itself', async () => {
    const [page = await browser.newPage()] = await browser.pages();
    await page.goto(`https://${portalHost}/`);
    await page.click('a[href="/link-my-number-card"]');
    await page.waitForSelector('form[action="/link-my-number-card/start"]');
    await showCard(page, 'main button', '/link-my-number-card/my-number-card');
    expect(await page.$eval('main', (main) => main.innerText)).toMatch(
      /マイナンバーカードをセットしてください[\s\S]*t00100-jpa[\s\S]*薬剤師/,
    );
    await showCard(page, 'main button', '/link-my-number-card/done');
    expect(await page.$eval('main', (main) => main.innerText)).toMatch(
      /マイナンバーカードの登録が完了しました[\s\S]*t00100-jpa/,
    );
    await page.reload();
    expect(pathOf(page)).toBe('/link-my-number-card/done');
    await page.goBack();
    // The browser may show the page from its memory for a moment.
    await page.waitForFunction(() => location.pathname === '/link-my-number-card/done');

    await page.goto(`https://${portalHost}/my-number-card`);
    await page.click('main button');
    // The browser remembers the certificate that was chosen for this host.
    await page.waitForFunction(() => location.pathname === '/registration');
    expect(await page.$eval('main', (main) => main.innerText)).toMatch(/QRコード[\s\S]*t00100-jpa/);
  });
});
