import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type StepId, stepById } from '../../common/guide/index.ts';
import { sites } from '../../common/sites.ts';
import { type ProfileId, TEST_PIN } from '../lab/index.ts';
import { personAt, readPanel, reads, untilChooser } from './person.ts';
import { takePhone, type VirtualPhone } from './phone.ts';
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
    const person = await personAt(stage);
    stage.lab.resetCounts();
    await stage.lab.insert(options.profile ?? 'pharmacist', { opensc: true });
    await step('prepare', async () => {
      await person.sees('[data-verdict="ready"], [data-verdict="warning"]');
      // After somebody else's registration the panel first says that the browser is a new one.
      if (await person.panel.$('[data-after-finish]')) await person.presses('next-person');
      await person.sees('[data-check="pin"][data-status="pass"]');
      result.apdus = stage.hostCounts().apdus;
      Object.assign(result, await readPanel(person.panel));
    });
    await step('open-site', async () => {
      await reads();
      await person.presses('start');
      await person.at('open-site');
      // Or already past it: driven steps follow each other quickly.
      await stage.page.waitForFunction((hosts) => hosts.includes(location.host) && document.body, {}, [
        sites.association.host,
        sites.portal.host,
        sites.cardLogin.host,
      ] as string[]);
    });
    await step('choose-method', () => person.at('choose-method'));
    await step('card-auth', () => person.at('card-auth'));
    await step('choose-certificate', async () => {
      await person.at('choose-certificate');
      await untilChooser(stage);
    });
    await step('enter-pin', async () => {
      await person.dialogs.confirmChooser();
      if (!(await person.dialogs.pinDialogShown())) throw new Error('no PIN dialog');
    });
    let url = '';
    await step('scan-qr', async () => {
      await person.dialogs.enterPin(TEST_PIN);
      url = await person.showsQr();
    });
    phone = await takePhone(stage.browser);
    await step('phone-login', async () => {
      await phone?.open(url);
      await phone?.sees(/Username/);
      result.username = (await phone?.field(/^Username$/)) ?? '';
    });
    await step('phone-register', async () => {
      await phone?.tap(/^ログイン$/);
      await phone?.sees(/「登録」ボタンをタップ/);
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
      await person.at('finish');
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
