import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Reader } from '../../common/protocol/index.ts';
import { selectApplication } from '../../native-host/card/apdu.ts';
import { openCardPort } from '../../native-host/card/backends/open.ts';
import { FakePort } from '../../native-host/card/fakes/fake-port.ts';
import { cardTrouble, type PcscError } from '../../native-host/card/pcsc-codes.ts';
import type { CardPort, WatchEvent } from '../../native-host/card/port.ts';
import { makeCard } from '../lab/card/profiles.ts';
import { type Lab, type ProfileId, startLab } from '../lab/index.ts';

/** A port with one reader, and hands to put a card in and take it out. */
interface Bench {
  port: CardPort;
  reader: string;
  insert(profile: ProfileId): Promise<unknown>;
  remove(): Promise<unknown>;
}

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
  // libpcsclite looks once per process.
  process.env['PCSCLITE_CSOCK_NAME'] = lab.environment.PCSCLITE_CSOCK_NAME;
});
afterAll(() => lab.stop());

const benches: Record<'fake' | 'koffi' | 'pcsclite', () => Promise<Bench>> = {
  async fake() {
    const port = new FakePort();
    return {
      port,
      reader: 'Reader 00 00',
      insert: async (profile) => port.insert(makeCard(lab.pki, profile)),
      remove: async () => port.remove(),
    };
  },
  koffi: () => onLab('koffi'),
  pcsclite: () => onLab('pcsclite'),
};

async function onLab(backend: CardPort['backend']): Promise<Bench> {
  await lab.remove();
  return {
    port: await openCardPort(backend),
    reader: lab.readers[0] ?? '',
    insert: (profile) => lab.insert(profile),
    remove: () => lab.remove(),
  };
}

describe.each(['fake', 'koffi', 'pcsclite'] as const)('the %s port', (name) => {
  let bench: Bench;
  let readers: Reader[];
  let wake: () => void;
  let watch: { close(): void };

  beforeAll(async () => {
    bench = await benches[name]();
    watch = bench.port.watch((event: WatchEvent) => {
      if (event.type === 'readers') readers = event.readers;
      wake?.();
    });
  });
  afterAll(() => watch.close());
  beforeEach(async () => {
    await bench.remove();
    await reader(({ state }) => state === 'empty');
  });

  /** The reader once it is in this state. */
  async function reader(fits: (reader: Reader) => boolean): Promise<Reader> {
    for (;;) {
      const found = readers?.find((candidate) => candidate.name === bench.reader && fits(candidate));
      if (found) return found;
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await promise;
    }
  }

  async function present(profile: ProfileId): Promise<Reader> {
    await bench.insert(profile);
    return reader(({ state }) => state !== 'empty');
  }

  const troubleOf = (call: Promise<unknown>) =>
    call.then(
      () => 'none',
      (error: PcscError) => cardTrouble(error.code),
    );

  it('tells insertions and removals, each with its own number, and the answer to reset', async () => {
    const first = await present('pharmacist');
    expect(first).toMatchObject({ state: 'present', inUse: false, atr: '3BF41300008131FE45004E0000A2' });
    await bench.remove();
    const empty = await reader(({ state }) => state === 'empty');
    expect(empty.atr).toBeUndefined();
    const second = await present('mynumber');
    expect(new Set([first.insertion, empty.insertion, second.insertion]).size).toBe(3);
  });

  it('tells a card that does not answer its reset', async () => {
    expect(await present('mute')).toMatchObject({ state: 'mute' });
    expect(await troubleOf(bench.port.connect(bench.reader))).toBe('mute');
  });

  it('carries commands within a transaction, and connects again afterwards', async () => {
    await present('pharmacist');
    for (let round = 0; round < 2; round++) {
      const card = await bench.port.connect(bench.reader);
      expect(card.protocol).toBe('T1');
      await card.beginTransaction();
      const answer = await card.transmit(selectApplication('hpki-authentication'));
      expect([...answer.slice(-2)]).toEqual([0x90, 0x00]);
      await card.reconnect();
      await card.endTransaction();
      await card.disconnect();
      await card.disconnect(); // never rejects, not even twice
    }
  });

  it('says what is wrong by PC/SC codes: no card, no such reader, a card taken out', async () => {
    expect(await troubleOf(bench.port.connect(bench.reader))).toBe('removed');
    expect(await troubleOf(bench.port.connect('no such reader'))).toBe('removed');
    await present('pharmacist');
    const card = await bench.port.connect(bench.reader);
    await bench.remove();
    await reader(({ state }) => state === 'empty');
    expect(await troubleOf(card.transmit(selectApplication('jpki')))).toBe('removed');
    expect(await troubleOf(card.reconnect())).toBe('removed');
    await card.disconnect();
  });

  it('does not take its own connection for another program', async () => {
    await present('pharmacist');
    const card = await bench.port.connect(bench.reader);
    expect(readers.find((candidate) => candidate.name === bench.reader)?.inUse).toBe(false);
    await card.disconnect();
    expect(await bench.port.inUse(bench.reader)).toBe(false);
  });
});
