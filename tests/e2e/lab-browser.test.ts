import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { PNG } from 'pngjs';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { launchBrowser } from '../lab/browser.ts';
import { type Lab, startLab, TEST_PIN } from '../lab/index.ts';
import { makeNssDatabase, openscModule } from '../lab/nss.ts';
import { openscConfiguration } from '../lab/opensc.ts';
import { certificateDialogs, type Screen, startScreen, untilDriverRests } from '../lab/screen.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../lab/temporary-directory.ts';

/**
 * The stand-in for the HPKI card driver: Chromium offers the virtual card's certificate through OpenSC, asks
 * for the PIN in its own dialog, and a TLS 1.2 server that insists on a certificate is satisfied.
 */

const HOST = 'card-login.hpki-navi.test';
let lab: Lab;
let screen: Screen;
let server: Server;
let folder: TemporaryDirectory;
let browser: Browser;
let page: Page;
let visits = 0;

beforeAll(async () => {
  folder = await temporaryDirectory('hpki-navi-browser-');
  [lab, screen] = await Promise.all([startLab({ hosts: [HOST] }), startScreen()]);
  const { authorities, servers } = lab.pki;
  const identity = servers[HOST];
  server = createServer(
    {
      key: identity?.key.pem ?? '',
      cert: identity?.chain ?? '',
      ca: [authorities.root.certificate.pem, authorities.hpkiAuthentication.certificate.pem],
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.2',
      sigalgs: 'RSA+SHA256:RSA+SHA384',
    },
    (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate();
      response.setHeader('content-type', 'text/plain; charset=utf-8');
      response.end(`welcome ${JSON.stringify(subject)}`);
    },
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  await makeNssDatabase(folder.path, {
    trustedAuthority: authorities.tls.certificate.pem,
    pkcs11Module: openscModule,
  });
  await writeFile(join(folder.path, 'opensc.conf'), openscConfiguration());
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  await Promise.all([lab.stop(), screen.stop()]);
  await folder.remove();
});

beforeEach(() => lab.resetCounts());
afterEach(() => browser.close());

/**
 * A new browser, once the card is in: its driver may take a card that is changed while it begins for the one before.
 * Goes to the card login with the focus on a page where Return does nothing: the keys that answer the dialogs
 * may come before the dialogs do. The outcome is the page's text or the browser's error.
 */
async function visit(): Promise<{ outcome: Promise<string> }> {
  browser = await launchBrowser({
    home: folder.path,
    userDataDir: join(folder.path, `profile-${visits++}`),
    display: screen.display,
    hosts: { [HOST]: (server.address() as AddressInfo).port },
    language: 'ja',
    environment: { ...lab.environment, OPENSC_CONF: join(folder.path, 'opensc.conf') },
  });
  page = (await browser.pages())[0] ?? (await browser.newPage());
  await page.setContent('<p>card login</p>');
  await page.click('p');
  const arrived = page.waitForNavigation({ timeout: 40_000 });
  await page.evaluate((address) => {
    location.href = address;
  }, `https://${HOST}/`);
  const outcome = arrived.then(
    () => page.evaluate(() => document.body.innerText),
    (error: Error) => error.message,
  );
  return { outcome };
}

it('chooser, PIN dialog, and the page knows the card’s person', async () => {
  await lab.insert('pharmacist', { opensc: true });
  const { outcome } = await visit();
  const dialogs = certificateDialogs(screen);
  await untilDriverRests(() => lab.counts().apdus);
  await dialogs.confirmChooser();
  const picture = join(folder.path, 'screen.png');
  await screen.capture(picture);
  const { width, height, data } = PNG.sync.read(await readFile(picture));
  expect([width, height]).toEqual([1400, 900]);
  expect(new Set(new Uint32Array(data.buffer, data.byteOffset, width * height)).size).toBeGreaterThan(50);
  await dialogs.enterPin(TEST_PIN);
  expect(await outcome).toBe('welcome {"C":"JP","CN":"00100 JPATEST","serialNumber":"T00100-jpa"}');
  expect(lab.counts().pinAttempts).toBe(1);
});

it('the driver locks none of the browser’s memory, which would end it', async () => {
  await lab.insert('pharmacist', { opensc: true });
  const { outcome } = await visit();
  const dialogs = certificateDialogs(screen);
  await untilDriverRests(() => lab.counts().apdus);
  await dialogs.confirmChooser();
  await dialogs.enterPin(TEST_PIN);
  expect(await outcome).toContain('welcome');
  const status = await readFile(`/proc/${browser.process()?.pid}/status`, 'utf8');
  expect(status).toMatch(/^VmLck:\s+0 kB$/m);
});

it('a wrong PIN is asked for again', async () => {
  const card = await lab.insert('pharmacist-2', { opensc: true });
  const { outcome } = await visit();
  const dialogs = certificateDialogs(screen);
  await untilDriverRests(() => lab.counts().apdus);
  await dialogs.confirmChooser();
  await dialogs.enterPin('9999');
  await dialogs.enterPin(TEST_PIN);
  expect(await outcome).toContain('T00200-jpa');
  expect(lab.counts().pinAttempts).toBe(2);
  expect(card.tries).toEqual([15, 15]);
});

it('without a card there is nothing to choose, and the browser says what it says', async () => {
  await lab.remove();
  const { outcome } = await visit();
  expect(await outcome).toMatch(/ERR_BAD_SSL_CLIENT_AUTH_CERT|ERR_SOCKET_NOT_CONNECTED|ERR_CONNECTION_RESET/);
  expect(lab.counts().pinAttempts).toBe(0);
});
