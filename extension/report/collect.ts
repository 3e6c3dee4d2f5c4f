import type { Versions } from '../../common/report/machine.ts';
import type { ReportedDrift } from '../../common/report/schema.ts';
import { entriesOf, parseTimeline, type Timeline } from '../../common/report/timeline.ts';
import { evidenceCodes } from '../content/evidence-codes.ts';
import { probableStep } from '../journey/probable-step.ts';
import type { Situation } from '../judge/index.ts';
import { signNames } from '../timeline/changes.ts';
import type { Collected } from './compose.ts';

/** What tokens are made with, and who keeps it. */
export interface ReportSecret {
  /** 32 octets. */
  octets: Uint8Array;
  keptBy: 'host' | 'extension' | 'once';
}

/** Where a report takes its facts from. Any of these may hang or fail: the report is then made without. */
export interface ReportSources {
  /** What the service worker keeps of the PC and of the journey; null without any. */
  kept(): Promise<KeptFacts | null>;
  login(): Promise<Situation['login']>;
  timeline(): Promise<unknown>;
  browserFacts(): Promise<Situation['browser']>;
  installType(): Promise<string>;
  /** What this browser runs on. */
  platform(): Promise<Pick<Versions, 'system' | 'arch'>>;
  secret(): Promise<ReportSecret>;
}

export interface KeptFacts {
  observations: Situation['observations'];
  host: Situation['host'];
  site: Situation['site'];
  cardToken: string | null;
  journey: {
    phase: string;
    step: string;
    quiet: boolean;
    unfamiliarPage: boolean;
    driftSigns: readonly string[];
    error: Collected['error'];
    failure?: Collected['failure'];
  };
}

/** Milliseconds after which a source is given up. */
const patience = 200;

const nothingKept: KeptFacts = {
  observations: { cards: [] },
  host: { state: 'connecting' },
  site: { state: 'checking' },
  cardToken: null,
  journey: {
    phase: 'none',
    step: 'prepare',
    quiet: false,
    unfamiliarPage: false,
    driftSigns: [],
    error: null,
  },
};

/** All sources at once, none of them waited for longer than a fifth of a second. */
export async function collect(
  sources: ReportSources,
  now: number,
): Promise<{ collected: Collected; secret: Uint8Array }> {
  const [kept, login, stored, browser, installType, platform, secret] = await Promise.all([
    within(sources.kept(), null),
    within(sources.login(), null),
    within(sources.timeline(), undefined),
    within(sources.browserFacts(), {
      name: '',
      family: 'other',
      siteAccess: true,
      extensionVersion: '0',
    } as const),
    within(sources.installType(), ''),
    within(sources.platform(), {}),
    within(sources.secret(), {
      octets: crypto.getRandomValues(new Uint8Array(32)),
      keptBy: 'once',
    } as const),
  ]);
  const { observations, host, site, cardToken, journey } = kept ?? nothingKept;
  const timeline = parseTimeline(stored);
  const { phase, step, quiet, error, failure = null } = journey;
  const situation: Situation = { now, browser, host, site, observations, login, cardToken, quiet };
  return {
    secret: secret.octets,
    collected: {
      by: 'extension',
      tokens: secret.keptBy,
      situation,
      journey: { phase, step },
      error,
      failure,
      drift: driftOf(timeline, now, journey),
      timeline,
      versions: { ...platform, ...(installType ? { installType } : {}) },
    },
  };
}

async function within<T>(source: Promise<T>, otherwise: T): Promise<T> {
  const late = new Promise<T>((resolve) => setTimeout(resolve, patience, otherwise));
  return Promise.race([source.catch(() => otherwise), late]);
}

/** Milliseconds for which a page that did not fit is worth telling. */
const recent = 60 * 60_000;

function driftOf(
  timeline: Timeline,
  now: number,
  { unfamiliarPage, driftSigns, step }: KeptFacts['journey'],
): ReportedDrift[] {
  const noted = entriesOf(timeline).flatMap((entry) =>
    entry.type === 'drift' && now - entry.at <= recent
      ? [drift(entry.at, entry.step, entry.signs ?? [])]
      : [],
  );
  if (noted.length > 0) return noted.slice(-8);
  return unfamiliarPage ? [drift(now, step, signNames(driftSigns))] : [];
}

function drift(at: number, step: string, signs: string[]): ReportedDrift {
  const map = evidenceCodes(probableStep(signs) ?? step);
  return { at: new Date(at).toISOString(), step, signs, ...(map.length > 0 ? { map } : {}) };
}
