import { describe, expect, it } from 'vitest';
import { pcscPlatform } from './backends/koffi/platform.ts';
import { decodeReaderState, ReaderLedger } from './reader-state.ts';

const none = new Uint8Array();

describe('a reader state', () => {
  it.each([
    [0x00010022, 'present', 1],
    [0x00020012, 'empty', 2],
    [0x00010222, 'mute', 1],
    [0x000101a2, 'exclusive', 1],
    [0x0000000f, 'unavailable', 0],
    [0x00000000, 'unavailable', 0],
    [0xffff0422, 'present', 65535],
  ])('%i is %s', (bits, state, insertion) => {
    expect(decodeReaderState('r', bits, none)).toMatchObject({ state, insertion });
  });
});

describe('the reader ledger', () => {
  const at = (bits: number) => decodeReaderState('r', bits, none);

  it('tells the first list and every change, and nothing twice', () => {
    const ledger = new ReaderLedger();
    expect(ledger.note([])).toEqual([]);
    expect(ledger.note([])).toBeUndefined();
    expect(ledger.note([at(0x12)])).toHaveLength(1);
    expect(ledger.note([at(0x12)])).toBeUndefined();
    expect(ledger.note([])).toEqual([]);
    ledger.forget();
    expect(ledger.note([])).toEqual([]);
  });

  it('numbers insertions where the system does not', () => {
    const ledger = new ReaderLedger();
    const numbers = [0x12, 0x22, 0x12, 0x22].map((bits) => ledger.note([at(bits)])?.[0]?.insertion);
    expect(new Set(numbers).size).toBe(4);
  });

  it('leaves the numbers of a system that counts', () => {
    const ledger = new ReaderLedger();
    const numbers = [0x12, 0x10022, 0x20012, 0x30022].map((bits) => ledger.note([at(bits)])?.[0]?.insertion);
    expect(numbers).toEqual([0, 1, 2, 3]);
  });

  it('hides our own use, and nobody else’s', () => {
    const ledger = new ReaderLedger();
    ledger.note([at(0x10022)]);
    const disown = ledger.own('r');
    expect(ledger.note([at(0x10122)])).toBeUndefined();
    disown();
    disown();
    expect(ledger.note([at(0x10122)])?.[0]?.inUse).toBe(true);
  });
});

describe("PC/SC's types", () => {
  it.each([
    ['linux', 'x64', { current: 16, event: 24, atrLength: 32, atr: 40, atrBytes: 33, size: 80 }],
    ['linux', 'arm', { current: 8, event: 12, atrLength: 16, atr: 20, atrBytes: 33, size: 56 }],
    ['win32', 'x64', { current: 16, event: 20, atrLength: 24, atr: 28, atrBytes: 36, size: 64 }],
    ['win32', 'ia32', { current: 8, event: 12, atrLength: 16, atr: 20, atrBytes: 36, size: 56 }],
    ['darwin', 'arm64', { current: 16, event: 20, atrLength: 24, atr: 28, atrBytes: 33, size: 61 }],
  ] as const)('%s %s lays out SCARD_READERSTATE as its headers do', (platform, arch, layout) => {
    expect(pcscPlatform(platform, arch, {}).readerState).toEqual(layout);
  });

  it('are refused where they are not known', () => {
    expect(() => pcscPlatform('aix', 'ppc64', {})).toThrow();
  });
});
