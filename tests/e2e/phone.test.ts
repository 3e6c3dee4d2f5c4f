import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Person, personAt } from '../demo/person.ts';
import { takePhone, type VirtualPhone } from '../demo/phone.ts';
import { raiseStage, type Stage } from '../demo/stage.ts';
import { recordFailure } from './failure-record.ts';

/** From the QR code on: what the phone, the page on the PC and the panel say together. */
let stage: Stage;
let person: Person;
let phone: VirtualPhone;
let url: string;

async function untilQr(options: Parameters<typeof raiseStage>[0] = {}): Promise<void> {
  stage = await raiseStage(options);
  person = await personAt(stage);
  await stage.lab.insert('pharmacist', { opensc: true });
  await person.sees('[data-verdict="ready"]');
  await person.startsRegistration();
  await person.logsIn();
  url = await person.showsQr();
}
afterEach(async (context) => {
  await recordFailure(context, stage);
  await stage?.stop();
});

const untilText = (page: typeof stage.page, text: RegExp) =>
  page.waitForFunction(
    (source) => new RegExp(source).test(document.body.innerText),
    { timeout: 20_000 },
    text.source,
  );

describe('the phone', () => {
  beforeEach(async () => {
    await untilQr();
    phone = await takePhone(stage.browser);
    await phone.open(url);
    await phone.tap(/^ログイン$/);
    await phone.sees(/「登録」ボタンをタップ/);
  });

  it('that does not recognise the finger shows error 2 on phone, PC and panel, and can try again', async () => {
    await phone.fingerRecognised(false);
    await phone.tap(/^登録$/);
    await phone.sees(/セキュリティキーの登録結果が無効です。/);
    await stage.page.bringToFront();
    await untilText(stage.page, /セキュリティキーの登録結果が無効です。/);
    await person.sees('[data-error="invalid-registration"], [data-error="security-key-error"]');

    await phone.fingerRecognised(true);
    await phone.page.bringToFront();
    await phone.tap(/もう一度|登録/);
    await phone.tap(/^登録$|^OK$/);
    await phone.sees(/スマートフォンでの手続き|ラベル/);
  });

  it('used by a second person at the same time is refused on the second one', async () => {
    const second = await takePhone(stage.browser);
    await second.open(url);
    await second.sees(/すでに使われています/);
    await phone.page.bringToFront();
    await phone.tap(/^登録$/);
    await phone.tap(/^OK$/);
    await phone.sees(/スマートフォンでの手続き/);
    await stage.page.bringToFront();
    await person.sees('[data-step="finish"]');
  });
});

describe('an expired QR code', () => {
  it('is said on PC, panel and phone, and one press starts again', async () => {
    await untilQr({ qrSeconds: 6 });
    await person.sees('[data-error="qr-expired"]');
    await untilText(stage.page, /有効期限/);
    phone = await takePhone(stage.browser);
    await phone.open(url);
    await phone.sees(/有効期限/);
    expect(await phone.credentials()).toEqual([]);
    await phone.close();
    await stage.page.bringToFront();
    await person.presses('resume');
    // The browser still holds the login of this very card: the new code needs no second PIN.
    expect(await person.showsQr()).not.toBe(url);
  });
});
