import { guideErrors } from '../guide/index.ts';
import type { Text } from '../guide/types.ts';
import { causeIds, causeWords } from './causes.ts';
import { measured } from './measured.ts';

export interface CatalogueEntry {
  id: string;
  about: Text;
  sentence: Text;
  /** Of the guide's errors; a check's finding is its own cause. */
  causes: Text[];
  remedies: Text[];
  measured: Text;
  manual: string | null;
}

/** Everything that can be found, in the order of the checks and then of the guide. Values stand as `{name}`. */
export function catalogue(): CatalogueEntry[] {
  return causeIds
    .filter((id) => !id.endsWith('.checking'))
    .flatMap((id) => {
      const words = causeWords(id, placeholders);
      if (!words) return [];
      const error = guideErrors.find((known) => known.id === id);
      return [
        {
          id,
          about: words.about,
          sentence: words.sentence,
          causes: error ? error.causes.map(({ text }) => text) : [],
          remedies: error
            ? [...error.remedies.map(({ text }) => text), error.next]
            : words.next
              ? [words.next]
              : [],
          measured: measured(id),
          manual: words.manual,
        },
      ];
    });
}

/** A value stands for itself. */
const placeholders: Record<string, string> = new Proxy(
  {},
  { get: (_, name) => (typeof name === 'string' ? `{${name}}` : undefined) },
);

const headings = {
  ja: {
    title: 'エラーと確認項目の一覧',
    cause: '原因',
    remedy: '対処',
    measured: '調べ方',
    manual: '手引き',
  },
  en: {
    title: 'Catalogue of errors and checks',
    cause: 'Cause',
    remedy: 'What to do',
    measured: 'How it is measured',
    manual: 'Manual',
  },
} as const;

/** As Markdown, with an anchor for each id. */
export function catalogueMarkdown(language: keyof Text): string {
  const words = headings[language];
  const lines = [`# ${words.title}`, '', '<!-- Generated: node common/report/write-catalogue.ts -->', ''];
  for (const entry of catalogue()) {
    lines.push(`<a id="${entry.id}"></a>`, `## \`${entry.id}\` ${entry.about[language]}`, '');
    lines.push(entry.sentence[language], '');
    const causes = entry.causes.map((text) => `- ${words.cause}: ${text[language]}`);
    const remedies = entry.remedies.map((text) => `- ${words.remedy}: ${text[language]}`);
    lines.push(...causes, ...remedies, `- ${words.measured}: ${entry.measured[language]}`);
    if (entry.manual) lines.push(`- ${words.manual}: ${entry.manual}`);
    lines.push('');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}
