import type { Processes, RunningProcess } from '../processes.ts';
import type { RegistryKey, RegistryValue, WritableRegistry } from '../registry.ts';

/** `HKLM\SOFTWARE\X` or, in the 32-bit registry, `HKLM32\SOFTWARE\X`, with its values by name. */
export type FakeKeys = Record<string, Record<string, RegistryValue>>;

/** A registry in memory; keys above those given are there as well. Held to what the real one does under Wine. */
export function fakeRegistry(keys: FakeKeys): WritableRegistry {
  const writtenName = ({ root, path, view }: RegistryKey) => `${root}${view === 32 ? '32' : ''}\\${path}`;
  const nameOf = (key: RegistryKey) => writtenName(key).toLowerCase();
  const find = (key: RegistryKey) => Object.keys(keys).find((name) => name.toLowerCase() === nameOf(key));
  return {
    keys(key) {
      const above = `${nameOf(key)}\\`;
      const names = Object.keys(keys)
        .filter((name) => name.toLowerCase().startsWith(above))
        .map((name) => name.slice(above.length).split('\\')[0] ?? '');
      return [...new Set(names)];
    },
    values(key) {
      const name = find(key);
      return new Map(Object.entries((name && keys[name]) || {}));
    },
    writeDefault(key, value) {
      const name = find(key) ?? writtenName(key);
      keys[name] = { ...keys[name], '': value };
    },
    remove(key) {
      const name = find(key);
      if (name !== undefined) delete keys[name];
      return name !== undefined;
    },
  };
}

export function fakeProcesses(
  all: readonly (RunningProcess & { startedAt?: Date; bits?: 32 | 64; sessionId?: number })[],
): Processes {
  const one = (id: number) => all.find(({ processId }) => processId === id);
  return {
    all: async () => [...all],
    startedAt: async (id) => one(id)?.startedAt,
    bits: async (id) => one(id)?.bits,
    hasLoaded: async () => false,
    remoteSession: async () => false,
    sessionId: async (id) => one(id)?.sessionId,
  };
}
