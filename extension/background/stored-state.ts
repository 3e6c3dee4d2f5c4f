import * as v from 'valibot';
import { browser } from '../platform/browser.ts';
import type { State } from './state.ts';

/**
 * What outlives the service worker: in storage.session, so in memory only and gone with the browser. Written by this
 * program alone; the version guards against what an earlier release left behind an update.
 */
const version = 3;
const kept = v.object({
  version: v.literal(version),
  linkWasOpen: v.boolean(),
  state: v.looseObject({ journey: v.looseObject({ phase: v.string() }) }),
});

type KeptState = Pick<State, 'journey' | 'observations' | 'host' | 'site' | 'token' | 'interrupted'>;

/** As the service worker of this moment wrote it, for the report. */
export async function loadKeptAsItIs(): Promise<{ state: KeptState; linkWasOpen: boolean } | null> {
  const { kept: stored } = await browser.storage.session.get('kept');
  const parsed = v.safeParse(kept, stored);
  if (!parsed.success) return null;
  return { state: parsed.output.state as unknown as KeptState, linkWasOpen: parsed.output.linkWasOpen };
}

export async function loadKept(): Promise<{ state: KeptState; linkWasOpen: boolean } | null> {
  const stored = await loadKeptAsItIs();
  if (!stored) return null;
  const { state, linkWasOpen } = stored;
  // A connection does not outlive the worker; a failure does, until someone asks for another try.
  return {
    linkWasOpen,
    state: state.host.state === 'failed' ? state : { ...state, host: { state: 'connecting' } },
  };
}

let next: object | null = null;

/** Writes the latest state once per turn of the event loop, however often it changes. */
export function saveKept(state: State, linkWasOpen: boolean): void {
  const { journey, observations, host, site, token, interrupted } = state;
  const scheduled = next !== null;
  next = { version, linkWasOpen, state: { journey, observations, host, site, token, interrupted } };
  if (scheduled) return;
  queueMicrotask(() => {
    const value = next;
    next = null;
    void browser.storage.session.set({ kept: value });
  });
}
