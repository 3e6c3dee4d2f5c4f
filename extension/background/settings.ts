import type { Phone } from '../../common/guide/index.ts';
import { browser } from '../platform/browser.ts';
import { asRecord, type ManagedKey, managedKeys, parseSettings, type Settings } from './settings-schema.ts';

export async function loadSettings(): Promise<Settings> {
  const [{ settings }, managed] = await Promise.all([browser.storage.local.get('settings'), loadManaged()]);
  return parseSettings(settings, managed);
}

/** What the administrator has decided; nothing where there is no policy. */
export async function loadManaged(): Promise<Partial<Record<ManagedKey, unknown>>> {
  // Browsers without policies refuse the question.
  return await browser.storage.managed.get([...managedKeys]).catch(() => ({}));
}

let saved = Promise.resolve();

/** Resolves when they are stored. One after the other: two changes in a moment must not undo each other. */
export function saveSettings(changes: Partial<Settings>): Promise<void> {
  const save = async () => {
    const { settings } = await browser.storage.local.get('settings');
    await browser.storage.local.set({ settings: { ...asRecord(settings), ...changes } });
  };
  saved = saved.then(save, save);
  return saved;
}

/** Null: to be asked again. */
export async function savePhone(phone: Phone | null): Promise<void> {
  await saveSettings({ phone });
}
