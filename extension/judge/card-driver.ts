import type { DriverModule } from '../../common/protocol/index.ts';
import { type Finding, fail, pass, skipped, unknown, warn } from './check.ts';
import { isComplete, type Situation } from './situation.ts';

export function judgeCardDriver(situation: Situation): Finding {
  const observation = situation.observations['card-driver'];
  const { host } = situation;
  if (!observation) {
    return isComplete(host)
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
  const usable = hpki.filter(isUsable);
  const needed = browserBits(situation);
  const fitting = usable.find(({ bits }) => bits === undefined || bits === (needed ?? usualBits));
  if (fitting) return pass('card-driver.ok', { name: nameOf(fitting) });
  if (usable[0] && isWindows(situation)) {
    const data = { found: usable[0].bits ?? 0, needed: needed ?? usualBits };
    return needed ? fail('card-driver.wrong-bits', data) : warn('card-driver.wrong-bits', data);
  }
  const standIn = modules.find((module) => module.family === 'stand-in' && isUsable(module));
  // There is an HPKI card driver for Windows only: elsewhere another module is what the browser uses, and works.
  if (standIn && !isWindows(situation)) return pass('card-driver.stand-in', { name: standIn.name });
  if (hpki.length > 0) return fail('card-driver.broken', { name: nameOf(hpki[0]) });
  return standIn ? warn('card-driver.stand-in-only', { name: standIn.name }) : fail('card-driver.none');
}

/** Chrome and Edge on a 64-bit Windows, where the browser's own word size could not be seen. */
const usualBits = 64;

function browserBits({ observations }: Situation): 32 | 64 | undefined {
  const result = observations['browser-session']?.result;
  return result?.outcome === 'observed' ? result.facts.bits : undefined;
}

/** An entry of installed programs, or of cards known to the system, is a promise and not a driver. */
const isUsable = ({ present, kind }: DriverModule) =>
  present && kind !== 'uninstall-entry' && kind !== 'calais';
const nameOf = (module: DriverModule | undefined) => module?.name ?? '';
export const isWindows = ({ host }: Situation) => host.state === 'connected' && host.platform === 'win32';
