import { describe, expect, it } from 'vitest';
import type { Storage } from 'webextension-polyfill';
import { watchAutoOpen } from './auto-open.ts';

/** The browser's storage; null where it knows no policies. */
function storageWith(own: object, managed: object | null) {
  const listeners = new Set<() => void>();
  const areas = { own, managed };
  const storage = {
    local: { get: async () => ({ settings: areas.own }) },
    managed: {
      get: async () => {
        if (!areas.managed) throw new Error('no policies');
        return areas.managed;
      },
    },
    onChanged: {
      addListener: (listener: () => void) => listeners.add(listener),
      removeListener: (listener: () => void) => listeners.delete(listener),
    },
  } as unknown as Storage.Static;
  const change = () => {
    for (const listener of listeners) listener();
  };
  return { storage, areas, listeners, change };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('whether the panel opens at a click', () => {
  it.each([
    ['by default', {}, null, false],
    ['as the person chose', { autoOpen: true }, null, true],
    ['as the administrator decided, who wins', { autoOpen: true }, { autoOpen: false }, false],
    ['as the administrator decided for everyone', {}, { autoOpen: true }, true],
  ])('%s', async (_, own, managed, expected) => {
    const told: boolean[] = [];
    watchAutoOpen(storageWith(own, managed).storage, (on) => told.push(on), new AbortController().signal);
    await settled();
    expect(told).toEqual([expected]);
  });

  it('follows changes until it is ended', async () => {
    const told: boolean[] = [];
    const life = new AbortController();
    const { storage, areas, listeners, change } = storageWith({}, null);
    watchAutoOpen(storage, (on) => told.push(on), life.signal);
    await settled();
    areas.managed = { autoOpen: true };
    change();
    await settled();
    expect(told).toEqual([false, true]);
    change();
    life.abort();
    await settled();
    expect(told).toHaveLength(2);
    expect(listeners.size).toBe(0);
  });
});
