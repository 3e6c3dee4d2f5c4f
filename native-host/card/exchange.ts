import type { CardStop } from '../../common/protocol/index.ts';
import { getResponse, withOtherLe } from './apdu.ts';
import { Gate } from './gate.ts';
import { cardTrouble, PcscError } from './pcsc-codes.ts';
import type { CardConnection } from './port.ts';

/** Thrown when the reading of a card has to end; `by` as on the wire. */
export class ReadingStopped extends Error {
  readonly by: CardStop['by'];
  readonly code: number | undefined;
  constructor(by: CardStop['by'], code?: number) {
    super(`card: ${by}`);
    this.name = 'ReadingStopped';
    this.by = by;
    this.code = code;
  }
}

/** Thrown when reading is called off (quiet mode): nothing more is sent. */
export class ReadingCalledOff extends Error {
  constructor() {
    super('card: called off');
    this.name = 'ReadingCalledOff';
  }
}

export interface Answer {
  data: Uint8Array;
  statusWord: number;
}

/** More APDUs than any honest card needs (8 KiB of certificate in 256-octet reads, and room). */
export const apduLimit = 96;

/**
 * Commands to one card through the gate: counts them, times them, follows 61xx and 6Cxx within bounds, and turns
 * what PC/SC says into why a reading stopped.
 */
export class Exchange {
  /** APDUs answered, over all connections to this insertion. */
  apdus = 0;
  /** Milliseconds spent waiting for the card. */
  cardMs = 0;
  readonly gate = new Gate();
  #connection: CardConnection | undefined;
  readonly #calledOff: AbortSignal;
  readonly #now: () => number;

  constructor(calledOff: AbortSignal, now: () => number = () => performance.now()) {
    this.#calledOff = calledOff;
    this.#now = now;
  }

  get protocol(): CardConnection['protocol'] {
    return this.#connected().protocol;
  }

  /** Commands go to this connection from now on. */
  use(connection: CardConnection): void {
    this.#connection = connection;
    this.gate.forget();
  }

  /** After a reset by another program. The card's state is anew. */
  async reconnect(): Promise<void> {
    this.gate.forget();
    await this.waiting(this.#connected().reconnect());
  }

  /**
   * Sends a command and collects its whole answer.
   * @throws ReadingStopped | ReadingCalledOff; PcscError never leaves it.
   */
  async send(command: Uint8Array): Promise<Answer> {
    let answer = await this.#once(command);
    if (answer.statusWord >> 8 === 0x6c) {
      // Wrong Le: the card names the right one. Asked once; a card that goes on saying so is taken at its word.
      if (command[1] === 0xb0) answer = await this.#once(withOtherLe(command, lengthOf(answer.statusWord)));
    }
    const parts = [answer.data];
    let collected = answer.data.length;
    while (answer.statusWord >> 8 === 0x61) {
      answer = await this.#once(getResponse(lengthOf(answer.statusWord)));
      parts.push(answer.data);
      collected += answer.data.length;
      if (collected > 0x10000) throw new ReadingStopped('protocol');
    }
    return { data: Buffer.concat(parts), statusWord: answer.statusWord };
  }

  /** Awaits a call to the card, timed, and turns its failure into the reason to stop. */
  async waiting<T>(call: Promise<T>): Promise<T> {
    const start = this.#now();
    try {
      return await call;
    } catch (error) {
      if (error instanceof PcscError) throw new ReadingStopped(cardTrouble(error.code), error.code);
      throw error;
    } finally {
      this.cardMs += this.#now() - start;
    }
  }

  async #once(command: Uint8Array): Promise<Answer> {
    if (this.#calledOff.aborted) throw new ReadingCalledOff();
    if (this.apdus >= apduLimit) throw new ReadingStopped('protocol');
    if (!this.gate.passes(command)) throw new ReadingStopped('refused');
    const response = await this.waiting(this.#connected().transmit(command));
    // A driver may report a pull in mid-APDU as success with nothing in it (vpcd does).
    if (response.length < 2) throw new ReadingStopped('protocol');
    this.apdus += 1;
    const data = response.subarray(0, -2);
    const statusWord = ((response.at(-2) ?? 0) << 8) | (response.at(-1) ?? 0);
    this.gate.answered(command, data, statusWord);
    return { data, statusWord };
  }

  #connected(): CardConnection {
    if (!this.#connection) throw new Error('exchange: not connected');
    return this.#connection;
  }
}

/** XX of 61XX and 6CXX; zero means 256. */
function lengthOf(statusWord: number): number {
  return statusWord & 0xff || 256;
}
