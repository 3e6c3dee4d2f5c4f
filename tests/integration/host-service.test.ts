import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { HostEvent } from '../../common/protocol/index.ts';
import { buildHost } from '../../native-host/build.ts';
import { type Lab, type LabOptions, startLab } from '../lab/index.ts';
import { HostClient } from './host-client.ts';

let folder: string;
let launcher: string;
let sourceLauncher: string;
let lab: Lab | undefined;
let host: HostClient | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hpki-navi-host-'));
  ({ launcher } = await buildHost({ outDir: join(folder, 'host') }));
  // The built host carries koffi only: pcsclite is an option of source trees.
  sourceLauncher = join(folder, 'from-source');
  const main = resolve(import.meta.dirname, '../../native-host/main.ts');
  await writeFile(sourceLauncher, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, { mode: 0o755 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(async () => {
  if (host) expect(await host.close()).toEqual({ code: 0, signal: null });
  expect(lab?.counts().pinAttempts ?? 0).toBe(0);
  await lab?.stop();
  host = undefined;
  lab = undefined;
});

async function bench(options: LabOptions = {}, backend: 'koffi' | 'pcsclite' = 'koffi') {
  const desk = await startLab(options);
  lab = desk;
  const program = backend === 'koffi' ? launcher : sourceLauncher;
  const started = new HostClient(program, { ...desk.environment, HPKI_NAVI_BACKEND: backend });
  host = started;
  return { lab: desk, host: started };
}

const backends = ['koffi', 'pcsclite'] as const;

describe('the service', () => {
  it.each(backends)('%s: absent at the start, it comes, is killed and comes back', async (backend) => {
    const { lab, host } = await bench({ pcscd: false, insert: 'pharmacist' }, backend);
    await host.watch();
    expect(await host.facts('pcsc-service')).toMatchObject({ state: 'stopped' });
    await lab.fault({ kind: 'pcscd-start' });
    expect(await host.facts('card')).toMatchObject({ certificate: { form: 'read' } });

    const killed = host.events.length;
    await lab.fault({ kind: 'pcscd-kill' });
    await host.facts('pcsc-service', ({ state }) => state !== 'running', killed);
    await host.event((event) => isUnknownReaders(event), killed);

    const restarted = host.events.length;
    await lab.fault({ kind: 'pcscd-start' });
    await host.facts('pcsc-service', ({ state }) => state === 'running', restarted);
    expect(await host.facts('card', () => true, restarted)).toMatchObject({ certificate: { form: 'read' } });
  });
});

describe('a service that does not answer', () => {
  it('is told as unknown, and as running when it answers after all', async () => {
    const { lab, host } = await bench({ insert: 'pharmacist' });
    const pid = lab.pcscdPid ?? 0;
    process.kill(pid, 'SIGSTOP');
    try {
      await host.watch();
      const seen = await host.event(
        (event) => event.type === 'observation' && event.observation.subject === 'pcsc-service',
      );
      expect(seen).toMatchObject({ observation: { result: { outcome: 'unknown', reason: 'timeout' } } });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    expect(await host.facts('pcsc-service')).toMatchObject({ state: 'running' });
    expect(await host.facts('card')).toMatchObject({ certificate: { form: 'read' } });
  });
});

describe('readers', () => {
  // koffi alone: pcsclite's own close() of a reader that was pulled can block its process.
  it('come and go while it watches, and cards in them', async () => {
    const { lab, host } = await bench({ readers: 2, plugged: false });
    await host.watch();
    expect(await host.facts('readers')).toEqual({ readers: [] });
    let from = host.events.length;
    await lab.plug(1);
    await host.facts('readers', ({ readers }) => readers.length === 1, from);
    from = host.events.length;
    await lab.plug(0);
    await host.facts('readers', ({ readers }) => readers.length === 2, from);
    const card = await host.cardAfter(() => lab.insert('pharmacist', { reader: 1 }));
    expect(card).toMatchObject({ reader: lab.readers.find((name) => name.startsWith('ACS')) });
    from = host.events.length;
    await lab.unplug(1);
    await host.facts('readers', ({ readers }) => readers.length === 1, from);
  });
});

function isUnknownReaders(event: HostEvent): boolean {
  return (
    event.type === 'observation' &&
    event.observation.subject === 'readers' &&
    event.observation.result.outcome === 'unknown'
  );
}

describe('insertions', () => {
  it('come with the right number for a card swapped in a moment', async () => {
    const { lab, host } = await bench();
    await host.watch();
    // Not there from the start: pcsc-lite does not compare its count of changes while that is 0.
    const first = await host.cardAfter(() => lab.insert('pharmacist'));
    const from = host.events.length;
    await lab.remove();
    await lab.insert('pharmacist-2');
    const second = await host.facts('card', ({ insertion }) => insertion !== first.insertion, from);
    expect(second.certificate).not.toEqual(first.certificate);
  });

  it.each([
    ['put in before the service began', true],
    ['put in afterwards', false],
  ])('of a card %s are told when it is exchanged while nobody looks', async (_, before) => {
    const { lab, host } = await bench(before ? { insert: 'pharmacist' } : {});
    if (!before) await lab.insert('pharmacist');
    await host.watch();
    const { insertion } = await host.facts('card');
    const [cardProcess = 0] = host.children();
    const from = host.events.length;
    process.kill(cardProcess, 'SIGSTOP');
    try {
      await lab.insert('doctor');
    } finally {
      process.kill(cardProcess, 'SIGCONT');
    }
    expect(await host.facts('card', () => true, from)).toMatchObject({
      insertion: insertion + 2,
      certificate: { profile: { hcRoles: ['Medical Doctor'] } },
    });
  });

  it('in two readers at once are both read', async () => {
    const { lab, host } = await bench({ readers: 2 });
    await host.watch();
    await Promise.all([lab.insert('pharmacist'), lab.insert('mynumber', { reader: 1 })]);
    const [one = '', other = ''] = lab.readers;
    const byReader = (name: string) => host.facts('card', ({ reader }) => reader === name);
    expect((await byReader(one)).applications).toHaveLength(1);
    expect((await byReader(other)).applications.at(-1)).toMatchObject({ name: 'jpki', statusWord: '9000' });
  });

  it('that were pulled while pcscd was away are not reported as present', async () => {
    const { lab, host } = await bench({ insert: 'pharmacist' });
    await host.watch();
    await host.facts('card');
    await lab.fault({ kind: 'pcscd-kill' });
    const from = host.events.length;
    await lab.remove();
    await lab.fault({ kind: 'pcscd-start' });
    const { readers } = await host.facts('readers', () => true, from);
    expect(readers.map(({ state }) => state)).toEqual(['empty']);
  });
});
