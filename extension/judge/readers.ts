import type { FactsOf, Reader } from '../../common/protocol/index.ts';
import { virtualReaderKind } from '../../common/readers/index.ts';
import { cardsInReaders, isHpkiCard } from './card-selection.ts';
import { type Finding, fail, pass, unknown, warn } from './check.ts';
import { physicalReaders } from './physical-readers.ts';
import { startsByItself } from './service-start.ts';
import { isComplete, type Situation } from './situation.ts';

export function judgeReader(situation: Situation): Finding {
  const { host, observations } = situation;
  // A stopped service has no readers to show, whatever was seen before it stopped.
  if (startsByItself(situation)) return missing(situation, 'stopped');
  const observation = observations.readers;
  if (!observation) {
    return isComplete(host) ? unknown('reader.unknown', { why: 'not-found' }) : unknown('reader.checking');
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
  const another = usbDevices(situation).find(({ problem }) => problem !== undefined);
  if (another && !hpkiCardPossible(situation)) {
    return warn('reader.another-unusable', { device: nameOf(another), reader: names(working) });
  }
  return pass('reader.ok', { reader: names(working), count: working.length });
}

/** No reader for PC/SC: none there at all, one that is waiting for its driver, or a desk that is elsewhere. */
function missing(situation: Situation, service: 'running' | 'stopped'): Finding {
  const session = situation.observations['browser-session']?.result;
  if (session?.outcome === 'observed' && session.facts.remoteDesktop) return fail('reader.remote-desktop');
  const devices = usbDevices(situation);
  const broken = devices.find(({ driver, problem }) => problem !== undefined || driver === undefined);
  const [device] = broken ? [broken] : devices;
  if (!device) return fail('reader.none');
  const data = { device: nameOf(device) };
  if (device.problem === disabled) return fail('reader.disabled', data);
  // Linux binds no driver to a CCID reader: pcscd talks to it by itself, or does not know it.
  if (device.problem !== undefined) return fail('reader.driver-missing', data);
  return service === 'stopped' ? fail('reader.service-asleep', data) : fail('reader.not-taken', data);
}

/** An HPKI card is in a reader that works, or a card there that was not read yet. */
function hpkiCardPossible(situation: Situation): boolean {
  return cardsInReaders(situation).some((card) => !card.facts || isHpkiCard(card));
}

/** CM_PROB_DISABLED: switched off by a person or an administrator. */
const disabled = 22;

type UsbDevice = FactsOf<'usb-readers'>['devices'][number];

const nameOf = ({ name, vendor, product }: UsbDevice) => name ?? `USB ${vendor}:${product}`;

function usbDevices({ observations }: Situation): readonly UsbDevice[] {
  const usb = observations['usb-readers']?.result;
  return usb?.outcome === 'observed' ? usb.facts.devices : [];
}
