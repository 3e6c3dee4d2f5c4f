import type { Reader } from '../../common/protocol/index.ts';

/**
 * What the product needs of PC/SC and nothing more: one narrow port in front of each backend. Every call is
 * asynchronous; none may occupy the event loop. Failed calls reject with PcscError.
 */
export interface CardPort {
  readonly backend: 'koffi' | 'pcsclite';
  readonly capabilities: CardPortCapabilities;
  /**
   * Reports the service and all readers, then every change by event, and goes on when the service comes and goes.
   * `listener` is never called after `close`.
   */
  watch(listener: (event: WatchEvent) => void): { close(): void };
  /** Whether another program is connected to the card now, as far as the backend can tell. */
  inUse(reader: string): Promise<boolean>;
  /** Connects shared, T=0 or T=1. Sends nothing to the card; the reader may power it. */
  connect(reader: string): Promise<CardConnection>;
}

export interface CardPortCapabilities {
  /** Whether `beginTransaction` really keeps other programs out. Without it, it returns at once. */
  readonly transactions: boolean;
}

export type WatchEvent =
  /** `unresponsive`: something accepts connections and does not answer. `code` is the PC/SC return code. */
  | { type: 'service'; state: 'running' | 'stopped' | 'absent' | 'unresponsive'; code?: number | undefined }
  | { type: 'readers'; readers: Reader[] };

export interface CardConnection {
  readonly protocol: 'T0' | 'T1';
  /** Waits while another program holds a transaction. */
  beginTransaction(): Promise<void>;
  endTransaction(): Promise<void>;
  /** One command APDU to one response APDU as the driver gave it: it may be shorter than a status word. */
  transmit(command: Uint8Array): Promise<Uint8Array>;
  /** After a reset by another program: takes the card as it is now. */
  reconnect(): Promise<void>;
  /** Leaves the card as it is (SCARD_LEAVE_CARD). Never rejects. */
  disconnect(): Promise<void>;
}
