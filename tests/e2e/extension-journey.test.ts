import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { extensionAddress } from '../lab/extension.ts';
import { makeTestPki } from '../lab/pki/index.ts';
import { hpkiCard } from './extension/fake-host.ts';
import {
  associationPage,
  completePage,
  frontPage,
  hosts,
  portalPage,
  qrPage,
} from './extension/fixture-site.ts';
import { type ExtensionStage, untilShown } from './extension/stage.ts';
import {
  attribute,
  begin,
  press,
  raise,
  raiseAtDialogs,
  show,
  silent,
  text,
  until,
  walkToDialogs,
  walkToQr,
} from './extension/walk.ts';

// The built extension in real Chromium. Virtual: the native host, played by the test, and the pages, which are made
// from the manual. The card login is a real TLS server that insists on a client certificate, and nobody has one.

describe('the journey', () => {
  it('is driven through (2)–(4) and followed to the end', async () => {
    const at = await raiseAtDialogs();
    const panel = await walkToDialogs(at);
    expect(at.site.visited.filter((visit) => !visit.endsWith('.ico'))).toEqual([
      `${hosts.association}/hpki/`,
      `${hosts.portal}/`,
    ]);
    expect(await panel.$eval('[data-field="subject"]', (cell) => cell.textContent)).toBe('00100 JPATEST');
    expect(await panel.$eval('[data-field="issuer"]', (cell) => cell.textContent)).toContain(
      'forAuthentication',
    );
    expect(await panel.$eval('[data-field="serial"]', (cell) => cell.textContent)).toBe('01513B');
    expect(at.host.requests.filter(({ type }) => type === 'quiet')).toMatchObject([{ on: true }]);
    await press(panel, 'certificate-chosen');
    await untilShown(panel, '[data-step="enter-pin"]');
    expect(await attribute(panel, '[data-tries]', 'data-tries')).toBe('15');

    await show(at, '/qr', qrPage());
    await untilShown(panel, '[data-step="scan-qr"] [data-expires-at]');
    expect(await attribute(panel, '[data-username]', 'data-username')).toBe('t00100-jpa');
    await until(() => at.host.requests.filter(({ type }) => type === 'quiet').length === 2);
    expect(at.host.requests.at(-1)).toMatchObject({ type: 'quiet', on: false });
    await press(panel, 'phone-opened');
    for (const step of ['phone-login', 'phone-register', 'phone-biometric', 'phone-label']) {
      await untilShown(panel, `[data-step="${step}"]`);
      await press(panel, 'next');
    }
    await untilShown(panel, '[data-step="phone-done"]');
    await show(at, '/done', completePage);
    await untilShown(panel, '[data-step="finish"][data-phase="finished"]');

    await press(panel, 'next-person');
    await untilShown(panel, '[data-step="prepare"]');
    at.host.insert(hpkiCard({ serialNumber: 'T00200-jpa', name: '00200 JPATEST' }));
    await untilShown(panel, '[data-reason="browser-session.stale"]');
    expect(await attribute(panel, 'main', 'data-verdict')).toBe('blocked');
  });

  it('waits at (4) for the card and goes on by itself', async () => {
    const at = await raiseAtDialogs();
    at.host.attachReader();
    const panel = await at.openPanel();
    at.host.insert(hpkiCard());
    await untilShown(panel, '[data-verdict="ready"]');
    at.site.pages.set(`${hosts.association}/hpki/`, { html: '<title>まだ</title>準備中' });
    await press(panel, 'start');
    await untilShown(panel, '[data-step="open-site"]');
    at.host.remove();
    await untilShown(panel, '[data-verdict="blocked"]');
    await press(panel, 'open-portal');
    await untilShown(panel, '[data-step="card-auth"] .notice');
    expect(await text(panel)).toContain('HPKIカードがセットされていません');
    at.host.insert(hpkiCard());
    await untilShown(panel, '[data-step="choose-certificate"]');
  });

  it('leads back from (5) and (6), and lets the card be taken out where another way asks for another one', async () => {
    const at = await raiseAtDialogs();
    const panel = await walkToDialogs(at);
    await show(at, '/news', '<!doctype html><meta charset="utf-8"><h1>お知らせ</h1>');
    await untilShown(panel, '[data-step="choose-certificate"] [data-unfamiliar] [data-action="open-portal"]');
    await show(at, '/my-number', '<!doctype html><meta charset="utf-8"><h1>マイナンバーカードで登録</h1>');
    await untilShown(panel, '[data-other-way="my-number-phone"]');
    const quiets = () =>
      at.host.requests.flatMap((request) => (request.type === 'quiet' ? [request.on] : []));
    await until(() => quiets().at(-1) === false);
    at.host.remove();
    at.host.insert(hpkiCard());
    silent.waitAgain();
    await press(panel, 'open-portal');
    await until(() => quiets().at(-1) === true);
    await untilShown(panel, '[data-step="choose-certificate"]');
    expect(await panel.$('[data-unfamiliar]')).toBeNull();
  });

  it('says that a page on the way could not be opened, and leads on', async () => {
    const at = await raiseAtDialogs();
    at.host.attachReader();
    const panel = await at.openPanel();
    at.host.insert(hpkiCard());
    await untilShown(panel, '[data-verdict="ready"]');
    at.site.pages.set(`${hosts.association}/hpki/`, { html: '', breaksOff: true });
    await press(panel, 'start');
    await untilShown(panel, '[data-step="open-site"] [data-page-failed]');
    expect(await text(panel)).toContain('ページを開けませんでした');
    await press(panel, 'open-portal');
    await untilShown(panel, '[data-step="choose-certificate"]');
  });

  it('is begun once, however often the button is pressed', async () => {
    const at = await raiseAtDialogs();
    at.host.attachReader();
    const panel = await at.openPanel();
    at.host.insert(hpkiCard());
    await untilShown(panel, '[data-verdict="ready"]');
    // Something of the person's, which is left alone: the journey opens a tab of its own.
    await at.page.goto('data:text/html,mine');
    const tabs = () => at.browser.targets().filter((target) => target.type() === 'page').length;
    const before = tabs();
    await panel.$eval('[data-action="start"]', (button) => {
      for (let press = 0; press < 3; press += 1) (button as HTMLElement).click();
    });
    await untilShown(panel, '[data-step="choose-certificate"]');
    expect(tabs()).toBe(before + 1);
    expect(at.site.visited.filter((visit) => visit === `${hosts.association}/hpki/`)).toHaveLength(1);
  });

  it('asks the person where it is not sure, shows where, and goes on after their press', async () => {
    const at = await raiseAtDialogs();
    const twice = portalPage().replace('</section>', '<a hidden href="#x">HPKIカードで登録</a></section>');
    at.site.pages.set(`${hosts.portal}/`, { html: twice });
    const panel = await begin(at);
    await untilShown(panel, '[data-asked="card-auth"][data-why="several"]');
    // Somewhere else by mistake: said also while something is asked.
    await show(at, '/news', '<!doctype html><meta charset="utf-8"><h1>お知らせ</h1>');
    await untilShown(panel, '[data-unfamiliar] [data-action="open-portal"]');
    expect(await panel.$('[data-asked]')).toBeNull();
    await press(panel, 'open-portal');
    await untilShown(panel, '[data-asked="card-auth"][data-why="several"]');
    await at.page.waitForSelector('hpki-navi-highlight');
    const added = await at.page.evaluate(() => ({
      parent: document.querySelector('hpki-navi-highlight')?.parentElement?.tagName,
      closed: document.querySelector('hpki-navi-highlight')?.shadowRoot === null,
      attributes: [...document.documentElement.attributes, ...document.body.attributes].map(
        ({ name }) => name,
      ),
    }));
    expect(added).toEqual({ parent: 'HTML', closed: true, attributes: ['lang'] });
    await at.page.locator('section a').click();
    await untilShown(panel, '[data-step="choose-certificate"]');
    expect(at.host.requests.findLast(({ type }) => type === 'quiet')).toMatchObject({ on: true });
  });

  it('survives the end of the service worker, and keeps the host quiet', async () => {
    const at = await raiseAtDialogs();
    const panel = await walkToDialogs(at);
    const before = at.host.requests.length;
    await at.endServiceWorker();
    await until(() => at.host.requests.length >= before + 3);
    expect(at.host.requests.slice(before).map(({ type }) => type)).toEqual(['hello', 'quiet', 'watch']);
    expect(await attribute(panel, 'main', 'data-step')).toBe('choose-certificate');
    await show(at, '/qr', qrPage());
    await untilShown(panel, '[data-step="scan-qr"]');
  });

  it('stays where it is while the person goes back and forth and opens another tab, and closes everything at the end', async () => {
    const at = await raiseAtDialogs();
    const { panel, tab } = await walkToQr(at);
    await untilShown(panel, '[data-step="scan-qr"]');
    const other = await at.browser.newPage();
    await other.goto(`https://${hosts.portal}/`);
    await tab.bringToFront();
    await tab.goBack();
    await tab.waitForSelector('#m');
    // Where the browser kept the page, it shows what was opened before it was left.
    await tab.$eval('#s', (section) => {
      (section as HTMLElement).hidden = true;
    });
    // Looking, ringing and pressing take less than two seconds where they are done.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    for (const page of [tab, other]) {
      expect(page.url()).toBe(`https://${hosts.portal}/`);
      expect(await page.$('hpki-navi-highlight')).toBeNull();
      expect(await page.$eval('#s', (section) => (section as HTMLElement).hidden)).toBe(true);
    }
    expect(await attribute(panel, 'main', 'data-step')).toBe('scan-qr');
    await tab.goForward();
    await show(at, '/done', completePage);
    await untilShown(panel, '[data-step="finish"][data-phase="finished"]');

    // The other tab's window is closed with everything else, once the person has agreed.
    await press(panel, 'close-browser');
    await press(panel, 'close-browser-yes');
    await until(() => !at.browser.connected);
    at.host.browserStartedAt = '2026-11-23T01:00:00.000Z';
    await at.startBrowser();
    const anew = await at.openPanel();
    await untilShown(anew, '[data-after-finish="new"]');
    await press(anew, 'next-person');
    await untilShown(anew, '[data-verdict="ready"]');
  });

  it('whose tab was closed while the phone is under way is told of, and is begun anew', async () => {
    const at = await raiseAtDialogs();
    const { panel } = await walkToQr(at);
    await untilShown(panel, '[data-step="scan-qr"]');
    await at.browser.newPage(); // a window without tabs would close, and the panel with it
    await at.page.close();
    await untilShown(panel, '[data-step="prepare"] [data-interrupted="scan-qr"]');
    expect(await text(panel)).toContain('手順（7）の途中でタブまたはブラウザが閉じられました');
    await press(panel, 'start');
    await untilShown(panel, '[data-step="choose-certificate"]');
    expect(await panel.$('[data-interrupted]')).toBeNull();
    await at.browser.close(); // its first tab is gone
  });

  it('that the browser’s end cut off is told when it is opened again, and is begun anew', async () => {
    const at = await raiseAtDialogs();
    const { panel } = await walkToQr(at);
    await untilShown(panel, '[data-step="scan-qr"]');
    await at.browser.close();
    await at.startBrowser();
    const again = await at.openPanel();
    await untilShown(again, '[data-step="prepare"] [data-interrupted="scan-qr"]');
    expect(await text(again)).toContain('前回の登録は、手順（7）の途中で');
    await untilShown(again, '[data-verdict="ready"]');
    silent.waitAgain();
    await press(again, 'start');
    await untilShown(again, '[data-step="choose-certificate"]');
    await press(again, 'cancel');
    await untilShown(again, '[data-step="prepare"]');
    expect(await again.$('[data-interrupted]')).toBeNull();
  });

  it('shows the same in a panel that is closed and opened again', async () => {
    const at = await raiseAtDialogs();
    const { panel } = await walkToQr(at);
    await untilShown(panel, '[data-step="scan-qr"]');
    await panel.close();
    const again = await at.openPanel();
    await untilShown(again, '[data-step="scan-qr"]');
  });

  it('says when the QR code is over, and begins again from (2)', async () => {
    const at = await raiseAtDialogs();
    const { panel } = await walkToQr(at, qrPage({ expiry: '残り 1秒' }));
    await untilShown(panel, '[data-error="qr-expired"]');
    await press(panel, 'resume');
    await untilShown(panel, '[data-step="choose-certificate"]');
  });

  it('shows error guide 2 for the phone at hand', async () => {
    const at = await raiseAtDialogs();
    const { panel } = await walkToQr(at);
    await untilShown(panel, '[data-step="scan-qr"]');
    await panel.locator('input[value="android"]').click();
    await press(panel, 'phone-error');
    await press(panel, 'phone-error-others');
    await press(panel, 'phone-error-invalid-registration');
    await untilShown(panel, '[data-error="invalid-registration"]');
    // Folded away by cause, so by the document's text.
    const guide = await panel.$eval('main', (main) => main.textContent);
    expect(guide).toContain('Androidの場合はChromeのブラウザを使用してください');
    expect(guide).not.toContain('iCloudキーチェーンを有効');
    await press(panel, 'error-dismissed');
    await untilShown(panel, '[data-step="scan-qr"][data-phase="under-way"]');
  });
});

