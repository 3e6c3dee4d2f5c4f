import { cardInStore } from './certificate-store.ts';
import { type Finding, fail, pass, unknown, warn } from './check.ts';
import { startsByItself } from './service-start.ts';
import { isComplete, type Situation } from './situation.ts';

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
  const { state, startType, propagation } = observation.result.facts;
  if (state === 'running') {
    // What copies certificates is missed only where the card's has not come into the store some other way.
    return propagation?.startType === 'disabled' && cardInStore(situation) !== 'with-key'
      ? warn('pcsc-service.propagation-off')
      : pass('pcsc-service.ok');
  }
  if (startType === 'disabled') return fail('pcsc-service.disabled');
  if (state === 'absent') return fail('pcsc-service.absent');
  return startsByItself(situation) ? pass('pcsc-service.waiting-for-reader') : fail('pcsc-service.stopped');
}

function unfinished({ host }: Situation): Finding {
  return isComplete(host)
    ? unknown('pcsc-service.unknown', { why: 'not-found' })
    : unknown('pcsc-service.checking');
}
