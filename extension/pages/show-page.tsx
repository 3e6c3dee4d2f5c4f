import { type ComponentChild, render } from 'preact';
import type { MessageKey } from '../panel/message-keys.ts';
import { language, word } from '../panel/words.ts';
import '../panel/panel.css';

/** One of the extension's own pages in a tab, in the browser's language. */
export function showPage(title: MessageKey, content: ComponentChild): void {
  document.documentElement.lang = language();
  document.title = `${word(title)} - ${word('name')}`;
  render(content, document.body);
  // The browser looked for the address's place before there was anything.
  document.getElementById(location.hash.slice(1))?.scrollIntoView();
}
