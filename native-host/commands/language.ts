export type Language = 'ja' | 'en';

/** Of a person at a terminal: POSIX order of precedence, else what the system says. */
export function commandLanguage(environment: NodeJS.ProcessEnv = process.env): Language {
  const { LC_ALL, LC_MESSAGES, LANG, LANGUAGE } = environment;
  const locale = LC_ALL || LC_MESSAGES || LANGUAGE || LANG || Intl.DateTimeFormat().resolvedOptions().locale;
  return /^ja/i.test(locale) ? 'ja' : 'en';
}
