import { type CheckId, checkIds, checkParents } from '../../common/guide/checks.ts';
import { judgeBrowser } from './browser.ts';
import { judgeBrowserSession } from './browser-session.ts';
import { judgeCardKind, judgeCardReadable, judgeCertificate } from './card.ts';
import { judgeCardDriver } from './card-driver.ts';
import { judgeCardPresent } from './card-selection.ts';
import { judgeCertificateStore } from './certificate-store.ts';
import { judgeCertificateValidity } from './certificate-validity.ts';
import { type Check, type Finding, isPending } from './check.ts';
import { judgeDriverReader } from './driver-reader.ts';
import { judgeHost } from './host.ts';
import { judgePcscService } from './pcsc-service.ts';
import { judgePin } from './pin.ts';
import { judgeReader } from './readers.ts';
import { judgeSite } from './site.ts';
import type { Situation } from './situation.ts';

export type Verdict = 'checking' | 'ready' | 'warning' | 'blocked';

export interface Judgement {
  verdict: Verdict;
  /** Those that can be shown, in order: a check is absent while one above it fails or is not finished. */
  checks: Check[];
  /** The finding to speak of first: what blocks, else what warns. */
  foremost: Check | undefined;
}

const judges: Readonly<Record<CheckId, (situation: Situation) => Finding>> = {
  browser: judgeBrowser,
  host: judgeHost,
  'pcsc-service': judgePcscService,
  reader: judgeReader,
  'card-present': judgeCardPresent,
  'card-readable': judgeCardReadable,
  'card-kind': judgeCardKind,
  certificate: judgeCertificate,
  'certificate-validity': judgeCertificateValidity,
  pin: judgePin,
  'certificate-store': judgeCertificateStore,
  'card-driver': judgeCardDriver,
  'driver-reader': judgeDriverReader,
  site: judgeSite,
  'browser-session': judgeBrowserSession,
};

/** Everything that follows from what was observed. Pure: the same situation gives the same judgement. */
export function judge(situation: Situation): Judgement {
  const checks: Check[] = [];
  for (const check of checkIds) {
    if (!checkParents[check].every((parent) => opensTheWay(checks, parent))) continue;
    const finding = judges[check](situation);
    if (saysNothingNew(checks, check, finding)) continue;
    checks.push({ check, ...finding });
  }
  return { verdict: verdictOf(checks), checks, foremost: foremostOf(checks) };
}

function opensTheWay(checks: readonly Check[], parent: CheckId): boolean {
  const found = checks.find(({ check }) => check === parent);
  return found !== undefined && found.status !== 'fail' && !isPending(found);
}

/** Unknown below unknown: whatever hid the one hides the other. */
function saysNothingNew(checks: readonly Check[], id: CheckId, { status }: Finding): boolean {
  const parentUnknown = checks.some(
    ({ check, status: above }) => above === 'unknown' && checkParents[id].includes(check),
  );
  return status === 'unknown' && parentUnknown;
}

/** Only what was observed to be wrong blocks; what could not be observed warns at most. */
function verdictOf(checks: readonly Check[]): Verdict {
  if (checks.some(({ status }) => status === 'fail')) return 'blocked';
  if (checks.some(isPending)) return 'checking';
  return checks.some(({ status }) => status === 'warn' || status === 'unknown') ? 'warning' : 'ready';
}

function foremostOf(checks: readonly Check[]): Check | undefined {
  const first = (status: Check['status']) =>
    checks.find((check) => check.status === status && !isPending(check));
  return first('fail') ?? checks.find(isPending) ?? first('warn') ?? first('unknown');
}
