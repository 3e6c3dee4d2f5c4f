import koffi from 'koffi';
import { PcscError, pcsc } from '../../pcsc-codes.ts';
import type { PcscPlatform } from './platform.ts';

/** SCARDCONTEXT or SCARDHANDLE. */
export type Handle = bigint;

export interface ReaderStateEntry {
  name: string;
  currentState: number;
  eventState: number;
  atr: Uint8Array;
}

/** MAX_BUFFER_SIZE_EXTENDED of pcsc-lite: 64 KiB of data, header, lengths and status word. */
const responseBytes = 65548;
/** More than all names of a system's readers: 16 of at most 128 octets on pcsc-lite, more on Windows. */
const listBytes = 0x4000;
/** INFINITE, for getStatusChange. */
export const infinite = 0xffffffff;
const scope = { user: 0, system: 2 } as const;
const shareShared = 2;
const protocols = { T0: 1, T1: 2 } as const;
const leaveCard = 0;

/**
 * The PC/SC calls in use, each on a worker thread, none on the event loop: a service or a card that hangs
 * occupies one thread of this process and nothing else. Failed calls reject with PcscError.
 */
export class WinScard {
  readonly #platform: PcscPlatform;
  readonly #call: (name: string, ...values: unknown[]) => Promise<number>;

  readonly #names = new Spare(() => Buffer.alloc(listBytes));
  readonly #transmits: Spare<Transmit>;

