import * as v from 'valibot';
import type { Phone } from '../../common/guide/index.ts';
import { isPermittedHost, sites } from '../../common/sites.ts';
import { browser } from '../platform/browser.ts';

/** An address the journey may begin at or be sent to: https, on a permitted host, without credentials. */
export function isJourneyUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  return protocol === 'https:' && isPermittedHost(hostname) && username === '' && password === '';
}

const journeyUrl = v.pipe(v.string(), v.maxLength(2048), v.check(isJourneyUrl));

/** Stored under `settings` in storage.local. What is missing or wrong falls back. */
const settingsSchema = v.object({
  /** Where (2) begins: at the association's page, or at the portal straight away. */
  start: v.fallback(v.picklist(['association', 'portal']), 'association'),
  associationUrl: v.fallback(journeyUrl, `https://${sites.association.host}${sites.association.path}`),
  portalUrl: v.fallback(journeyUrl, `https://${sites.portal.host}${sites.portal.path}`),
  phone: v.fallback(v.nullable(v.picklist(['iphone', 'android'] satisfies Phone[])), null),
});
export type Settings = v.InferOutput<typeof settingsSchema>;

const blank = { start: undefined, associationUrl: undefined, portalUrl: undefined, phone: undefined };

export function parseSettings(stored: unknown): Settings {
  const values = typeof stored === 'object' && stored !== null ? stored : {};
  return v.parse(settingsSchema, { ...blank, ...values });
}

export async function loadSettings(): Promise<Settings> {
  return parseSettings((await browser.storage.local.get('settings'))['settings']);
}

export async function savePhone(phone: Phone): Promise<void> {
  const { settings } = await browser.storage.local.get('settings');
  await browser.storage.local.set({ settings: { ...(settings as object | undefined), phone } });
}
