import { isPermittedUrl } from '../../common/sites.ts';
import type { Effect } from '../journey/events.ts';
import type { PageCommand } from '../messages/page-messages.ts';
import { browser } from '../platform/browser.ts';

export const accessDeniedPage = 'extension/pages/access-denied.html';
export const stoppedPage = 'extension/pages/stopped.html';

export interface EffectPorts {
  portalUrl(): string;
  quiet(on: boolean): Promise<void>;
  rememberLogin(fingerprint: string): Promise<void>;
  checkSite(): void;
  rereadCard(reader: string, insertion: number): void;
}

/** Carries out what the journey decided. A tab that is gone meanwhile ends nothing else. */
export async function carryOut(effects: readonly Effect[], ports: EffectPorts): Promise<void> {
  for (const effect of effects) await carryOutOne(effect, ports).catch(reportLost);
}

async function carryOutOne(effect: Effect, ports: EffectPorts): Promise<void> {
  switch (effect.type) {
    case 'follow-link':
      // The address comes from a page: checked again before anything goes there.
      if (!isPermittedUrl(effect.url)) return;
      // Rejects when the person left the page meanwhile: then nothing is followed.
      await command(effect.tabId, effect.frameId, { type: 'show-link', control: 'association-link' });
      await browser.tabs.update(effect.tabId, { url: effect.url });
      return;
    case 'open-portal':
      await browser.tabs.update(effect.tabId, { url: ports.portalUrl(), active: true });
      return;
    case 'quiet':
      return ports.quiet(effect.on);
    case 'press':
      return command(effect.tabId, effect.frameId, { type: 'press', control: effect.control });
    case 'point-out':
      return command(effect.tabId, effect.frameId, { type: 'point-out', control: effect.control });
    case 'show-access-denied':
      await browser.tabs.update(effect.tabId, { url: browser.runtime.getURL(accessDeniedPage) });
      return;
    case 'show-stopped':
      await browser.tabs.update(effect.tabId, { url: browser.runtime.getURL(stoppedPage) });
      return;
    case 'reread-card':
      return ports.rereadCard(effect.reader, effect.insertion);
    case 'remember-login':
      return ports.rememberLogin(effect.fingerprint);
    case 'check-site':
      return ports.checkSite();
  }
}

async function command(tabId: number, frameId: number, message: PageCommand): Promise<void> {
  await browser.tabs.sendMessage(tabId, message, { frameId });
}

function reportLost(error: unknown): void {
  console.warn('hpki-navi: an effect was lost', error);
}
