import { phoneCauseIds } from '../../common/guide/phone-settings.ts';
import type { TimelineEntry } from '../../common/report/timeline.ts';
import type { Journey, NotPressed } from '../journey/journey.ts';
import { judge, type Situation } from '../judge/index.ts';

/** The state as the timeline sees it. */
export interface Glimpse {
  situation: Situation;
  journey: Pick<Journey, 'phase' | 'step' | 'asked' | 'error' | 'unfamiliarPage' | 'driftSigns'>;
}

/** Since when each thing has been as it is: `check pin`, `step`, `host`. Milliseconds since the epoch. */
export type Since = Map<string, { at: number; what: string }>;

/**
 * What changed between two states, as entries of the timeline. Only codes are taken: no name, address or number of the
 * state gets here. `since` is kept up to date.
 */
export function entriesBetween(before: Glimpse, after: Glimpse, since: Since, now: number): TimelineEntry[] {
  return [
    ...hostEntries(before, after, since, now),
    ...checkEntries(before, after, since, now),
    ...stepEntries(before, after, since, now),
    ...errorEntries(before, after, now),
    ...driftEntries(before, after, now),
  ];
}

function hostEntries(before: Glimpse, after: Glimpse, since: Since, now: number): TimelineEntry[] {
  const name = ({ situation: { host } }: Glimpse) =>
    host.state === 'connected' && host.complete
      ? 'complete'
      : host.state === 'failed'
        ? host.failure
        : host.state;
  if (name(before) === name(after)) return [];
  const ms = elapsed(since, 'host', now);
  const { host } = after.situation;
  const failure = host.state === 'failed' ? { failure: host.failure } : {};
  const state = host.state === 'failed' ? 'failed' : name(after);
  return [{ at: now, type: 'host', state, ...failure, ...ms }];
}

/** Checks that are still being looked at say nothing yet. */
function checkEntries(before: Glimpse, after: Glimpse, since: Since, now: number): TimelineEntry[] {
  const { now: _, ...was } = before.situation;
  const { now: __, ...is } = after.situation;
  if ((Object.keys(is) as (keyof typeof is)[]).every((part) => was[part] === is[part])) return [];
  return judge(after.situation).checks.flatMap(({ check, status, reason }) => {
    // Looked at again with the same result is no news.
    if (reason.endsWith('.checking') || since.get(`check ${check}`)?.what === reason) return [];
    return [
      { at: now, type: 'check', check, status, reason, ...elapsed(since, `check ${check}`, now, reason) },
    ];
  });
}

function stepEntries(before: Glimpse, after: Glimpse, since: Since, now: number): TimelineEntry[] {
  const { step, phase } = after.journey;
  if (before.journey.step === step && before.journey.phase === phase) return [];
  const entries: TimelineEntry[] = [{ at: now, type: 'step', step, phase, ...elapsed(since, 'step', now) }];
  if (step.startsWith('phone-') && before.journey.step !== step) {
    entries.push({ at: now, type: 'phone', what: step, by: 'person' });
  }
  if (step === 'finish' && before.journey.step !== 'finish') {
    entries.push({ at: now, type: 'phone', what: 'phone-done', by: 'page' });
  }
  return entries;
}

const onPhone: readonly string[] = ['invalid-registration', 'security-key-error'];

function errorEntries(before: Glimpse, after: Glimpse, now: number): TimelineEntry[] {
  const { error } = after.journey;
  if (!error || before.journey.error === error) return [];
  const { netError, status } = error.data;
  const entry: TimelineEntry = {
    at: now,
    type: 'error',
    error: error.id,
    ...(typeof netError === 'string' && /^ERR_[A-Z0-9_]{1,59}$/.test(netError) ? { netError } : {}),
    ...(typeof status === 'number' && status >= 0 && status <= 999 ? { status: Math.trunc(status) } : {}),
  };
  if (!onPhone.includes(error.id)) return [entry];
  const reported = phoneCauseIds.find((id) => id === error.data['cause']);
  return [entry, { at: now, type: 'phone', what: reported ?? error.id, by: reported ? 'page' : 'person' }];
}

/** A page that fits no step, or one that fits and lacks the control of its step. */
function driftEntries(before: Glimpse, after: Glimpse, now: number): TimelineEntry[] {
  const { step, unfamiliarPage, driftSigns, asked } = after.journey;
  const entries: TimelineEntry[] = [];
  if (unfamiliarPage && !before.journey.unfamiliarPage) {
    const signs = signNames(driftSigns);
    entries.push({ at: now, type: 'drift', step, ...(signs.length > 0 ? { signs } : {}) });
  }
  if (asked && asked !== before.journey.asked && missing.includes(asked.why)) {
    entries.push({ at: now, type: 'drift', step, signs: [asked.control, asked.why] });
  }
  return entries;
}

/** Names of signs, and nothing that a page may have put in their place. */
export function signNames(signs: readonly string[]): string[] {
  return signs.filter((sign) => /^[a-z0-9][a-z0-9.-]{0,63}$/.test(sign)).slice(0, 16);
}

/** Covered or disabled is the page's state of the moment; these say that it is built otherwise than the manual shows. */
const missing: readonly NotPressed[] = [
  'not-found',
  'several',
  'closed',
  'not-a-link',
  'leads-elsewhere',
  'leads-unseen',
  'moved',
];

/** How long it had been so before, and from now on anew. */
function elapsed(since: Since, thing: string, now: number, what = ''): { ms?: number } {
  const before = since.get(thing);
  since.set(thing, { at: now, what });
  return before === undefined ? {} : { ms: Math.max(0, now - before.at) };
}
