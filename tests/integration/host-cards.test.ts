import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { usernameFromSubjectSerialNumber } from '../../common/certificate/index.ts';
import type { CardFacts } from '../../common/protocol/index.ts';
import { buildHost } from '../../native-host/build.ts';
import { type CardOptions, type Lab, type ProfileId, startLab } from '../lab/index.ts';
import { HostClient } from './host-client.ts';

let lab: Lab;
let folder: string;
let launcher: string;
let host: HostClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hpki-navi-host-'));
  ({ launcher } = await buildHost({ outDir: join(folder, 'host') }));
  lab = await startLab();
});
afterAll(async () => {
  await lab.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await lab.remove();
  lab.resetCounts();
  host = new HostClient(launcher, lab.environment);
  await host.watch();
});
afterEach(async () => {
  expect(await host.close()).toEqual({ code: 0, signal: null });
});

async function seen(profile: ProfileId, options: CardOptions = {}): Promise<CardFacts> {
  return host.cardAfter(() => lab.insert(profile, options));
}

/** Nothing the host sent may have cost a try, and it counts what it sends. */
function expectHarmless(facts: CardFacts): void {
  expect(lab.counts()).toMatchObject({ apdus: facts.apdus, pinAttempts: 0 });
}

describe('each card', () => {
  it.each([
    ['pharmacist', 't00100-jpa', '63CF'],
    ['pharmacist-guideline-layout', 't00100-jpa', '63CF'],
    ['pharmacist-contactless', 't00100-jpa', '63CF'],
    ['expired', undefined, '63CF'],
    ['expiring', undefined, '63CF'],
    ['pin-1-left', undefined, '63C1'],
    ['pin-locked', undefined, '6983'],
    ['no-role', undefined, '63CF'],
    ['doctor', undefined, '63CF'],
    ['pharmacist-2', undefined, '63CF'],
  ] as const)('%s is read, its tries asked for, none spent', async (profile, username, pin) => {
    const facts = await seen(profile);
    expect(facts).toMatchObject({
      applications: [{ name: 'hpki-authentication', statusWord: '9000' }],
      certificate: { form: 'read', profile: { kind: 'hpki-authentication' } },
      pin: { statusWord: pin },
    });
    expect(facts.stopped).toBeUndefined();
    expect(facts.apdus).toBeLessThanOrEqual(8);
    expectHarmless(facts);
    if (username !== undefined && facts.certificate?.form === 'read') {
      const { serialNumber = '' } = facts.certificate.profile.subject;
      expect(usernameFromSubjectSerialNumber(serialNumber)?.username).toBe(username);
    }
  });

  it('tells validity and role as the certificate has them', async () => {
    const expired = await seen('expired');
    if (expired.certificate?.form !== 'read') throw new Error('not read');
    expect(Date.parse(expired.certificate.profile.notAfter)).toBeLessThan(Date.now());
    await lab.remove();
    expect(await seen('no-role')).toMatchObject({ certificate: { profile: { hcRoles: [] } } });
    await lab.remove();
    expect(await seen('pharmacist')).toMatchObject({ certificate: { profile: { hcRoles: ['Pharmacist'] } } });
  });

  it('signature-only, My Number and foreign cards are told by their applications', async () => {
    const applications = async (profile: ProfileId) => {
      const facts = await seen(profile);
      expectHarmless(facts);
      lab.resetCounts();
      await lab.remove();
      return facts.applications.map(({ name, statusWord }) => `${name} ${statusWord}`);
    };
    expect(await applications('signature-only')).toEqual(['hpki-authentication 6A82', 'hpki-signature 9000']);
    expect(await applications('mynumber')).toEqual([
      'hpki-authentication 6A82',
      'hpki-signature 6A82',
      'jpki 9000',
    ]);
    expect(await applications('foreign-card')).toEqual([
      'hpki-authentication 6A82',
      'hpki-signature 6A82',
      'jpki 6A82',
    ]);
  });

  it('a mute card is told without a command', async () => {
    const facts = await seen('mute');
    expect(facts.stopped?.by).toBe('mute');
    expect(facts.apdus).toBe(0);
    expectHarmless(facts);
  });
});

