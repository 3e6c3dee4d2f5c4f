import type { CheckId } from '../../common/guide/checks.ts';
import type { Check } from '../judge/index.ts';

/** What was measured when (4) was pressed. */
export interface Clicked {
  /** Milliseconds since the epoch. */
  at: number;
  /** Of the PIN, where the card told. */
  tries: number | null;
  /** What was wrong or doubtful then. */
  troubles: readonly Check[];
}

/** A card login that failed, and what has been measured since. */
export interface LoginFailure {
  /** Milliseconds since the epoch. */
  at: number;
  /** Null when it was not pressed under our eyes. */
  clicked: Clicked | null;
  /** The person said that the certificate was chosen: there was a chooser. */
  chooserSeen: boolean;
  /** After the login, from the one re-read; null until then and where it could not be read. */
  triesAfter: number | null;
  /** What was wrong at the first full look after the failure; null until then. */
  atFailure: readonly Check[] | null;
  /** Everything that was wrong or doubtful at any time since, and may have been why. */
  seen: readonly Check[];
}

/** A warning of these is about something else than why a login failed. */
const warnsOfOther: readonly CheckId[] = ['pin', 'browser-session'];

export function mayBeWhy({ check, status }: Check): boolean {
  return status === 'fail' || (status === 'warn' && !warnsOfOther.includes(check));
}

/** Takes up what is wrong now. `settled`: the checks are through. */
export function lookedAgain(
  failure: LoginFailure,
  { troubles, settled }: { troubles: readonly Check[]; settled: boolean },
): LoginFailure {
  const wrong = troubles.filter(mayBeWhy);
  const fresh = wrong.filter(({ check }) => !failure.seen.some((known) => known.check === check));
  const atFailure = failure.atFailure ?? (settled ? troubles : null);
  if (fresh.length === 0 && atFailure === failure.atFailure) return failure;
  return { ...failure, atFailure, seen: [...failure.seen, ...fresh] };
}
