import { browser } from '../platform/browser.ts';
import type { TimelineStore } from './recorder.ts';

/** In storage.local: it outlives the worker and the browser. Nothing personal is in it. */
export const storedTimeline: TimelineStore = {
  load: async () => (await browser.storage.local.get('timeline'))['timeline'],
  save: (timeline) => browser.storage.local.set({ timeline }),
};