describe('pages beside the way', () => {
  it.each([
    ['change-phone', '<h1>スマートフォンを変更する</h1><button>変更する</button>'],
    [
      'my-number-phone',
      '<h1>マイナンバーカードを使ってスマートフォンを登録する</h1><button>マイナンバーカードで登録</button>',
    ],
    ['my-number-card', '<h1>HPKIカードを使ってマイナンバーカードを登録する</h1><button>登録</button>'],
    ['initial-qr', '<h1>初期登録用QRのご利用</h1><button>登録</button>'],
  ])('%s is explained, and nothing is pressed on it', async (way, body) => {
    const at = await raiseAtDialogs();
    at.site.pages.set(`${hosts.portal}/`, {
      html: `<!doctype html><meta charset="utf-8"><title>登録</title>${body}<script>
        document.addEventListener('click', () => { document.title = 'pressed'; });</script>`,
    });
    const panel = await begin(at);
    await untilShown(panel, `[data-other-way="${way}"]`);
    expect(await at.page.title()).toBe('登録');
    expect(await at.page.$('hpki-navi-highlight')).toBeNull();
  });

  it('one that fits no step is said to be so, with the probable place in the manual', async () => {
    const at = await raiseAtDialogs();
    at.site.pages.set(`${hosts.portal}/`, {
      html: '<!doctype html><meta charset="utf-8"><title>お知らせ</title><p>準備するもの</p><p>ご利用にあたって</p>',
    });
    const panel = await begin(at);
    await panel.waitForFunction(() => document.body.innerText.includes('案内に載っていない画面'));
    const said = await text(panel);
    expect(said).toContain('手順（4）のあたり');
    // What to click, and what to do where it is not there.
    expect(said).toContain('「HPKIカードで登録」');
    expect(said).toContain('見つからないときは、登録サイトを開き直してください。');
    expect(await panel.$('[data-action="open-portal"]')).not.toBeNull();
    // Nothing is being clicked or opened there.
    expect(await panel.$('.spinner')).toBeNull();
  });

  it('one that fits two steps is said to be so and not driven, and the manual opens at the place', async () => {
    const at = await raiseAtDialogs();
    const qr =
      '<p>QRコードをモバイルデバイスで読み取ってください。有効期限 残り5分</p><svg width="200" height="200"></svg>';
    at.site.pages.set(`${hosts.portal}/`, { html: portalPage().replace('<ul>', `${qr}<ul>`) });
    const panel = await begin(at);
    await untilShown(panel, '[data-fits="choose-method scan-qr"]');
    expect(await text(panel)).toContain('手順（3・7）');
    expect(await at.page.$('hpki-navi-highlight')).toBeNull();
    expect(await at.page.$eval('#s', (section) => (section as HTMLElement).hidden)).toBe(true);
    await panel.locator('a[href$="guide.html#choose-method"]').click();
    const manual = await at.tabAt(`${extensionAddress}extension/pages/guide.html#choose-method`);
    await manual.setViewport({ width: 400, height: 300 });
    await manual.reload();
    await manual.waitForFunction(() => scrollY > 0);
    const top = await manual.$eval('#choose-method', (step) => step.getBoundingClientRect().top);
    expect(Math.abs(top)).toBeLessThan(2);
  });

  it('one of the QR code that keeps the entry of (3) in its header is the QR code after the login', async () => {
    const at = await raiseAtDialogs();
    const entry =
      '<header>認証用デバイス／マイナンバーカード登録サイト <button>HPKIカードを使ってスマートフォンを登録する</button></header>';
    const { panel, tab } = await walkToQr(at, qrPage().replace('<h1>', `${entry}<h1>`));
    await untilShown(panel, '[data-step="scan-qr"] [data-expires-at]');
    expect(await panel.$('[data-fits]')).toBeNull();
    expect(await tab.$('hpki-navi-highlight')).toBeNull();
    await show(at, '/done', completePage);
    await untilShown(panel, '[data-step="finish"][data-phase="finished"]');
  });

  it('the association’s front page shows the way, and the journey goes on by itself from there', async () => {
    const at = await raiseAtDialogs();
    at.site.pages.set(`${hosts.association}/hpki/`, { html: frontPage });
    at.site.pages.set(`${hosts.association}/hpki/second.html`, { html: associationPage });
    const panel = await begin(at);
    await untilShown(panel, '[data-asked="second-certificate-page"][data-why="on-the-way"]');
    expect(await text(panel)).toContain('「セカンド電子証明書」をクリックしてください');
    await at.page.waitForSelector('hpki-navi-highlight');
    await at.page.locator('a[href="/hpki/second.html"]').click();
    await untilShown(panel, '[data-step="choose-certificate"]');
  });
});

