import * as v from 'valibot';

/**
 * What happened, in order, without anything personal: closed codes, numbers and times. Written by the extension while it
 * works; part of every report.
 */

const code = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]{0,63}$/));
/** Milliseconds since the epoch. */
const at = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8.64e15));
const checkStatus = v.picklist(['pass', 'warn', 'fail', 'unknown', 'skipped']);
const duration = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)));

export const timelineEntry = v.variant('type', [
  /** A step of the manual began; `ms` is how long the step before it took. */
  v.object({ at, type: v.literal('step'), step: code, phase: code, ms: duration }),
  /** A check says something else than before; `ms` is how long it had said that. */
  v.object({ at, type: v.literal('check'), check: code, status: checkStatus, reason: code, ms: duration }),
  /** The guide's error was shown. */
  v.object({
    at,
    type: v.literal('error'),
    error: code,
    netError: v.optional(v.pipe(v.string(), v.regex(/^ERR_[A-Z0-9_]{1,59}$/))),
    status: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(999))),
  }),
  /** A navigation to the registration hosts ended so. */
  v.object({
    at,
    type: v.literal('net-error'),
    netError: v.pipe(v.string(), v.regex(/^ERR_[A-Z0-9_]{1,59}$/)),
  }),
  /** The native host: starting, there, everything seen once, or why not. `ms` since it was asked for. */
  v.object({ at, type: v.literal('host'), state: code, failure: v.optional(code), ms: duration }),
  /** What is known of the phone: by the person's word, or from the page on the PC. */
  v.object({ at, type: v.literal('phone'), what: code, by: v.picklist(['person', 'page']) }),
  /** A page on the way fits no step of the map. */
  v.object({
    at,
    type: v.literal('drift'),
    step: code,
    signs: v.optional(v.pipe(v.array(code), v.maxLength(16))),
  }),
  v.object({ at, type: v.literal('browser-started') }),
  v.object({ at, type: v.literal('worker-started') }),
  /** 記録開始, 記録終了. */
  v.object({ at, type: v.literal('record'), mark: v.picklist(['begin', 'end']), ms: duration }),
]);
export type TimelineEntry = v.InferOutput<typeof timelineEntry>;

/** Entries kept of the beginning, and as many of the end: as text, twice told, they stay below 50 kB. */
export const halfLength = 65;

/** A buffer that keeps its first and its last half: how it began survives however long it goes on. */
export const timelineSchema = v.object({
  first: v.pipe(v.array(timelineEntry), v.maxLength(halfLength)),
  last: v.pipe(v.array(timelineEntry), v.maxLength(halfLength)),
  /** Entries that fell out between the halves. */
  dropped: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
export type Timeline = v.InferOutput<typeof timelineSchema>;

export const emptyTimeline: Timeline = { first: [], last: [], dropped: 0 };

export function withEntry(timeline: Timeline, entry: TimelineEntry): Timeline {
  const { first, last, dropped } = timeline;
  if (first.length < halfLength) return { first: [...first, entry], last, dropped };
  const full = last.length === halfLength;
  return { first, last: [...(full ? last.slice(1) : last), entry], dropped: dropped + (full ? 1 : 0) };
}

/** Entries of the past that a recording keeps in front of it. */
const beforeRecording = 40;

/** 記録開始: what follows is the beginning that is kept; of what was, only the end stays. */
export function beginRecording(timeline: Timeline, now: number): Timeline {
  const before = entriesOf(timeline);
  const kept = before.slice(-beforeRecording);
  const dropped = timeline.dropped + before.length - kept.length;
  return withEntry({ first: kept, last: [], dropped }, { at: now, type: 'record', mark: 'begin' });
}

/** 記録終了. */
export function endRecording(timeline: Timeline, now: number): Timeline {
  const begun = recordingSince(timeline);
  if (begun === null) return timeline;
  return withEntry(timeline, { at: now, type: 'record', mark: 'end', ms: Math.max(0, now - begun) });
}

/** When the recording that is still going on began, or null. */
export function recordingSince(timeline: Timeline): number | null {
  const mark = entriesOf(timeline).findLast((entry) => entry.type === 'record');
  return mark?.type === 'record' && mark.mark === 'begin' ? mark.at : null;
}

/** Milliseconds after which what happened no longer helps anyone. */
const oldest = 14 * 24 * 60 * 60_000;

/** Without what is too old; the freed first half fills up again. */
export function withoutOld(timeline: Timeline, now: number): Timeline {
  const all = entriesOf(timeline);
  const kept = all.filter((entry) => now - entry.at <= oldest);
  if (kept.length === all.length) return timeline;
  return {
    first: kept.slice(0, halfLength),
    last: kept.slice(halfLength),
    dropped: timeline.dropped + all.length - kept.length,
  };
}

export function entriesOf({ first, last }: Timeline): TimelineEntry[] {
  return [...first, ...last];
}

/** What was stored, or an empty one: nothing depends on the past. */
export function parseTimeline(stored: unknown): Timeline {
  const parsed = v.safeParse(timelineSchema, stored);
  return parsed.success ? parsed.output : emptyTimeline;
}
