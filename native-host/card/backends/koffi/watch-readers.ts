import { setTimeout as delay } from 'node:timers/promises';
import { PcscError, pcsc } from '../../pcsc-codes.ts';
import type { WatchEvent } from '../../port.ts';
import { decodeReaderState, type ReaderLedger, stateBits } from '../../reader-state.ts';
import type { ServiceWait } from '../service-wait.ts';
import { type Handle, infinite, type ReaderStateEntry, type WinScard } from './winscard.ts';

/** The pseudo-reader whose state changes when readers come and go (PC/SC part 5; pcsc-lite and Windows). */
const plugAndPlay = '\\\\?PnP?\\Notification';
/** After this many milliseconds without an answer a service that accepts connections is called unresponsive. */
const unresponsiveMs = 2000;
/** Readers that came between listing and waiting are looked for once, this many milliseconds after waiting began. */
const recheckMs = 50;
/** Where readers that come and go raise no event (macOS), they are listed this often, in milliseconds. */
const relistMs = 1000;
/** Between calls that return at once without news: some implementations do not wait (Wine). */
const idleMs = 250;
/**
 * A card that was in when the service began has the event count 0, and pcsc-lite (1.9.9) does not compare a count
 * of 0: when such a card is exchanged between two of its looks, the wait goes on. Until the first event such a
 * reader is looked at anew this often, in milliseconds; no card is touched.
 */
const uncountedMs = 1000;

export interface Watch {
  winscard: WinScard;
  ledger: ReaderLedger;
  listener: (event: WatchEvent) => void;
  serviceBack: () => ServiceWait;
}

/** Watches service, readers and cards by blocking calls, without polling, until closed. */
export function watchReaders({ winscard, ledger, listener, serviceBack }: Watch): { close(): void } {
  let closed = false;
  let cancel: () => void = () => undefined;
  const tell = (event: WatchEvent) => {
    if (!closed) listener(event);
  };

  void (async () => {
    let fruitless = 0;
    while (!closed) {
      let context: Handle | undefined;
      try {
        context = await establish();
        tell({ type: 'service', state: 'running' });
        await session(context, () => {
          fruitless = 0;
        });
      } catch (error) {
        if (closed) break;
        const code = error instanceof PcscError ? error.code : undefined;
        ledger.forget();
        tell({ type: 'service', state: 'stopped', ...(code !== undefined && { code }) });
        if (context !== undefined) await delay(Math.min(50 * 2 ** fruitless++, 5000));
        else await untilBack();
      } finally {
        if (context !== undefined) void winscard.releaseContext(context).catch(() => undefined);
      }
    }
  })();

  async function untilBack(): Promise<void> {
    const wait = serviceBack();
    cancel = () => wait.close();
    await wait.back;
    wait.close();
  }

  async function establish(): Promise<Handle> {
    const slow = setTimeout(() => tell({ type: 'service', state: 'unresponsive' }), unresponsiveMs);
    try {
      return await winscard.establishContext();
    } finally {
      clearTimeout(slow);
    }
  }

  /** Watches within one context until it is closed or the service fails. `answered`: the service has done its part. */
  async function session(context: Handle, answered: () => void): Promise<void> {
    const known = new Map<string, ReaderStateEntry>();
    let plugAndPlayKnown = true;
    for (;;) {
      const names = await winscard.listReaders(context);
      const entries = names.map((name) => known.get(name) ?? unaware(name));
      known.clear();
      for (const entry of entries) known.set(entry.name, entry);
      // A list that only got shorter raises no further event: it is told here.
      if (entries.every(({ currentState }) => currentState !== unawareState)) told(decoded(entries));
      if (plugAndPlayKnown) entries.push(unaware(plugAndPlay));
      else if (entries.length === 0) await delay(relistMs);
      const recheck = new AbortController();
      cancel = () => void winscard.cancel(context).catch(() => undefined);
      const before = entries.map(({ currentState }) => currentState);
      if (before.every((state, index) => state !== unawareState || entries[index]?.name === plugAndPlay)) {
        void cancelWhenListChanges(context, names, recheck.signal);
      }
      const uncounted = entries.filter(isUncounted);
      const longest = plugAndPlayKnown ? (uncounted.length > 0 ? uncountedMs : infinite) : relistMs;
      try {
        await winscard.getStatusChange(context, entries, longest);
      } catch (error) {
        if (closed || !(error instanceof PcscError)) throw error;
        if (error.code === pcsc.unknownReader && entries.length === 1) plugAndPlayKnown = false;
        else if (!goesOn.has(error.code)) throw error;
        if (error.code === pcsc.timeout) for (const entry of uncounted) entry.currentState = unawareState;
        continue;
      } finally {
        recheck.abort();
      }
      if (closed) return;
      answered();
      let news = false;
      for (const entry of entries) {
        if (entry.name === plugAndPlay) {
          news ||= (entry.eventState & stateBits.changed) !== 0;
          continue;
        }
        const state = entry.eventState & ~stateBits.changed;
        news ||= state !== entry.currentState;
        entry.currentState = state;
      }
      told(decoded(entries.filter(({ name }) => name !== plugAndPlay)));
      if (!news) await delay(idleMs);
    }
  }

  function told(readers: ReturnType<typeof decoded>): void {
    const list = ledger.note(readers);
    if (list) tell({ type: 'readers', readers: list });
  }

  /** A reader plugged in before the wait began raises no event: looked for once per wait, on another context. */
  async function cancelWhenListChanges(context: Handle, names: string[], signal: AbortSignal): Promise<void> {
    try {
      await delay(recheckMs, undefined, { signal });
      const other = await winscard.establishContext();
      try {
        const now = await winscard.listReaders(other);
        if (!signal.aborted && now.join('\0') !== names.join('\0')) await winscard.cancel(context);
      } finally {
        await winscard.releaseContext(other);
      }
    } catch {
      // The wait ended by itself, or the service went away: the wait ends too.
    }
  }

  return {
    close() {
      closed = true;
      cancel();
    },
  };
}

/** Failures of waiting after which the readers are listed again. */
const goesOn: ReadonlySet<number> = new Set([
  pcsc.cancelled,
  pcsc.timeout,
  pcsc.unknownReader,
  pcsc.noReadersAvailable,
]);

function decoded(entries: ReaderStateEntry[]) {
  return entries.map(({ name, eventState, atr }) => decodeReaderState(name, eventState, atr));
}

/** Whether the service may overlook an exchange of the card in it: see `uncountedMs`. */
function isUncounted({ currentState }: ReaderStateEntry): boolean {
  return (currentState & stateBits.present) !== 0 && currentState >>> 16 === 0;
}

/** SCARD_STATE_UNAWARE: the state is asked for and told at once. */
const unawareState = 0;

function unaware(name: string): ReaderStateEntry {
  return { name, currentState: unawareState, eventState: 0, atr: new Uint8Array() };
}
