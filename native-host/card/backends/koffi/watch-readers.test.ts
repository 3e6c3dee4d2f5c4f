import { describe, expect, it, vi } from 'vitest';
import { PcscError, pcsc } from '../../pcsc-codes.ts';
import { ReaderLedger } from '../../reader-state.ts';
import { watchReaders } from './watch-readers.ts';
import type { WinScard } from './winscard.ts';

const waits: number[] = [];
vi.mock('node:timers/promises', () => ({
  setTimeout: async (ms: number) => {
    waits.push(ms);
    await new Promise((resolve) => setImmediate(resolve));
  },
}));

describe('a service that is started again', () => {
  it('is watched again after the same short while, however often it has gone before', async () => {
    const { promise: often, resolve } = Promise.withResolvers<void>();
    let sessions = 0;
    let asked = 0;
    const winscard = {
      establishContext: async () => {
        sessions += 1;
        if (sessions > 12) resolve();
        return sessions;
      },
      releaseContext: async () => undefined,
      cancel: async () => undefined,
      listReaders: async () => [],
      // Answers once in each session, then the service is gone.
      getStatusChange: async () => {
        asked += 1;
        if (asked % 2 === 0) throw new PcscError('SCardGetStatusChange', pcsc.noService);
      },
    } as unknown as WinScard;
    const watch = watchReaders({
      winscard,
      ledger: new ReaderLedger(),
      listener: () => undefined,
      serviceBack: () => ({ back: Promise.resolve(), close: () => undefined }),
    });
    await often;
    watch.close();
    expect(Math.max(...waits)).toBeLessThanOrEqual(250);
  });
});