describe('the right person', () => {
  it('is protected from a page that shows someone else', async () => {
    const at = await raiseAtDialogs();
    const { panel } = await walkToQr(at, qrPage({ username: 't00200-jpa' }));
    await untilShown(panel, '[data-error="other-person"]');
    const stopped = await at.tabAt(`${extensionAddress}extension/pages/stopped.html`);
    await untilShown(stopped, '[data-error="other-person"]');
    expect(await text(stopped)).toContain('ブラウザをすべて閉じ');
    expect(await panel.$('[data-action="resume"]')).toBeNull();
    expect(await panel.$('[data-action="cancel"]')).toBeNull();
  });

  it.each([
    ['taken out', (at: ExtensionStage) => at.host.remove(), 'card-removed'],
    [
      'exchanged',
      (at: ExtensionStage) => at.host.insert(hpkiCard({ serialNumber: 'T00200-jpa' })),
      'card-removed',
    ],
    [
      'out of sight because the PC/SC service was started anew',
      (at: ExtensionStage) => at.host.restartService(),
      'card-removed',
    ],
  ])('is protected from a card that is %s before the QR code', async (_, change, error) => {
    const at = await raiseAtDialogs();
    const panel = await walkToDialogs(at);
    change(at);
    await untilShown(panel, `[data-error="${error}"]`);
    const stopped = await at.tabAt(`${extensionAddress}extension/pages/stopped.html`);
    await untilShown(stopped, `[data-error="${error}"]`);
    expect(at.host.requests.at(-1)).toMatchObject({ type: 'quiet', on: false });
  });
});

