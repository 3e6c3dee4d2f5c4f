import * as v from 'valibot';
import type { CheckId } from '../../common/guide/checks.ts';
import { phoneCauseIds } from '../../common/guide/phone-settings.ts';
import { machineLines, type Versions } from '../../common/report/machine.ts';
import { type Cause, rankCauses } from '../../common/report/rank-causes.ts';
import { redactSituation, shortToken, withTokens } from '../../common/report/redact/index.ts';
import {
  type Report,
  type ReportedDrift,
  type ReportedRegistration,
  type ReportedSituation,
  reportedSituation,
  reportFormat,
  reportVersion,
} from '../../common/report/schema.ts';
import { encodeSupportCode, type SupportCode } from '../../common/report/support-code/code.ts';
import { causeTable } from '../../common/report/support-code/tables.ts';
import type { Timeline } from '../../common/report/timeline.ts';
import { type LoginFailure, loginEnd, rankLoginCauses } from '../diagnosis/index.ts';
import { judge, type Situation } from '../judge/index.ts';
import { analyse, situationOf } from './analyse.ts';

/** Everything a report is made from, as collected: nothing of it is redacted yet. */
export interface Collected {
  by: 'extension' | 'host';
  /** Who keeps the secret that tokens are made with. */
  tokens: NonNullable<Report['tokens']>;
  situation: Situation;
  journey: { phase: string; step: string };
  error: { id: string; data: Readonly<Record<string, string | number>> } | null;
  /** The card login that failed, while error 1 is shown. Only what it says of causes gets into a report. */
  failure?: LoginFailure | null;
  drift: ReportedDrift[];
  timeline: Timeline;
  versions: Versions;
  registrations?: ReportedRegistration[];
  /** Checks that the collecting program can't make. */
  notLooked?: readonly CheckId[];
}

/** Redacts, analyses and puts together. `took`: milliseconds since it was asked for. */
export async function composeReport(
  collected: Collected,
  secret: Uint8Array,
  took: () => number,
): Promise<Report> {
  return withTokens(secret, (digest) => {
    const { by, tokens, journey, drift, timeline, versions, registrations, notLooked = [] } = collected;
    const situation = fitting(redactSituation(collected.situation, digest));
    const { checks, verdict } = analyse(situation, notLooked);
    const { now } = collected.situation;
    const login = loginCauses(collected, situation);
    const error = collected.error && {
      id: collected.error.id,
      data: { ...knownData(collected.error.data), ...login[0]?.data },
    };
    const causes = rankCauses({
      checks,
      verdict,
      journey,
      error,
      drift,
      timeline,
      now,
      login,
      ...(registrations ? { registrations } : {}),
    });
    return {
      format: reportFormat,
      version: reportVersion,
      made: { at: new Date(now).toISOString(), ms: took(), by },
      installation: shortToken('pc', digest('installation')).replace('#', '-'),
      tokens,
      supportCode: encodeSupportCode(codeOf(causes, situation, collected)),
      cause: causes[0]?.id ?? 'none.ready',
      further: causes.slice(1, 24).flatMap(({ id }) => (id.startsWith('none.') ? [] : [id])),
      verdict,
      journey,
      error,
      drift: drift.slice(0, 16),
      checks,
      machine: machineLines(situation, versions),
      timeline,
      facts: { situation, ...(registrations ? { registrations } : {}) },
      removed: [],
    };
  });
}

/** Error guide 1, by the panel's own diagnosis. The data of its causes are numbers. */
function loginCauses({ failure, error }: Collected, situation: ReportedSituation) {
  if (!failure || error?.id !== 'access-denied') return [];
  const { checks } = judge(situationOf(situation));
  return rankLoginCauses({ failure, checks, end: loginEnd(error.data) }).map((cause) =>
    cause.kind === 'check'
      ? { id: cause.check.reason as string, data: {}, certainty: cause.certainty }
      : { id: `login.${cause.id}`, data: numbersOf(cause.data), certainty: cause.certainty },
  );
}

function numbersOf(data: Readonly<Record<string, unknown>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(data).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}

/** Characters of facts. A pharmacy's PC has half of it; what a hostile host adds makes no report that is too long. */
const mostFacts = 16_000;

/**
 * What does not fit the schema after redaction (a hostile host's doing) is left out, one observation at a time; of too
 * much, the longest first.
 */
function fitting(redacted: unknown): ReportedSituation {
  const { observations, ...rest } = redacted as { observations: { cards: unknown[]; list: unknown[] } };
  const schema = reportedSituation.entries.observations.entries;
  let cards = observations.cards.filter((card) => v.is(schema.cards, [card]));
  let list = observations.list.filter((observation) => v.is(schema.list, [observation]));
  const size = (value: unknown) => JSON.stringify(value).length;
  while (size([cards, list]) > mostFacts) {
    const longest = [...cards, ...list].reduce((one, other) => (size(one) >= size(other) ? one : other));
    cards = cards.filter((card) => card !== longest);
    list = list.filter((observation) => observation !== longest);
  }
  return v.parse(reportedSituation, { ...rest, observations: { ...observations, cards, list } });
}

function knownData(data: Readonly<Record<string, string | number>>): Record<string, string | number> {
  const { netError, status, cause } = data;
  return {
    ...(typeof netError === 'string' && /^ERR_[A-Z0-9_]{1,59}$/.test(netError) ? { netError } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    // What the phone reported, guide 2.
    ...(phoneCauseIds.some((id) => id === cause) && cause !== undefined ? { cause } : {}),
  };
}

function codeOf(
  causes: readonly Cause[],
  { browser, host }: ReportedSituation,
  { by, versions }: Collected,
): SupportCode {
  const known = causes.map(({ id }) => id).filter((id) => causeTable.includes(id));
  const [leading, ...others] = known;
  // A cause this release forgot to number must not push another one to its place.
  const first = leading !== undefined && leading === causes[0]?.id ? leading : undefined;
  const further = others.filter((id) => !id.startsWith('none.'));
  return {
    causes: first === undefined ? known.slice(0, 3) : [first, ...further.slice(0, 2)],
    system: host.state === 'connected' ? host.platform : (versions.system ?? 'unknown'),
    browser: by === 'host' ? 'unknown' : browser.family,
    release: browser.extensionVersion,
  };
}
