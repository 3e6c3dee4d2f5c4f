import type { FactsOf, ObservationOf, Reader, ServiceFacts } from '../../common/protocol/index.ts';
import type { CardSeen, ServiceState } from '../card/desk.ts';
import { pcscCodeHex } from '../card/hex.ts';
import type { CardPort } from '../card/port.ts';
import { observation } from './observation.ts';
import type { Seen } from './port.ts';

type Backend = CardPort['backend'];
/** Milliseconds for which anything waits for the system's list of services; it is told later where it comes later. */
export const listServiceMs = 3000;
/** How the system's own list of services tells it, beside what the watch sees. */
export type ListedService = Pick<FactsOf<'pcsc-service'>, 'startType' | 'propagation'> & {
  state?: ServiceFacts['state'];
};

/** The PC/SC service as the watch saw it. */
export function serviceObservation(
  backend: Backend,
  service: ServiceState,
  listed: ListedService | undefined,
): ObservationOf<'pcsc-service'> {
  const code = service.code === undefined ? {} : { pcscCode: pcscCodeHex(service.code) };
  const seen = ((): Seen<'pcsc-service'> => {
    switch (service.state) {
      case 'unresponsive':
        return { outcome: 'unknown', reason: 'timeout', detail: 'SCardEstablishContext does not return' };
      case 'failed':
        return { outcome: 'unknown', reason: 'failed', detail: 'the process that reads cards keeps ending' };
      default:
        return {
          outcome: 'observed',
          facts: {
            // PC/SC on Windows tells a service that is not installed from one that does not run by nothing.
            state: service.state === 'stopped' && listed?.state === 'absent' ? 'absent' : service.state,
            ...(listed?.startType && { startType: listed.startType }),
            ...(listed?.propagation && { propagation: listed.propagation }),
            ...code,
          },
        };
    }
  })();
  return observation('pcsc-service', `${backend}: SCardEstablishContext`, seen);
}

/** All readers; unknown while the service can't be asked. */
export function readersObservation(
  backend: Backend,
  readers: readonly Reader[] | undefined,
): ObservationOf<'readers'> {
  return observation(
    'readers',
    `${backend}: SCardListReaders, SCardGetStatusChange`,
    readers
      ? { outcome: 'observed', facts: { readers: readers.slice(0, 64) } }
      : { outcome: 'unknown', reason: 'service-unavailable' },
  );
}

export function cardObservation(backend: Backend, { facts, at, ms }: CardSeen): ObservationOf<'card'> {
  return observation('card', `${backend}: SCardTransmit`, { outcome: 'observed', facts }, at, ms);
}
