import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProblemCause, problemText } from '../../server/phone/problem.ts';
import { takePhone } from '../demo/phone.ts';
import { launchBrowser } from '../lab/browser.ts';
import { makeNssDatabase } from '../lab/nss.ts';
import {
  cardHost,
  personOf,
  portalHost,
  readQrCode,
  startTestServer,
  type TestServer,
} from './server-fixture.ts';

/**
 * What create() may fail with (WebAuthn Level 3, 5.1.3 and 6.3.2), and after how many milliseconds. The page, the
 * report and the server are real; the error is put in the browser's place, because no authenticator makes all of them.
 */
const failures: readonly [name: string, milliseconds: number, cause: ProblemCause][] = [
  ['NotAllowedError', 0, 'refused-at-once'],
  ['NotAllowedError', 5_000, 'cancelled'],
  ['NotAllowedError', 300_000, 'timed-out'],
  ['AbortError', 5_000, 'cancelled'],
  ['InvalidStateError', 5_000, 'already-registered'],
  ['ConstraintError', 0, 'no-biometrics'],
  ['NotSupportedError', 0, 'not-supported'],
  ['SecurityError', 0, 'wrong-site'],
  ['UnknownError', 5_000, 'authenticator'],
];
const widths = [320, 390, 430];

describe('failures of the phone', () => {
  let test: TestServer;
  let browser: Browser;
  let axeSource: string;
  beforeAll(async () => {
    axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
    test = await startTestServer();
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

  /** What is wrong with a page at the widths of phones: it is wider than the screen, or axe finds fault with it. */
  async function faults(page: Page, axeAt: number): Promise<string[]> {
    const found: string[] = [];
    for (const width of widths) {
      await page.setViewport({ width, height: 780, isMobile: true, hasTouch: true });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      if (wide > width) found.push(`${new URL(page.url()).pathname} takes ${wide} of ${width}`);
      if (width !== axeAt) continue;
      await page.evaluate(axeSource);
      const complaints = await page.evaluate(async () => {
        const { axe } = window as unknown as { axe: typeof import('axe-core') };
        const { violations, passes } = await axe.run();
        if (passes.length < 10) return ['axe has looked at nothing'];
        return violations.map(({ id, nodes }) => `${location.pathname} ${id} ${nodes[0]?.html}`);
      });
      found.push(...complaints);
    }
    return found;
  }

  /** Puts an error in the place of what create() would give, as if so many milliseconds had passed. */
  const failWith = (page: Page, name: string, milliseconds: number) =>
    page.evaluate(
      (errorName, after) => {
        const now = performance.now.bind(performance);
        navigator.credentials.create = () => {
          performance.now = () => now() + after;
          return Promise.reject(new DOMException('', errorName));
        };
      },
      name,
      milliseconds,
    );

  it.each([
    {
      language: 'ja',
      again: /^もう一度登録する$/,
      ready: /「登録」ボタンをタップしてください/,
      done: /完了しました/,
    },
    { language: 'en', again: /^Try again$/, ready: /Tap the button 「登録」/, done: /complete/i },
  ] as const)(
    'each tells the likeliest cause in $language, on phone and PC, on pages that fit the phone; then it goes through',
    async ({ language, again, ready, done }) => {
      const pc = test.visitor();
      const { body } = await pc.logIn(personOf(test.pki, 'pharmacist').authentication);
      const phone = await takePhone(browser, { language });
      const { page } = phone;
      try {
        await phone.open(readQrCode(body));
        await page.waitForFunction(() => location.pathname === '/phone/login');
        const found = await faults(page, 320);
        await phone.tap(/ログイン/);
        for (const [index, [name, milliseconds, cause]] of failures.entries()) {
          await phone.sees(ready);
          await page.waitForSelector('button[data-register]:not([disabled])');
          await failWith(page, name, milliseconds);
          await phone.tap(/登録/);
          await page.waitForFunction(() => location.pathname === '/phone/problem');
          const text = problemText({ cause, phone: 'android' });
          const shown = await page.evaluate(() => document.body.innerText);
          const likeliest = text.causes[0]?.[language] ?? '';
          expect([name, milliseconds, shown]).toEqual([
            name,
            milliseconds,
            expect.stringContaining(likeliest),
          ]);
          if (text.title.ja.startsWith('セキュリティキー')) {
            expect(shown).toContain('セキュリティキーの登録結果が無効です。');
          }
          expect((await pc.follow('/registration')).body).toContain(text.causes[0]?.ja);
          found.push(...(await faults(page, widths[index % widths.length] ?? 320)));
          // A phone that is registered needs no other try, and is offered none; its person may still go back.
          if (cause === 'already-registered') await page.goto(`https://${portalHost}/phone/register`);
          else await phone.tap(again);
        }
        await phone.sees(ready);
        found.push(...(await faults(page, 390)));
        await phone.tap(/登録/);
        await page.waitForFunction(() => location.pathname === '/phone/label');
        found.push(...(await faults(page, 430)));
        await phone.tap(/^OK$/);
        await phone.sees(done);
        found.push(...(await faults(page, 320)));
        expect(found).toEqual([]);
        expect(await phone.credentials()).toHaveLength(1);
      } finally {
        await phone.close();
      }
    },
    180_000,
  );
});
