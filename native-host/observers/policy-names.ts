import type { FactsOf } from '../../common/protocol/index.ts';

export type Policy = FactsOf<'policies'>['policies'][number];

/** The policies that are looked at, as Chrome and Edge name them, and no others. */
export const policyNames = [
  'NativeMessagingBlocklist',
  'NativeMessagingAllowlist',
  'NativeMessagingUserLevelHosts',
  'ExtensionInstallBlocklist',
  'ExtensionInstallAllowlist',
  'AutoSelectCertificateForUrls',
] as const satisfies Policy['name'][];

/** A policy's value as texts: entries of AutoSelectCertificateForUrls are JSON already, or objects in a JSON file. */
export function policyValues(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  const all = Array.isArray(value) ? value : [value];
  return all
    .slice(0, 64)
    .map((one) => (typeof one === 'object' ? JSON.stringify(one) : String(one)).slice(0, 1024));
}
