import { lookAtBrowser } from '../background/browser-facts.ts';
import { loadLogin } from '../background/login-memory.ts';
import { fingerprintOf } from '../background/state.ts';
import { loadKeptAsItIs } from '../background/stored-state.ts';
import { selectedCard } from '../judge/index.ts';
import { browser } from '../platform/browser.ts';
import { storedTimeline } from '../timeline/stored.ts';
import type { KeptFacts, ReportSources } from './collect.ts';
import { storedReportSecret } from './secret.ts';

/**
 * The real sources. The page that shows the report asks storage itself: a service worker that is stuck is one of the
 * things a report has to tell of.
 */
export const browserSources: ReportSources = {
  kept: keptFacts,
  login: loadLogin,
  timeline: storedTimeline.load,
  browserFacts: lookAtBrowser,
  installType: async () => (await browser.management.getSelf()).installType,
  platform,
  secret: storedReportSecret,
};

async function keptFacts(): Promise<KeptFacts | null> {
  const kept = await loadKeptAsItIs();
  if (!kept) return null;
  const { observations, host, site, journey, token } = kept.state;
  const { phase, step, quiet, unfamiliarPage, driftSigns, error, failure } = journey;
  const situation = { observations, host, site, quiet, login: null, cardToken: null, now: Date.now() };
  const browserFacts = { name: '', family: 'other', siteAccess: true, extensionVersion: '0' } as const;
  const facts = selectedCard({ ...situation, browser: browserFacts })?.facts;
  const fingerprint = fingerprintOf(facts);
  return {
    observations,
    host,
    site,
    journey: { phase, step, quiet, unfamiliarPage, driftSigns, error, failure },
    cardToken: fingerprint && token?.fingerprint === fingerprint ? token.token : null,
  };
}

const systems = { win: 'win32', mac: 'darwin', linux: 'linux' } as const;

async function platform(): ReturnType<ReportSources['platform']> {
  const { os, arch } = await browser.runtime.getPlatformInfo();
  const system = Object.entries(systems).find(([name]) => name === os)?.[1] ?? 'other';
  return { system, arch };
}
