import type { Subject } from '../../common/protocol/index.ts';
import type { Observer, Seen } from './port.ts';

/** Stands for a subject that this system offers no way to look at, and says so. */
export function notSupported<S extends Subject>(subject: S, detail: string): Observer<S> {
  return {
    subject,
    deadlineMs: 100,
    how: 'none',
    observe: async (): Promise<Seen<S>> => ({ outcome: 'unknown', reason: 'not-supported-here', detail }),
  };
}
