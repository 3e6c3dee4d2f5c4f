import { join } from 'node:path';
import type { BrowserPlace } from './browsers.ts';
import { manifestFile } from './manifest.ts';
import { type ManifestState, manifestState } from './manifest-state.ts';
import { type Registration, register, unregister } from './register.ts';

/** One browser of this user, however this system keeps its registrations. */
export interface Target {
  browser: BrowserPlace;
  state(): Promise<ManifestState>;
  /** State of the registration for all users of this PC, which the .deb and the MSI make. */
  everyonesState(): Promise<ManifestState>;
  register(everywhere: boolean): Promise<Registration>;
  unregister(): Promise<Registration>;
}

export function fileTarget(browser: BrowserPlace, launcher: string): Target {
  const { manifests, everyones } = browser;
  return {
    browser,
    state: () => manifestState(join(manifests, manifestFile), launcher),
    everyonesState: async () =>
      everyones === undefined ? 'absent' : manifestState(join(everyones, manifestFile), launcher),
    register: (everywhere) => register(browser, launcher, everywhere),
    unregister: () => unregister(browser),
  };
}

/**
 * Where everyone's registration starts this very program, this user's own is not needed: it would outlive the package
 * that brought the program. One that is there is looked at first by the browser, right or wrong: it is taken back.
 */
export async function registerWhereNeeded(
  target: Target,
  everyones: ManifestState,
  everywhere: boolean,
): Promise<Registration> {
  if (everyones !== 'right') return target.register(everywhere);
  const done = await target.unregister();
  return done.outcome === 'failed' ? done : { outcome: 'registered-for-everyone', browser: target.browser };
}
