import type { FactsOf, ObservationOf, Subject, UnknownReason } from '../../common/protocol/index.ts';

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

/** Runs an observer once. Never rejects, and never takes longer than its deadline. */
export async function observeOnce<S extends Subject>(observer: Observer<S>): Promise<ObservationOf<S>> {
  const at = new Date();
  const start = performance.now();
  const late = Promise.withResolvers<Seen<S>>();
  const timer = setTimeout(
    () => late.resolve({ outcome: 'unknown', reason: 'timeout' }),
    observer.deadlineMs,
  );
  const seen = await Promise.race([attempt(observer), late.promise]);
  clearTimeout(timer);
  return observation(observer.subject, observer.how, seen, at, performance.now() - start);
}

async function attempt<S extends Subject>(observer: Observer<S>): Promise<Seen<S>> {
  try {
    return await observer.observe();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException | undefined)?.code;
    if (code === 'EACCES' || code === 'EPERM') return { outcome: 'unknown', reason: 'no-permission' };
    return { outcome: 'unknown', reason: 'failed', detail: String(error).slice(0, 500) };
  }
}

/** An observation as it goes over the wire. `ms`: how long it took. */
export function observation<S extends Subject>(
  subject: S,
  how: string,
  result: Seen<S>,
  at: Date = new Date(),
  ms = 0,
): ObservationOf<S> {
  // The union over subjects can't be followed through the type parameter; each caller's types are exact.
  return { subject, at: at.toISOString(), ms, how, result } as unknown as ObservationOf<S>;
}
