import {
  beginRecording,
  endRecording,
  parseTimeline,
  type Timeline,
  type TimelineEntry,
  withEntry,
  withoutOld,
} from '../../common/report/timeline.ts';
import { entriesBetween, type Glimpse, type Since } from './changes.ts';

/** Where the timeline outlives worker and browser. */
export interface TimelineStore {
  load(): Promise<unknown>;
  save(timeline: Timeline): Promise<void>;
}

/** Writes the timeline while the extension works. Losing it never stops anything. */
export class TimelineRecorder {
  #timeline: Timeline;
  readonly #store: TimelineStore;
  readonly #since: Since = new Map();
  #scheduled = false;

  private constructor(store: TimelineStore, timeline: Timeline) {
    this.#store = store;
    this.#timeline = timeline;
  }

  /** Takes up what was stored and notes that this worker began. */
  static async load(store: TimelineStore, now: number): Promise<TimelineRecorder> {
    const stored = await store.load().catch(() => undefined);
    const recorder = new TimelineRecorder(store, withoutOld(parseTimeline(stored), now));
    recorder.add({ at: now, type: 'worker-started' });
    return recorder;
  }

  get timeline(): Timeline {
    return this.#timeline;
  }

  changed(before: Glimpse, after: Glimpse, now: number): void {
    for (const entry of entriesBetween(before, after, this.#since, now)) this.add(entry);
  }

  add(entry: TimelineEntry): void {
    this.#replace(withEntry(this.#timeline, entry));
  }

  /** 記録開始, 記録終了. */
  record(on: boolean, now: number): void {
    this.#replace(on ? beginRecording(this.#timeline, now) : endRecording(this.#timeline, now));
  }

  #replace(timeline: Timeline): void {
    this.#timeline = timeline;
    if (this.#scheduled) return;
    this.#scheduled = true;
    // Once per turn of the event loop: a worker may be ended at any time after it.
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#store.save(this.#timeline).catch(() => undefined);
    });
  }
}
