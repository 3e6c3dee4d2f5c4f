import type { FactsOf, Subject, UnknownReason } from '../../common/protocol/index.ts';

/** What an observer comes back with: facts, or why there are none. `how`: where another process looked. */
export type Seen<S extends Subject> =
  | { outcome: 'observed'; facts: FactsOf<S>; how?: string }
  | { outcome: 'unknown'; reason: UnknownReason; detail?: string; how?: string };

/** Looks at one subject, by itself, within its own time. One small module each. */
export interface Observer<S extends Subject> {
  readonly subject: S;
  /** Milliseconds after which the subject is `unknown` with `timeout`. */
  readonly deadlineMs: number;
  /** API, file or command asked, for support. */
  readonly how: string;
  /** Depends on the network: told when it comes, and nobody waits for it. */
  readonly background?: boolean;
  /** What a card brings with it: looked at again this many milliseconds after a card was read. */
  readonly againAfterCardMs?: number;
  /** Looked at only while another program has a card for itself. */
  readonly whenHeld?: boolean;
  observe(): Promise<Seen<S>>;
}
