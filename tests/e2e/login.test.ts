import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Person, personAt, showsCard } from '../demo/person.ts';
import { raiseStage, type Stage } from '../demo/stage.ts';
import { recordFailure } from './failure-record.ts';

/** Between the click on (4) and the QR code: what can go wrong, and how the journey is taken up again. */
let stage: Stage;
let person: Person;
/** APDUs of the host when the way to the QR code began, at (4). */
let apdusBefore: number;
const wayBegins = () => {
  apdusBefore = stage.hostCounts().apdus;
};

async function begin(options: Parameters<typeof raiseStage>[0] = {}): Promise<void> {
  stage = await raiseStage(options);
  person = await personAt(stage, wayBegins);
}
afterEach(async (context) => {
  await recordFailure(context, stage);
  await stage?.stop();
});

const error = (id: string) => `[data-error="${id}"]`;

describe('without the driver', () => {
  it('error 1 is answered with its guide, in place of the browser error page', async () => {
    await begin({ driver: false });
    await stage.lab.insert('pharmacist', { opensc: true });
    await person.sees('[data-action="start"]:not([disabled])');
    await person.presses('start');
    await person.sees(error('access-denied'));
    await stage.page.waitForSelector(error('access-denied'));
    expect(stage.page.url()).toMatch(/^chrome-extension:/);
    // The cause that was measured comes first: the browser knows no module for the card.
    const causes = await stage.page.$$eval('[data-cause]', (all) =>
      all.map((cause) => cause.getAttribute('data-cause')),
    );
    expect(causes[0]).toMatch(/^certificate-store/);
    const text = await stage.page.$eval('body', (body) => body.textContent);
    expect(text).toContain('HPKIカードドライバーがインストール済であるか');
  });
});

describe('a card of an authority the site does not know', () => {
  it('is not offered at all: error 1, and the right card goes on from (4)', async () => {
    await begin();
    await stage.lab.insert('unknown-ca', { opensc: true });
    await person.sees('[data-action="start"]:not([disabled])');
    await person.presses('start');
    await person.sees(error('access-denied'));
    await stage.lab.insert('pharmacist', { opensc: true });
    await person.sees('[data-action="resume"]');
    await person.presses('resume');
    await person.at('choose-certificate');
    await person.logsIn();
    await person.showsQr();
  });
});

describe('card login', () => {
  beforeEach(async () => {
    await begin();
    await stage.lab.insert('pharmacist', { opensc: true });
    await person.sees('[data-verdict="ready"]');
  });

  it('sends no APDU of the host between the click on (4) and the QR page', async () => {
    wayBegins();
    await person.startsRegistration();
    await person.logsIn();
    await person.showsQr();
    expect(stage.hostCounts().apdus).toBe(apdusBefore);
  });

  it('is taken up again after a wrong PIN', async () => {
    await person.startsRegistration();
    await person.dialogs.confirmChooser();
    await person.dialogs.enterPin('9999');
    await person.dialogs.enterPin('1234');
    await person.showsQr();
    expect(stage.lab.counts().pinAttempts).toBe(2);
    expect(stage.hostCounts().pinAttempts).toBe(0);
  });

  it('is taken up again after the chooser was cancelled', async () => {
    await person.startsRegistration();
    await person.cancelsChooser();
    await person.sees('[data-action="resume"]');
    await person.presses('resume');
    await person.at('choose-certificate');
    await person.logsIn();
    await person.showsQr();
  });

  it('stops when the card is taken out before the QR code', async () => {
    await person.startsRegistration();
    await stage.lab.remove();
    await person.sees(`[data-phase="stopped"] ${error('card-removed')}`);
  });

  it('of the person before keeps the next one waiting until the browser is closed', async () => {
    await person.startsRegistration();
    await person.logsIn();
    await person.showsQr();
    await person.presses('cancel');
    await stage.lab.insert('pharmacist-2', { opensc: true });
    await person.sees('[data-check="browser-session"][data-status="fail"]');
    expect(await person.panel.$('[data-action="start"]:not([disabled])')).toBeNull();
    await stage.restartBrowser();
    person = await personAt(stage);
    await person.sees('[data-verdict="ready"] [data-check="browser-session"][data-status="pass"]');
  });

  it('stops before the QR code when the page belongs to another person', async () => {
    // Somebody logged in by hand, without the panel, and left the browser open.
    const { page } = stage;
    await page.goto('https://2nds.medis.or.jp/');
    await page.locator('::-p-text(HPKIカードを使ってスマートフォンを登録する)').click();
    expect(await showsCard(stage, 'button::-p-text(HPKIカードで登録)', '/registration')).toBe(true);
    await page.waitForFunction(() => document.body.innerText.includes('t00100-jpa'));
    const registration = page.url();

    await stage.lab.insert('pharmacist-2', { opensc: true });
    await person.sees('[data-action="start"]:not([disabled])');
    await person.startsRegistration();
    await person.cancelsChooser();
    await page.goto(registration);
    await person.sees(`[data-phase="stopped"] ${error('other-person')}`);
    await page.waitForFunction(() => location.protocol === 'chrome-extension:');
  });
});
