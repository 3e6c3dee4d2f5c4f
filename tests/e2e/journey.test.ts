import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { steps } from '../../common/guide/index.ts';
import { performJourney } from '../demo/journey.ts';
import { raiseStage, type Stage } from '../demo/stage.ts';
import { recordFailure } from './failure-record.ts';

let stage: Stage;
let output: string;

beforeAll(async () => {
  output = await mkdtemp(join(tmpdir(), 'hpki-navi-journey-'));
  stage = await raiseStage();
});
beforeEach(async () => {
  await stage.lab.remove();
  if (!stage.browser.connected) await stage.restartBrowser();
});
afterEach((context) => recordFailure(context, stage));
afterAll(async () => {
  await stage?.stop();
  await rm(output, { recursive: true, force: true });
});

describe('the whole journey', () => {
  it('registers a phone in the thirteen steps of the manual, without spending a PIN attempt', async () => {
    const result = await performJourney(stage, { output });
    if (result.problem) throw new Error(result.problem);
    expect(result).toMatchObject({
      ok: true,
      verdict: 'ready',
      username: 't00100-jpa',
      pinAttemptsByHost: 0,
    });
    expect(result.steps.map(({ id }) => id)).toEqual(steps.map(({ id }) => id));
    expect(result.registered).toMatchObject({ username: 't00100-jpa' });
    expect(result.registered?.credentialId).toMatch(/^[A-Za-z0-9+/_-]{20,}={0,2}$/);
    expect(result.apdus).toBeGreaterThan(0);
    expect(result.apdus).toBeLessThanOrEqual(8);
    // The one PIN in the whole journey is the one typed into the browser's dialog.
    expect(stage.lab.counts().pinAttempts).toBe(1);
    expect((await readdir(output)).filter((file) => /^\d\d-.*\.png$/.test(file))).toHaveLength(13);
  });

  it('registers the next person after the browser was closed', async () => {
    await stage.restartBrowser();
    const result = await performJourney(stage, { output, profile: 'pharmacist-2' });
    if (result.problem) throw new Error(result.problem);
    expect(result.ok).toBe(true);
    expect(result.username).toBe(stage.lab.pki.persons['pharmacist-2'].username?.toLowerCase());
    expect(result.username).not.toBe('t00100-jpa');
  });
});
