import type { Text } from '../../common/guide/index.ts';
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';
import { controlText } from './layout.ts';

/** One of several ways to prove who one is. */
export interface Way {
  action: string;
  button: Text;
  hint: Text;
}

/** The ways side by side in order of preference, each with a button of its own. */
export function waysIn(ways: readonly Way[], language: Language): Html {
  return html`<ul class="ways">${ways.map(
    ({ action, button, hint }, index) => html`<li><form method="post" action="${action}">
<p id="way-${index}">${hint[language]}</p>
<button type="submit"${index > 0 && html` class="secondary"`} aria-describedby="way-${index}">${controlText(button, language)}</button>
</form></li>`,
  )}</ul>`;
}
