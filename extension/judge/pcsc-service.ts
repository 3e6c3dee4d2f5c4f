import { type Finding, fail, pass, unknown } from './check.ts';
import type { Situation } from './situation.ts';

/**
 * Windows stops the service when the last reader is unplugged and starts it with the next one, so a stopped service
 * is the reader's matter there; only a disabled one needs an administrator.
 */
export function judgePcscService(situation: Situation): Finding {
  const observation = situation.observations['pcsc-service'];
  if (!observation) return unfinished(situation);
  if (observation.result.outcome === 'unknown') {
    return unknown('pcsc-service.unknown', { why: observation.result.reason });
  }
  const { state, startType } = observation.result.facts;
  if (state === 'running') return pass('pcsc-service.ok');
  if (startType === 'disabled') return fail('pcsc-service.disabled');
  if (state === 'absent') return fail('pcsc-service.absent');
  return startsByItself(situation) ? pass('pcsc-service.waiting-for-reader') : fail('pcsc-service.stopped');
}

/** Whether a stopped service comes up with the next reader. */
export function startsByItself({ host, observations }: Situation): boolean {
  const result = observations['pcsc-service']?.result;
  if (result?.outcome !== 'observed' || result.facts.state !== 'stopped') return false;
  return (host.state === 'connected' && host.platform === 'win32') || result.facts.startType === 'trigger';
}

function unfinished({ host }: Situation): Finding {
  return host.state === 'connected' && host.complete
    ? unknown('pcsc-service.unknown', { why: 'not-found' })
    : unknown('pcsc-service.checking');
}
