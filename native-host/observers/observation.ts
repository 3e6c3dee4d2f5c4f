import type { ObservationOf, Subject } from '../../common/protocol/index.ts';
import type { Seen } from './port.ts';

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
