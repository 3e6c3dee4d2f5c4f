import { noJourney } from '../journey/journey.ts';
import type { PanelState } from '../messages/panel-messages.ts';
import { browser } from '../platform/browser.ts';

/** Nothing is known yet, so nothing is called fine. */
const nothingKnown: PanelState = {
  verdict: 'checking',
  checks: [],
  foremost: null,
  hostActions: { available: [], last: null },
  login: { causes: [], gone: [], pinInnocent: false },
  certificate: null,
  username: null,
  triesLeft: null,
  cardInReader: false,
  journey: noJourney,
  phone: null,
  supportContact: '',
  afterFinish: null,
  interrupted: null,
};

/**
 * What the panel shows until the service worker's first word, which may have to be started for it. Null on a journey:
 * its place is the service worker's to say. Everything else that can be used is there at once.
 */
export async function firstState(): Promise<PanelState | null> {
  const { kept } = await browser.storage.session.get('kept');
  const { state } = (kept ?? {}) as { state?: Partial<Pick<PanelState, 'journey'>> };
  return (state?.journey?.phase ?? 'none') === 'none' ? nothingKnown : null;
}
