import type { Browser, BrowserContext, CDPSession, Page } from 'puppeteer-core';
import { type AuthenticatorOptions, addAuthenticator } from './authenticator.ts';

/**
 * The phone: a browser context of its own with a phone's screen and a virtual platform authenticator. What is
 * virtual is the authenticator; the WebAuthn ceremony, the pages and the network are real.
 */
export interface VirtualPhone {
  page: Page;
  /** Opens what the camera read. */
  open(url: string): Promise<void>;
  /** Taps the one visible button or link with this text; waits for it, as a person would. */
  tap(text: RegExp): Promise<void>;
  /** Waits until the page shows this text. */
  sees(text: RegExp): Promise<void>;
  /** What stands in the field with this label. */
  field(label: RegExp): Promise<string>;
  /** Credentials now on the phone. */
  credentials(): Promise<{ credentialId: string; rpId?: string | undefined }[]>;
  /** What the sensor will say from now on. */
  fingerRecognised(recognised: boolean): Promise<void>;
  devTools: CDPSession;
  authenticatorId: string;
  close(): Promise<void>;
}

const screen = { width: 390, height: 780, deviceScaleFactor: 1, isMobile: true, hasTouch: true };
/** Chrome on Android after its user-agent reduction: version and model are frozen. */
const userAgent =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36';

export async function takePhone(
  browser: Browser,
  options: AuthenticatorOptions & { language?: 'ja' | 'en' } = {},
): Promise<VirtualPhone> {
  const context: BrowserContext = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport(screen);
  await page.setUserAgent({ userAgent });
  await page.setExtraHTTPHeaders({ 'accept-language': options.language ?? 'ja' });
  const { devTools, authenticatorId } = await addAuthenticator(page, options);

  return {
    page,
    devTools,
    authenticatorId,
    async open(url) {
      await page.goto(url, { waitUntil: 'load' });
    },
    async tap(text) {
      const handle = await page.waitForFunction(findControl, { timeout: 15_000 }, text.source);
      const control = handle.asElement();
      if (!control) throw new Error(`the phone shows no control ${text}`);
      await (control as import('puppeteer-core').ElementHandle<Element>).tap();
    },
    async sees(text) {
      await page.waitForFunction(
        (source) => new RegExp(source).test(document.body.innerText),
        { timeout: 15_000 },
        text.source,
      );
    },
    field: (label) =>
      page.evaluate((source) => {
        const labels = [...document.querySelectorAll('label')];
        const control = labels.find((element) => new RegExp(source).test(element.innerText.trim()))?.control;
        return control instanceof HTMLInputElement ? control.value : '';
      }, label.source),
    async credentials() {
      const { credentials } = await devTools.send('WebAuthn.getCredentials', { authenticatorId });
      return credentials.map(({ credentialId, rpId }) => ({ credentialId, rpId }));
    },
    async fingerRecognised(recognised) {
      await devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: recognised });
    },
    close: () => context.close(),
  };
}

/** Runs in the page: the one visible control with this text, or null while there is none or more than one. */
function findControl(source: string): Element | null {
  const pattern = new RegExp(source);
  const shown = [
    ...document.querySelectorAll('button, a[href], input[type=submit], input[type=button]'),
  ].filter(
    (element) =>
      element.checkVisibility({ visibilityProperty: true }) &&
      !(element as HTMLButtonElement).disabled &&
      pattern.test((element.textContent || (element as HTMLInputElement).value || '').trim()),
  );
  return shown.length === 1 ? (shown[0] ?? null) : null;
}
