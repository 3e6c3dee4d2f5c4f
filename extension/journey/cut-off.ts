import type { StepId } from '../../common/guide/index.ts';
import type { JourneyEvent } from './events.ts';
import type { Journey } from './journey.ts';

/** The step at which an event ends a registration without anybody's word: its tab is closed. */
export function cutOffAt({ phase, step, tabId }: Journey, event: JourneyEvent): StepId | null {
  const going = phase === 'under-way' || phase === 'error';
  return event.type === 'tab-closed' && event.tabId === tabId && going ? step : null;
}
