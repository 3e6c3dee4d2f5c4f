import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleProbe } from '../e2e/extension/bundle-probe.ts';
import {
  associationPage,
  completePage,
  type FixtureSite,
  hosts,
  portalPage,
  qrPage,
  startFixtureSite,
} from '../e2e/extension/fixture-site.ts';
import {
  accordions,
  loginDecoys,
  loginStyles,
  menuDecoys,
  menuStyles,
} from '../e2e/extension/page-styles.ts';
import { launchBrowser } from '../lab/browser.ts';
import { makeNssDatabase } from '../lab/nss.ts';
import { makeTestPki } from '../lab/pki/index.ts';

// The content script's recognition in real Chromium, under the real host names, on pages made from the manual.

type Detected = ReturnType<typeof import('../e2e/extension/detection-probe.ts').detect>;

let home: string;
let site: FixtureSite;
let browser: Browser;
let page: Page;
let probe: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'hpki-navi-pages-'));
  const pki = await makeTestPki({ hosts: [...Object.values(hosts), 'lookalike.example'] });
  await makeNssDatabase(home, { trustedAuthority: pki.authorities.tls.certificate.pem });
  site = await startFixtureSite(pki, { more: ['lookalike.example'] });
  browser = await launchBrowser({ home, userDataDir: join(home, 'profile'), hosts: site.ports });
  page = (await browser.pages())[0] ?? (await browser.newPage());
  probe = await bundleProbe();
});

afterAll(async () => {
  await browser?.close();
  await site?.stop();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

async function detectOn(
  html: string,
  host: string = hosts.portal,
  body?: Buffer,
  type?: string,
): Promise<Detected> {
  site.pages.set(`${host}/page`, { html, ...(body ? { body } : {}), ...(type ? { contentType: type } : {}) });
  await page.goto(`https://${host}/page`);
  return (await page.evaluate(`${probe};probe.detect()`)) as Detected;
}

describe('step (3), however it is written', () => {
  it.each(Object.entries(menuStyles))('%s', async (_, html) => {
    const detected = await detectOn(html);
    expect(detected.page.kind).toBe('portal-menu');
    expect(detected.chooseMethod).toMatchObject({ press: true });
    expect(detected.cardAuth).toMatchObject({ press: false, why: 'not-found' });
  });

  it('in Shift_JIS', async () => {
    const { stdout } = await import('node:child_process').then(({ execFileSync }) => ({
      stdout: execFileSync('iconv', ['-f', 'UTF-8', '-t', 'SHIFT_JIS'], {
        input: (menuStyles['links in a list'] ?? '').replace('<meta charset="utf-8">', '').replace('→', ''),
      }),
    }));
    const detected = await detectOn('', hosts.portal, stdout, 'text/html; charset=Shift_JIS');
    expect(detected.page.kind).toBe('portal-menu');
    expect(detected.chooseMethod.press).toBe(true);
  });
});

describe('step (4), however it is written', () => {
  it.each(Object.entries(loginStyles))('%s', async (_, html) => {
    const detected = await detectOn(html);
    expect(detected.page.kind).toBe('card-auth');
    expect(detected.cardAuth).toMatchObject({ press: true });
  });
});

describe('pages that want to be misunderstood', () => {
  it.each(Object.entries(menuDecoys))('(3), %s: nothing is pressed', async (_, { html, why }) => {
    const { page: recognised, chooseMethod } = await detectOn(html);
    expect(chooseMethod).toMatchObject({ press: false, why });
    // The menu names the other ways too, which makes it none of them.
    expect(recognised.kind).not.toBe('other-method');
  });

  it.each(Object.entries(loginDecoys))('(4), %s: nothing is pressed', async (_, { html, why }) => {
    const { cardAuth, chooseMethod } = await detectOn(html);
    expect(cardAuth).toMatchObject({ press: false, why });
    expect(chooseMethod.press).toBe(false);
  });

  it('a placeholder in the address is no reason to doubt', async () => {
    const placeholders = (menuStyles['links in a list'] ?? '').replace(
      'href="#a"',
      'href="javascript:void(0);"',
    );
    expect((await detectOn(placeholders)).chooseMethod.press).toBe(true);
  });

  it('a lookalike host is no step at all', async () => {
    const { page: recognised } = await detectOn(portalPage(), 'lookalike.example');
    expect(recognised.kind).toBe('unfamiliar');
  });
});

describe('step (3), closed away', () => {
  it.each(Object.entries(accordions))(
    '%s: what opens it is pointed out, and nothing is pressed',
    async (_, it) => {
      const { page: recognised, chooseMethod } = await detectOn(it.html);
      expect(recognised).toEqual({ kind: 'portal-menu', closed: true });
      expect(chooseMethod).toMatchObject({ press: false, why: 'closed' });
      const opener = await page.$eval(it.opener, (element) => element.textContent);
      expect(chooseMethod.pointsOut).toBe(opener);
      await page.evaluate(`${probe};void (whenTold = probe.untilOpened())`);
      await page.click(it.opener);
      await page.evaluate('whenTold');
      const opened = (await page.evaluate('probe.detect()')) as Detected;
      expect(opened.page).toEqual({ kind: 'portal-menu' });
      expect(opened.chooseMethod).toMatchObject({ press: true, tag: 'a' });
    },
  );

  it('two closed ones are none', async () => {
    const one = `<details><summary>開く</summary><a href="#a">HPKIカードを使ってスマートフォンを登録する</a></details>`;
    const { chooseMethod } = await detectOn(portalPage().replace(/<ul>[\s\S]*<\/ul>/, one + one));
    expect(chooseMethod).toMatchObject({ press: false, why: 'hidden', pointsOut: null });
  });
});

describe('the other pages of the way', () => {
  it('(2): the association', async () => {
    const { page: recognised } = await detectOn(associationPage, hosts.association);
    expect(recognised).toEqual({ kind: 'association', link: `https://${hosts.portal}/`, why: null });
  });

  it('(2): a link that leads elsewhere is not followed', async () => {
    const { page: recognised } = await detectOn(
      associationPage.replace(`https://${hosts.portal}/`, 'https://2nds.medis.or.jp.example/'),
      hosts.association,
    );
    expect(recognised).toMatchObject({ kind: 'association', link: null, why: 'not-a-link' });
  });

  it('(7): the QR code with its time and the user name', async () => {
    const { page: recognised, usernames } = await detectOn(qrPage());
    expect(recognised.kind).toBe('qr');
    expect(recognised).toHaveProperty('expiresAt', expect.any(Number));
    expect(usernames).toEqual(['t00100-jpa']);
  });

  it('(7): a QR code drawn with table cells', async () => {
    const cells = `<table cellspacing="0" style="border-collapse:collapse">${`<tr>${'<td style="width:5px;height:5px;padding:0"></td>'.repeat(25)}</tr>`.repeat(25)}</table>`;
    const { page: recognised } = await detectOn(qrPage().replace(/<svg[\s\S]*<\/svg>/, cells));
    expect(recognised.kind).toBe('qr');
  });

  it('(13): completion', async () => {
    expect((await detectOn(completePage)).page.kind).toBe('complete');
  });

  it('an HTTP refusal of the card login', async () => {
    site.pages.set(`${hosts.portal}/refused`, { html: '<title>403</title>Forbidden', status: 403 });
    await page.goto(`https://${hosts.portal}/refused`);
    const detected = (await page.evaluate(`${probe};probe.detect()`)) as Detected;
    // The portal's own 403 is no failed login; only the login host's is.
    expect(detected.page.kind).toBe('unfamiliar');
  });
});
