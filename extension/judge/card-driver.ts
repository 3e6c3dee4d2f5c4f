import type { DriverModule } from '../../common/protocol/index.ts';
import { type Finding, fail, pass, skipped, unknown, warn } from './check.ts';
import { physicalReaders } from './readers.ts';
import type { Situation } from './situation.ts';

export function judgeCardDriver(situation: Situation): Finding {
  const observation = situation.observations['card-driver'];
  const { host } = situation;
  if (!observation) {
    return host.state === 'connected' && host.complete
      ? unknown('card-driver.unknown', { why: 'not-found' })
      : unknown('card-driver.checking');
  }
  if (observation.result.outcome === 'unknown') {
    const { reason } = observation.result;
    return reason === 'not-supported-here'
      ? skipped('card-driver.unknown', { why: reason })
      : unknown('card-driver.unknown', { why: reason });
  }
  const { modules } = observation.result.facts;
  const hpki = modules.filter(({ family }) => family === 'hpki');
  if (hpki.some(isUsable)) return pass('card-driver.ok', { name: nameOf(hpki.find(isUsable)) });
  const standIn = modules.find((module) => module.family === 'stand-in' && isUsable(module));
  // There is an HPKI card driver for Windows only: elsewhere another module is what the browser uses, and works.
  if (standIn && !isWindows(situation)) return pass('card-driver.stand-in', { name: standIn.name });
  if (hpki.length > 0) return fail('card-driver.broken', { name: nameOf(hpki[0]) });
  return standIn ? warn('card-driver.stand-in-only', { name: standIn.name }) : fail('card-driver.none');
}

/** An uninstall entry alone is a promise, not a driver. */
const isUsable = ({ present, kind }: DriverModule) => present && kind !== 'uninstall-entry';
const nameOf = (module: DriverModule | undefined) => module?.name ?? '';
const isWindows = ({ host }: Situation) => host.state === 'connected' && host.platform === 'win32';

/** Where the driver keeps its choice of reader is not known: never more than a hint. */
export function judgeDriverReader(situation: Situation): Finding {
  if (!isWindows(situation)) return skipped('driver-reader.not-applicable');
  const count = physicalReaders(situation).length;
  return count > 1
    ? unknown('driver-reader.unknown-several', { count, why: 'not-found' })
    : unknown('driver-reader.unknown', { why: 'not-found' });
}
