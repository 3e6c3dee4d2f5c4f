import type { FactsOf } from '../../common/protocol/index.ts';
import { allowedExtensionIds } from '../allowed-callers.ts';

export type Policy = FactsOf<'policies'>['policies'][number];

/** The policies that are looked at, as Chrome and Edge name them, and no others. */
export const policyNames = [
  'NativeMessagingBlocklist',
  'NativeMessagingAllowlist',
  'NativeMessagingUserLevelHosts',
  'ExtensionInstallBlocklist',
  'ExtensionInstallAllowlist',
  'ExtensionInstallForcelist',
  'ExtensionSettings',
  'AutoSelectCertificateForUrls',
] as const satisfies Policy['name'][];

/** A policy's value as texts: entries of AutoSelectCertificateForUrls are JSON already, or objects in a JSON file. */
export function policyValues(name: Policy['name'], value: unknown): string[] {
  if (name === 'ExtensionSettings') return installationModes(value);
  if (value === undefined || value === null) return [];
  const all = Array.isArray(value) ? value : [value];
  return all
    .slice(0, 64)
    .map((one) => (typeof one === 'object' ? JSON.stringify(one) : String(one)).slice(0, 1024));
}

/** Of ExtensionSettings, an object by extension id or its JSON: what it says of every extension (`*`) and of ours. */
function installationModes(value: unknown): string[] {
  const settings = (typeof value === 'string' ? parsedObject(value) : value) as Record<
    string,
    unknown
  > | null;
  return ['*', ...allowedExtensionIds].flatMap((id) => {
    const { installation_mode: mode } = (settings?.[id] ?? {}) as { installation_mode?: unknown };
    return typeof mode === 'string' ? [`${id}=${mode.slice(0, 64)}`] : [];
  });
}

/** A JSON text that a browser could not read either says nothing. */
export function parsedObject(text: string): Record<string, unknown> {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
