import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Person, personAt } from '../demo/person.ts';
import { raiseStage, type Stage } from '../demo/stage.ts';
import type { ProfileId } from '../lab/index.ts';
import { recordFailure } from './failure-record.ts';

/** What lies on the desk, seen by an open panel that is never reloaded. */
let stage: Stage;
let person: Person;

beforeAll(async () => {
  stage = await raiseStage();
  person = await personAt(stage);
});
afterEach((context) => recordFailure(context, stage));
afterAll(() => stage?.stop());

const fails = (check: string, reason?: string) =>
  `[data-verdict="blocked"] [data-check="${check}"][data-status="fail"]${reason ? `[data-reason="${reason}"]` : ''}`;
const startButton = () => person.panel.$('[data-action="start"]:not([disabled])');

describe('an open panel', () => {
  it('says that there is no card', async () => {
    await person.sees(fails('card-present'));
    expect(await startButton()).toBeNull();
  });

  it.each<[ProfileId, string]>([
    ['mynumber', 'card-kind'],
    ['foreign-card', 'card-kind'],
    ['signature-only', 'card-kind'],
    ['expired', 'certificate-validity'],
    ['pin-locked', 'pin'],
    ['mute', 'card-readable'],
  ])(
    'says what is wrong with the card %s, and takes it back when the card is taken out',
    async (profile, check) => {
      await stage.lab.insert(profile);
      await person.sees(fails(check));
      expect(await startButton()).toBeNull();
      await stage.lab.remove();
      await person.sees(fails('card-present'));
    },
  );

  it.each<[ProfileId, string]>([
    ['expiring', 'certificate-validity'],
    ['pin-1-left', 'pin'],
  ])('warns of the card %s and lets the person go on', async (profile, check) => {
    await stage.lab.insert(profile);
    await person.sees(`[data-verdict="warning"] [data-check="${check}"][data-status="warn"]`);
    expect(await startButton()).not.toBeNull();
    await stage.lab.remove();
    await person.sees(fails('card-present'));
  });

  it.each<[ProfileId]>([['pharmacist'], ['pharmacist-guideline-layout'], ['doctor'], ['no-role']])(
    'is ready with the card %s',
    async (profile) => {
      await stage.lab.insert(profile);
      await person.sees('[data-verdict="ready"] [data-check="certificate"][data-status="pass"]');
      expect(await startButton()).not.toBeNull();
      await stage.lab.remove();
      await person.sees(fails('card-present'));
    },
  );

  it('is right again after a card that is pulled at any of its APDUs', async () => {
    for (let at = 1; at <= 7; at += 1) {
      await stage.lab.fault({ kind: 'remove-at', apdu: at });
      await stage.lab.insert('pharmacist');
      await person.sees(fails('card-present'));
      await stage.lab.fault({ kind: 'none' });
      await stage.lab.insert('pharmacist');
      await person.sees('[data-verdict="ready"]');
      await stage.lab.remove();
      await person.sees(fails('card-present'));
    }
  });

  it('sees the reader unplugged and plugged in', async () => {
    await stage.lab.unplug();
    await person.sees(fails('reader'));
    await stage.lab.plug();
    await person.sees(fails('card-present'));
  });

  it('sees the card service end and come back, and reads the card then', async () => {
    await stage.lab.fault({ kind: 'pcscd-kill' });
    await person.sees(fails('pcsc-service'));
    await stage.lab.fault({ kind: 'pcscd-start' });
    await stage.lab.insert('pharmacist');
    await person.sees('[data-verdict="ready"]');
    await stage.lab.remove();
  });

  it('never spent a PIN attempt on all of this', () => {
    expect(stage.hostCounts().apdus).toBeGreaterThan(0);
    expect(stage.lab.counts().pinAttempts).toBe(0);
  });
});
