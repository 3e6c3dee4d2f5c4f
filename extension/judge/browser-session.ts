import { type Finding, fail, pass, unknown, warn } from './check.ts';
import { isStarting, type Situation } from './situation.ts';

/** Two readings of one process's start may differ by this many milliseconds. */
const sameStart = 2000;

/**
 * A TLS session outlives the card: whoever logged in last stays logged in until the browser process ends. A login is
 * remembered with the process's start, so that a restart is known to be one.
 */
export function judgeBrowserSession({ login, cardToken, observations, host }: Situation): Finding {
  if (!login) return pass('browser-session.ok');
  const here = madeHere();
  if (here === 'no') return pass('browser-session.ok');
  if (here === 'unknown') {
    // Nothing is held against a person who may well have restarted.
    return isStarting(host)
      ? pass('browser-session.ok')
      : unknown('browser-session.unknown', { why: 'not-found' });
  }
  if (cardToken === null) return warn('browser-session.used');
  return cardToken === login.card ? pass('browser-session.same-card') : fail('browser-session.stale');

  function madeHere(): 'yes' | 'no' | 'unknown' {
    if (login?.thisSession) return 'yes';
    const result = observations['browser-session']?.result;
    if (!login?.browserStartedAt || result?.outcome !== 'observed') return 'unknown';
    const difference = Date.parse(result.facts.startedAt) - Date.parse(login.browserStartedAt);
    return Math.abs(difference) <= sameStart ? 'yes' : 'no';
  }
}
