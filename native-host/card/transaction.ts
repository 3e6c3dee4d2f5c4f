import { type Exchange, ReadingStopped } from './exchange.ts';
import { pcsc } from './pcsc-codes.ts';
import type { CardConnection } from './port.ts';

/**
 * Another program's transaction may last as long as a person types. `taken` resolves when it is our turn within
 * `waitMs`; after that it rejects with `exclusive`, and a turn that comes later is handed back at once.
 */
export class Transaction {
  #state: 'none' | 'held' | 'abandoned' = 'none';
  readonly #connection: CardConnection;
  readonly #waitMs: number;
  readonly #onReleased: () => void;

  constructor(connection: CardConnection, waitMs: number, onReleased: () => void) {
    this.#connection = connection;
    this.#waitMs = waitMs;
    this.#onReleased = onReleased;
  }

  /** @throws ReadingStopped */
  async take(exchange: Exchange): Promise<void> {
    if (this.#state === 'held') return;
    const granted = exchange.waiting(this.#connection.beginTransaction());
    const waiting = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => waiting.resolve('late'), this.#waitMs);
    try {
      if ((await Promise.race([granted, waiting.promise])) !== 'late') {
        this.#state = 'held';
        return;
      }
    } finally {
      clearTimeout(timer);
    }
    this.#state = 'abandoned';
    void this.#handBack(granted);
    throw new ReadingStopped('exclusive', pcsc.sharingViolation);
  }

  /** Lets go of the card and leaves it as it is. Never rejects. */
  async release(): Promise<void> {
    if (this.#state === 'abandoned') return;
    if (this.#state === 'held') await this.#connection.endTransaction().catch(() => undefined);
    this.#state = 'none';
    await this.#connection.disconnect();
  }

  async #handBack(granted: Promise<void>): Promise<void> {
    try {
      await granted;
      await this.#connection.endTransaction();
    } catch {
      // The card or the service went away while we waited.
    }
    await this.#connection.disconnect();
    this.#onReleased();
  }
}
