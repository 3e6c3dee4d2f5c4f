import * as v from 'valibot';
import type { Phone } from '../../common/guide/index.ts';
import { isPermittedUrl, sites } from '../../common/sites.ts';

/** Where the journey may begin or be sent to. */
const journeyUrl = v.pipe(v.string(), v.maxLength(2048), v.check(isPermittedUrl));

/** What an administrator may decide, by the managed schema. An address elsewhere falls back like any other mistake. */
export const managedKeys = ['start', 'associationUrl', 'portalUrl', 'supportContact', 'autoOpen'] as const;
export type ManagedKey = (typeof managedKeys)[number];

/** Stored under `settings` in storage.local. What is missing or wrong falls back. */
const settingsSchema = v.object({
  /** Where (2) begins: at the association's page, or at the portal straight away. */
  start: v.fallback(v.picklist(['association', 'portal']), 'association'),
  associationUrl: v.fallback(journeyUrl, `https://${sites.association.host}${sites.association.path}`),
  portalUrl: v.fallback(journeyUrl, `https://${sites.portal.host}${sites.portal.path}`),
  phone: v.fallback(v.nullable(v.picklist(['iphone', 'android'] satisfies Phone[])), null),
  /** Shown below errors. */
  supportContact: v.fallback(v.pipe(v.string(), v.maxLength(200)), ''),
  /** Open the panel when something is clicked on the registration site. */
  autoOpen: v.fallback(v.boolean(), false),
});
export type Settings = v.InferOutput<typeof settingsSchema>;

const blank = {
  start: undefined,
  associationUrl: undefined,
  portalUrl: undefined,
  phone: undefined,
  supportContact: undefined,
  autoOpen: undefined,
};

/** @param managed the administrator's values, which win */
export function parseSettings(stored: unknown, managed: unknown = {}): Settings {
  const decided = Object.entries(asRecord(managed)).filter(([key]) => isManagedKey(key));
  return v.parse(settingsSchema, { ...blank, ...asRecord(stored), ...Object.fromEntries(decided) });
}

function isManagedKey(key: string): boolean {
  return (managedKeys as readonly string[]).includes(key);
}

export function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
