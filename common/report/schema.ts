import * as v from 'valibot';
// Not the index: the messages of the wire are nothing to the support page.
import { cardFacts, observationSchema, unknownReason } from '../protocol/observations.ts';
import { timelineSchema } from './timeline.ts';

/**
 * The report as it is saved. Files come from anywhere: everything is bounded, texts are only ever shown as text.
 * Added fields do not raise the version; a reader that is older leaves them out.
 */

export const reportFormat = 'hpki-navi-report';
/** Raised when a field changes its meaning or goes. */
export const reportVersion = 1;
/** Octets. A report has at most 64 kB; nothing larger is looked at. */
export const largestReport = 256 * 1024;

const code = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9.:_-]{0,63}$/));
const version = v.pipe(v.string(), v.regex(/^v?\d{1,5}(?:\.\d{1,6}){0,4}$/));
const line = v.pipe(v.string(), v.maxLength(400));
const isoTime = v.pipe(v.string(), v.isoTimestamp());
const value = v.union([v.pipe(v.string(), v.maxLength(512)), v.number()]);
const stepId = code;

export const reportedCheck = v.object({
  check: code,
  status: v.picklist(['pass', 'warn', 'fail', 'unknown', 'skipped']),
  reason: code,
  data: v.pipe(
    v.record(v.pipe(v.string(), v.maxLength(40)), value),
    v.check((it) => Object.keys(it).length <= 24),
  ),
});
export type ReportedCheck = v.InferOutput<typeof reportedCheck>;

export const reportedSituation = v.object({
  now: v.number(),
  browser: v.object({
    name: v.optional(line, ''),
    family: v.picklist(['chrome', 'edge', 'chromium', 'other']),
    siteAccess: v.boolean(),
    extensionVersion: v.optional(version, '0'),
  }),
  host: v.variant('state', [
    v.object({ state: v.literal('connecting') }),
    v.object({
      state: v.literal('failed'),
      failure: v.picklist([
        'not-installed',
        'forbidden',
        'too-old',
        'extension-too-old',
        'crashed',
        'no-answer',
        'malformed',
      ]),
      hostVersion: v.exactOptional(version),
    }),
    v.object({
      state: v.literal('connected'),
      hostVersion: v.optional(version, '0'),
      platform: v.picklist(['win32', 'linux', 'darwin', 'other']),
      complete: v.boolean(),
    }),
  ]),
  site: v.variant('state', [
    v.object({ state: v.literal('checking') }),
    v.object({ state: v.literal('answered'), status: v.number(), skewMs: v.exactOptional(v.number()) }),
    v.object({
      state: v.literal('failed'),
      host: v.optional(line, ''),
      online: v.boolean(),
      redirected: v.boolean(),
    }),
  ]),
  login: v.nullable(
    v.object({
      card: line,
      browserStartedAt: v.nullable(isoTime),
      thisSession: v.boolean(),
    }),
  ),
  cardToken: v.nullable(line),
  quiet: v.boolean(),
  observations: v.object({
    cards: v.pipe(v.array(cardFacts), v.maxLength(8)),
    cardUnknown: v.exactOptional(unknownReason),
    list: v.pipe(v.array(observationSchema), v.maxLength(16)),
  }),
});
export type ReportedSituation = v.InferOutput<typeof reportedSituation>;

/** How the native host is registered with one browser, as `hpki-navi-host report` found it. */
export const reportedRegistration = v.object({
  browser: line,
  /** `other-ids`: not for this extension's id. `launcher-gone`: leads to a file that is not there. */
  manifest: v.picklist(['right', 'absent', 'other-ids', 'launcher-gone', 'unreadable', 'unknown']),
  /** The extension is in a profile of that browser. */
  extension: v.picklist(['found', 'not-found', 'unknown']),
});
export type ReportedRegistration = v.InferOutput<typeof reportedRegistration>;

/** A page of the site that no longer fits the step map. */
export const reportedDrift = v.object({
  at: isoTime,
  step: stepId,
  /** Names of the signs that were looked for and found. */
  signs: v.pipe(v.array(code), v.maxLength(16)),
  /** What the step map holds of the step the page probably is: `control:manual-3:printed:fixtures`. */
  map: v.exactOptional(v.pipe(v.array(code), v.maxLength(8))),
});
export type ReportedDrift = v.InferOutput<typeof reportedDrift>;

/** Parts that the person may take out before the report leaves. */
export const removableSections = ['checks', 'machine', 'timeline', 'facts'] as const;
export type Section = (typeof removableSections)[number];

export const reportSchema = v.object({
  format: v.literal(reportFormat),
  version: v.literal(reportVersion),
  made: v.object({
    at: isoTime,
    /** Milliseconds it took. */
    ms: v.pipe(v.number(), v.minValue(0)),
    by: v.picklist(['extension', 'host']),
  }),
  /** The same on every report whose tokens were made with the same secret, and on no other. */
  installation: code,
  /**
   * Who keeps that secret. `host`: one for this user of the PC, whoever makes the report. `extension`: one of this
   * extension alone, while there is no host to share it with. `once`: it could not be kept.
   */
  tokens: v.exactOptional(v.picklist(['host', 'extension', 'once'])),
  supportCode: v.pipe(v.string(), v.regex(/^[0-9A-Z]{12}$/)),
  /** What comes first: an id of the catalogue. */
  cause: code,
  /** Other causes, after it. */
  further: v.pipe(v.array(code), v.maxLength(24)),
  verdict: v.picklist(['checking', 'ready', 'warning', 'blocked']),
  journey: v.object({ phase: code, step: stepId }),
  error: v.nullable(v.object({ id: code, data: v.record(v.pipe(v.string(), v.maxLength(40)), value) })),
  drift: v.pipe(v.array(reportedDrift), v.maxLength(16)),
  checks: v.exactOptional(v.pipe(v.array(reportedCheck), v.maxLength(64))),
  machine: v.exactOptional(v.pipe(v.array(v.object({ id: code, text: line })), v.maxLength(10))),
  timeline: v.exactOptional(timelineSchema),
  facts: v.exactOptional(
    v.object({
      situation: reportedSituation,
      registrations: v.exactOptional(v.pipe(v.array(reportedRegistration), v.maxLength(16))),
    }),
  ),
  /** Sections the person took out. */
  removed: v.pipe(v.array(v.picklist(removableSections)), v.maxLength(8)),
});
export type Report = v.InferOutput<typeof reportSchema>;

/** Without these sections; says so. */
export function withoutSections(report: Report, sections: readonly Section[]): Report {
  const kept: Report = { ...report, removed: [...new Set([...report.removed, ...sections])] };
  for (const section of sections) delete kept[section];
  return kept;
}
