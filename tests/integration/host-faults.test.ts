import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildHost } from '../../native-host/build.ts';
import { type Lab, type ProfileId, startLab } from '../lab/index.ts';
import { HostClient } from './host-client.ts';

let lab: Lab;
let folder: string;
let launcher: string;
let host: HostClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hpki-navi-host-'));
  ({ launcher } = await buildHost({ outDir: join(folder, 'host') }));
  lab = await startLab({ transmitTimeout: 600 });
});
afterAll(async () => {
  await lab.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await lab.fault({ kind: 'none' });
  await lab.remove();
  lab.resetCounts();
  host = new HostClient(launcher, lab.environment);
  await host.watch();
});
afterEach(async () => {
  expect(lab.counts().pinAttempts).toBe(0);
  expect(await host.close()).toEqual({ code: 0, signal: null });
  expect(host.errors).toBe('');
});

/** The card works once the fault is over: nothing the host did needs more than taking it out and in again. */
async function expectRecovery(): Promise<void> {
  await lab.fault({ kind: 'none' });
  await lab.remove();
  const facts = await host.cardAfter(() => lab.insert('pharmacist'));
  expect(facts).toMatchObject({ certificate: { form: 'read' }, pin: { statusWord: '63CF' } });
  expect(facts.stopped).toBeUndefined();
}

describe('a card pulled', () => {
  it.each<[ProfileId, boolean]>([
    ['pharmacist', true],
    ['pharmacist', false],
    ['pharmacist-guideline-layout', true],
    ['mynumber', true],
  ])('%s (extended length: %s) at every command is told as removed', async (profile, extendedLength) => {
    const { apdus } = await host.cardAfter(() => lab.insert(profile, { extendedLength }));
    expect(apdus).toBeGreaterThan(4);
    for (let apdu = 1; apdu <= apdus; apdu++) {
      await lab.remove();
      await lab.fault({ kind: 'remove-at', apdu });
      const facts = await host.cardAfter(() => lab.insert(profile, { extendedLength }));
      expect(facts.stopped).toMatchObject({ by: 'removed', afterApdus: apdu - 1 });
      await lab.fault({ kind: 'none' });
    }
    await expectRecovery();
  });
});

describe('a card that fails', () => {
  it('silent at any command: the reader gives up, the host tells it', async () => {
    for (const apdu of [1, 3, 6, 7]) {
      await lab.fault({ kind: 'mute-at', apdu });
      const facts = await host.cardAfter(() => lab.insert('pharmacist'));
      expect(facts.stopped ?? facts.certificate).toBeDefined();
      if (facts.stopped) expect(['protocol', 'mute']).toContain(facts.stopped.by);
      await lab.fault({ kind: 'none' });
      await lab.remove();
    }
    await expectRecovery();
  });

  it('with an answer too short to be one is told as such', async () => {
    for (const bytes of [0, 1]) {
      for (const apdu of [1, 4, 7]) {
        await lab.fault({ kind: 'length-at', apdu, bytes });
        const facts = await host.cardAfter(() => lab.insert('pharmacist'));
        expect(facts.stopped).toMatchObject({ by: 'protocol', afterApdus: apdu - 1 });
        await lab.fault({ kind: 'none' });
        await lab.remove();
      }
    }
    await expectRecovery();
  });

  it.each(['61', '6C'] as const)('that answers %sXX for ever comes to an end', async (status) => {
    await lab.fault({ kind: 'endless', status });
    const facts = await host.cardAfter(() => lab.insert('pharmacist'));
    expect(facts.apdus).toBeLessThanOrEqual(96);
    await expectRecovery();
  });

  it.each([0, 1, 60_000, 'longer', 'shorter', 'indefinite', 'huge'] as const)(
    'with a certificate of %s is told as malformed',
    async (content) => {
      await lab.fault({ kind: 'certificate', content });
      for (const extendedLength of [true, false]) {
        const facts = await host.cardAfter(() => lab.insert('pharmacist', { extendedLength }));
        expect(facts).toMatchObject({ certificate: { form: 'malformed' }, pin: { statusWord: '63CF' } });
        await lab.remove();
      }
      await expectRecovery();
    },
  );

  it.each([0x6283, 0x6700, 0x6982, 0x6d00, 0x6e00, 0x6f00])(
    'that answers its first command with %s leaves no trace in the next card',
    async (status) => {
      await lab.fault({ kind: 'status-at', apdu: 1, status });
      const facts = await host.cardAfter(() => lab.insert('pharmacist'));
      expect(facts.applications[0]?.statusWord).toBe(status.toString(16).toUpperCase());
      expect(facts.certificate).toBeUndefined();
      await expectRecovery();
    },
  );
});

describe('another program', () => {
  it('that resets the card waits for the end of our transaction, and hurts no later reading', async () => {
    await lab.fault({ kind: 'latency', perApdu: 60, perByte: 0 });
    const card = host.facts('card');
    await lab.insert('pharmacist');
    await lab.fault({ kind: 'reset' });
    expect(await card).toMatchObject({
      apdus: 7,
      certificate: { form: 'read' },
      pin: { statusWord: '63CF' },
    });
    const [reader = ''] = lab.readers;
    const again = await host.cardAfter(() => host.ask({ type: 'reread', reader }));
    expect(again).toMatchObject({ apdus: 7, certificate: { form: 'read' } });
    await expectRecovery();
  });

  it('that holds the card exclusively is told, and the card read when it lets go', async () => {
    await lab.insert('foreign-card');
    const first = await host.facts('card');
    await lab.fault({ kind: 'hold', mode: 'exclusive' });
    const [reader = ''] = lab.readers;
    const from = host.events.length;
    expect(await host.ask({ type: 'reread', reader })).toMatchObject({ type: 'done' });
    const held = await host.facts('card', () => true, from);
    expect(held.stopped).toMatchObject({ by: 'exclusive', pcscCode: '8010000B', afterApdus: 0 });
    const holders = await host.facts('card-holders', () => true, from);
    // The program with which the lab holds cards. Others on this machine may have the library loaded as well.
    expect(holders.candidates.map(({ name }) => name)).toContainEqual(expect.stringMatching(/^pcsc_client-/));
    const after = await host.cardAfter(() => lab.fault({ kind: 'release' }));
    expect(after.applications).toEqual(first.applications);
  });

  it('that holds the card in a transaction is told, and the card read when it lets go', async () => {
    await lab.insert('foreign-card');
    const first = await host.facts('card');
    await lab.fault({ kind: 'hold', mode: 'transaction' });
    const [reader = ''] = lab.readers;
    const from = host.events.length;
    const { apdus } = lab.counts();
    await host.ask({ type: 'reread', reader });
    const held = await host.facts('card', () => true, from);
    expect(held.stopped).toMatchObject({ by: 'exclusive', afterApdus: 0 });
    expect(lab.counts().apdus).toBe(apdus);
    const after = await host.cardAfter(() => lab.fault({ kind: 'release' }));
    expect(after.applications).toEqual(first.applications);
  });
});