describe('a card login that fails', () => {
  it('becomes error guide 1 with the live cause, and goes on from (4) when the cause is gone', async () => {
    const at = await raise();
    const panel = await begin(at);
    const denied = await at.tabAt(`${extensionAddress}extension/pages/access-denied.html`);
    await untilShown(denied, '[data-error="access-denied"] [data-cause="no-chooser"]');
    await untilShown(panel, '[data-error="access-denied"]');
    expect(await text(denied)).toContain('mahpki-auth.2nds.medis.or.jp へのアクセスが拒否されました。');
    expect(await text(denied)).toMatch(
      /ERR_(?:BAD_SSL_CLIENT_AUTH_CERT|SOCKET_NOT_CONNECTED|EMPTY_RESPONSE|CONNECTION)/,
    );
    at.host.remove();
    await untilShown(denied, '[data-needed="card-present.none"]');
    expect(await denied.$('[data-action="resume"]')).toBeNull();
    at.host.insert(hpkiCard());
    await untilShown(denied, '[data-cause="gone"] [data-gone="card-present.none"]');
    const visits = at.site.visited.length;
    await press(denied, 'resume');
    await until(() => at.site.visited.slice(visits).includes(`${hosts.portal}/`));
  });

  it('is told to be a wrong PIN when a try was spent, and reads the card once for it', async () => {
    const at = await raiseAtDialogs();
    const panel = await walkToDialogs(at);
    await press(panel, 'certificate-chosen');
    await untilShown(panel, '[data-step="enter-pin"]');
    at.host.spendTry(hpkiCard({ tries: '63CE' }));
    silent.hangUp();
    const denied = await at.tabAt(`${extensionAddress}extension/pages/access-denied.html`);
    await untilShown(denied, '[data-cause="pin-wrong"][data-certainty="certain"]');
    expect(await text(denied)).toContain('あと14回');
    expect(at.host.requests.filter(({ type }) => type === 'reread')).toHaveLength(1);
  });

  it('acquits the PIN when no try was spent', async () => {
    const at = await raiseAtDialogs();
    const panel = await walkToDialogs(at);
    await press(panel, 'certificate-chosen');
    await untilShown(panel, '[data-step="enter-pin"]');
    silent.hangUp();
    const denied = await at.tabAt(`${extensionAddress}extension/pages/access-denied.html`);
    await untilShown(denied, '[data-cause="cancelled"][data-certainty="likely"]');
    expect(await text(denied)).toContain('PINの間違いが原因ではありません');
  });

  it('says once the driver was installed that the browser has to be restarted, and why', async () => {
    const at = await raise();
    at.host.driver = 'none';
    at.host.attachReader();
    at.host.insert(hpkiCard());
    const panel = await at.openPanel();
    await untilShown(panel, '[data-reason="card-driver.none"]');
    await at.page.goto(`https://${hosts.cardLogin}/login`).catch(() => undefined);
    const denied = await at.tabAt(`${extensionAddress}extension/pages/access-denied.html`);
    await untilShown(denied, '[data-cause="card-driver.none"][data-certainty="certain"]');
    at.host.driver = 'hpki';
    // Nobody presses anything: coming back from the installation is enough.
    const elsewhere = await at.openWindow();
    await elsewhere.close();
    await untilShown(denied, '[data-gone="card-driver.none"]');
    await untilShown(denied, '[data-action="close-browser"]');
    expect(await text(denied)).toContain('ブラウザの起動時に読み込まれます');
  });

  it('is helped in any tab, without a journey or a panel', async () => {
    const at = await raise();
    await at.page.goto(`https://${hosts.cardLogin}/login`).catch(() => undefined);
    const denied = await at.tabAt(`${extensionAddress}extension/pages/access-denied.html`);
    await untilShown(denied, '[data-cause="reader.none"]');
  });

  it('is no fault of card or reader where its host is not reached', async () => {
    const at = await raise();
    at.host.attachReader();
    at.host.insert(hpkiCard());
    const panel = await at.openPanel();
    await untilShown(panel, '[data-verdict="ready"]');
    const { page } = at;
    await page.setOfflineMode(true);
    await page.goto(`https://${hosts.cardLogin}/login`).catch(() => undefined);
    const denied = await at.tabAt(`${extensionAddress}extension/pages/access-denied.html`);
    await untilShown(denied, '[data-cause="login-host-unreachable"][data-certainty="certain"]');
    await untilShown(denied, '[data-action="resume"]');
    expect(await text(denied)).toContain('mahpki-auth.2nds.medis.or.jp」に接続できません');
    expect(await text(denied)).toContain('ERR_INTERNET_DISCONNECTED');
    expect(await denied.$$('[data-fold]')).toEqual([]);
    await page.setOfflineMode(false);
  });

  it('is told by an HTTP refusal as well', async () => {
    const at = await raise({ insist: false });
    at.site.pages.set(`${hosts.cardLogin}/login`, { html: '<title>403</title>Forbidden', status: 403 });
    await begin(at);
    const denied = await at.tabAt(`${extensionAddress}extension/pages/access-denied.html`);
    await untilShown(denied, '[data-error="access-denied"]');
    expect(await text(denied)).toContain('HTTP 403');
  });

  it('is no fault of card or reader where its server is in trouble', async () => {
    const at = await raise({ insist: false });
    at.site.pages.set(`${hosts.cardLogin}/login`, { html: '<title>503</title>Unavailable', status: 503 });
    await begin(at);
    const denied = await at.tabAt(`${extensionAddress}extension/pages/access-denied.html`);
    await untilShown(denied, '[data-cause="login-host-unreachable"]');
    expect(await text(denied)).toContain('HTTP 503');
    expect(await text(denied)).toContain('カードやPINに問題はありません');
  });

  it('is the same where the refusal has no body, which the browser takes for a net error', async () => {
    const at = await raise({ insist: false });
    at.site.pages.set(`${hosts.cardLogin}/login`, { html: '', status: 403 });
    await begin(at);
    const denied = await at.tabAt(`${extensionAddress}extension/pages/access-denied.html`);
    await untilShown(denied, '[data-error="access-denied"]');
    expect(await text(denied)).toMatch(/ERR_HTTP_RESPONSE_CODE_FAILURE|HTTP 403/);
  });

  it('leaves the browser’s page about a server that is not the right one, and leads on in the panel', async () => {
    const pki = await makeTestPki({ hosts: [hosts.portal] });
    const server = pki.servers[hosts.portal];
    const stranger = createServer({ key: server?.key.pem, cert: server?.chain });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void stranger.close());
    const at = await raise({ silentLoginPort: (stranger.address() as AddressInfo).port });
    const panel = await begin(at);
    await untilShown(panel, '[data-error="access-denied"] [data-cause="login-host-unreachable"]');
    expect(await text(panel)).toContain('ERR_CERT_COMMON_NAME_INVALID');
    expect(at.page.url()).not.toContain('access-denied');
    expect(at.host.requests.some((request) => request.type === 'quiet' && !request.on)).toBe(true);
    const visits = at.site.visited.length;
    await press(panel, 'resume');
    await until(() => at.site.visited.slice(visits).includes(`${hosts.portal}/`));
  });

  it('is no failure where the person stopped it: back at (4), cards are read again', async () => {
    const at = await raiseAtDialogs();
    const panel = await walkToDialogs(at);
    const session = await at.page.createCDPSession();
    await session.send('Page.stopLoading');
    await session.detach();
    await untilShown(panel, '[data-step="card-auth"] [data-asked="card-auth"]');
    expect(at.host.requests.at(-1)).toMatchObject({ type: 'quiet', on: false });
  });

  it('of another host keeps the browser’s own page', async () => {
    const at = await raise();
    await at.page.goto('https://other.2nds.medis.or.jp/').catch(() => undefined);
    const panel = await at.openPanel();
    await untilShown(panel, '[data-step="prepare"]');
    expect(at.page.url()).not.toContain('access-denied');
  });
});
