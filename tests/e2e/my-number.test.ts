import type { Page } from 'puppeteer-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sites } from '../../common/sites.ts';
import { showsCard } from '../demo/person.ts';
import { raiseStage, type Stage } from '../demo/stage.ts';
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
const presses = (path: string) => showsCard(stage, 'main button', path);

/** A busy browser may take the reader for empty still, and offer nothing: back, and once more, as the page says. */
async function logsIn(path: string): Promise<void> {
  const from = page.url();
  if (await presses(path)) return;
  await goesBackTo(from);
  expect(await presses(path)).toBe(true);
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
    expect(await presses('/link-my-number-card/done')).toBe(false);
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
