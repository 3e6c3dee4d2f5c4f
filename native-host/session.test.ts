import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type HostEvent, parseEvent, protocolVersion, type Reader } from '../common/protocol/index.ts';
import { Desk } from './card/desk.ts';
import { type ListedService, listServiceMs } from './observers/desk-observations.ts';
import type { Observer } from './observers/port.ts';
import { Session } from './session.ts';

const name = 'Reader 00 00';
const present: Reader = { name, state: 'present', inUse: false, insertion: 1 };
const hello = {
  type: 'hello',
  id: 1,
  deadlineMs: 1000,
  protocol: protocolVersion,
  extensionVersion: '0.1.0',
};

const drivers: Observer<'card-driver'> = {
  subject: 'card-driver',
  deadlineMs: 1000,
  how: 'fake',
  observe: async () => ({ outcome: 'observed', facts: { modules: [] } }),
};

interface SessionOptions {
  silentCard?: boolean;
  hungObserver?: boolean;
  list?: () => Promise<ListedService>;
  more?: Observer<never>[];
  keepsNothing?: boolean;
  acts?: (action: string) => 'done' | 'no-permission';
}

function session(options: SessionOptions = {}) {
  const events: HostEvent[] = [];
  let reads = 0;
  const desk: Desk = new Desk(
    {
      read: async ({ name: reader, insertion }) => {
        reads += 1;
        if (options.silentCard) return new Promise(() => undefined);
        return { reader, insertion, applications: [], apdus: 7, cardMs: 1 };
      },
      callOff: () => undefined,
    },
    {
      service: (state) => it.service(state),
      readers: (readers) => it.readers(readers),
      card: (seen) => it.card(seen),
    },
  );
  const observer = options.hungObserver
    ? { ...drivers, deadlineMs: 5, observe: () => new Promise<never>(() => undefined) }
    : drivers;
  const it = new Session({
    desk: async () => desk,
    backend: 'koffi',
    hostVersion: '0.1.0',
    actions: options.acts ? ['open-services'] : [],
    reportSecret: async (offered) => ({ secret: offered, kept: options.keepsNothing !== true }),
    surroundings: async () => ({
      observers: [observer as never, ...(options.more ?? [])],
      service: options.list ?? (async () => undefined),
      act: async (action) => options.acts?.(action) ?? 'action-unavailable',
    }),
    send: (event) => void events.push(parseEvent(JSON.parse(JSON.stringify(event)))),
  });
  const answers = () => events.filter(({ type }) => type !== 'observation');
  const subjects = () =>
    events.flatMap((event) => (event.type === 'observation' ? [event.observation.subject] : []));
  return { it, desk, events, answers, subjects, reads: () => reads };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

describe('a session', () => {
  it('begins with hello and states its versions', async () => {
    const { it, answers } = session();
    it.receive(hello);
    await until(() => answers().length === 1);
    expect(answers()[0]).toMatchObject({
      type: 'hello',
      id: 1,
      protocol: protocolVersion,
      hostVersion: '0.1.0',
    });
  });

  it('answers nothing else before, and nothing else after versions that do not fit', async () => {
    const { it, answers } = session();
    it.receive({ type: 'watch', id: 7, deadlineMs: 1000 });
    await until(() => answers().length === 1);
    it.receive({ ...hello, protocol: protocolVersion + 1 });
    it.receive({ type: 'watch', id: 8, deadlineMs: 1000 });
    await until(() => answers().length === 3);
    expect(answers()).toMatchObject([
      { type: 'failed', id: 7, code: 'hello-first' },
      { type: 'hello', protocol: protocolVersion },
      { type: 'failed', id: 8, code: 'protocol-mismatch' },
    ]);
  });

  it.each([
    [{ type: 'run', id: 3, deadlineMs: 1, command: 'calc.exe' }, 3],
    [{ id: 'x' }, undefined],
    [{ id: -1 }, undefined],
    [null, undefined],
    [[], undefined],
    ['hello', undefined],
  ])('answers %j with malformed-message and lives', async (message, id) => {
    const { it, answers } = session();
    it.receive(message);
    it.receive(hello);
    await until(() => answers().length === 2);
    expect(answers()[0]).toMatchObject({ type: 'failed', code: 'malformed-message' });
    expect((answers()[0] as { id?: number }).id).toBe(id);
    expect(answers()[1]).toMatchObject({ type: 'hello' });
  });

  it('watches: everything once, then done, then changes as they come', async () => {
    const { it, desk, answers, subjects } = session();
    it.receive(hello);
    it.receive({ type: 'watch', id: 2, deadlineMs: 1000 });
    desk.note({ type: 'service', state: 'running' });
    desk.note({ type: 'readers', readers: [present] });
    await until(() => answers().length === 2);
    expect(answers()[1]).toEqual({ type: 'done', id: 2 });
    expect(subjects().toSorted()).toEqual(['card', 'card-driver', 'pcsc-service', 'readers']);
    desk.note({ type: 'readers', readers: [{ ...present, state: 'empty', insertion: 2 }] });
    expect(subjects().at(-1)).toBe('readers');
    desk.note({ type: 'service', state: 'stopped', code: 0x8010001d });
    expect(subjects().slice(-2)).toEqual(['pcsc-service', 'readers']);
  });

  it('tells nothing unasked and reads no card before it is told to watch', async () => {
    const { it, desk, events, answers, reads } = session();
    it.receive(hello);
    await until(() => answers().length === 1);
    desk.note({ type: 'service', state: 'running' });
    desk.note({ type: 'readers', readers: [present] });
    await desk.settled();
    expect(events).toHaveLength(1);
    it.receive({ type: 'observe', id: 2, deadlineMs: 1000, subjects: ['card'] });
    await until(() => answers().length === 2);
    expect(reads()).toBe(0);
    it.receive({ type: 'watch', id: 3, deadlineMs: 1000 });
    await until(() => answers().length === 3);
    expect(reads()).toBe(1);
  });

  it('answers when the deadline has passed, whatever hangs, and only once', async () => {
    const { it, desk, answers } = session({ silentCard: true });
    desk.begin();
    it.receive(hello);
    desk.note({ type: 'service', state: 'running' });
    desk.note({ type: 'readers', readers: [present] });
    it.receive({ type: 'watch', id: 2, deadlineMs: 5 });
    it.receive({ type: 'reread', id: 3, deadlineMs: 5, reader: name });
    it.receive({ type: 'quiet', id: 4, deadlineMs: 5, on: true });
    await until(() => answers().length === 4);
    for (const id of [2, 3, 4]) {
      expect(answers()).toContainEqual({ type: 'failed', id, code: 'deadline-exceeded' });
    }
  });

  it('tells the service at once where its list hangs, answers soon, and tells the list when it comes', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const list = Promise.withResolvers<ListedService>();
    const { it, desk, events, answers, subjects } = session({ list: () => list.promise });
    it.receive(hello);
    desk.note({ type: 'service', state: 'stopped' });
    it.receive({ type: 'observe', id: 2, deadlineMs: 10_000, subjects: ['pcsc-service'] });
    await until(() => subjects().length === 1);
    expect(answers()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(listServiceMs);
    await until(() => answers().length === 2);
    expect(answers()[1]).toEqual({ type: 'done', id: 2 });
    list.resolve({ state: 'stopped', startType: 'disabled' });
    await until(() => subjects().length === 2);
    expect(events.at(-1)).toMatchObject({
      observation: { result: { facts: { state: 'stopped', startType: 'disabled' } } },
    });
  });

  it('an observer that hangs is unknown with its reason and delays no other', async () => {
    const { it, desk, events, answers } = session({ hungObserver: true });
    it.receive(hello);
    it.receive({ type: 'watch', id: 2, deadlineMs: 1000 });
    desk.note({ type: 'service', state: 'running' });
    desk.note({ type: 'readers', readers: [] });
    await until(() => answers().length === 2);
    expect(events).toContainEqual(
      expect.objectContaining({
        observation: expect.objectContaining({
          subject: 'card-driver',
          result: { outcome: 'unknown', reason: 'timeout' },
        }),
      }),
    );
  });

  it('what was seen goes out while another observer hangs, and the network is waited for by nobody', async () => {
    const never = () => new Promise<never>(() => undefined);
    const policies = {
      subject: 'policies' as const,
      deadlineMs: 1000,
      how: 'fake',
      observe: async () => ({ outcome: 'observed' as const, facts: { policies: [] } }),
    };
    const network = {
      subject: 'site-certificate' as const,
      deadlineMs: 60_000,
      how: 'fake',
      background: true,
      observe: never,
    };
    const hung = { ...policies, subject: 'usb-readers' as const, deadlineMs: 200, observe: never };
    const { it, desk, answers, subjects } = session({ more: [hung, policies, network] as never });
    it.receive(hello);
    it.receive({ type: 'watch', id: 2, deadlineMs: 5000 });
    desk.note({ type: 'service', state: 'running' });
    desk.note({ type: 'readers', readers: [] });
    await until(() => subjects().includes('policies') && subjects().includes('readers'));
    expect(subjects()).not.toContain('usb-readers');
    await until(() => answers().length === 2);
    expect(answers().at(-1)).toEqual({ type: 'done', id: 2 });
    expect(subjects()).not.toContain('site-certificate');
  });

  it('looks for who may hold a card when one is held, and not before', async () => {
    const holders = {
      subject: 'card-holders' as const,
      deadlineMs: 1000,
      how: 'fake',
      whenHeld: true,
      observe: async () => ({ outcome: 'observed' as const, facts: { candidates: [], unseen: 0 } }),
    };
    const { it, desk, answers, subjects } = session({ more: [holders] as never });
    it.receive(hello);
    it.receive({ type: 'watch', id: 2, deadlineMs: 5000 });
    const reader = { name: 'ACS ACR39U 00 00', inUse: false, insertion: 1 };
    desk.note({ type: 'service', state: 'running' });
    desk.note({ type: 'readers', readers: [{ ...reader, state: 'empty' }] });
    await until(() => answers().length === 2);
    expect(subjects()).not.toContain('card-holders');
    desk.note({ type: 'readers', readers: [{ ...reader, state: 'exclusive', insertion: 2 }] });
    await until(() => subjects().includes('card-holders'));
  });

  it('carries out an action it has, once, says why not, and has no others', async () => {
    const done: string[] = [];
    const { it, answers } = session({
      acts: (action) => (done.push(action) === 1 ? 'done' : 'no-permission'),
    });
    it.receive(hello);
    it.receive({ type: 'act', id: 2, deadlineMs: 1000, action: 'open-services' });
    await until(() => answers().length === 2);
    it.receive({ type: 'act', id: 3, deadlineMs: 1000, action: 'open-services' });
    it.receive({ type: 'act', id: 4, deadlineMs: 1000, action: 'open-card-tool' });
    it.receive({ type: 'act', id: 5, deadlineMs: 1000, action: 'calc.exe' });
    await until(() => answers().length === 5);
    expect(done).toEqual(['open-services', 'open-services']);
    expect(answers()).toContainEqual({ type: 'done', id: 2 });
    expect(answers()).toContainEqual({ type: 'failed', id: 3, code: 'no-permission' });
    expect(answers()).toContainEqual({ type: 'failed', id: 4, code: 'action-unavailable' });
    expect(answers()).toContainEqual(expect.objectContaining({ id: 5, code: 'malformed-message' }));
  });

  it('gives its secret for tokens when asked, and none that would be another the next time', async () => {
    const offered = 'ab'.repeat(32);
    for (const keepsNothing of [false, true]) {
      const { it, answers } = session({ keepsNothing });
      it.receive({ type: 'report-secret', id: 2, deadlineMs: 1000, offered });
      it.receive(hello);
      it.receive({ type: 'report-secret', id: 3, deadlineMs: 1000, offered });
      it.receive({ type: 'report-secret', id: 4, deadlineMs: 1000, offered: 'short' });
      await until(() => answers().length === 4);
      const byId = (id: number) => answers().find((event) => 'id' in event && event.id === id);
      expect(byId(2)).toMatchObject({ code: 'hello-first' });
      expect(byId(3)).toEqual(
        keepsNothing
          ? { type: 'failed', id: 3, code: 'no-permission' }
          : { type: 'report-secret', id: 3, secret: offered },
      );
      expect(byId(4)).toMatchObject({ code: 'malformed-message' });
    }
  });

  it('looks again at what a card brings with it', async () => {
    let looks = 0;
    const store = {
      subject: 'certificate-store' as const,
      deadlineMs: 1000,
      how: 'fake',
      againAfterCardMs: 1,
      observe: async () => {
        looks += 1;
        return { outcome: 'unknown' as const, reason: 'failed' as const };
      },
    };
    const { it, desk, answers } = session({ more: [store as never] });
    it.receive(hello);
    it.receive({ type: 'watch', id: 2, deadlineMs: 1000 });
    desk.note({ type: 'service', state: 'running' });
    desk.note({ type: 'readers', readers: [{ ...present, state: 'empty' }] });
    await until(() => answers().length === 2);
    expect(looks).toBe(1);
    desk.note({ type: 'readers', readers: [{ ...present, insertion: 2 }] });
    await until(() => looks === 2);
  });

  it('refuses to read while quiet', async () => {
    const { it, desk, answers, reads } = session();
    it.receive(hello);
    it.receive({ type: 'quiet', id: 2, deadlineMs: 1000, on: true });
    await until(() => answers().length === 2);
    desk.note({ type: 'service', state: 'running' });
    desk.note({ type: 'readers', readers: [present] });
    it.receive({ type: 'reread', id: 3, deadlineMs: 1000, reader: name });
    await until(() => answers().length === 3);
    expect(answers().at(-1)).toEqual({ type: 'failed', id: 3, code: 'quiet' });
    expect(reads()).toBe(0);
    it.receive({ type: 'quiet', id: 4, deadlineMs: 1000, on: false });
    await until(() => answers().length === 4);
    expect(reads()).toBe(1);
  });
});
