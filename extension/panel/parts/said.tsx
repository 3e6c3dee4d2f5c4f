import type { ComponentChildren } from 'preact';
import { language } from '../words.ts';

/** A label of the site in its brackets, or any other run of Japanese. */
const japanese = /(\u300c[^\u300d]*\u300d|<[^<>]*[\u3005-\u9fff][^<>]*>|[\u3005-\u9fff\uff01-\uff9f]+\d*)/;

/** A sentence as it is shown. The site's own words in an English one are marked, so that they are read out as Japanese. */
export function said(sentence: string): ComponentChildren {
  if (language() === 'ja') return sentence;
  // Every second part is what the pattern caught.
  return sentence.split(japanese).map((part, index) =>
    index % 2 === 1 ? (
      <span key={part} lang="ja">
        {part}
      </span>
    ) : (
      part
    ),
  );
}
