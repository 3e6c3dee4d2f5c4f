import type { Text } from '../../common/guide/index.ts';
import { html } from '../pages/html.ts';
import { list, type Page, type PageContext } from '../pages/layout.ts';
import { type CardProblem, cardProblemTexts } from './problems.ts';

const words = {
  cause: { ja: '原因', en: 'Cause' },
  remedy: { ja: '解決策', en: 'What to do' },
  back: { ja: '最初のページに戻る', en: 'Back to the first page' },
} as const satisfies Record<string, Text>;

/** What stopped the person on the way from the card to the QR code. */
export function cardProblemPage(problem: CardProblem) {
  const { title, causes, remedies, restartBrowser } = cardProblemTexts[problem];
  return ({ language }: PageContext): Page => ({
    title,
    device: 'pc',
    step: 'card-auth',
    body: html`
<div class="problem" data-error="${problem}">
<h1>${title[language]}</h1>
<h2>${words.cause[language]}</h2>
${list(causes, language)}
<h2>${words.remedy[language]}</h2>
${list(remedies, language)}
</div>
${!restartBrowser && html`<p><a class="button" href="/">${words.back[language]}</a></p>`}`,
  });
}
