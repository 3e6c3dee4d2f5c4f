import type { Text } from '../../common/guide/index.ts';
import { html } from './html.ts';
import type { Page, PageContext } from './layout.ts';

const words = {
  notFound: { ja: 'ページが見つかりません', en: 'There is no such page' },
  failure: { ja: '処理できませんでした', en: 'That did not work' },
  again: {
    ja: 'しばらく待ってから、もう一度お試しください。',
    en: 'Please wait a moment and try again.',
  },
  back: { ja: '最初のページに戻る', en: 'Back to the first page' },
} as const satisfies Record<string, Text>;

export function notFoundPage({ language }: PageContext): Page {
  return {
    title: words.notFound,
    device: 'pc',
    body: html`<h1>${words.notFound[language]}</h1><p><a class="button secondary" href="/">${words.back[language]}</a></p>`,
  };
}

export function failurePage({ language }: PageContext): Page {
  return {
    title: words.failure,
    device: 'pc',
    switchLanguage: false,
    body: html`<div class="problem"><h1>${words.failure[language]}</h1><p>${words.again[language]}</p></div>`,
  };
}
