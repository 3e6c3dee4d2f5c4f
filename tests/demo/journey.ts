import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';
import { type StepId, stepById } from '../../common/guide/index.ts';
import { type ProfileId, TEST_PIN } from '../lab/index.ts';
import { certificateDialogs } from '../lab/screen.ts';
import { takePhone, type VirtualPhone } from './phone.ts';
import { readQr } from './qr.ts';
import type { Stage } from './stage.ts';

export interface StepResult {
  id: StepId;
  /** Milliseconds from the end of the step before. */
  ms: number;
  /** File name inside the output folder. */
  screenshot: string;
}

export interface JourneyResult {
  ok: boolean;
  steps: StepResult[];
  checks: { id: string; status: string }[];
  verdict: string;
  username: string;
  /** APDUs the host needed from insertion to verdict. */
  apdus: number;
  /** VERIFY commands with a PIN that the host sent. Must be 0. */
  pinAttemptsByHost: number;
  registered: { credentialId: string; username: string } | null;
  problem?: string;
}

export interface JourneyOptions {
  output: string;
  profile?: ProfileId;
  /** Told after each step. */
  progress?: (step: StepResult) => void;
}

/**
 * Performs the whole journey as a person would: clicks in the panel, keys in the browser's own dialogs, taps on the
 * phone. Never throws for a step that fails: the result says where it ended.
 */
export async function performJourney(stage: Stage, options: JourneyOptions): Promise<JourneyResult> {
  await mkdir(options.output, { recursive: true });
  const result: JourneyResult = {
    ok: false,
    steps: [],
    checks: [],
    verdict: 'checking',
    username: '',
    apdus: 0,
    pinAttemptsByHost: 0,
    registered: null,
  };
  let phone: VirtualPhone | undefined;
  let before = performance.now();

  /** One step of the manual: do it, see that it is done, keep the picture. */
  async function step(id: StepId, perform: () => Promise<void>): Promise<void> {
    try {
      await perform();
    } catch (cause) {
      throw new Error(
        `step (${stepById(id).number}) ${id}: ${cause instanceof Error ? cause.message : cause}`,
        { cause },
      );
    }
    const ms = Math.round(performance.now() - before);
    const screenshot = `${String(stepById(id).number).padStart(2, '0')}-${id}.png`;
    const path = join(options.output, screenshot);
    if (stepById(id).device === 'phone' && phone)
      await phone.page.screenshot({ path: path as `${string}.png` });
    else await stage.screen.capture(path);
    const done = { id, ms, screenshot };
    result.steps.push(done);
    options.progress?.(done);
    before = performance.now();
  }

  try {
    const panel = await stage.openPanel();
    stage.lab.resetCounts();
    await stage.lab.insert(options.profile ?? 'pharmacist', { opensc: true });
    await step('prepare', async () => {
      await untilPanel(panel, '[data-verdict="ready"], [data-verdict="warning"]');
      await untilPanel(panel, '[data-check="pin"][data-status="pass"]');
      result.apdus = stage.hostCounts().apdus;
      Object.assign(result, await readPanel(panel));
    });
    await step('open-site', async () => {
      await panel.locator('[data-action="start"]').click();
      await untilPanel(panel, atOrAfter('choose-method'));
    });
    await step('choose-method', () => untilPanel(panel, atOrAfter('card-auth')));
    await step('card-auth', () => untilPanel(panel, atOrAfter('choose-certificate')));

    const dialogs = certificateDialogs(stage.screen);
    await sleep(700); // the chooser draws itself; it can't be seen from here, only photographed
    await step('choose-certificate', async () => undefined);
    await dialogs.confirmChooser();
    await step('enter-pin', async () => {
      if (!(await dialogs.pinDialogShown())) throw new Error('no PIN dialog');
    });
    await dialogs.enterPin(TEST_PIN);

    let url: string | undefined;
    await step('scan-qr', async () => {
      await untilPanel(panel, '[data-step="scan-qr"]');
      const signal = AbortSignal.timeout(15_000);
      while (!url) {
        signal.throwIfAborted();
        url = await readQr(stage.page);
      }
    });
    phone = await takePhone(stage.browser);
    await step('phone-login', async () => {
      await phone?.open(url ?? '');
      await phone?.sees(/Username/);
      result.username = (await phone?.text())?.match(/[a-z0-9]+-jpa/i)?.[0] ?? '';
    });
    await step('phone-register', async () => {
      await phone?.tap(/^ログイン$/);
      await phone?.sees(/登録/);
    });
    await step('phone-biometric', async () => {
      await phone?.tap(/^登録$/);
      await phone?.sees(/ラベル/);
    });
    await step('phone-label', () => phone?.tap(/^OK$/) ?? Promise.resolve());
    await step('phone-done', async () => {
      await phone?.sees(/スマートフォンでの手続き/);
      const [credential] = (await phone?.credentials()) ?? [];
      if (!credential) throw new Error('the phone holds no credential');
      result.registered = { credentialId: credential.credentialId, username: result.username };
    });
    await step('finish', async () => {
      await stage.page.bringToFront();
      await untilPanel(panel, '[data-step="finish"]');
    });
    result.pinAttemptsByHost = stage.hostCounts().pinAttempts;
    if (result.pinAttemptsByHost !== 0)
      throw new Error(`${result.pinAttemptsByHost} PIN attempts by the host`);
    result.ok = true;
  } catch (cause) {
    result.problem = cause instanceof Error ? cause.message : String(cause);
    await stage.screen.capture(join(options.output, 'problem.png')).catch(() => undefined);
  } finally {
    await phone?.close().catch(() => undefined);
  }
  return result;
}

const order: StepId[] = [
  'open-site',
  'choose-method',
  'card-auth',
  'choose-certificate',
  'enter-pin',
  'scan-qr',
];

/** Steps are driven one after the other: the panel may already be further when it is looked at. */
function atOrAfter(id: StepId): string {
  return order
    .slice(order.indexOf(id))
    .map((step) => `[data-step="${step}"]`)
    .join(', ');
}

async function untilPanel(panel: Page, selector: string): Promise<void> {
  await panel.waitForSelector(selector, { timeout: 20_000 });
}

/** The panel's public attributes. */
async function readPanel(panel: Page): Promise<Pick<JourneyResult, 'checks' | 'verdict'>> {
  return panel.evaluate(() => ({
    verdict: document.querySelector('[data-verdict]')?.getAttribute('data-verdict') ?? '',
    checks: [...document.querySelectorAll('[data-check]')].map((check) => ({
      id: check.getAttribute('data-check') ?? '',
      status: check.getAttribute('data-status') ?? '',
    })),
  }));
}
