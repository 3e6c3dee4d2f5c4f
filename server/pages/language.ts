import type { Text } from '../../common/guide/index.ts';

export type Language = keyof Text;

/** Japanese, unless the browser asks for English and not for Japanese at all (RFC 9110 12.5.4). */
export function languageOf(acceptLanguage: string | undefined): Language {
  const ranges = (acceptLanguage ?? '')
    .split(',')
    .map((range) => range.trim())
    .filter((range) => !/;\s*q=0(?:\.0*)?$/.test(range))
    .map((range) => range.slice(0, 2).toLowerCase());
  return ranges.includes('en') && !ranges.includes('ja') ? 'en' : 'ja';
}

export function isLanguage(value: unknown): value is Language {
  return value === 'ja' || value === 'en';
}

/** A time of day with its date, as clocks in Japan show it. `at` in milliseconds since 1970. */
export function clockTime(at: number, language: Language): string {
  return new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en-GB', {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'Asia/Tokyo',
  }).format(at);
}

/** What is left of a time, in the largest two units a person counts in: 「9分05秒」. `milliseconds` may be negative. */
export function timeLeft(milliseconds: number, language: Language): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const rest = String(seconds % 60).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  return language === 'ja' ? `${minutes}分${rest}秒` : `${minutes} min ${rest} s`;
}
