import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Text } from '../../common/guide/index.ts';
import type { SupportWord } from './words.ts';

export type Say = (key: SupportWord) => string;

export const LanguageContext = createContext<{ language: keyof Text; say: Say }>({
  language: 'ja',
  say: (key) => key,
});

export function useLanguage() {
  const { language, say } = useContext(LanguageContext);
  return { language, say, inLanguage: (text: Text) => text[language] };
}
