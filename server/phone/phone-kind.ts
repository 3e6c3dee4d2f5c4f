import type { PhoneKind } from '../database/index.ts';

/** The kind of phone by its user agent; only for words and the label, never to refuse one. */
export function phoneKindOf(userAgent: string | undefined): PhoneKind {
  if (/iPhone|iPad|iPod/.test(userAgent ?? '')) return 'iphone';
  return /Android/.test(userAgent ?? '') ? 'android' : 'other';
}

const names: Record<PhoneKind, string> = { iphone: 'iPhone', android: 'Android', other: 'スマートフォン' };

/** Japan's time is nine hours ahead of UTC all year. */
const japaneseDay = (now: number) => new Date(now + 9 * 3_600_000).toISOString().slice(0, 10);

/** The label that is set by itself, manual (11): kind and day of registration in Japan, `iPhone 2026-05-01`. */
export function automaticLabel(phone: PhoneKind, now: number): string {
  return `${names[phone]} ${japaneseDay(now)}`;
}

/** A label as a person may change it: one line, at most 64 characters, the automatic one when nothing is left. */
export function cleanLabel(typed: unknown, automatic: string): string {
  if (typeof typed !== 'string') return automatic;
  const line = typed
    .normalize('NFC')
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  return line === '' ? automatic : Array.from(line).slice(0, 64).join('');
}
