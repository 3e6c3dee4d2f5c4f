import * as v from 'valibot';
import type { Finished } from '../diagnosis/index.ts';
import { browser } from '../platform/browser.ts';

/** That a registration was finished here, kept until someone has followed it up. No name, no card. */
const stored = v.object({ browserStartedAt: v.nullable(v.string()) });

export async function loadFinished(): Promise<Finished | null> {
  const [{ finished }, { finishedHere }] = await Promise.all([
    browser.storage.local.get('finished'),
    browser.storage.session.get('finishedHere'),
  ]);
  const parsed = v.safeParse(stored, finished);
  return parsed.success ? { ...parsed.output, thisSession: finishedHere === true } : null;
}

export async function rememberFinished(browserStartedAt: string | null): Promise<Finished> {
  await Promise.all([
    browser.storage.local.set({ finished: { browserStartedAt } }),
    browser.storage.session.set({ finishedHere: true }),
  ]);
  return { browserStartedAt, thisSession: true };
}

export async function forgetFinished(): Promise<void> {
  await browser.storage.local.remove('finished');
}