  /** @throws when the system's PC/SC library can't be loaded */
  constructor(platform: PcscPlatform) {
    this.#platform = platform;
    this.#transmits = new Spare(() => ({
      request: Buffer.alloc(2 * platform.dwordBytes),
      response: Buffer.allocUnsafeSlow(responseBytes),
      length: Buffer.alloc(8),
    }));
    const library = loadFirst(platform.libraries);
    const { dword, handle, suffix } = platform;
    const signatures: Record<string, string[]> = {
      SCardEstablishContext: [dword, 'void *', 'void *', 'void *'],
      SCardReleaseContext: [handle],
      [`SCardListReaders${suffix}`]: [handle, 'void *', 'void *', 'void *'],
      [`SCardGetStatusChange${suffix}`]: [handle, dword, 'void *', dword],
      SCardCancel: [handle],
      [`SCardConnect${suffix}`]: [handle, 'void *', dword, dword, 'void *', 'void *'],
      SCardReconnect: [handle, dword, dword, dword, 'void *'],
      SCardDisconnect: [handle, dword],
      SCardBeginTransaction: [handle],
      SCardEndTransaction: [handle, dword],
      SCardTransmit: [handle, 'void *', 'void *', dword, 'void *', 'void *', 'void *'],
    };
    const functions = new Map(
      Object.entries(signatures).map(([name, types]) => [name, library.func(name, platform.result, types)]),
    );
    // The buffers in `values` are kept alive by the closure until the call has returned.
    this.#call = (name, ...values) =>
      new Promise((resolve, reject) => {
        functions.get(name)?.async(...values, (error: unknown, code: number | bigint) => {
          if (error) return reject(error instanceof Error ? error : new Error(String(error)));
          const unsigned = Number(BigInt.asUintN(32, BigInt(code)));
          if (unsigned === pcsc.success) resolve(values.length);
          else reject(new PcscError(name.replace(/W$/, ''), unsigned));
        });
      });
  }

  async establishContext(): Promise<Handle> {
    const out = Buffer.alloc(8);
    const where = this.#platform.suffix === 'W' ? scope.user : scope.system;
    await this.#call('SCardEstablishContext', where, null, null, out);
    return this.#readHandle(out);
  }

  async releaseContext(context: Handle): Promise<void> {
    await this.#call('SCardReleaseContext', context);
  }

  /** Names of all readers; none is an empty list. */
  async listReaders(context: Handle): Promise<string[]> {
    const { encoding, suffix } = this.#platform;
    const unit = encoding === 'utf16le' ? 2 : 1;
    return this.#names.lent(async (names) => {
      const length = this.#dwordBuffer(names.length / unit);
      try {
        await this.#call(`SCardListReaders${suffix}`, context, null, names, length);
      } catch (error) {
        if (error instanceof PcscError && error.code === pcsc.noReadersAvailable) return [];
        throw error;
      }
      return names
        .toString(encoding, 0, this.#readDword(length) * unit)
        .split('\0')
        .filter(Boolean);
    });
  }

  /** Waits until a state differs from `currentState`, at most `ms`; fills in `eventState` and `atr`. */
  async getStatusChange(context: Handle, entries: ReaderStateEntry[], ms: number): Promise<void> {
    const { readerState: at, dwordBytes } = this.#platform;
    const names = entries.map(({ name }) => this.#text(name));
    const states = Buffer.alloc(at.size * entries.length);
    entries.forEach(({ currentState }, index) => {
      const base = index * at.size;
      const pointer = koffi.address(names[index]);
      if (at.current === 16) states.writeBigUInt64LE(pointer, base);
      else states.writeUInt32LE(Number(pointer), base);
      states.writeUInt32LE(currentState >>> 0, base + at.current); // little endian: the high half stays zero
    });
    const call = `SCardGetStatusChange${this.#platform.suffix}`;
    await this.#call(call, context, ms, states, entries.length);
    // `names` must outlive the call: the structs point to them.
    entries.forEach((entry, index) => {
      const base = index * at.size;
      entry.eventState = states.readUInt32LE(base + at.event);
      const length = Math.min(states.readUIntLE(base + at.atrLength, Math.min(dwordBytes, 4)), at.atrBytes);
      entry.atr = Uint8Array.from(states.subarray(base + at.atr, base + at.atr + length));
    });
    names.length = 0;
  }

  async cancel(context: Handle): Promise<void> {
    await this.#call('SCardCancel', context);
  }

  async connect(context: Handle, reader: string): Promise<{ card: Handle; protocol: 'T0' | 'T1' }> {
    const out = Buffer.alloc(8);
    const active = this.#dwordBuffer(0);
    const either = protocols.T0 | protocols.T1;
    const name = this.#text(reader);
    await this.#call(`SCardConnect${this.#platform.suffix}`, context, name, shareShared, either, out, active);
    return { card: this.#readHandle(out), protocol: this.#protocol(active) };
  }

  async reconnect(card: Handle): Promise<'T0' | 'T1'> {
    const active = this.#dwordBuffer(0);
    await this.#call('SCardReconnect', card, shareShared, protocols.T0 | protocols.T1, leaveCard, active);
    return this.#protocol(active);
  }

  async disconnect(card: Handle): Promise<void> {
    await this.#call('SCardDisconnect', card, leaveCard);
  }

  async beginTransaction(card: Handle): Promise<void> {
    await this.#call('SCardBeginTransaction', card);
  }

  async endTransaction(card: Handle): Promise<void> {
    await this.#call('SCardEndTransaction', card, leaveCard);
  }

  async transmit(card: Handle, protocol: 'T0' | 'T1', command: Uint8Array): Promise<Uint8Array> {
    return this.#transmits.lent(async ({ request, response, length }) => {
      // SCARD_IO_REQUEST: protocol and the struct's own length.
      request.writeUInt32LE(protocols[protocol], 0);
      request.writeUInt32LE(request.length, this.#platform.dwordBytes);
      length.writeUInt32LE(response.length, 0);
      await this.#call('SCardTransmit', card, request, command, command.length, null, response, length);
      return Uint8Array.from(response.subarray(0, this.#readDword(length)));
    });
  }

  #protocol(active: Buffer): 'T0' | 'T1' {
    return this.#readDword(active) === protocols.T0 ? 'T0' : 'T1';
  }

  #text(value: string): Buffer {
    return Buffer.from(`${value}\0`, this.#platform.encoding);
  }

  #dwordBuffer(value: number): Buffer {
    const buffer = Buffer.alloc(8);
    buffer.writeUInt32LE(value, 0);
    return buffer;
  }

  #readDword(buffer: Buffer): number {
    return buffer.readUInt32LE(0);
  }

  #readHandle(buffer: Buffer): Handle {
    if (this.#platform.handleBytes === 4) return BigInt(buffer.readInt32LE(0));
    return this.#platform.handle === 'long' ? buffer.readBigInt64LE(0) : buffer.readBigUInt64LE(0);
  }
}

/** What SCardTransmit is given to read and to fill, besides the command. */
interface Transmit {
  request: Buffer;
  response: Buffer;
  length: Buffer;
}

/**
 * Things to use again: new buffers for each call would grow the process by megabytes. As many are made as are lent at a
 * time. A call that has returned, with whatever code, no longer uses what it was given.
 */
class Spare<Thing> {
  readonly #make: () => Thing;
  readonly #free: Thing[] = [];

  constructor(make: () => Thing) {
    this.#make = make;
  }

  async lent<Result>(use: (thing: Thing) => Promise<Result>): Promise<Result> {
    const thing = this.#free.pop() ?? this.#make();
    try {
      return await use(thing);
    } finally {
      this.#free.push(thing);
    }
  }
}

function loadFirst(libraries: readonly string[]) {
  let last: unknown;
  for (const library of libraries) {
    try {
      return koffi.load(library);
    } catch (error) {
      last = error;
    }
  }
  throw new Error('the PC/SC library could not be loaded', { cause: last });
}
