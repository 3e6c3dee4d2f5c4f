import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { takePhone, type VirtualPhone } from '../demo/phone.ts';
import { readQr } from '../demo/qr.ts';
import { launchBrowser } from '../lab/browser.ts';
import { makeNssDatabase } from '../lab/nss.ts';
import { cardHost, personOf, portalHost, startTestServer, type TestServer } from './server-fixture.ts';

/** Signing in and changing the phone in real Chromium, with virtual authenticators as the phones' own. */
describe('the phone signs in', () => {
  let test: TestServer;
  let browser: Browser;
  const opened: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    test = await startTestServer({ qrSeconds: 300 });
    await makeNssDatabase(test.directory, { trustedAuthority: test.pki.authorities.tls.certificate.pem });
    browser = await launchBrowser({
      home: test.directory,
      userDataDir: join(test.directory, 'profile'),
      hosts: { [portalHost]: test.server.ports.portal, [cardHost]: test.server.ports.cardLogin },
    });
  });
  afterEach(async () => {
    for (const { close } of opened.splice(0)) await close();
  });
  afterAll(async () => {
    await browser.close();
    await test.stop();
  });

  type Person = 'pharmacist' | 'pharmacist-2' | 'doctor';

  /** A PC; with a person, after a card login made for `start`. */
  async function pcAt(path: string, login?: { person: Person; start: string }) {
    const context: BrowserContext = await browser.createBrowserContext();
    opened.push({ close: () => context.close() });
    const page = await context.newPage();
    await page.setViewport({ width: 1280, height: 900 });
    await page.setExtraHTTPHeaders({ 'accept-language': 'ja' });
    if (login) {
      const visitor = test.visitor();
      await visitor.logIn(personOf(test.pki, login.person).authentication, login.start);
      await context.setCookie({
        name: '__Host-session',
        value: visitor.cookies.get('__Host-session') ?? '',
        domain: portalHost,
        path: '/',
        secure: true,
        httpOnly: true,
      });
    }
    await page.goto(`https://${portalHost}${path}`);
    return page;
  }

  async function newPhone(options: Parameters<typeof takePhone>[1] = {}) {
    const phone = await takePhone(browser, options);
    opened.push(phone);
    return phone;
  }

  const shows = (page: Page, text: RegExp) =>
    page.waitForFunction(
      (source) => new RegExp(source).test(document.body.innerText),
      { timeout: 15_000 },
      text.source,
    );
  async function qrOn(page: Page): Promise<string> {
    const address = await readQr(page);
    if (address === undefined) throw new Error('the camera reads no QR code');
    return address;
  }
  const numberOn = (page: Page) => page.$eval('[data-number]', (element) => element.textContent ?? '');

  async function registeredPhone(
    person: Person,
    options: Parameters<typeof takePhone>[1] = {},
  ): Promise<VirtualPhone> {
    const pc = await pcAt('/registration', { person, start: '/hpki-card/start' });
    const phone = await newPhone(options);
    await phone.open(await qrOn(pc));
    await phone.tap(/^ログイン$/);
    await phone.tap(/^登録$/);
    await phone.tap(/^OK$/);
    await phone.sees(/完了しました/);
    return phone;
  }

  /** The phone scans what the PC shows, types its number and signs in. */
  async function signInBy(phone: VirtualPhone, pc: Page) {
    await phone.open(await qrOn(pc));
    await phone.sees(/番号を入力してください/);
    await phone.page.type('#number', await numberOn(pc));
    await phone.tap(/^次へ$/);
    await phone.sees(/「ログイン」をタップし/);
    await phone.tap(/^ログイン$/);
  }

  it('to change it: the old phone proves who it is, the new one signs in once, both follow by themselves', async () => {
    const old = await registeredPhone('pharmacist');
    const pc = await pcAt('/');
    await pc.click('a[href="/change-phone"]');
    await pc.waitForSelector('form[action="/change-phone/phone/start"]');
    await pc.click('form[action="/change-phone/phone/start"] button');
    await shows(pc, /登録したスマートフォンでログインしてください/);
    await signInBy(old, pc);
    await old.sees(/スマートフォンでログインできました/);
    await shows(pc, /スマートフォンでQRコードを読み取ってください[\s\S]*t00100-jpa/);
    const phone = await newPhone();
    await phone.open(await qrOn(pc));
    await phone.sees(/前のスマートフォンは使えなくなります/);
    await phone.tap(/^ログイン$/);
    await phone.tap(/^登録$/);
    await phone.sees(/このスマートフォンで使えることを確かめます/);
    await shows(pc, /新しいスマートフォンで使えることを確かめます/);
    await phone.fingerRecognised(false);
    await phone.tap(/^確認$/);
    await phone.sees(/スマートフォンでログインできませんでした。/);
    await phone.sees(/前のスマートフォンはそのまま使えます。/);
    await shows(pc, /スマートフォンでログインできませんでした。[\s\S]*もう一度「確認」をタップし/);
    await phone.fingerRecognised(true);
    await phone.tap(/^もう一度試す$/);
    await phone.tap(/^確認$/);
    await phone.sees(/ラベル登録/);
    await phone.tap(/^OK$/);
    await shows(pc, /登録が完了しました/);
    // The old phone is in use no longer, and is told so.
    const again = await pcAt('/status');
    await again.click('form[action="/status/phone/start"] button');
    await shows(again, /登録したスマートフォンでログインしてください/);
    await signInBy(old, again);
    await old.sees(/新しい登録に置き換わっている/);
    await shows(again, /新しい登録に置き換わっている/);
  });

  it('to see what is registered, gone back and reloaded at every step', async () => {
    const phone = await registeredPhone('pharmacist-2');
    const pc = await pcAt('/status');
    await pc.click('form[action="/status/phone/start"] button');
    await shows(pc, /スマートフォンに入力する番号/);
    const number = await numberOn(pc);
    await pc.reload();
    expect(await numberOn(pc)).toBe(number);
    await phone.open(await qrOn(pc));
    await phone.sees(/番号を入力してください/);
    await phone.page.type('#number', String((Number(number) + 1) % 100).padStart(2, '0'));
    await phone.tap(/^次へ$/);
    await phone.sees(/番号と違います/);
    await shows(pc, /番号と違います/);
    await phone.page.reload();
    await phone.page.type('#number', number);
    await phone.tap(/^次へ$/);
    await phone.sees(/「ログイン」をタップし/);
    expect(await readQr(pc)).toBeUndefined();
    await phone.page.goBack();
    await phone.sees(/「ログイン」をタップし/);
    await phone.tap(/^ログイン$/);
    await phone.sees(/スマートフォンでログインできました/);
    await shows(
      pc,
      /スマートフォンが登録されています。[\s\S]*Android[\s\S]*まだ|スマートフォンが登録されています。[\s\S]*Android/,
    );
    await phone.page.goBack();
    await phone.sees(/スマートフォンでログインできました/);
    await pc.reload();
    await shows(pc, /t00200-jpa/);
  });

  it('as a trial, and not with a phone that has no key for this', async () => {
    const phone = await registeredPhone('doctor');
    const pc = await pcAt('/status/result', { person: 'doctor', start: '/status/start' });
    await shows(pc, /まだログインしたことがありません/);
    await pc.click('form[action="/status/trial"] button');
    await shows(pc, /スマートフォンでログインを試します/);
    const stranger = await newPhone();
    await stranger.open(await qrOn(pc));
    await stranger.tap(/^ログイン$/);
    await stranger.sees(/スマートフォンでログインできませんでした。/);
    await shows(pc, /スマートフォンでログインできませんでした。/);
    await phone.open(await qrOn(pc));
    await phone.tap(/^ログイン$/);
    await phone.sees(/HPKIカードの代わりにお使いいただけます/);
    await shows(pc, /このスマートフォンは使えます/);
  });

  it('with keys that are found by their id alone, as on Android 7 and 8: the status, a trial, and a change', async () => {
    const old = await registeredPhone('pharmacist-2', { residentKeys: false });
    const { credentials } = await old.devTools.send('WebAuthn.getCredentials', {
      authenticatorId: old.authenticatorId,
    });
    expect(credentials).toMatchObject([{ isResidentCredential: false }]);
    const pc = await pcAt('/status');
    await pc.click('form[action="/status/phone/start"] button');
    await shows(pc, /スマートフォンに入力する番号/);
    await signInBy(old, pc);
    await old.sees(/スマートフォンでログインできました/);
    await shows(pc, /スマートフォンが登録されています/);
    await pc.click('form[action="/status/trial"] button');
    await shows(pc, /スマートフォンでログインを試します/);
    await old.open(await qrOn(pc));
    await old.tap(/^ログイン$/);
    await old.sees(/HPKIカードの代わりにお使いいただけます/);
    const changing = await pcAt('/change-phone');
    await changing.click('form[action="/change-phone/phone/start"] button');
    await shows(changing, /登録したスマートフォンでログインしてください/);
    await signInBy(old, changing);
    await shows(changing, /スマートフォンでQRコードを読み取ってください[\s\S]*t00200-jpa/);
    const next = await newPhone({ residentKeys: false });
    await next.open(await qrOn(changing));
    await next.tap(/^ログイン$/);
    await next.tap(/^登録$/);
    await next.tap(/^確認$/);
    await next.tap(/^OK$/);
    await shows(changing, /登録が完了しました/);
  });

  it('on pages that axe finds no fault with', async () => {
    const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
    const faults = async (page: Page): Promise<string[]> => {
      await page.evaluate(axeSource);
      return await page.evaluate(async () => {
        const { axe } = window as unknown as { axe: typeof import('axe-core') };
        const { violations, passes } = await axe.run();
        if (passes.length < 10) return ['axe has looked at nothing'];
        return violations.map(({ id, nodes }) => `${location.pathname} ${id} ${nodes[0]?.html}`);
      });
    };
    const found: string[] = [];
    const pc = await pcAt('/change-phone');
    found.push(...(await faults(pc)));
    await pc.goto(`https://${portalHost}/status`);
    found.push(...(await faults(pc)));
    await pc.click('form[action="/status/phone/start"] button');
    await shows(pc, /スマートフォンに入力する番号/);
    found.push(...(await faults(pc)));
    const phone = await newPhone({ userVerification: false });
    await phone.open(await qrOn(pc));
    await phone.sees(/番号を入力してください/);
    found.push(...(await faults(phone.page)));
    await phone.page.type('#number', await numberOn(pc));
    await phone.tap(/^次へ$/);
    await phone.sees(/「ログイン」をタップし/);
    found.push(...(await faults(phone.page)));
    await phone.tap(/^ログイン$/);
    await phone.sees(/スマートフォンでログインできませんでした。/);
    found.push(...(await faults(phone.page)), ...(await faults(pc)));
    const result = await pcAt('/status/result', { person: 'doctor', start: '/status/start' });
    found.push(...(await faults(result)));
    expect(found).toEqual([]);
  });
});
