import type { Reader } from '../../common/protocol/index.ts';
import { virtualReaderKind } from '../../common/readers/index.ts';
import { type Finding, fail, pass, unknown } from './check.ts';
import { startsByItself } from './service-start.ts';
import type { Situation } from './situation.ts';

export function judgeReader(situation: Situation): Finding {
  const { host, observations } = situation;
  // A stopped service has no readers to show, whatever was seen before it stopped.
  if (startsByItself(situation)) return missing(situation, 'stopped');
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
    const finding = missing(situation, 'running');
    return virtual && finding.reason === 'reader.none'
      ? fail('reader.virtual-only', { reader: virtual.name })
      : finding;
  }
  const working = physical.filter(({ state }) => state !== 'unavailable');
  const names = (readers: readonly Reader[]) => readers.map(({ name }) => name).join(' / ');
  if (working.length === 0) return fail('reader.unavailable', { reader: names(physical) });
  return pass('reader.ok', { reader: names(working), count: working.length });
}

/** No reader for PC/SC: none there at all, one that is waiting for its driver, or a desk that is elsewhere. */
function missing({ observations }: Situation, service: 'running' | 'stopped'): Finding {
  const session = observations['browser-session']?.result;
  if (session?.outcome === 'observed' && session.facts.remoteDesktop) return fail('reader.remote-desktop');
  const usb = observations['usb-readers']?.result;
  const devices = usb?.outcome === 'observed' ? usb.facts.devices : [];
  const broken = devices.find(({ driver, problem }) => problem !== undefined || driver === undefined);
  const [device] = broken ? [broken] : devices;
  if (!device) return fail('reader.none');
  const data = { device: device.name ?? `USB ${device.vendor}:${device.product}` };
  // Linux binds no driver to a CCID reader: pcscd talks to it by itself, or does not know it.
  if (device.problem !== undefined) return fail('reader.driver-missing', data);
  return service === 'stopped' ? fail('reader.service-asleep', data) : fail('reader.not-taken', data);
}

/** Readers on the desk; Windows Hello and the like take no card. */
export function physicalReaders({ observations }: Situation): Reader[] {
  const result = observations.readers?.result;
  if (result?.outcome !== 'observed') return [];
  return result.facts.readers.filter(({ name }) => !virtualReaderKind(name));
}
