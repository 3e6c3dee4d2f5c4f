import * as v from 'valibot';
import { type StepId, stepIds } from '../../common/guide/types.ts';
import type { Journey } from '../journey/journey.ts';
import { browser } from '../platform/browser.ts';

/**
 * At which step a registration is, kept on disk so that it can be told when the browser ends in the middle of it. The
 * step alone: a journey is not taken up in another browser process, where its login is gone.
 */
const stored = v.object({ step: v.picklist(stepIds), at: v.number() });

/** Milliseconds after which nobody wonders any more. */
const worthTelling = 24 * 60 * 60_000;

/** The step at which the last one was cut off, or null. Of use only where the journey itself is gone. */
export async function loadInterrupted(now: number): Promise<StepId | null> {
  const { underWay } = await browser.storage.local.get('underWay');
  const parsed = v.safeParse(stored, underWay);
  return parsed.success && Math.abs(now - parsed.output.at) < worthTelling ? parsed.output.step : null;
}

export async function rememberUnderWay({ phase, step }: Journey, now: number): Promise<void> {
  // One that was stopped is over, and only a restart leads on.
  if (phase === 'under-way' || phase === 'error') {
    await browser.storage.local.set({ underWay: { step, at: now } });
  } else {
    await browser.storage.local.remove('underWay');
  }
}
