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
  frontPage,
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

  it('(2): a link that leads elsewhere is neither followed nor pointed out', async () => {
    const { page: recognised } = await detectOn(
      associationPage.replace(`https://${hosts.portal}/`, 'https://2nds.medis.or.jp.example/'),
      hosts.association,
    );
    expect(recognised).toMatchObject({ kind: 'association', link: null, why: 'leads-elsewhere' });
    expect(await page.evaluate(`${probe};probe.pointsOut('association-link')`)).toBeNull();
  });

  it('(2): the front page and its way on, unless that leads elsewhere', async () => {
    const entry = 'href="/hpki/second.html"';
    expect((await detectOn(frontPage, hosts.association)).page).toEqual({ kind: 'association-front' });
    const pointedOut = () => page.evaluate(`${probe};probe.pointsOut('second-certificate-page')`);
    expect(await pointedOut()).toBe('セカンド電子証明書');
    await detectOn(frontPage.replace(entry, 'href="https://lookalike.example/"'), hosts.association);
    expect(await pointedOut()).toBeNull();
    // The menu stands on the page with the link too.
    const menu = /<nav>.*<\/nav>/s.exec(frontPage)?.[0] ?? '';
    const { page: recognised } = await detectOn(
      associationPage.replace('<h2>', `${menu}<h2>`),
      hosts.association,
    );
    expect(recognised).toMatchObject({ kind: 'association', link: `https://${hosts.portal}/` });
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

describe('the ring around what the person is to press', () => {
  /** Its shadow root is closed to the page: opened here, to look at it. */
  const lookInside = `{ const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function () { return attach.call(this, { mode: 'open' }); }; }`;
  const body = `<div style="height:900px">before</div><div id="box" style="height:200px;overflow:auto">
    <p style="height:300px"></p><button id="b">登録</button><p style="height:300px"></p></div><div style="height:900px"></div>`;

  /** How far the ring is from where it belongs, once the browser has drawn. */
  const astray = () =>
    page.evaluate(async () => {
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      const ring = document.querySelector('hpki-navi-highlight')?.shadowRoot?.querySelector('div');
      const target = document.querySelector('#b');
      if (!ring || !target) return null;
      const [is, wanted] = [ring.getBoundingClientRect(), target.getBoundingClientRect()];
      const gaps = [
        wanted.top - is.top,
        wanted.left - is.left,
        is.bottom - wanted.bottom,
        is.right - wanted.right,
      ];
      return Math.max(...gaps.map((gap) => Math.abs(gap - 6)));
    });

  it('takes no pointer, and follows scrolling and layout without asking again and again', async () => {
    await detectOn(`<!doctype html><meta charset="utf-8"><body>${body}`);
    await page.evaluate(`${lookInside};${probe};probe.ring('#b')`);
    expect(await astray()).toBeLessThan(1);
    const moves: (() => Promise<unknown>)[] = [
      () => page.evaluate(() => scrollBy(0, 120)),
      () => page.$eval('#box', (box) => box.scrollBy(0, -40)),
      () =>
        page.evaluate(() =>
          document.body.insertAdjacentHTML('afterbegin', '<p style="height:70px">お知らせ</p>'),
        ),
      () => page.$eval('#b', (button) => button.append('する')),
      () => page.setViewport({ width: 500, height: 700 }),
    ];
    for (const move of moves) {
      await move();
      expect(await astray(), String(move)).toBeLessThan(1);
    }
    const idle = await page.evaluate(async () => {
      const button = document.querySelector('#b');
      if (!button) throw new Error('no button');
      const { left, top, width, height } = button.getBoundingClientRect();
      const hit = document.elementFromPoint(left + width / 2, top + height / 2) === button;
      const beside = document.elementFromPoint(left + width + 3, top + height / 2)?.nodeName;
      let asked = 0;
      button.getBoundingClientRect = () => {
        asked += 1;
        return new DOMRect();
      };
      await new Promise((resolve) => setTimeout(resolve, 400));
      return { hit, beside, asked };
    });
    expect(idle).toEqual({ hit: true, beside: 'DIV', asked: 0 });
    await page.evaluate('probe.ring(null)');
    expect(await page.$('hpki-navi-highlight')).toBeNull();
  });

  it('keeps still for who wants it so, and takes the system’s colours where they are forced', async () => {
    await detectOn(`<!doctype html><meta charset="utf-8"><body>${body}`);
    await page.evaluate(`${lookInside};${probe};probe.ring('#b')`);
    const styleWith = async (features: { name: string; value: string }[]) => {
      await page.emulateMediaFeatures(features);
      return page.evaluate(() => {
        const ring = document.querySelector('hpki-navi-highlight')?.shadowRoot?.querySelector('div');
        if (!ring) throw new Error('no ring');
        const { animationName, borderTopColor, boxShadow } = getComputedStyle(ring);
        const system = document.createElement('p');
        system.style.cssText = 'forced-color-adjust:none;color:Highlight';
        document.body.append(system);
        const highlight = getComputedStyle(system).color;
        system.remove();
        return {
          moves: animationName !== 'none',
          system: borderTopColor === highlight,
          shadow: boxShadow !== 'none',
        };
      });
    };
    const free = { name: 'prefers-reduced-motion', value: 'no-preference' };
    const reduced = { name: 'prefers-reduced-motion', value: 'reduce' };
    const forced = { name: 'forced-colors', value: 'active' };
    expect(await styleWith([free])).toEqual({ moves: true, system: false, shadow: true });
    expect(await styleWith([reduced])).toMatchObject({ moves: false });
    expect(await styleWith([reduced, forced])).toEqual({ moves: false, system: true, shadow: false });
    await page.emulateMediaFeatures([]);
  });
});
