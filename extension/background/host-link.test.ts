import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Observation, Request } from '../../common/protocol/index.ts';
import type { HostState } from '../judge/index.ts';
import { HostLink, type NativePort } from './host-link.ts';

/** A port whose other side is the test. */
class FakePort implements NativePort {
  readonly sent: Request[] = [];
  disconnected = false;
  #message: (message: unknown) => void = () => undefined;
  #end: (lastError: string | undefined) => void = () => undefined;

  postMessage(message: Request): void {
    this.sent.push(message);
  }
  disconnect(): void {
    this.disconnected = true;
  }
  onMessage(listener: (message: unknown) => void): void {
    this.#message = listener;
  }
  onDisconnect(listener: (lastError: string | undefined) => void): void {
    this.#end = listener;
  }
  receive(message: object): void {
    this.#message(message);
  }
  end(lastError?: string): void {
    this.#end(lastError);
  }
  /** Answers the last request of this type. */
  answer(type: Request['type'], more: object = { type: 'done' }): void {
    const request = this.sent.findLast((one) => one.type === type);
    if (!request) throw new Error(`no ${type} was sent`);
    this.receive({ id: request.id, ...more });
  }
}

const hello = {
  type: 'hello',
  protocol: 1,
  hostVersion: '0.1.0',
  platform: 'linux',
  node: 'v24',
  arch: 'x64',
  backend: 'koffi',
};
const settle = () => vi.advanceTimersByTimeAsync(0);

let ports: FakePort[];
let states: HostState[];
let observations: Observation[];
let quiet: boolean;
let link: HostLink;

beforeEach(() => {
  vi.useFakeTimers();
  ports = [];
  states = [];
  observations = [];
  quiet = false;
  link = new HostLink({
    connect: () => {
      const port = new FakePort();
      ports.push(port);
      return port;
    },
    extensionVersion: '0.1.0',
    quietWanted: () => quiet,
    onState: (state) => states.push(state),
    onObservation: (observation) => observations.push(observation),
  });
});

afterEach(() => {
  link.close();
  vi.useRealTimers();
});

const port = () => ports.at(-1) as FakePort;

async function connect(): Promise<void> {
  link.open();
  port().answer('hello', hello);
  await settle();
}

describe('host link', () => {
  it('states versions first, then watches', async () => {
    await connect();
    expect(port().sent.map(({ type }) => type)).toEqual(['hello', 'watch']);
    expect(states.at(-1)).toMatchObject({ state: 'connected', complete: false });
    port().answer('watch');
    await settle();
    expect(states.at(-1)).toEqual({
      state: 'connected',
      hostVersion: '0.1.0',
      platform: 'linux',
      actions: [],
      complete: true,
    });
  });

  it('asks for quiet before it lets the host watch, between (4) and (7)', async () => {
    quiet = true;
    await connect();
    expect(port().sent.map(({ type }) => type)).toEqual(['hello', 'quiet']);
    port().answer('quiet');
    await settle();
    expect(port().sent.map(({ type }) => type)).toEqual(['hello', 'quiet', 'watch']);
  });

  it.each([
    [2, 'extension-too-old'],
    [1, undefined],
  ])('protocol %i gives %s', async (protocol, failure) => {
    link.open();
    port().answer('hello', { ...hello, protocol, hostVersion: '9.9.9' });
    await settle();
    if (failure) expect(states.at(-1)).toEqual({ state: 'failed', failure, hostVersion: '9.9.9' });
    else expect(states.at(-1)?.state).toBe('connected');
    expect(port().disconnected).toBe(failure !== undefined);
  });

  it('takes the secret for tokens from the host, and goes without from one that knows of none', async () => {
    await connect();
    const [offered, kept] = ['ab'.repeat(32), 'cd'.repeat(32)];
    const given = link.reportSecret(offered);
    expect(port().sent.at(-1)).toMatchObject({ type: 'report-secret', offered });
    port().answer('report-secret', { type: 'report-secret', secret: kept });
    expect(await given).toBe(kept);
    const refused = link.reportSecret(offered);
    port().answer('report-secret', { type: 'failed', code: 'malformed-message' });
    expect(await refused).toBeNull();
    link.close();
    expect(await link.reportSecret(offered)).toBeNull();
  });

  it('says so when no answer comes in time', async () => {
    link.open();
    await vi.advanceTimersByTimeAsync(21_000);
    expect(states.at(-1)).toEqual({ state: 'failed', failure: 'no-answer' });
  });

  it('waits for a host that is slow to start', async () => {
    link.open();
    await vi.advanceTimersByTimeAsync(12_000);
    expect(states.at(-1)).toEqual({ state: 'connecting' });
    port().answer('hello', hello);
    await settle();
    expect(states.at(-1)?.state).toBe('connected');
  });

  it('gives up a host that talks nonsense, and passes over what a newer one sees', async () => {
    await connect();
    port().receive({ type: 'observation', observation: { subject: 'fax-machine', facts: {} } });
    expect(states.at(-1)?.state).toBe('connected');
    port().receive({ type: 'observation', observation: { subject: 'readers', facts: 'all' } });
    expect(states.at(-1)).toEqual({ state: 'failed', failure: 'malformed' });
    expect(observations).toEqual([]);
  });

  it('reports a host that is not there, once', async () => {
    link.open();
    port().end('Specified native messaging host not found.');
    await settle();
    expect(states.at(-1)).toMatchObject({ state: 'failed', failure: 'not-installed' });
    expect(ports).toHaveLength(1);
  });

  it.each([
    ['ended', 'Native host has exited.', 'crashed'],
    ['sent what is no message', 'Error when communicating with the native messaging host.', 'malformed'],
  ])('starts a host anew that worked and %s, but not for ever', async (_, words, failure) => {
    await connect();
    for (let restart = 1; restart <= 3; restart += 1) {
      port().end(words);
      expect(ports).toHaveLength(restart + 1);
      port().answer('hello', hello);
      await settle();
    }
    port().end(words);
    await settle();
    expect(ports).toHaveLength(4);
    expect(states.at(-1)).toMatchObject({ state: 'failed', failure });
    link.open();
    expect(ports).toHaveLength(5);
  });

  it('minds nothing a closed port still says', async () => {
    await connect();
    const old = port();
    link.close();
    old.receive({ id: 99, type: 'done' });
    old.end('Native host has exited.');
    expect(ports).toHaveLength(1);
  });

  it('ends a request that the host never answers', async () => {
    await connect();
    const asked = link.quiet(true);
    await vi.advanceTimersByTimeAsync(1500);
    await expect(asked).resolves.toBeUndefined();
  });
});
