import type { CheckId } from '../../common/guide/checks.ts';
import type { Certainty, LoginCauseId } from '../../common/guide/login-causes.ts';
import { type Check, isPending } from '../judge/index.ts';
import { type LoginFailure, mayBeWhy } from './login-failure.ts';
import type { LoginEnd } from './net-errors.ts';

/** A check's finding, or one of our own conclusions. */
export type LoginCause = { certainty: Certainty } & (
  | { kind: 'check'; check: Check }
  | { kind: 'own'; id: LoginCauseId; data: Readonly<Record<string, number>> }
);

export interface LoginEvidence {
  failure: LoginFailure;
  /** All that the checks find now. */
  checks: readonly Check[];
  end: LoginEnd;
}

/**
 * Below this many milliseconds from the press to the error nobody has chosen a certificate: measured without any
 * chooser 40–700 ms on a fast machine, and no person reads and cancels a dialog so fast.
 */
export const noChooserWithin = 1500;

/** Checks that say nothing about why a login failed. */
const beside: readonly CheckId[] = ['browser', 'host'];
/** Not seen to be in order, these may be why no certificate is there to be chosen. */
const doubtful: readonly CheckId[] = ['card-driver', 'driver-reader', 'certificate-store'];

/**
 * Error guide 1: why the login failed, surest first. The net error does not say; this is what was measured before the
 * press, at the failure and since. Nothing is held against the card when the tries of the PIN tell another story.
 */
export function rankLoginCauses(evidence: LoginEvidence): LoginCause[] {
  const causes = [...measured(evidence), ...concluded(evidence)];
  const order: Certainty[] = ['certain', 'likely', 'possible'];
  return causes
    .map((cause, index) => ({ cause, index }))
    .sort((a, b) => order.indexOf(a.cause.certainty) - order.indexOf(b.cause.certainty) || a.index - b.index)
    .map(({ cause }) => cause);
}

function measured({ failure, checks, end }: LoginEvidence): LoginCause[] {
  return (
    checks
      .filter((check) => !beside.includes(check.check) && !isPending(check))
      // Without a connection nothing of reader, card and driver was asked for.
      .filter(({ check }) => end !== 'unreached' || check === 'site')
      .flatMap((check): LoginCause[] => {
        const certainty = certaintyOf(check, failure);
        return certainty ? [{ kind: 'check', check, certainty }] : [];
      })
  );
}

function certaintyOf(check: Check, { clicked, atFailure, chooserSeen }: LoginFailure): Certainty | null {
  const wasSo = (checks: readonly Check[] | null | undefined) =>
    checks?.some(({ check: id, status }) => id === check.check && status === check.status) ?? false;
  switch (check.status) {
    case 'fail':
      // Wrong only since: a card taken out while reading this did not make the login fail.
      return atFailure === null || wasSo(atFailure) || wasSo(clicked?.troubles) ? 'certain' : 'possible';
    case 'warn':
      if (!mayBeWhy(check)) return null;
      return doubtful.includes(check.check) && !chooserSeen ? 'likely' : 'possible';
    case 'unknown':
      return doubtful.includes(check.check) && !chooserSeen ? 'possible' : null;
    default:
      return null;
  }
}

function concluded({ failure, checks, end }: LoginEvidence): LoginCause[] {
  const { clicked, triesAfter, chooserSeen } = failure;
  const own = (id: LoginCauseId, certainty: Certainty, data = {}): LoginCause => ({
    kind: 'own',
    id,
    certainty,
    data,
  });
  if (end === 'unreached') {
    // A network that is down, or was, is why: the login's host is not to blame then.
    const network = [...failure.seen, ...checks].some(
      (check) => check.check === 'site' && check.status === 'fail',
    );
    return network ? [] : [own('login-host-unreachable', 'certain')];
  }
  const answered = end === 'answered';
  const before = clicked?.tries ?? null;
  const known = before !== null && triesAfter !== null;
  const fast = clicked !== null && failure.at - clicked.at < noChooserWithin && !chooserSeen;
  if (known && triesAfter < before && triesAfter > 0)
    return [own('pin-wrong', 'certain', { tries: triesAfter })];
  if (answered && fast) return [own('choice-remembered', 'likely'), own('no-chooser', 'possible')];
  if (fast) return [own('no-chooser', 'likely')];
  const rest: LoginCause[] = [own('cancelled', clicked && known ? 'likely' : 'possible')];
  if (answered) rest.unshift(own('choice-remembered', 'likely'));
  if (!known) rest.push(own('pin-perhaps', 'possible'));
  if (!chooserSeen) rest.push(own('no-chooser', 'possible'));
  rest.push(own('not-accepted', 'possible'));
  return rest;
}

/** What was wrong or doubtful since the failure and is so no longer. */
export function goneCauses(failure: LoginFailure, checks: readonly Check[]): Check[] {
  return failure.seen.filter((was) => {
    if (beside.includes(was.check)) return false;
    const now = checks.find(({ check }) => check === was.check);
    return now !== undefined && !isPending(now) && isRightAgain(was, now);
  });
}

/** What can't be seen any longer is not put right by that. */
function isRightAgain(was: Check, now: Check): boolean {
  // The driver's choice of reader is never seen for certain: that it names this one is all that can be wished for.
  if (now.status === 'pass' || now.reason === 'driver-reader.hint-same') return true;
  return was.status === 'fail' && now.status === 'warn';
}

/** The PIN is known not to be it: as many tries are left as before. */
export function pinIsInnocent({ clicked, triesAfter }: LoginFailure): boolean {
  return clicked?.tries != null && triesAfter === clicked.tries;
}
