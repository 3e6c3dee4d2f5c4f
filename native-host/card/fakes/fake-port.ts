import type { Reader } from '../../../common/protocol/index.ts';
import { PcscError, pcsc } from '../pcsc-codes.ts';
import type { CardConnection, CardPort, WatchEvent } from '../port.ts';
import { decodeReaderState, stateBits } from '../reader-state.ts';

/** A card as the fake sees it: answers to reset (or not) and to commands. */
export interface FakeCard {
  reset(): Uint8Array | undefined;
  transmit(command: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** What may go wrong at one command. */
export type Mishap = 'removed' | 'reset' | 'silence' | 'no-bytes' | 'one-byte' | 'not-transacted';

/** Readers and cards in memory behind the same port as the real ones; held to the same contract. */
export class FakePort implements CardPort {
  readonly backend = 'koffi';
  readonly capabilities = { transactions: true };
  /** Commands that reached a card, as hexadecimal. */
  readonly sent: string[] = [];
  protocol: 'T0' | 'T1' = 'T1';
  /** Called before each command with its number, from 1. */
  mishap: (command: number) => Mishap | undefined = () => undefined;
  /** Connects and transactions wait for this. */
  free: Promise<void> = Promise.resolve();
  open = 0;
  /** How many connections from now on fail so. */
  refusals: { times: number; code: number } = { times: 0, code: 0 };
  #slots = new Map<string, { card: FakeCard | undefined; insertion: number }>();
  #listeners = new Set<(event: WatchEvent) => void>();

  constructor(readers: string[] = ['Reader 00 00']) {
    for (const name of readers) this.#slots.set(name, { card: undefined, insertion: 0 });
  }

  insert(card: FakeCard, name = 'Reader 00 00'): void {
    const slot = this.#slots.get(name);
    this.#slots.set(name, { card, insertion: (slot?.insertion ?? 0) + 1 });
    this.#tell();
  }

  remove(name = 'Reader 00 00'): void {
    const slot = this.#slots.get(name);
    this.#slots.set(name, { card: undefined, insertion: (slot?.insertion ?? 0) + 1 });
    this.#tell();
  }

  get readers(): Reader[] {
    return [...this.#slots].map(([name, { card, insertion }]) => {
      const atr = card?.reset();
      const bits = card ? stateBits.present | (atr ? 0 : stateBits.mute) : stateBits.empty;
      return decodeReaderState(name, bits | (insertion << 16), atr ?? new Uint8Array());
    });
  }

  watch(listener: (event: WatchEvent) => void): { close(): void } {
    this.#listeners.add(listener);
    queueMicrotask(() => {
      if (!this.#listeners.has(listener)) return;
      listener({ type: 'service', state: 'running' });
      listener({ type: 'readers', readers: this.readers });
    });
    return { close: () => void this.#listeners.delete(listener) };
  }

  async inUse(): Promise<boolean> {
    return false;
  }

  async connect(name: string): Promise<CardConnection> {
    const slot = this.#slots.get(name);
    if (!slot) throw new PcscError('SCardConnect', pcsc.unknownReader);
    if (!slot.card) throw new PcscError('SCardConnect', pcsc.noSmartcard);
    if (!slot.card.reset()) throw new PcscError('SCardConnect', pcsc.unresponsiveCard);
    if (this.refusals.times-- > 0) throw new PcscError('SCardConnect', this.refusals.code);
    const { insertion } = slot;
    let wasReset = false;
    this.open += 1;
    const present = () => {
      const now = this.#slots.get(name);
      if (!now?.card || now.insertion !== insertion) throw new PcscError('SCardTransmit', pcsc.removedCard);
      return now.card;
    };
    return {
      protocol: this.protocol,
      beginTransaction: () => this.free,
      endTransaction: async () => undefined,
      transmit: async (command) => {
        const card = present();
        if (wasReset) throw new PcscError('SCardTransmit', pcsc.resetCard);
        switch (this.mishap(this.sent.length + 1)) {
          case 'removed':
            this.remove(name);
            throw new PcscError('SCardTransmit', pcsc.removedCard);
          case 'not-transacted':
            this.remove(name);
            throw new PcscError('SCardTransmit', pcsc.notTransacted);
          case 'reset':
            wasReset = true;
            throw new PcscError('SCardTransmit', pcsc.resetCard);
          case 'silence':
            return new Promise(() => undefined);
          case 'no-bytes':
            return new Uint8Array();
          case 'one-byte':
            return Uint8Array.of(0x90);
        }
        this.sent.push(Buffer.from(command).toString('hex').toUpperCase());
        return card.transmit(command);
      },
      reconnect: async () => {
        present().reset();
        wasReset = false;
      },
      disconnect: async () => {
        this.open -= 1;
      },
    };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener({ type: 'readers', readers: this.readers });
  }
}
