import { statusText } from './card/status-word.ts';
import type { VirtualCard } from './card/virtual-card.ts';
import { type Bytes, concat, fromHex } from './der.ts';
import type { Fault } from './fault.ts';
import type { Recorder } from './trace.ts';

/** Why a reader gives no answer, in words that the driver turns into its own. */
export type ReaderFailure = 'no-card' | 'timeout' | 'unplugged' | 'unresponsive';
export type ReaderAnswer = { readonly data: Bytes } | { readonly failure: ReaderFailure };

type TransmitFault = Extract<Fault, { kind: `${string}-at` | `${string}-from` }>;

/** Faults that stay with the reader; the others are the lab's. */
export type ReaderFault = TransmitFault | Extract<Fault, { kind: 'latency' | 'endless' | 'none' }>;

/** A reader with one slot: what is in it, and what goes wrong with it. */
export class VirtualReader {
  readonly index: number;
  /** The product name; pcscd adds two numbers to it. */
  readonly name: string;
  plugged: boolean;
  private inserted: VirtualCard | undefined;
  private powered = false;
  /** Changes with every insertion and removal: an exchange that spans one has lost its card. */
  private generation = 0;
  private transmitted = 0;
  private faults: { readonly fault: TransmitFault; readonly target: number }[] = [];
  private latency = { perApdu: 0, perByte: 0 };
  private endless: '61' | '6C' | undefined;
  private readonly recorder: Recorder;
  private readonly transmitTimeout: number;
  /** Called when the card goes in or out. */
  onPresence: () => void = () => {};
  /** Ends the waiting of exchanges that get no answer. */
  private interrupt = new AbortController();

  constructor(options: {
    index: number;
    name: string;
    plugged: boolean;
    recorder: Recorder;
    /** Milliseconds until the reader gives up on a silent card. */
    transmitTimeout: number;
  }) {
    this.index = options.index;
    this.name = options.name;
    this.plugged = options.plugged;
    this.recorder = options.recorder;
    this.transmitTimeout = options.transmitTimeout;
  }

  get card(): VirtualCard | undefined {
    return this.inserted;
  }

  insert(card: VirtualCard): void {
    this.change(card);
  }

  remove(): void {
    this.change(undefined);
  }

  private change(card: VirtualCard | undefined): void {
    this.inserted = card;
    this.powered = false;
    this.generation += 1;
    this.faults = this.faults.filter(({ fault }) => fault.kind !== 'mute-from' || card === undefined);
    this.interruptWaiting();
    this.onPresence();
  }

  /** Ends waiting exchanges: the card or the reader is gone. */
  interruptWaiting(): void {
    this.interrupt.abort();
    this.interrupt = new AbortController();
  }

  setFault(fault: ReaderFault): void {
    switch (fault.kind) {
      case 'none':
        this.faults = [];
        this.latency = { perApdu: 0, perByte: 0 };
        this.endless = undefined;
        break;
      case 'latency':
        this.latency = { perApdu: fault.perApdu, perByte: fault.perByte };
        break;
      case 'endless':
        this.endless = fault.status;
        break;
      default:
        this.faults.push({ fault, target: this.transmitted + fault.apdu });
    }
  }

  /** Power on, or warm reset: the answer to reset. */
  powerUp(): ReaderAnswer {
    if (!this.plugged) return { failure: 'unplugged' };
    if (this.inserted === undefined) return { failure: 'no-card' };
    const atr = this.inserted.reset();
    this.powered = atr !== undefined;
    return atr === undefined ? { failure: 'unresponsive' } : { data: atr };
  }

  /** Succeeds without a reader, too: pcscd takes it for gone only after a second when this fails. */
  powerDown(): ReaderAnswer {
    this.powered = false;
    this.inserted?.reset();
    return { data: new Uint8Array() };
  }

  async transmit(command: Bytes): Promise<ReaderAnswer> {
    const finish = this.recorder.begin(this.name, command);
    const answer = await this.exchange(command);
    finish('data' in answer ? answer.data : answer.failure);
    return answer;
  }

  private async exchange(command: Bytes): Promise<ReaderAnswer> {
    if (!this.plugged) return { failure: 'unplugged' };
    const card = this.inserted;
    if (card === undefined || !this.powered) return { failure: 'no-card' };
    const { generation } = this;
    this.transmitted += 1;
    const fault = this.takeFault();
    if (fault?.kind === 'remove-at') {
      this.remove();
      return { failure: 'no-card' };
    }
    if (fault?.kind === 'mute-at' || fault?.kind === 'mute-from') {
      await this.wait(this.transmitTimeout);
      return this.lost(generation) ?? { failure: 'timeout' };
    }
    const data = this.alter(card.transmit(command), fault);
    const delay = this.latency.perApdu + this.latency.perByte * (command.length + data.length);
    if (delay > 0) await this.wait(delay);
    return this.lost(generation) ?? { data };
  }

  private lost(generation: number): ReaderAnswer | undefined {
    if (!this.plugged) return { failure: 'unplugged' };
    return generation === this.generation ? undefined : { failure: 'no-card' };
  }

  private takeFault(): TransmitFault | undefined {
    const at = this.faults.findIndex(({ fault, target }) =>
      fault.kind === 'mute-from' ? this.transmitted >= target : this.transmitted === target,
    );
    const found = this.faults[at];
    if (found !== undefined && found.fault.kind !== 'mute-from') this.faults.splice(at, 1);
    return found?.fault;
  }

  private alter(answer: Bytes, fault: TransmitFault | undefined): Bytes {
    if (fault?.kind === 'status-at') return fromHex(statusText(fault.status));
    if (fault?.kind === 'length-at') {
      const filled = concat(answer, new Uint8Array(Math.max(0, fault.bytes - answer.length)));
      return filled.slice(0, fault.bytes);
    }
    if (this.endless === '61') return concat(new Uint8Array(255).fill(0x5a), fromHex('61FF'));
    if (this.endless === '6C') return fromHex('6CFF');
    return answer;
  }

  private wait(milliseconds: number): Promise<void> {
    const { signal } = this.interrupt;
    return new Promise((done) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        done();
      };
      const timer = setTimeout(end, milliseconds);
      signal.addEventListener('abort', end);
    });
  }
}
