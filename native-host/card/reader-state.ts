import type { Reader } from '../../common/protocol/index.ts';
import { toHex } from './hex.ts';

/** Bits of dwEventState (PC/SC part 5; the same on all systems). The high word counts events where supported. */
export const stateBits = {
  ignore: 0x001,
  changed: 0x002,
  unknown: 0x004,
  unavailable: 0x008,
  empty: 0x010,
  present: 0x020,
  exclusive: 0x080,
  inUse: 0x100,
  mute: 0x200,
} as const;

/** One reader's state as SCardGetStatusChange gave it; no card access involved. */
export function decodeReaderState(name: string, eventState: number, atr: Uint8Array): Reader {
  return {
    name,
    state: state(eventState),
    inUse: (eventState & stateBits.inUse) !== 0,
    ...(atr.length > 0 && { atr: toHex(atr) }),
    insertion: (eventState >>> 16) & 0xffff,
  };
}

function state(bits: number): Reader['state'] {
  if (bits & (stateBits.unknown | stateBits.unavailable | stateBits.ignore)) return 'unavailable';
  if (bits & stateBits.present) {
    if (bits & stateBits.mute) return 'mute';
    return bits & stateBits.exclusive ? 'exclusive' : 'present';
  }
  return bits & stateBits.empty ? 'empty' : 'unavailable';
}

/**
 * Makes the reader list fit to be told: numbers insertions also where the system does not count them (an event
 * state whose high word stays the same from card to no card and back), and keeps our own connection from
 * showing as another program's use.
 */
export class ReaderLedger {
  #seen = new Map<string, { reader: Reader; raw: number; extra: number }>();
  #own = new Map<string, number>();

  /** Marks the reader as used by us until the returned function is called. */
  own(name: string): () => void {
    this.#own.set(name, (this.#own.get(name) ?? 0) + 1);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#own.set(name, (this.#own.get(name) ?? 1) - 1);
    };
  }

  /** The list to tell, or undefined when nothing has changed since the last one. */
  note(readers: Reader[]): Reader[] | undefined {
    const next = new Map<string, { reader: Reader; raw: number; extra: number }>();
    for (const reader of readers) {
      const before = this.#seen.get(reader.name);
      const uncounted =
        before !== undefined &&
        holdsCard(reader) !== holdsCard(before.reader) &&
        before.raw === reader.insertion;
      const extra = (before?.extra ?? 0) + (uncounted ? 1 : 0);
      const ours = (this.#own.get(reader.name) ?? 0) > 0;
      next.set(reader.name, {
        raw: reader.insertion,
        extra,
        reader: {
          ...reader,
          insertion: reader.insertion + extra * 0x10000,
          inUse: ours ? (before?.reader.inUse ?? false) : reader.inUse,
        },
      });
    }
    const told = [...next.values()].map(({ reader }) => reader);
    const same =
      JSON.stringify(told) === JSON.stringify([...this.#seen.values()].map(({ reader }) => reader));
    const first = this.#seen.size === 0 && told.length === 0 && !this.#told;
    this.#seen = next;
    this.#told = true;
    return same && !first ? undefined : told;
  }

  /** The service went away: its counts start anew, so nothing seen before may be compared with what comes. */
  forget(): void {
    this.#seen.clear();
    this.#told = false;
  }

  #told = false;
}

function holdsCard({ state }: Reader): boolean {
  return state === 'present' || state === 'mute' || state === 'exclusive';
}
