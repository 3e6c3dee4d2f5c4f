import type { Storage } from 'webextension-polyfill';
import { asRecord, managedKeys, parseSettings } from '../background/settings-schema.ts';

/**
 * Whether the panel is to open at a click, told now and with each change. Read here and not by the service worker: one
 * that a click wakes may open the panel only at once, before it has read anything.
 */
export function watchAutoOpen(
  storage: Storage.Static,
  told: (on: boolean) => void,
  signal: AbortSignal,
): void {
  const read = () => void autoOpenIn(storage).then((on) => !signal.aborted && told(on));
  storage.onChanged.addListener(read);
  signal.addEventListener('abort', () => storage.onChanged.removeListener(read));
  read();
}

async function autoOpenIn({ local, managed }: Storage.Static): Promise<boolean> {
  const nothing = () => ({});
  const [stored, decided] = await Promise.all([
    local.get('settings').catch(nothing),
    // Browsers without policies refuse the question.
    managed.get([...managedKeys]).catch(nothing),
  ]);
  return parseSettings(asRecord(stored)['settings'], decided).autoOpen;
}
