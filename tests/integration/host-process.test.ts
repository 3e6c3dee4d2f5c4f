import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { protocolVersion } from '../../common/protocol/index.ts';
import { buildHost } from '../../native-host/build.ts';
import { exitCode } from '../../native-host/exit-codes.ts';
import { encodeFrame } from '../../native-host/messaging/frames.ts';
import { type Lab, startLab } from '../lab/index.ts';
import { extensionOrigin, gone, HostClient } from './host-client.ts';

let lab: Lab;
let folder: string;
let launcher: string;
const hosts: HostClient[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hpki-navi-host-'));
  ({ launcher } = await buildHost({ outDir: join(folder, 'host') }));
  lab = await startLab({ readers: 2, transmitTimeout: 4000 });
});
afterAll(async () => {
  await lab.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  for (const reader of [0, 1]) {
    await lab.fault({ kind: 'none' }, reader);
    await lab.remove(reader);
  }
});
afterEach(async () => {
  for (const host of hosts.splice(0)) {
    host.process.kill('SIGKILL');
    await host.exited;
  }
});

function start(environment: NodeJS.ProcessEnv = {}, origin?: string): HostClient {
  const host = new HostClient(launcher, { ...lab.environment, ...environment }, origin);
  hosts.push(host);
  return host;
}

/** A card that answers nothing is in the first reader, and the host is at it. */
async function atMuteCard(host: HostClient): Promise<void> {
  await host.watch();
  await lab.fault({ kind: 'mute-at', apdu: 1 });
  const from = host.events.length;
  await lab.insert('pharmacist');
  await host.facts('readers', ({ readers }) => readers[0]?.state === 'present', from);
}

describe('the host ends', () => {
  it('with its standard input, and its card process with it', async () => {
    const host = start();
    await host.watch();
    const children = host.children();
    expect(children).toHaveLength(1);
    expect(await host.close()).toEqual({ code: 0, signal: null });
    await gone(children);
  });

  it('with its standard input even while a card is stuck', async () => {
    const host = start();
    await atMuteCard(host);
    const children = host.children();
    expect(await host.close()).toEqual({ code: 0, signal: null });
    await gone(children);
  });

  it('with its standard input even when nobody reads its output', async () => {
    const host = start();
    await host.watch();
    host.process.stdout?.pause();
    for (let count = 0; count < 2000; count++) void host.ask({ type: 'observe', subjects: ['readers'] });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await host.close()).toEqual({ code: 0, signal: null });
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'by %s, and leaves no process, also with a stuck card',
    async (signal) => {
      const host = start();
      await atMuteCard(host);
      const children = host.children();
      host.process.kill(signal);
      await host.exited;
      await gone(children);
    },
  );
});

describe('a stuck card', () => {
  it('is told as timeout, does not delay the other reader, and the next card is read', async () => {
    const host = start({ HPKI_NAVI_READ_MS: '1200' });
    await atMuteCard(host);
    const [stuckReader = '', otherReader = ''] = lab.readers;
    const before = host.children();
    const from = host.events.length;
    await lab.insert('pharmacist-2', { reader: 1 });
    const other = await host.facts('card', ({ reader }) => reader === otherReader, from);
    expect(other).toMatchObject({ certificate: { form: 'read' } });
    expect(host.events.slice(from).some((event) => isCardOf(event, stuckReader))).toBe(false);
    const stuck = await host.facts('card', ({ reader }) => reader === stuckReader, from);
    expect(stuck.stopped).toMatchObject({ by: 'timeout' });
    await gone(before);

    await lab.fault({ kind: 'none' });
    await lab.remove();
    const next = await host.cardAfter(() => lab.insert('pharmacist'));
    expect(next).toMatchObject({ reader: stuckReader, certificate: { form: 'read' } });
    expect(lab.counts().pinAttempts).toBe(0);
  });

  it('leaves every request its deadline', async () => {
    const host = start();
    await atMuteCard(host);
    const [reader = ''] = lab.readers;
    const late = { type: 'failed', code: 'deadline-exceeded' };
    const reread = host.ask({ type: 'reread', reader, deadlineMs: 700 });
    expect(await host.ask({ type: 'watch', deadlineMs: 600 })).toMatchObject(late);
    expect(await reread).toMatchObject(late);
    expect(await host.ask({ type: 'quiet', on: true, deadlineMs: 100 })).toMatchObject(late);
  });
});

