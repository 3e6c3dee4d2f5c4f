/** That a registration was finished in this browser. */
export interface Finished {
  /** Start of the browser process that registered, ISO 8601, where the host could see it. */
  browserStartedAt: string | null;
  /** The extension has not been started anew since. */
  thisSession: boolean;
}

/** Two readings of one process's start may differ by this many milliseconds. */
const sameStart = 2000;

/**
 * Manual (13): is the browser that is open now another one than the one that registered? A login outlives the card and
 * every tab, so this is seen and not assumed.
 *
 * @param startedAt of the present browser process, ISO 8601, null where the host could not see it
 */
export function afterFinish(
  finished: Finished | null,
  startedAt: string | null,
): 'new' | 'same' | 'unknown' | null {
  if (!finished) return null;
  if (startedAt === null || finished.browserStartedAt === null) {
    return finished.thisSession ? 'same' : 'unknown';
  }
  const apart = Math.abs(Date.parse(startedAt) - Date.parse(finished.browserStartedAt));
  return apart > sameStart ? 'new' : 'same';
}
