import type { Registry, RegistryKey } from '../windows/index.ts';
import { type Policy, policyNames, policyValues } from './policy-names.ts';
import type { Observer } from './port.ts';

/** Where each browser reads its policies, below both roots (Chrome Enterprise, Microsoft Edge documentation). */
const places: readonly { browser: Policy['browser']; path: string }[] = [
  { browser: 'chrome', path: 'SOFTWARE\\Policies\\Google\\Chrome' },
  { browser: 'edge', path: 'SOFTWARE\\Policies\\Microsoft\\Edge' },
  { browser: 'chromium', path: 'SOFTWARE\\Policies\\Chromium' },
];

/** Lists are keys with numbered values, switches are values of the browser's own key. */
export function windowsPoliciesObserver({ registry }: { registry: Registry }): Observer<'policies'> {
  return {
    subject: 'policies',
    deadlineMs: 1000,
    how: 'registry: Software\\Policies',
    async observe() {
      return { outcome: 'observed', facts: { policies: windowsPolicies(registry).slice(0, 64) } };
    },
  };
}

export function windowsPolicies(registry: Registry): Policy[] {
  const found: Policy[] = [];
  for (const { browser, path } of places) {
    for (const root of ['HKLM', 'HKCU'] as const) {
      const key: RegistryKey = { root, path, view: 64 };
      const switches = registry.values(key);
      const lists = new Set(registry.keys(key));
      for (const name of policyNames) {
        const below: RegistryKey = { ...key, path: `${path}\\${name}` };
        const entries = lists.has(name)
          ? [
              ...registry.values(below).values(),
              ...(name === 'ExtensionSettings' ? [dictionary(registry, below)] : []),
            ]
          : switches.has(name)
            ? [asSwitch(name, switches.get(name))]
            : undefined;
        if (!entries) continue;
        const values = entries.flatMap((entry) => policyValues(name, entry));
        found.push({
          browser,
          scope: root === 'HKLM' ? 'machine' : 'user',
          name,
          values,
          how: `${root}\\${path}`,
        });
      }
    }
  }
  return found;
}

/** Booleans are kept as 0 and 1. */
function asSwitch(name: Policy['name'], value: unknown): unknown {
  return name === 'NativeMessagingUserLevelHosts' && typeof value === 'number' ? value !== 0 : value;
}

/** A policy that is an object may be one JSON text, or a key for each of its entries with their values below. */
function dictionary(registry: Registry, key: RegistryKey): Record<string, unknown> {
  const entry = (name: string) =>
    Object.fromEntries(registry.values({ ...key, path: `${key.path}\\${name}` }));
  return Object.fromEntries(registry.keys(key).map((name) => [name, entry(name)]));
}
