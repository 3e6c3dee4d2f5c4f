import { describe, expect, it } from 'vitest';
import {
  beginRecording,
  emptyTimeline,
  endRecording,
  entriesOf,
  halfLength,
  parseTimeline,
  recordingSince,
  type Timeline,
  type TimelineEntry,
  withEntry,
  withoutOld,
} from '../../common/report/timeline.ts';
import type { Situation } from '../judge/index.ts';
import { entriesBetween, type Since } from './changes.ts';
import { TimelineRecorder, type TimelineStore } from './recorder.ts';

const crash = (at: number): TimelineEntry => ({ at, type: 'host', state: 'failed', failure: 'crashed' });
const many = (count: number, from = 0): Timeline =>
  Array.from({ length: count }, (_, index) => crash(from + index)).reduce(withEntry, emptyTimeline);
const times = (timeline: Timeline) => entriesOf(timeline).map(({ at }) => at);

class MemoryStore implements TimelineStore {
  kept: unknown;
  saves = 0;
  load = async () => structuredClone(this.kept);
  save = async (timeline: Timeline) => {
    this.saves += 1;
    this.kept = structuredClone(timeline);
  };
}

describe('the timeline', () => {
  it('keeps its first and its last half, and says how much fell out', () => {
    const timeline = many(1000);
    expect(times(timeline).slice(0, halfLength)).toEqual(
      Array.from({ length: halfLength }, (_, index) => index),
    );
    expect(times(timeline).slice(halfLength)[0]).toBe(1000 - halfLength);
    expect(times(timeline).at(-1)).toBe(999);
    expect(timeline.dropped).toBe(1000 - 2 * halfLength);
  });

  it('forgets after two weeks, and then has room at the beginning again', () => {
    const day = 24 * 60 * 60_000;
    const timeline = withoutOld(withEntry(many(300), crash(20 * day)), 21 * day);
    expect(times(timeline)).toEqual([20 * day]);
    expect(withEntry(timeline, crash(21 * day)).first.length).toBe(2);
  });

  it('starts afresh when a recording begins, with the end of what was before', () => {
    const begun = beginRecording(many(1000), 5000);
    expect(times(begun)).toEqual([...Array.from({ length: 40 }, (_, index) => 960 + index), 5000]);
    expect(recordingSince(begun)).toBe(5000);
    const ended = endRecording(
      Array.from({ length: 500 }, (_, index) => crash(5001 + index)).reduce(withEntry, begun),
      6000,
    );
    expect(entriesOf(ended)[40]).toEqual({ at: 5000, type: 'record', mark: 'begin' });
    expect(entriesOf(ended)[41]?.at).toBe(5001);
    expect(entriesOf(ended).at(-1)).toEqual({ at: 6000, type: 'record', mark: 'end', ms: 1000 });
    expect(recordingSince(ended)).toBeNull();
    expect(endRecording(ended, 7000)).toBe(ended);
  });

  it('is empty when what was stored is not one', () => {
    for (const stored of [
      undefined,
      null,
      'x',
      { first: [{ at: 1, type: 'step', step: '<b>' }], last: [], dropped: 0 },
    ]) {
      expect(parseTimeline(stored)).toEqual(emptyTimeline);
    }
  });
});

describe('changes', () => {
  const quiet = {
    phase: 'none',
    step: 'prepare',
    asked: null,
    error: null,
    unfamiliarPage: false,
    driftSigns: [],
  } as const;
  const situation: Situation = {
    now: 1000,
    browser: { name: 'Microsoft Edge', family: 'edge', siteAccess: true, extensionVersion: '0.1.0' },
    host: { state: 'connecting' },
    observations: { cards: [] },
    site: { state: 'checking' },
    login: null,
    cardToken: null,
    quiet: false,
  };

  it('tell which signs of the manual an unfamiliar page shows', () => {
    const unfamiliar = { ...quiet, unfamiliarPage: true, driftSigns: ['card-auth-4', 'Hanako'] };
    const [drift] = entriesBetween(
      { situation, journey: quiet },
      { situation, journey: unfamiliar },
      new Map(),
      1,
    );
    expect(drift).toEqual({ at: 1, type: 'drift', step: 'prepare', signs: ['card-auth-4'] });
  });

  it('tell what the phone reported, and by whom it is known', () => {
    const before = { situation, journey: quiet };
    const failed = (data: Record<string, string>) => ({
      situation,
      journey: { ...quiet, error: { id: 'invalid-registration' as const, data } },
    });
    const phone = (data: Record<string, string>) =>
      entriesBetween(before, failed(data), new Map(), 1).filter(({ type }) => type === 'phone');
    expect(phone({ cause: 'not-enrolled' })).toEqual([
      { at: 1, type: 'phone', what: 'not-enrolled', by: 'page' },
    ]);
    expect(phone({ cause: 'Hanako' })).toEqual([
      { at: 1, type: 'phone', what: 'invalid-registration', by: 'person' },
    ]);
  });

  it('tell of host and checks once, with how long it had been so', () => {
    const since: Since = new Map();
    const crashed: Situation = { ...situation, host: { state: 'failed', failure: 'crashed' } };
    const at = (it: Situation) => ({ situation: it, journey: quiet });
    const first = entriesBetween(at(situation), at(crashed), since, 1000);
    expect(first).toContainEqual({ at: 1000, type: 'host', state: 'failed', failure: 'crashed' });
    expect(first.filter(({ type }) => type === 'check').length).toBeGreaterThan(0);
    expect(entriesBetween(at(crashed), at(situation), since, 3500)).toEqual([
      { at: 3500, type: 'host', state: 'connecting', ms: 2500 },
    ]);
    const again = entriesBetween(at(situation), at(crashed), since, 4000);
    expect(again).toEqual([{ at: 4000, type: 'host', state: 'failed', failure: 'crashed', ms: 500 }]);
  });
});

describe('the recorder', () => {
  it('goes on where an ended worker stopped', async () => {
    const store = new MemoryStore();
    const first = await TimelineRecorder.load(store, 1);
    first.add(crash(2));
    first.record(true, 3);
    await Promise.resolve();
    const second = await TimelineRecorder.load(store, 4);
    second.record(false, 5);
    await Promise.resolve();
    expect(entriesOf(parseTimeline(store.kept)).map(({ type, at }) => `${type} ${at}`)).toEqual([
      'worker-started 1',
      'host 2',
      'record 3',
      'worker-started 4',
      'record 5',
    ]);
  });

  it('writes once for everything that happens at once', async () => {
    const store = new MemoryStore();
    const recorder = await TimelineRecorder.load(store, 1);
    await Promise.resolve();
    store.saves = 0;
    for (let at = 2; at < 50; at += 1) recorder.add(crash(at));
    await Promise.resolve();
    expect(store.saves).toBe(1);
  });

  it('works without a store that works', async () => {
    const broken = { load: () => Promise.reject(new Error()), save: () => Promise.reject(new Error()) };
    const recorder = await TimelineRecorder.load(broken, 1);
    recorder.add(crash(2));
    expect(entriesOf(recorder.timeline).length).toBe(2);
  });
});
