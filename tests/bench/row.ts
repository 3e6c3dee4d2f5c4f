import type { Summary } from './statistics.ts';

/** One line of the table. */
export interface Row {
  /** `card`, `host`, `extension`, `server`, `journey`. */
  section: string;
  /** What was done, e.g. `cold, contact T=1`. */
  measure: string;
  /** Who did it: the product or a peer. */
  subject: string;
  unit: 'ms' | 'µs' | 'MiB' | 'KiB' | '%' | 'count' | 'per second';
  value: Summary;
  /** This subject's value as a multiple of another's, run by run. */
  ratio?: { to: string; value: Summary };
  apdus?: number;
  /** Octets to and from the card. */
  bytes?: number;
  /** What was promised of the ratio or of the value, and whether it was kept. */
  promise?: { text: string; kept: boolean };
  note?: string;
}

/** How long and how much. */
export interface Extent {
  quick: boolean;
  /** Told what is being done. */
  say: (text: string) => void;
}

export interface SectionResult {
  rows: Row[];
  /** VERIFY commands with a PIN sent by the native host. Must be 0. */
  pinAttemptsByHost: number;
}
