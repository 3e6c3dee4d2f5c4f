import { setTimeout as sleep } from 'node:timers/promises';
import { type Exchange, ReadingStopped } from './exchange.ts';
import { PcscError, pcsc } from './pcsc-codes.ts';
import type { CardConnection, CardPort } from './port.ts';

export interface CardHoldOptions {
  port: CardPort;
  reader: string;
  /** Milliseconds to wait for another program before the card is called exclusive. */
  waitMs: number;
  /** Called when a card that was given up on has been had, and handed back, after all. */
  onReleased: () => void;
}

/** Milliseconds in which a card that another program resets has answered its reset. */
const resetMs = 150;

/**
 * Our hold on a card: a connection and a transaction on it. Another program's transaction may last as long as a
 * person types, and on pcsc-lite already the connection waits for it. After `waitMs` the card is called exclusive,
 * and if our turn comes later it is handed back at once.
 */
export class CardHold {
  readonly #options: CardHoldOptions;
  #connection: CardConnection | undefined;
  #state: 'none' | 'held' | 'abandoned' = 'none';

  constructor(options: CardHoldOptions) {
    this.#options = options;
  }

  /**
   * Connects, when not yet connected, and begins the transaction, when not yet begun.
   * @throws ReadingStopped
   */
  async take(exchange: Exchange): Promise<void> {
    if (this.#state === 'held') return;
    const granted = exchange.waiting(this.#acquire(exchange));
    const late = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => void this.#whenOthers(() => late.resolve('late')), this.#options.waitMs);
    try {
      if ((await Promise.race([granted, late.promise])) !== 'late') {
        this.#state = 'held';
        return;
      }
    } finally {
      clearTimeout(timer);
    }
    this.#state = 'abandoned';
    void this.#handBack(granted);
    throw new ReadingStopped('exclusive');
  }

  /** Lets go of the card and leaves it as it is. Never rejects. */
  async release(): Promise<void> {
    if (this.#state === 'abandoned') return;
    if (this.#state === 'held') await this.#connection?.endTransaction().catch(() => undefined);
    this.#state = 'none';
    await this.#connection?.disconnect();
    this.#connection = undefined;
  }

  /** A card that is slow to answer its reset is not another program's: the deadline of the reading ends that. */
  async #whenOthers(act: () => void): Promise<void> {
    const { port, reader } = this.#options;
    if (this.#connection !== undefined || (await port.inUse(reader).catch(() => false))) act();
  }

  async #acquire(exchange: Exchange): Promise<void> {
    if (this.#connection === undefined) {
      this.#connection = await this.#connect();
      exchange.use(this.#connection);
    }
    await this.#connection.beginTransaction();
  }

  /** A card that another program resets at this moment has no protocol yet: it is asked once more. */
  async #connect(): Promise<CardConnection> {
    const { port, reader } = this.#options;
    try {
      return await port.connect(reader);
    } catch (error) {
      if (!(error instanceof PcscError) || error.code !== pcsc.protocolMismatch) throw error;
      await sleep(resetMs);
      return port.connect(reader);
    }
  }

  async #handBack(granted: Promise<void>): Promise<void> {
    try {
      await granted;
      await this.#connection?.endTransaction();
    } catch {
      // The card or the service went away while we waited.
    }
    await this.#connection?.disconnect();
    this.#options.onReleased();
  }
}
