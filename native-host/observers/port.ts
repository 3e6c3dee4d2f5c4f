import type { FactsOf, Subject, UnknownReason } from '../../common/protocol/index.ts';

/** What an observer comes back with: facts, or why there are none. */
export type Seen<S extends Subject> =
  | { outcome: 'observed'; facts: FactsOf<S> }
  | { outcome: 'unknown'; reason: UnknownReason; detail?: string };

/** Looks at one subject, by itself, within its own time. One small module each. */
export interface Observer<S extends Subject> {
  readonly subject: S;
  /** Milliseconds after which the subject is `unknown` with `timeout`. */
  readonly deadlineMs: number;
  /** API, file or command asked, for support. */
  readonly how: string;
  observe(): Promise<Seen<S>>;
}
