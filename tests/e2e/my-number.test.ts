import type { Page } from 'puppeteer-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sites } from '../../common/sites.ts';
import { reads } from '../demo/person.ts';
import { raiseStage, type Stage } from '../demo/stage.ts';
import { TEST_PIN } from '../lab/index.ts';
import { certificateDialogs } from '../lab/screen.ts';
import { recordFailure } from './failure-record.ts';

/** HPKI card and My Number card one after the other in one reader, through the driver and the browser's own dialogs. */
let stage: Stage;
let page: Page;
beforeEach(async () => {
  stage = await raiseStage();
  ({ page } = stage);
});
afterEach(async (context) => {
  await recordFailure(context, stage);
  await stage?.stop();
});

const text = () => page.$eval('main', (main) => main.innerText);
const isAt = (path: string) => new URL(page.url()).pathname === path;
/** The browser's own page, or the extension's in its place. */
const isRefused = () => /^chrome-(?:error|extension):/.test(page.url());

/** Presses the page's button and takes what the chooser offers, until the browser is at `path` or refuses. */
async function presses(path: string): Promise<void> {
  await reads();
  await page.bringToFront();
  const click = page.click('main button').catch(() => undefined); // it waits for the page that follows
  const dialogs = certificateDialogs(stage.screen, async () => isAt(path) || isRefused());
  await dialogs.confirmChooser();
  if (isAt(path) || isRefused()) return;
  await dialogs.enterPin(TEST_PIN);
  await click;
  await page.waitForFunction((wanted) => location.pathname === wanted, {}, path);
}

/** A busy browser may take the reader for empty still, and offer nothing: back, and once more, as the page says. */
async function logsIn(path: string): Promise<void> {
  const from = page.url();
  await presses(path);
  if (!isRefused()) return;
  await goesBackTo(from);
  await presses(path);
}

/** The way back leads to `url`, at once or by what the site answers. */
async function goesBackTo(url: string): Promise<void> {
  await page.goBack();
  await page.waitForFunction((wanted) => location.href === wanted, {}, url);
}

describe('a My Number card', () => {
  it('is linked by the two cards in turn, and then registers a phone by itself', async () => {
    await stage.lab.insert('pharmacist', { opensc: true });
    await page.goto(`https://${sites.portal.host}/`);
    await page.click('a[href="/link-my-number-card"]');
    await page.waitForSelector('form[action="/link-my-number-card/start"]');
    await logsIn('/link-my-number-card/my-number-card');
    expect(await text()).toMatch(/マイナンバーカードをセットしてください[\s\S]*t00100-jpa/);

    // The HPKI card is still in: no certificate of it is offered, and the page told beforehand what to do then.
    expect(await text()).toContain('「アクセスが拒否されました」と表示されたときは');
    const second = page.url();
    await presses('/link-my-number-card/done');
    expect(isRefused()).toBe(true);
    await goesBackTo(second);

    await stage.lab.remove();
    await stage.lab.insert('mynumber');
    await logsIn('/link-my-number-card/done');
    expect(await text()).toMatch(/マイナンバーカードの登録が完了しました[\s\S]*t00100-jpa/);
    const done = page.url();
    await page.reload();
    expect(page.url()).toBe(done);
    // The browser may show the page before from its memory for a moment.
    await goesBackTo(done);

    await page.goto(`https://${sites.portal.host}/my-number-card`);
    await logsIn('/registration');
    expect(await text()).toMatch(/QRコード[\s\S]*t00100-jpa/);
  });
});
