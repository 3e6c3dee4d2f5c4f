import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeCard } from './card/profiles.ts';
import { fromHex, toHex } from './der.ts';
import { makeTestPki, type TestPki } from './pki/index.ts';
import { countsOf, Recorder } from './trace.ts';
import { type ReaderAnswer, VirtualReader } from './virtual-reader.ts';

const SELECT = fromHex('00A4040C10E828BD080FA000000391000000000002');
const TRIES = fromHex('00200088');

let pki: TestPki;
beforeAll(async () => {
  pki = await makeTestPki();
}, 120_000);
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function reader(): { reader: VirtualReader; recorder: Recorder } {
  const recorder = new Recorder();
  const made = new VirtualReader({
    index: 0,
    name: 'reader',
    plugged: true,
    recorder,
    transmitTimeout: 1000,
  });
  made.insert(makeCard(pki, 'pharmacist'));
  made.powerUp();
  return { reader: made, recorder };
}

const text = (answer: ReaderAnswer) => ('data' in answer ? toHex(answer.data) : answer.failure);

/** What became of a promise after so many milliseconds of the fake clock. */
async function outcomeAfter(milliseconds: number, answer: Promise<ReaderAnswer>): Promise<string> {
  let settled = 'waiting';
  void answer.then((value) => {
    settled = text(value);
  });
  await vi.advanceTimersByTimeAsync(milliseconds);
  return settled;
}

describe('a virtual reader', () => {
  it('answers only with a powered card in it', async () => {
    const { reader: one } = reader();
    expect(await outcomeAfter(0, one.transmit(SELECT))).toBe('9000');
    one.powerDown();
    expect(await outcomeAfter(0, one.transmit(SELECT))).toBe('no-card');
    expect(text(one.powerUp())).toBe('3BF41300008131FE45004E0000A2');
    one.remove();
    expect(text(one.powerUp())).toBe('no-card');
    one.plugged = false;
    expect(text(one.powerUp())).toBe('unplugged');
  });

  it('takes the time for each APDU and each byte that it is told to', async () => {
    const { reader: one } = reader();
    one.setFault({ kind: 'latency', perApdu: 44, perByte: 1 });
    const exchange = one.transmit(TRIES);
    expect(await outcomeAfter(44 + 4 + 2 - 1, exchange)).toBe('waiting');
    expect(await outcomeAfter(1, exchange)).toBe('6A88');
  });

  it('loses the answer when the card is pulled meanwhile, even if it is put back', async () => {
    const { reader: one } = reader();
    one.setFault({ kind: 'latency', perApdu: 44, perByte: 0 });
    const exchange = one.transmit(SELECT);
    await vi.advanceTimersByTimeAsync(10);
    const { card } = one;
    one.remove();
    if (card !== undefined) one.insert(card);
    one.powerUp();
    expect(await outcomeAfter(0, exchange)).toBe('no-card');
  });

  it('gives up on a silent card after its timeout, sooner when it is pulled', async () => {
    const { reader: one } = reader();
    one.setFault({ kind: 'mute-from', apdu: 1 });
    const exchange = one.transmit(SELECT);
    expect(await outcomeAfter(999, exchange)).toBe('waiting');
    expect(await outcomeAfter(1, exchange)).toBe('timeout');
    const pulled = one.transmit(SELECT);
    expect(await outcomeAfter(10, pulled)).toBe('waiting');
    one.remove();
    expect(await outcomeAfter(0, pulled)).toBe('no-card');
  });

  it('is silent no longer with another card', async () => {
    const { reader: one } = reader();
    one.setFault({ kind: 'mute-from', apdu: 1 });
    one.remove();
    one.insert(makeCard(pki, 'doctor'));
    one.powerUp();
    expect(await outcomeAfter(0, one.transmit(SELECT))).toBe('9000');
  });

  it('records every APDU, those without an answer too', async () => {
    const { reader: one, recorder } = reader();
    one.setFault({ kind: 'remove-at', apdu: 2 });
    await outcomeAfter(0, one.transmit(SELECT));
    await outcomeAfter(0, one.transmit(fromHex('002000880431323334')));
    expect(recorder.entries.map(({ command, status }) => [command, status])).toEqual([
      [toHex(SELECT), '9000'],
      ['0020008804********', 'no-card'],
    ]);
    expect(countsOf(recorder.entries)).toEqual({ apdus: 2, pinAttempts: 1, emptyVerifies: 0 });
  });

  it('has one signal for each card that goes in or out', () => {
    const { reader: one } = reader();
    const presence: boolean[] = [];
    one.onPresence = () => presence.push(one.card !== undefined);
    one.remove();
    one.insert(makeCard(pki, 'doctor'));
    expect(presence).toEqual([false, true]);
  });
});
