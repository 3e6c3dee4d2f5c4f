import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';
import { type StepId, stepIds } from '../../common/guide/types.ts';
import { TEST_PIN } from '../lab/index.ts';
import { type CertificateDialogs, certificateDialogs, untilDriverRests } from '../lab/screen.ts';
import { readQr } from './qr.ts';
import type { Stage } from './stage.ts';

/** What a person does and sees at the PC. Only the panel's public attributes, pixels and the keyboard are used. */
export interface Person {
  /** Waits until the panel shows one of these. */
  sees(selector: string): Promise<void>;
  /** Presses a control of the panel by its public name. */
  presses(action: string): Promise<void>;
  /** Waits until the panel is at this step, or already past it: driven steps follow each other quickly. */
  at(step: StepId): Promise<void>;
  /** From (1) until the browser's certificate chooser is on the screen. */
  startsRegistration(): Promise<void>;
  /** Chooser and PIN dialog. */
  logsIn(pin?: string): Promise<void>;
  /** Escape in the chooser; then the panel shows error 1. */
  cancelsChooser(): Promise<void>;
  /** The URL in the QR code on the page, once there is one. */
  showsQr(): Promise<string>;
  dialogs: CertificateDialogs;
  panel: Page;
}

/** On the PC before the phone takes over: driven steps, which may already have been passed when somebody looks. */
const pcSteps: readonly StepId[] = stepIds.slice(
  stepIds.indexOf('open-site'),
  stepIds.indexOf('phone-login'),
);

/** `goneOn` hears of a way that had to begin again at (4), when the dialogs are about to open once more. */
export async function personAt(stage: Stage, goneOn: () => void = () => undefined): Promise<Person> {
  const panel = await stage.openPanel();
  const refused = () => stage.page.url().startsWith('chrome-extension:');
  const there = certificateDialogs(
    stage.screen,
    async () => refused() || stage.page.url().endsWith('/registration'),
  );
  const sees = async (selector: string) => {
    await panel.waitForSelector(selector, { timeout: 20_000 });
  };
  const at = (step: StepId) =>
    sees(
      pcSteps.includes(step)
        ? pcSteps
            .slice(pcSteps.indexOf(step))
            .map((later) => `[data-step="${later}"]`)
            .join(', ')
        : `[data-step="${step}"]`,
    );
  const presses = (action: string) => panel.locator(`[data-action="${action}"]`).click();
  const dialogs: CertificateDialogs = {
    ...there,
    async confirmChooser() {
      await there.confirmChooser();
      if (!refused()) return;
      // A busy browser may take the reader for empty still, and offer nothing: on from (4), as the guide says.
      await presses('resume');
      await at('choose-certificate');
      goneOn();
      await untilChooser(stage);
      await there.confirmChooser();
    },
  };
  return {
    panel,
    dialogs,
    sees,
    at,
    presses,
    async startsRegistration() {
      await reads();
      await presses('start');
      await at('choose-certificate');
      await untilChooser(stage);
    },
    async logsIn(pin = TEST_PIN) {
      await dialogs.confirmChooser();
      await dialogs.enterPin(pin);
    },
    cancelsChooser: () =>
      dialogs.cancelChooser(async () => (await panel.$('[data-error="access-denied"]')) !== null),
    async showsQr() {
      await sees('[data-step="scan-qr"]');
      const signal = AbortSignal.timeout(15_000);
      for (;;) {
        const url = await readQr(stage.page).catch(() => undefined); // the page may just be changing
        if (url) return url;
        await sleep(50);
        signal.throwIfAborted();
      }
    },
  };
}

/**
 * A person reads the panel before pressing its button. (The browser's certificate store remembers for a second that a
 * reader was empty: pressed sooner after the insertion, it offers no certificate.)
 */
export const reads = () => sleep(1_200);

/**
 * A card login by hand, without the panel: presses the page's button, takes what the chooser offers and answers the PIN
 * dialog, until the browser is at `path` of the site. False when the browser refused, with its own page or the
 * extension's in its place.
 */
export async function showsCard(stage: Stage, button: string, path: string): Promise<boolean> {
  const { page, screen } = stage;
  const refused = () => /^chrome-(?:error|extension):/.test(page.url());
  const over = async () => refused() || new URL(page.url()).pathname === path;
  await reads();
  await page.bringToFront();
  await page.waitForSelector(button);
  const click = page.click(button).catch(() => undefined); // it waits for the page that follows, whichever
  const dialogs = certificateDialogs(screen, over);
  await dialogs.confirmChooser();
  if (!(await over())) {
    await dialogs.enterPin(TEST_PIN);
    await click;
    await page.waitForFunction((wanted) => location.pathname === wanted, {}, path);
  }
  return !refused();
}

/** Until the driver has read the card's certificate for the chooser. */
export const untilChooser = (stage: Stage): Promise<void> =>
  untilDriverRests(() => stage.lab.counts().apdus - stage.hostCounts().apdus);

/** The panel's public attributes. */
export function readPanel(
  panel: Page,
): Promise<{ verdict: string; checks: { id: string; status: string }[] }> {
  return panel.evaluate(() => ({
    verdict: document.querySelector('[data-verdict]')?.getAttribute('data-verdict') ?? '',
    checks: [...document.querySelectorAll('[data-check]')].map((check) => ({
      id: check.getAttribute('data-check') ?? '',
      status: check.getAttribute('data-status') ?? '',
    })),
  }));
}
