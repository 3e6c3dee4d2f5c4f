import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sites } from '../../common/sites.ts';
import { showsCard } from '../demo/person.ts';
import { raiseStage, type Stage } from '../demo/stage.ts';
import { DemoTerminal } from '../demo/terminal.ts';
import { recordFailure } from './failure-record.ts';

const run = promisify(execFile);

/** What a person can do from the demo's terminal, beside the panel: each line as typed, on the real stage. */
let stage: Stage;
let terminal: DemoTerminal;
beforeAll(async () => {
  stage = await raiseStage();
  terminal = new DemoTerminal(stage);
});
afterEach((context) => recordFailure(context, stage));
afterAll(() => stage?.stop());

const shows = (page: Page | undefined, text: RegExp) =>
  page?.waitForFunction(
    (source) => new RegExp(source).test(document.body.innerText),
    { timeout: 15_000 },
    text.source,
  );
const presses = (page: Page | undefined, text: string) => page?.locator(`button::-p-text(${text})`).click();

describe('the demo’s terminal', () => {
  it('tells what it knows, and what is not there yet', async () => {
    expect(await terminal.obey('')).toBe('');
    expect(await terminal.obey('help')).toMatch(/^Commands: phone/);
    expect(await terminal.obey('insert something')).toMatch(/^There is no card something: pharmacist/);
    expect(await terminal.obey(' phone ')).toBe('There is no QR code on the page yet.');
    expect(await terminal.obey('phone sheet')).toMatch(/^There is no printed sheet yet/);
  });

  it('opens the console, and the phone reads the sheet that is made there', async () => {
    expect(await terminal.obey('operator')).toMatch(/^The console is open in a window/);
    const page = terminal.desk?.page;
    await shows(page, /デモ 運用者/);
    await presses(page, 'パスキーを作る');
    await shows(page, /登録済みのパスキーでログインします/);
    await presses(page, 'パスキーでログイン');
    await shows(page, /登録番号または本人ID/);
    expect(await terminal.obey('operator')).toBe('The console is open already.');
    await page?.click('a[href="/sheets"]');
    await page?.waitForSelector('#cards');
    await page?.type('#cards', '999001-jpa 2026-04-10');
    await presses(page, 'PDFを作る');
    await expect.poll(() => terminal.desk?.newestSheet(), { timeout: 15_000 }).toMatch(/\.pdf$/);
    const { stdout } = await run('pdftotext', ['-layout', (await terminal.desk?.newestSheet()) ?? '', '-']);
    expect(await terminal.obey('phone sheet')).toMatch(/^A new phone has opened the page/);
    const phone = terminal.phone;
    await phone?.sees(/パスワードを入力してください/);
    await phone?.page.type('#password', /[A-Z0-9]{4}-[A-Z0-9]{4}/.exec(stdout)?.[0] ?? '');
    await phone?.tap(/^次へ$/);
    await phone?.tap(/^ログイン$/);
    await phone?.tap(/^登録$/);
    await phone?.tap(/^OK$/);
    await phone?.sees(/手続き\(登録\)は完了しました/);
  });

  it('uses the same phone again, until a new one is asked for', async () => {
    const { page } = stage;
    await page.bringToFront();
    await page.goto(`https://${sites.portal.host}/status`);
    await page.click('form[action="/status/phone/start"] button');
    await shows(page, /登録したスマートフォンでログインしてください/);
    expect(await terminal.obey('phone')).toMatch(/^The phone from before has opened the page/);
    const number = await page.$eval('[data-number]', (element) => element.textContent ?? '');
    await terminal.phone?.sees(/番号を入力してください/);
    await terminal.phone?.page.type('#number', number);
    await terminal.phone?.tap(/^次へ$/);
    await terminal.phone?.tap(/^ログイン$/);
    await page.bringToFront();
    await shows(page, /999001-jpa/);
    expect(await terminal.obey('new-phone')).toMatch(/^The next {2}phone/);
    expect(terminal.phone).toBeUndefined();
  });

  it('puts a card in and takes it out, and the site asks for it', async () => {
    const { page } = stage;
    expect(await terminal.obey('insert')).toBe('Card in the reader: pharmacist.');
    await page.goto(`https://${sites.portal.host}/status`);
    expect(await showsCard(stage, 'form[action="/status/start"] button', '/status/result')).toBe(true);
    expect(await page.$eval('main', (main) => main.innerText)).toContain('t00100-jpa');
    expect(await terminal.obey('remove')).toBe('The reader is empty.');
    expect(stage.lab.card()).toBeUndefined();
  });
});
