import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, HTTPRequest, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { takePhone } from '../demo/phone.ts';
import { readQr } from '../demo/qr.ts';
import { launchBrowser } from '../lab/browser.ts';
import { makeNssDatabase } from '../lab/nss.ts';
import { cardHost, personOf, portalHost, startTestServer, type TestServer } from './server-fixture.ts';
import { SoftwarePhone } from './server-software-phone.ts';

/** The pages in real Chromium, with a virtual authenticator as the phone's own. */
describe('the phone', () => {
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

  /** A PC after the card login, and what its QR code says to a camera. */
  async function pcWithQr(person: Parameters<typeof personOf>[1] = 'pharmacist') {
    const visitor = test.visitor();
    await visitor.logIn(personOf(test.pki, person).authentication);
    const context: BrowserContext = await browser.createBrowserContext();
    opened.push({ close: () => context.close() });
    const page = await context.newPage();
    await page.setViewport({ width: 1280, height: 900 });
    await page.setExtraHTTPHeaders({ 'accept-language': 'ja' });
    await context.setCookie({
      name: '__Host-session',
      value: visitor.cookies.get('__Host-session') ?? '',
      domain: portalHost,
      path: '/',
      secure: true,
      httpOnly: true,
    });
    await page.goto(`https://${portalHost}/registration`);
    const address = await readQr(page);
    if (address === undefined) throw new Error('the camera reads no QR code');
    return { page, address };
  }

  /** A phone whose browser says this of itself, and is nowhere yet. */
  async function phoneCalled(userAgent: string) {
    const phone = await takePhone(browser);
    opened.push(phone);
    await phone.page.setUserAgent({ userAgent });
    return phone;
  }

  async function phoneFor(address: string, options: Parameters<typeof takePhone>[1] = {}) {
    const phone = await takePhone(browser, options);
    opened.push(phone);
    await phone.open(address);
    return phone;
  }

  async function phoneAtRegister(address: string, options: Parameters<typeof takePhone>[1] = {}) {
    const phone = await phoneFor(address, options);
    await phone.tap(/^ログイン$/);
    await phone.sees(/「登録」ボタンをタップしてください/);
    return phone;
  }

  /** Waits until a page of the PC shows this. */
  const shows = (page: Page, text: RegExp) =>
    page.waitForFunction(
      (source) => new RegExp(source).test(document.body.innerText),
      { timeout: 15_000 },
      text.source,
    );
  const pathOf = (page: Page) => new URL(page.url()).pathname;

  it('makes one key only, however many tabs stood ready for it', async () => {
    const { address } = await pcWithQr('doctor');
    const phone = await phoneAtRegister(address);
    const other = await phone.page.browserContext().newPage();
    await other.setUserAgent({ userAgent: await phone.page.evaluate(() => navigator.userAgent) });
    await other.goto(`https://${portalHost}/phone/register`);
    await other.waitForSelector('[data-register]:not([disabled])');
    await phone.page.bringToFront();
    await phone.tap(/^登録$/);
    await phone.sees(/ラベル登録/);
    await other.bringToFront();
    // It asks anew before it can be tapped, and learns that it is done.
    await other.waitForFunction(() => location.pathname === '/phone/label');
    expect(await phone.credentials()).toHaveLength(1);
  });

  it('keeps its button while the finger is asked for, also when options come late', async () => {
    const { address } = await pcWithQr('doctor');
    const phone = await phoneAtRegister(address);
    await phone.page.waitForSelector('[data-register]:not([disabled])');
    await phone.page.evaluate(() => {
      navigator.credentials.create = () => new Promise(() => undefined);
    });
    let late: (() => void) | undefined;
    await phone.page.setRequestInterception(true);
    phone.page.on('request', (request) => {
      if (new URL(request.url()).pathname === '/phone/options') late = () => void request.continue();
      else void request.continue();
    });
    // The tab was away for a moment; its question is under way when the person taps with the options from before.
    await phone.page.evaluate(() => {
      const button = document.querySelector<HTMLButtonElement>('[data-register]');
      button?.click();
      window.dispatchEvent(new Event('storage'));
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await phone.sees(/生体認証を実施してください/);
    await new Promise((resolve) => setTimeout(resolve, 300));
    late?.();
    expect(
      await phone.page.$eval('[data-register]', (button) => (button as HTMLButtonElement).disabled),
    ).toBe(true);
    expect(late).toBeUndefined();
  });

  it('can be sent again after the page was stopped from loading', async () => {
    const { address } = await pcWithQr('doctor');
    const phone = await phoneFor(address);
    await phone.sees(/アカウントにログイン/);
    let posts = 0;
    await phone.page.setRequestInterception(true);
    phone.page.on('request', (request) => {
      const isLogin = request.method() === 'POST' && new URL(request.url()).pathname === '/phone/login';
      if (isLogin) posts += 1;
      if (isLogin && posts === 1) void request.abort('aborted');
      else void request.continue();
    });
    const tap = () => phone.page.$eval('form button', (button) => (button as HTMLButtonElement).click());
    await tap();
    await expect.poll(() => posts).toBe(1);
    await phone.page.waitForFunction(() => document.querySelector('form')?.dataset['sent'] === undefined);
    await tap();
    await phone.sees(/「登録」ボタンをタップしてください/);
  });

  it('is registered from the QR code to the end, and the PC follows by itself', async () => {
    const { page, address } = await pcWithQr();
    expect(address).toMatch(/^https:\/\/2nds\.medis\.or\.jp\/phone#[\w-]{43}$/);
    await shows(page, /残り 4分/);
    const phone = await phoneFor(address);
    await phone.sees(/アカウントにログイン/);
    expect(await phone.page.$eval('#username', (input) => (input as HTMLInputElement).value)).toBe(
      't00100-jpa',
    );
    expect(phone.page.url()).not.toContain('#');
    await shows(page, /スマートフォンの画面で「ログイン」をタップ/);
    await phone.tap(/^ログイン$/);
    await shows(page, /「登録」をタップし、生体認証/);
    expect(await readQr(page)).toBeUndefined();
    await phone.tap(/^登録$/);
    await phone.sees(/ラベル登録/);
    await shows(page, /「OK」をタップ/);
    await phone.tap(/^OK$/);
    await phone.sees(/スマートフォンでの手続き\(登録\)は完了しました。/);
    await shows(page, /登録が完了しました/);
    await shows(page, /ブラウザ全体を閉じてください/);
    expect(await phone.credentials()).toMatchObject([{ rpId: portalHost }]);
  });

  it('that does not recognise the person: the manual’s sentence on both, and another try succeeds', async () => {
    const { page, address } = await pcWithQr();
    const phone = await phoneAtRegister(address, { userVerification: false });
    await phone.tap(/^登録$/);
    await phone.sees(/セキュリティキーの登録結果が無効です。/);
    expect(pathOf(phone.page)).toBe('/phone/problem');
    await shows(page, /セキュリティキーの登録結果が無効です。/);
    await phone.fingerRecognised(true);
    await phone.tap(/^もう一度登録する$/);
    await phone.tap(/^登録$/);
    await phone.sees(/ラベル登録/);
    expect(await page.$eval('[data-problem]', (element) => (element as HTMLElement).hidden)).toBe(true);
  });

  it('that claims to have verified nobody is refused by the server', async () => {
    const { page, address } = await pcWithQr();
    const phone = await phoneAtRegister(address);
    const { devTools, authenticatorId } = phone;
    await devTools.send('WebAuthn.setResponseOverrideBits', { authenticatorId, isBadUV: true });
    await phone.tap(/^登録$/);
    await phone.sees(/セキュリティキーの登録結果が無効です。/);
    await shows(page, /本人確認をしないまま応答した/);
    await devTools.send('WebAuthn.setResponseOverrideBits', { authenticatorId });
    await phone.tap(/^もう一度登録する$/);
    await phone.tap(/^登録$/);
    await phone.sees(/ラベル登録/);
  });

  it('without a platform authenticator is warned before the tap', async () => {
    const { address } = await pcWithQr();
    const phone = await phoneAtRegister(address, { transport: 'usb' });
    await phone.sees(/指紋・顔がまだ登録されていないようです/);
  });

  it('that is registered already says so, and stays registered', async () => {
    const first = await pcWithQr('pharmacist-2');
    const phone = await phoneAtRegister(first.address);
    await phone.tap(/^登録$/);
    await phone.tap(/^OK$/);
    await phone.sees(/完了しました/);
    const again = await pcWithQr('pharmacist-2');
    await phone.open(again.address);
    await phone.sees(/前のスマートフォンは使えなくなります/);
    await phone.tap(/^ログイン$/);
    await phone.tap(/^登録$/);
    await phone.sees(/このスマートフォンはすでに登録されています/);
    await shows(again.page, /このスマートフォンはすでに登録されています/);
    expect(await phone.credentials()).toHaveLength(1);
    // Another phone takes its place.
    await again.page.click('[data-renew] button');
    await shows(again.page, /カメラでQRコードを読み取ってください/);
    const other = await phoneAtRegister((await readQr(again.page)) ?? '');
    await other.tap(/^登録$/);
    await other.tap(/^OK$/);
    await shows(again.page, /登録が完了しました/);
  });

  it('and another one on the same QR code: one goes on, the other is told', async () => {
    const { address } = await pcWithQr();
    const phones = [await phoneFor(address), await phoneFor(address)];
    for (const phone of phones) await phone.sees(/アカウントにログイン/);
    await Promise.all(phones.map((phone) => phone.tap(/^ログイン$/)));
    const answers = await Promise.all(
      phones.map(async (phone) => {
        await phone.sees(/「登録」ボタンをタップしてください|すでに使われています/);
        return pathOf(phone.page);
      }),
    );
    expect(answers.toSorted()).toEqual(['/phone/register', '/phone/stopped/qr-used']);
  });

  it('with a QR code that was made up is told to read it again', async () => {
    const phone = await phoneFor(`https://${portalHost}/phone#${'A'.repeat(43)}`);
    await phone.sees(/このQRコードは使えません/);
  });

  it('gone back and reloaded at every step stays where it is', async () => {
    const { address } = await pcWithQr();
    const phone = await phoneFor(address);
    const { page } = phone;
    const staysAt = async (path: string, text: RegExp) => {
      await phone.sees(text);
      expect(pathOf(page)).toBe(path);
      await page.reload();
      await phone.sees(text);
      expect(pathOf(page)).toBe(path);
      await page.goBack();
      // Back out of the site altogether, as far as this tab's history goes, and in again.
      if (page.url() === 'about:blank') await page.goForward();
      await phone.sees(text);
      expect(pathOf(page)).toBe(path);
    };
    await phone.sees(/アカウントにログイン/);
    await page.reload();
    await phone.sees(/アカウントにログイン/);
    await phone.tap(/^ログイン$/);
    await staysAt('/phone/register', /「登録」ボタンをタップしてください/);
    await phone.tap(/^登録$/);
    await staysAt('/phone/label', /ラベル登録/);
    await phone.tap(/^OK$/);
    await staysAt('/phone/done', /スマートフォンでの手続き\(登録\)は完了しました。/);
    expect(await phone.credentials()).toHaveLength(1);
  });

  it('with cookies blocked is told to allow them, and nothing is used up', async () => {
    const { address } = await pcWithQr();
    const phone = await takePhone(browser);
    opened.push(phone);
    await phone.page.evaluateOnNewDocument(() => {
      Object.defineProperty(Navigator.prototype, 'cookieEnabled', { get: () => false });
    });
    await phone.open(address);
    await phone.sees(/Cookieがブロックされています。許可してから/);
    expect(pathOf(phone.page)).toBe('/phone');
    const allowed = await phoneFor(address);
    await allowed.sees(/アカウントにログイン/);
  });

  it('inside LINE is shown the way out, and nothing is used up', async () => {
    const { address } = await pcWithQr();
    const phone = await phoneCalled(
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari Line/13.4.0',
    );
    await phone.open(address);
    await phone.sees(/「LINE」のアプリの中では登録できません/);
    const link = await phone.page.$eval('[data-outside-link]', (a) => (a as HTMLAnchorElement).href);
    expect(link).toBe(address.replace('/phone#', '/phone?openExternalBrowser=1#'));
    const safari = await phoneFor(link);
    await safari.sees(/アカウントにログイン/);
  });

  it('inside a web view on Android is led to Chrome, by a link and by copying', async () => {
    const { address } = await pcWithQr();
    const phone = await phoneCalled(
      'Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/400.0;]',
    );
    await phone.page.evaluateOnNewDocument(() => {
      Reflect.deleteProperty(Navigator.prototype, 'clipboard');
    });
    await phone.open(address);
    await phone.sees(/「Facebook」のアプリの中では登録できません/);
    const link = await phone.page.$eval('[data-outside-link]', (a) => (a as HTMLAnchorElement).href);
    expect(link).toBe(
      `${address.replace('https:', 'intent:')}#Intent;scheme=https;package=com.android.chrome;end`,
    );
    await phone.tap(/^アドレスをコピーする$/);
    await phone.sees(/長押ししてコピー/);
    expect(await phone.field(/アドレス/)).toBe(address);
    await phone.tap(/^このまま続ける$/);
    await phone.sees(/アカウントにログイン/);
  });

  it('inside an app that refuses at once is told of the browser, not of its fingerprint', async () => {
    const { page, address } = await pcWithQr();
    const phone = await phoneCalled(
      'Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0.0.0 Mobile Safari/537.36 Line/14.1.0/IAB',
    );
    await phone.page.evaluateOnNewDocument(() => {
      PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable = async () => false;
      navigator.credentials.create = async () => {
        throw new DOMException('', 'NotAllowedError');
      };
    });
    await phone.open(address);
    await phone.tap(/^このまま続ける$/);
    await phone.sees(/動作確認の対象外です/);
    await phone.tap(/^ログイン$/);
    await phone.tap(/^登録$/);
    await phone.sees(/考えられる原因\s+ブラウザまたはOSがFIDOをサポートしていない/);
    await shows(page, /ブラウザまたはOSがFIDOをサポートしていない/);
  });

  it('with a browser that was not asked for is told so, and may go on', async () => {
    const { address } = await pcWithQr();
    const phone = await phoneCalled(
      'Mozilla/5.0 (Linux; Android 14; SM-S921) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36',
    );
    await phone.open(address);
    await phone.sees(/動作確認の対象外です/);
    await phone.tap(/^ログイン$/);
    await phone.sees(/動作確認の対象外です/);
    await phone.tap(/^登録$/);
    await phone.sees(/ラベル登録/);
  });

  it('that is none is told to be none before anything is used up', async () => {
    const { address } = await pcWithQr();
    const phone = await phoneCalled(
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    );
    await phone.open(address);
    await phone.sees(/登録するスマートフォンで開いてください/);
    const right = await phoneAtRegister(address);
    await right.sees(/「登録」ボタンをタップしてください/);
  });

  it('with too old a browser is told which one to use, on the PC too', async () => {
    const { page, address } = await pcWithQr();
    const phone = await takePhone(browser);
    opened.push(phone);
    await phone.page.evaluateOnNewDocument(() => {
      Reflect.deleteProperty(window, 'PublicKeyCredential');
    });
    await phone.open(address);
    await phone.sees(/このブラウザでは登録できません[\s\S]*最新のものに更新してください/);
    await shows(page, /ブラウザまたはOSがFIDOをサポートしていない/);
    // It took nothing away: the QR code is still there for the right browser, as the text says.
    expect(await phone.page.$eval('form', (form) => form.checkVisibility())).toBe(false);
    const right = await phoneAtRegister((await readQr(page)) ?? '');
    await right.tap(/^登録$/);
    await right.sees(/ラベル登録/);
  });

  it('with a browser from before globalThis registers all the same', async () => {
    const { address } = await pcWithQr();
    const phone = await takePhone(browser);
    opened.push(phone);
    await phone.page.evaluateOnNewDocument(() => {
      Reflect.deleteProperty(window, 'globalThis');
    });
    await phone.open(address);
    await phone.tap(/^ログイン$/);
    await phone.tap(/^登録$/);
    await phone.sees(/ラベル登録/);
  });

  it('without network after the fingerprint keeps its answer until the server has it', async () => {
    const { address } = await pcWithQr();
    const phone = await phoneAtRegister(address);
    await phone.page.setRequestInterception(true);
    let cut = true;
    phone.page.on('request', (request) => {
      const lost = cut && new URL(request.url()).pathname === '/phone/registration';
      void (lost ? request.abort('internetdisconnected') : request.continue());
    });
    await phone.tap(/^登録$/);
    await phone.sees(/サーバーにつながりませんでした[\s\S]*つながるとそのまま続きます/);
    cut = false;
    await phone.sees(/ラベル登録/);
    expect(await phone.credentials()).toHaveLength(1);
  });

  it('and the PC show nothing that axe finds fault with', async () => {
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
    const { page, address } = await pcWithQr();
    const found = await faults(page);
    const phone = await phoneFor(address, { userVerification: false });
    await phone.sees(/アカウントにログイン/);
    found.push(...(await faults(phone.page)));
    await phone.tap(/^ログイン$/);
    await phone.tap(/^登録$/);
    await phone.sees(/無効です/);
    found.push(...(await faults(phone.page)), ...(await faults(page)));
    await phone.tap(/^もう一度登録する$/);
    await phone.sees(/「登録」ボタンをタップしてください/);
    found.push(...(await faults(phone.page)));
    await phone.fingerRecognised(true);
    await phone.tap(/^登録$/);
    await phone.sees(/ラベル登録/);
    found.push(...(await faults(phone.page)));
    await phone.tap(/^OK$/);
    await phone.sees(/完了しました/);
    found.push(...(await faults(phone.page)));
    for (const path of ['/', '/hpki-card', '/change-phone', '/status', '/card/problem/expired']) {
      await page.goto(`https://${portalHost}${path}`);
      found.push(...(await faults(page)));
    }
    expect(found).toEqual([]);
  });

  it('does nothing that the pages’ own policy forbids', async () => {
    const { page, address } = await pcWithQr();
    const complaints: string[] = [];
    const phone = await takePhone(browser);
    opened.push(phone);
    for (const watched of [page, phone.page]) {
      watched.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warn') complaints.push(message.text());
      });
      watched.on('pageerror', (error) => complaints.push(String(error)));
    }
    await page.reload();
    await phone.open(address);
    await phone.tap(/^ログイン$/);
    await phone.tap(/^登録$/);
    await phone.tap(/^OK$/);
    await shows(page, /登録が完了しました/);
    expect(complaints).toEqual([]);
  });
});

describe('the PC', () => {
  let test: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    test = await startTestServer({ qrSeconds: 4 });
    await makeNssDatabase(test.directory, { trustedAuthority: test.pki.authorities.tls.certificate.pem });
    browser = await launchBrowser({
      home: test.directory,
      userDataDir: join(test.directory, 'profile'),
      hosts: { [portalHost]: test.server.ports.portal, [cardHost]: test.server.ports.cardLogin },
    });
  });
  afterAll(async () => {
    await browser.close();
    await test.stop();
  });

  it('without a card gets the error of the manual’s guide 1, every time', async () => {
    const page = await browser.newPage();
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await page.goto(`https://${portalHost}/hpki-card`);
      const devTools = await page.createCDPSession();
      await devTools.send('Network.enable');
      const failed = new Promise<string>((resolve) => {
        devTools.on('Network.loadingFailed', ({ errorText }) => resolve(errorText));
      });
      await page.click('button[type=submit]');
      expect(await failed).toBe('net::ERR_BAD_SSL_CLIENT_AUTH_CERT');
      await devTools.detach();
    }
    await page.close();
  });

  describe('with something between it and the server', () => {
    let patient: TestServer;
    let patientBrowser: Browser;
    beforeAll(async () => {
      patient = await startTestServer({ qrSeconds: 300 });
      await makeNssDatabase(patient.directory, {
        trustedAuthority: patient.pki.authorities.tls.certificate.pem,
      });
      patientBrowser = await launchBrowser({
        home: patient.directory,
        userDataDir: join(patient.directory, 'profile'),
        hosts: { [portalHost]: patient.server.ports.portal, [cardHost]: patient.server.ports.cardLogin },
      });
    });
    afterAll(async () => {
      await patientBrowser.close();
      await patient.stop();
    });

    /** A PC whose requests pass through `between`, which answers true for those it dealt with itself. */
    async function pcBehind(
      person: 'pharmacist' | 'doctor',
      between: (request: HTTPRequest, path: string) => boolean,
    ) {
      const visitor = patient.visitor();
      await visitor.logIn(personOf(patient.pki, person).authentication);
      const context = await patientBrowser.createBrowserContext();
      const page = await context.newPage();
      await page.setExtraHTTPHeaders({ 'accept-language': 'ja' });
      await context.setCookie({
        name: '__Host-session',
        value: visitor.cookies.get('__Host-session') ?? '',
        domain: portalHost,
        path: '/',
        secure: true,
        httpOnly: true,
      });
      await page.setRequestInterception(true);
      page.on('request', (request) => {
        if (!between(request, new URL(request.url()).pathname)) void request.continue();
      });
      await page.goto(`https://${portalHost}/registration`);
      const address = await readQr(page);
      if (address === undefined) throw new Error('the camera reads no QR code');
      return { context, page, address };
    }
    const shows = (page: Page, text: string) =>
      page.waitForFunction((shown) => document.body.innerText.includes(shown), { timeout: 40_000 }, text);

    it('that holds its event stream asks for the page itself', async () => {
      let asked = 0;
      const { context, page, address } = await pcBehind('pharmacist', (_, path) => {
        if (path === '/registration') asked += 1;
        return path === '/registration/events';
      });
      const phone = new SoftwarePhone(patient);
      await phone.scan(address);
      await phone.logIn();
      await shows(page, 'スマートフォンの画面で「登録」をタップし');
      await shows(page, '登録の残り時間');
      expect(await page.evaluate(() => document.body.innerText)).not.toContain('QRコードの有効期限');
      await phone.register();
      await shows(page, 'スマートフォンの画面で「OK」をタップ');
      // Not a flood: once in fifteen seconds, and the page that it then reloads.
      expect(asked).toBeLessThan(10);
      await context.close();
    });

    it('that answers 503 for a while stays on its page, says so, and goes on afterwards', async () => {
      let broken = false;
      let asked = 0;
      const { context, page, address } = await pcBehind('doctor', (request, path) => {
        broken ||= path === '/registration/events' && asked === 0;
        if (path === '/registration/events') asked += 1;
        if (!broken) return false;
        void request.respond({ status: 503, body: 'no server is available' });
        return true;
      });
      await shows(page, 'サーバーとの接続を確かめています');
      // Time for two more questions.
      await sleep(8_000);
      await shows(page, 'サーバーとの接続を確かめています');
      expect(await readQr(page)).toBe(address);
      const phone = new SoftwarePhone(patient);
      await phone.scan(address);
      await phone.logIn();
      broken = false;
      await shows(page, 'スマートフォンの画面で「登録」をタップし');
      await phone.register();
      await shows(page, 'スマートフォンの画面で「OK」をタップ');
      expect(await page.evaluate(() => document.body.innerText)).not.toContain('接続を確かめています');
      await context.close();
    });
  });

  it('says by itself that the QR code has expired, and how to start again', async () => {
    const visitor = test.visitor();
    await visitor.logIn(personOf(test.pki, 'pharmacist').authentication);
    const page = await browser.newPage();
    await browser.setCookie({
      name: '__Host-session',
      value: visitor.cookies.get('__Host-session') ?? '',
      domain: portalHost,
      path: '/',
      secure: true,
      httpOnly: true,
    });
    await page.goto(`https://${portalHost}/registration`);
    await page.waitForFunction(() => document.body.innerText.includes('QRコードの有効期限が切れました'));
    await page.waitForFunction(() => document.body.innerText.includes('再度（2）からやり直してください'));
    await page.click('main a.button');
    await page.waitForFunction(() =>
      document.body.innerText.includes('HPKIカードを使ってスマートフォンを登録する'),
    );
    await page.close();
  });
});
