import { selectedCard } from './card-selection.ts';
import { type Finding, fail, pass, unknown, warn } from './check.ts';
import { clockSkewMs, japaneseTime } from './clock.ts';
import type { Situation } from './situation.ts';

const day = 24 * 60 * 60 * 1000;
/** A certificate that runs out within this many days is pointed out. */
export const expiringDays = 30;

export function judgeCertificateValidity(situation: Situation): Finding {
  const certificate = selectedCard(situation)?.facts?.certificate;
  if (certificate?.form !== 'read') return unknown('certificate-validity.unknown', { why: 'not-found' });
  const notBefore = Date.parse(certificate.profile.notBefore);
  const notAfter = Date.parse(certificate.profile.notAfter);
  const { now } = situation;
  const until = { date: japaneseDate(notAfter) };
  const holds = (time: number) => notBefore <= time && time <= notAfter;
  // The server's clock decides in the end; when it disagrees with the PC's about this, the PC's is at fault.
  const serverNow = now - (clockSkewMs(situation) ?? 0);
  if (!holds(now) && holds(serverNow)) return warn('certificate-validity.clock-wrong', until);
  if (serverNow > notAfter) return fail('certificate-validity.expired', until);
  if (serverNow < notBefore) return fail('certificate-validity.not-yet', { date: japaneseDate(notBefore) });
  const days = Math.floor((notAfter - serverNow) / day);
  return days < expiringDays
    ? warn('certificate-validity.expiring', { ...until, days })
    : pass('certificate-validity.ok', { ...until, days });
}

/** `2031-01-01`, the day in Japan: certificates end at its midnight. */
const japaneseDate = (time: number) => japaneseTime(time).slice(0, 10);