function isCardOf(event: HostClient['events'][number], reader: string): boolean {
  if (event.type !== 'observation' || event.observation.subject !== 'card') return false;
  const { result } = event.observation;
  return result.outcome === 'observed' && result.facts.reader === reader;
}

describe('messages', () => {
  const hello = {
    type: 'hello',
    id: 1,
    deadlineMs: 5000,
    protocol: protocolVersion,
    extensionVersion: '0.1.0',
  };

  it('that are none are answered and survived: no JSON, no request, too long, empty', async () => {
    const host = start();
    const malformed: [Uint8Array, number | undefined][] = [
      [Buffer.from('0100000000', 'hex'), undefined],
      [Buffer.from('00000000', 'hex'), undefined],
      [Buffer.from('02000000C328', 'hex'), undefined],
      [encodeFrame({ id: 9, type: 'open', path: '/etc/passwd' }) ?? new Uint8Array(), 9],
      [encodeFrame({ ...hello, extensionVersion: 'x'.repeat(500_000) }) ?? new Uint8Array(), undefined],
    ];
    for (const [octets, id] of malformed) {
      const from = host.events.length;
      host.write(octets);
      const answer = await host.event(({ type }) => type === 'failed', from);
      expect(answer).toMatchObject({ type: 'failed', code: 'malformed-message' });
      expect(answer.type === 'failed' && answer.id).toBe(id);
    }
    expect(await host.hello()).toMatchObject({ type: 'hello' });
  });

  it('are understood however they are split', async () => {
    const host = start();
    for (const octet of encodeFrame(hello) ?? []) {
      host.write(Uint8Array.of(octet));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await host.event(({ type }) => type === 'hello')).toMatchObject({ id: 1 });
  });

  it('of 200 MB in one frame take no memory', async () => {
    const host = start();
    await host.hello();
    const header = Buffer.alloc(4);
    header.writeUInt32LE(200 * 1024 * 1024);
    host.write(header);
    await host.event((event) => event.type === 'failed');
    const chunk = Buffer.alloc(1024 * 1024);
    for (let sent = 0; sent < 200; sent++) {
      if (host.process.stdin?.write(chunk) === false) {
        await new Promise((resolve) => host.process.stdin?.once('drain', resolve));
      }
    }
    expect(await host.ask({ type: 'observe', subjects: [] })).toMatchObject({ type: 'done' });
  });

  it('by the thousand are each answered once', async () => {
    const host = start();
    await host.hello();
    const answers = await Promise.all(
      Array.from({ length: 5000 }, () => host.ask({ type: 'observe', subjects: [] })),
    );
    expect(answers.filter(({ type }) => type === 'done' || type === 'failed')).toHaveLength(5000);
    expect(host.events.filter(({ type }) => type === 'done' || type === 'failed')).toHaveLength(5000);
  });

  it('come when a browser that did not read for a while reads again', async () => {
    const host = start();
    await host.watch();
    host.process.stdout?.pause();
    for (let count = 0; count < 3; count++) {
      await lab.insert('foreign-card');
      await lab.remove();
    }
    await lab.insert('pharmacist');
    const from = host.events.length;
    const answer = host.ask({ type: 'observe', subjects: ['card'] });
    host.process.stdout?.resume();
    expect(await answer).toMatchObject({ type: 'done' });
    const card = await host.facts('card', ({ certificate }) => certificate?.form === 'read', from);
    expect(card.pin).toMatchObject({ statusWord: '63CF' });
  });
});

describe('who may call', () => {
  it.each([
    'chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/',
    `${extensionOrigin}x`,
    extensionOrigin.replace('chrome', 'moz'),
    'https://example.com/',
  ])('not %s', async (origin) => {
    const host = start({}, origin);
    expect(await host.exited).toEqual({ code: exitCode.callerRefused, signal: null });
    expect(host.errors).toContain(origin);
    expect(host.events).toEqual([]);
  });

  it('the extension, with whatever else a browser adds', async () => {
    const child = spawn(launcher, [extensionOrigin, '--parent-window=0'], {
      env: { ...process.env, ...lab.environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const answered = new Promise((resolve) => child.stdout.once('data', resolve));
    child.stdin.write(
      encodeFrame({ type: 'hello', id: 1, deadlineMs: 5000, protocol: 1, extensionVersion: '0.1.0' }) ?? '',
    );
    expect(String(await answered)).toContain('"type":"hello"');
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.stdin.end();
    expect(await exited).toBe(0);
  });
});
