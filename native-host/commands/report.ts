import type { CheckId } from '../../common/guide/checks.ts';
import type { Observation } from '../../common/protocol/index.ts';
import type { Report, ReportedRegistration } from '../../common/report/schema.ts';
import { emptyTimeline } from '../../common/report/timeline.ts';
import type { Situation } from '../../extension/judge/index.ts';
import { composeReport } from '../../extension/report/compose.ts';
import type { CardDesk } from '../host.ts';
import { lookAtRegistrations } from '../install/registrations.ts';
import { type ReportSecret, reportSecret } from '../report-secret.ts';
import { hostVersion } from '../version.ts';
import { type Inspection, inspect } from './inspect.ts';

/** What only the extension can look at: left out rather than called unknown. */
const notLooked: readonly CheckId[] = ['browser', 'site', 'browser-session'];

/**
 * The report where the extension itself is the trouble: the PC by one inspection, and how this host stands with the
 * browsers. Redacted like the extension's, with this user's secret: the same tokens.
 */
export async function makeReport(cards?: CardDesk): Promise<Report> {
  const began = performance.now();
  const [inspection, registrations, secret] = await Promise.all([
    inspect({ ...(cards && { cards }) }),
    lookAtRegistrations().catch(() => []),
    reportSecret(),
  ]);
  return reportFrom(inspection, registrations, secret, () => Math.round(performance.now() - began));
}

export function reportFrom(
  inspection: Inspection,
  registrations: ReportedRegistration[],
  { secret, kept }: ReportSecret,
  took: () => number,
): Promise<Report> {
  const { node, backend, at } = inspection;
  return composeReport(
    {
      by: 'host',
      tokens: kept ? 'host' : 'once',
      situation: situationFrom(inspection, Date.parse(at)),
      journey: { phase: 'none', step: 'prepare' },
      error: null,
      drift: [],
      timeline: emptyTimeline,
      versions: { node, backend, arch: process.arch },
      registrations,
      notLooked,
    },
    Buffer.from(secret, 'hex'),
    took,
  );
}

function situationFrom({ observations, platform }: Inspection, now: number): Situation {
  const known = ['win32', 'linux', 'darwin'] as const;
  const cards = observations.flatMap(({ subject, result }) =>
    subject === 'card' && result.outcome === 'observed' ? [result.facts] : [],
  );
  const others = observations.filter(
    (it): it is Exclude<Observation, { subject: 'card' }> => it.subject !== 'card',
  );
  return {
    now,
    browser: { name: '', family: 'other', siteAccess: true, extensionVersion: hostVersion },
    host: {
      state: 'connected',
      hostVersion,
      platform: known.find((it) => it === platform) ?? 'other',
      complete: true,
    },
    site: { state: 'checking' },
    login: null,
    cardToken: null,
    quiet: false,
    observations: { ...Object.fromEntries(others.map((it) => [it.subject, it])), cards },
  };
}
