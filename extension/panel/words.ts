import { type CheckReason, fillIn, unknownWords, wordsForReason } from '../../common/guide/checks.ts';
import type { Text } from '../../common/guide/index.ts';
import type { Check } from '../judge/index.ts';
import { browser } from '../platform/browser.ts';
import type { MessageKey } from './message-keys.ts';

/** A word of the user interface, from `_locales`. */
export function word(key: MessageKey, ...values: (string | number)[]): string {
  return browser.i18n.getMessage(key, values.map(String));
}

/** `ja` or `en`: whichever `_locales` the browser took. */
export const language = (): keyof Text => (browser.i18n.getMessage('language') === 'en' ? 'en' : 'ja');

/** A text of the guide in the browser's language. */
export function inLanguage(text: Text): string {
  return text[language()];
}

/** The same, with the values a cause has. */
export function fillInWords(text: Text, data: Readonly<Record<string, string | number>>): string {
  return fillIn(inLanguage(text), data);
}

/** What a check found, as a sentence. */
export function findingSentence({ reason, data }: Check): string {
  return fillIn(inLanguage(wordsForReason(reason as CheckReason).sentence), data);
}

export function findingNext({ reason, data }: Check): string | null {
  const { next } = wordsForReason(reason);
  return next ? fillIn(inLanguage(next), data) : null;
}

/** Why something could not be seen. */
export function whyUnknown({ status, data }: Check): string | null {
  const why = String(data['why'] ?? '');
  return status === 'unknown' && why in unknownWords
    ? inLanguage(unknownWords[why as keyof typeof unknownWords])
    : null;
}

/** 「4分05秒」 or "4 min 05 s", never below zero. */
export function remainingTime(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return word('remaining', Math.floor(seconds / 60), String(seconds % 60).padStart(2, '0'));
}
