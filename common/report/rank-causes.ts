import { stepIds } from '../guide/types.ts';
import type { ReportedCheck, ReportedDrift, ReportedRegistration } from './schema.ts';
import { entriesOf, type Timeline, type TimelineEntry } from './timeline.ts';

/** What the causes are ranked by. All of it is redacted already. */
export interface Findings {
  checks: readonly ReportedCheck[];
  verdict: 'checking' | 'ready' | 'warning' | 'blocked';
  journey: { phase: string; step: string };
  error: { id: string; data: Readonly<Record<string, string | number>> } | null;
  drift: readonly ReportedDrift[];
  timeline: Timeline;
  /** Milliseconds since the epoch. */
  now: number;
  /** Why the card login failed, surest first, as the panel ranks it. */
  login?: readonly (Cause & { certainty: 'certain' | 'likely' | 'possible' })[];
  /** Only `hpki-navi-host report` looks there. */
  registrations?: readonly ReportedRegistration[];
}

export interface Cause {
  id: string;
  data: Readonly<Record<string, string | number>>;
}

/** Steps on the phone: the card has done its part. */
const afterCard: readonly string[] = stepIds.slice(stepIds.indexOf('scan-qr'));

/** Milliseconds for which an error that is no longer shown is still what the call is about. */
const recent = 60 * 60_000;

/**
 * All causes, the one to speak of first at the head.
 *
 * An error on the way leads, with one exception: guide 1's 「アクセスが拒否されました」 says itself that it has several
 * causes, so a finding that explains it leads there. Without an error the checks lead, in the order of their tree, then
 * what the timeline remembers, then pages that no longer fit, then warnings.
 */
export function rankCauses(findings: Findings): Cause[] {
  const { checks, error } = findings;
  const of = (status: ReportedCheck['status']) =>
    checks.filter((check) => check.status === status && !isPending(check)).map(toCause);
  const fails = of('fail');
  const warnings = of('warn');
  const unknown = of('unknown');
  const registered = registrationCauses(findings);
  const remembered = error ? [] : rememberedCauses(findings);
  const drift = findings.drift.length > 0 ? [{ id: 'drift.pages', data: {} }] : [];

  if (error) {
    const shown = { id: error.id, data: error.data };
    if (error.id !== 'access-denied') return distinct([shown, ...fails, ...drift, ...warnings]);
    const { login = [] } = findings;
    if (login.length > 0) {
      const sure = login.filter(({ certainty }) => certainty !== 'possible');
      return distinct(
        [...sure, shown, ...login, ...fails, ...warnings].map(({ id, data }) => ({ id, data })),
      );
    }
    const explaining = [...fails, ...warnings, ...unknown.filter(isSeveralReaders)].filter(explainsDenial);
    return distinct([...explaining, shown, ...fails, ...warnings]);
  }
  if (findings.journey.phase === 'finished') return distinct([{ id: 'none.finished', data: {} }]);
  if (findings.journey.phase === 'under-way' && afterCard.includes(findings.journey.step)) {
    // Taking the card out now is fine; the PC's network is not out of the play.
    const matter = [...fails, ...warnings].filter(({ id }) => id.startsWith('site.'));
    return distinct([...matter, ...drift, { id: 'phone.under-way', data: {} }]);
  }
  // What is not known yet may be worse than what is.
  const looking = findings.verdict === 'checking' ? [{ id: 'none.looking', data: {} }] : [];
  return distinct([
    ...registered,
    ...fails,
    ...remembered,
    ...drift,
    ...looking,
    ...warnings,
    ...unknown,
    { id: 'none.ready', data: {} },
  ]);
}

const toCause = ({ reason, data }: ReportedCheck): Cause => ({ id: reason, data });
const isPending = ({ reason }: ReportedCheck) => reason.endsWith('.checking');
const isSeveralReaders = ({ id }: Cause) => id === 'driver-reader.unknown-several';

/** Without host or network nothing was seen of the card, and nothing there makes a server refuse a certificate. */
function explainsDenial({ id }: Cause): boolean {
  return !/^(?:host|browser|site)\./.test(id);
}

function distinct(causes: readonly Cause[]): Cause[] {
  return causes.filter(({ id }, index) => causes.findIndex((other) => other.id === id) === index);
}

/** What came of the last registration, where nothing shows it any longer. */
function rememberedCauses({ timeline, now }: Findings): Cause[] {
  const entries = entriesOf(timeline).filter(({ at }) => now - at <= recent && at <= now);
  const ended = entries.findLastIndex(({ type }) => type === 'browser-started');
  const since = entries.slice(ended + 1);
  const finished = since.findLastIndex((entry) => entry.type === 'step' && entry.step === 'finish');
  const error = since
    .slice(finished + 1)
    .findLast((entry): entry is Extract<TimelineEntry, { type: 'error' }> => entry.type === 'error');
  const crashes = since.filter((entry) => entry.type === 'host' && entry.failure === 'crashed');
  return [
    ...(error ? [{ id: error.error, data: error.netError ? { netError: error.netError } : {} }] : []),
    ...(crashes.length >= 2 ? [{ id: 'host.crashed', data: { count: crashes.length } }] : []),
  ];
}

/** The extension can't say so itself when it is missing or can't reach the host. */
function registrationCauses({ registrations }: Findings): Cause[] {
  if (!registrations || registrations.length === 0) return [];
  const some = (manifest: ReportedRegistration['manifest']) =>
    registrations.some((registration) => registration.manifest === manifest);
  const causes: Cause[] = [];
  const known = registrations.filter(({ manifest }) => manifest !== 'unknown');
  if (known.length > 0 && !some('right')) {
    const forbidden = some('other-ids');
    causes.push({ id: forbidden ? 'host.forbidden' : 'host.not-installed', data: {} });
  }
  const looked = registrations.filter(({ extension }) => extension !== 'unknown');
  if (looked.length > 0 && looked.every(({ extension }) => extension === 'not-found')) {
    causes.push({ id: 'extension.not-found', data: {} });
  }
  return causes;
}