describe('the number of commands', () => {
  const ends = (['6282', '6Cxx', '9000'] as const).map((shortRead) => ({ traits: { shortRead } }));
  const asForOpensc = ends.map((way) => ({ ...way, opensc: true }));

  it.each<[ProfileId, string, CardOptions[]]>([
    ['pharmacist', 'as seen on cards', ends],
    ['pharmacist', 'with all concessions to OpenSC', asForOpensc],
    ['pharmacist-guideline-layout', 'as in the guideline', ends],
  ])(
    '%s, %s: at most 8 with extended length, 14 without, however it ends its files',
    async (profile, _, ways) => {
      for (const way of ways) {
        for (const [extendedLength, most] of [
          [true, 8],
          [false, 14],
        ] as const) {
          lab.resetCounts();
          const facts = await seen(profile, { ...way, extendedLength });
          expect(facts).toMatchObject({ certificate: { form: 'read' }, extendedLength });
          expect(facts.apdus).toBeLessThanOrEqual(most);
          expectHarmless(facts);
          await lab.remove();
        }
      }
    },
  );

  it('is spent once per insertion: later requests are answered from what is known', async () => {
    const facts = await seen('pharmacist');
    await host.ask({ type: 'observe', subjects: ['readers', 'card', 'pcsc-service'] });
    await host.ask({ type: 'watch' });
    expectHarmless(facts);
    const [reader = ''] = lab.readers;
    expect(await host.ask({ type: 'reread', reader })).toMatchObject({ type: 'done' });
    expect(lab.counts()).toMatchObject({ apdus: 2 * facts.apdus, pinAttempts: 0 });
  });
});

describe('quiet', () => {
  it('reaches a host that is started in the middle of a login before it reads the card, however late', async () => {
    await seen('pharmacist');
    lab.resetCounts();
    const another = new HostClient(launcher, lab.environment);
    try {
      await another.hello();
      const readers = another.facts('readers', (facts) => facts.readers[0]?.state === 'present');
      await another.ask({ type: 'observe', subjects: ['readers', 'card'] });
      await readers;
      await another.ask({ type: 'quiet', on: true });
      await another.ask({ type: 'watch' });
      expect(lab.counts().apdus).toBe(0);
      const facts = await another.cardAfter(() => another.ask({ type: 'quiet', on: false }));
      expect(facts).toMatchObject({ certificate: { form: 'read' } });
    } finally {
      await another.close();
    }
  });

  it('sends no command to any card, tells insertions, and reads what came meanwhile afterwards', async () => {
    const { insertion } = await seen('pharmacist');
    await host.ask({ type: 'quiet', on: true });
    const { apdus } = lab.counts();
    const from = host.events.length;
    await lab.remove();
    await lab.insert('pharmacist-2');
    await host.facts('readers', ({ readers }) => readers[0]?.insertion === insertion + 2, from);
    const [reader = ''] = lab.readers;
    expect(await host.ask({ type: 'reread', reader })).toMatchObject({ type: 'failed', code: 'quiet' });
    await host.ask({ type: 'observe', subjects: ['card', 'readers'] });
    expect(lab.counts().apdus).toBe(apdus);
    const facts = await host.cardAfter(() => host.ask({ type: 'quiet', on: false }));
    expect(facts).toMatchObject({ insertion: insertion + 2, certificate: { form: 'read' } });
  });

  it('calls off a reading under way, and ends it before it says so', async () => {
    await lab.fault({ kind: 'latency', perApdu: 150, perByte: 0 });
    try {
      await lab.insert('pharmacist');
      await host.ask({ type: 'quiet', on: true });
      const { apdus } = lab.counts();
      expect(apdus).toBeLessThan(7);
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(lab.counts().apdus).toBe(apdus);
      const facts = await host.cardAfter(() => host.ask({ type: 'quiet', on: false }));
      expect(facts).toMatchObject({ certificate: { form: 'read' } });
      expect(lab.counts().pinAttempts).toBe(0);
    } finally {
      await lab.fault({ kind: 'none' });
    }
  });
});
