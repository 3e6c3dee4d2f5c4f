import type { Reader } from '../../common/protocol/index.ts';
import { virtualReaderKind } from '../../common/readers/index.ts';
import { type Finding, fail, pass, unknown } from './check.ts';
import { startsByItself } from './pcsc-service.ts';
import type { Situation } from './situation.ts';

export function judgeReader(situation: Situation): Finding {
  const { host, observations } = situation;
  // A stopped service has no readers to show, whatever was seen before it stopped.
  if (startsByItself(situation)) return fail('reader.none');
  const observation = observations.readers;
  if (!observation) {
    return host.state === 'connected' && host.complete
      ? unknown('reader.unknown', { why: 'not-found' })
      : unknown('reader.checking');
  }
  if (observation.result.outcome === 'unknown') {
    return unknown('reader.unknown', { why: observation.result.reason });
  }
  const all = observation.result.facts.readers;
  const physical = physicalReaders(situation);
  const virtual = all.find(({ name }) => virtualReaderKind(name));
  if (physical.length === 0) {
    return virtual ? fail('reader.virtual-only', { reader: virtual.name }) : fail('reader.none');
  }
  const working = physical.filter(({ state }) => state !== 'unavailable');
  const names = (readers: readonly Reader[]) => readers.map(({ name }) => name).join(' / ');
  if (working.length === 0) return fail('reader.unavailable', { reader: names(physical) });
  return pass('reader.ok', { reader: names(working), count: working.length });
}

/** Readers on the desk; Windows Hello and the like take no card. */
export function physicalReaders({ observations }: Situation): Reader[] {
  const result = observations.readers?.result;
  if (result?.outcome !== 'observed') return [];
  return result.facts.readers.filter(({ name }) => !virtualReaderKind(name));
}
