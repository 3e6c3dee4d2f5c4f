import { computeAccessibleName } from 'dom-accessibility-api';

import { fold } from './fold.ts';

const unread = new Set(['SCRIPT', 'STYLE', 'RT', 'RP', 'TEMPLATE', 'NOSCRIPT']);

/**
 * What a person, or a screen reader, could call a control by, best first: the accessible name (W3C accname 1.2, by the
 * library, with furigana left out, since it repeats the word), the text written on it, its value, alternative text and
 * title. Elements that have no name by that computation (a `div` with a handler) go by their text.
 */
export function namesOf(element: Element): string[] {
  const { value, alt, title } = shownByAttributes(element);
  return [nameByComputation(element), textOf(element).trim(), value, alt, title].filter(
    (name) => name !== '',
  );
}

function nameByComputation(element: Element): string {
  // An area has no box, and passes for hidden.
  if (element instanceof HTMLAreaElement) return element.alt || element.title;
  return computeAccessibleName(element, { getComputedStyle: withoutFurigana });
}

/** What is written on a control, whatever it is named: its text, the value of a button, the alternative of a picture. */
export function writtenOn(element: Element): string {
  const { value, alt } = shownByAttributes(element);
  return textOf(element).trim() || value || alt;
}

function shownByAttributes(element: Element): { value: string; alt: string; title: string } {
  const input = element instanceof HTMLInputElement ? element : null;
  const picture = element instanceof HTMLImageElement || element instanceof HTMLAreaElement;
  return {
    value: input && input.type !== 'image' ? input.value : '',
    alt: input?.type === 'image' ? input.alt : picture ? element.alt : '',
    title: element.getAttribute('title') ?? '',
  };
}

/** Longer than any label with its furigana and ornaments. */
const longestText = 300;
const naming = '[aria-label],[aria-labelledby],[alt],[title],[value]';

/**
 * Whether the name could be one of these labels at all. The computation asks for the style of every descendant; this
 * only asks whether each character of a label stands anywhere a name can come from.
 *
 * @param labels folded
 */
export function mayBeNamed(element: Element, labels: readonly string[]): boolean {
  const text = element.textContent ?? '';
  if (element.hasAttribute('aria-labelledby') || element.querySelector('[aria-labelledby]')) return true;
  if (text.length > longestText && !element.hasAttribute('aria-label')) return false;
  const parts = [text, ...attributesOf(element)];
  if (element.firstElementChild) {
    for (const within of element.querySelectorAll(naming)) parts.push(...attributesOf(within));
  }
  const source = fold(parts.join(''));
  return labels.some((label) => {
    for (const character of label) if (!source.includes(character)) return false;
    return true;
  });
}

function attributesOf(element: Element): string[] {
  return ['aria-label', 'alt', 'title', 'value'].map((name) => element.getAttribute(name) ?? '');
}

/** Readings are as good as hidden. */
function withoutFurigana(element: Element, pseudo?: string | null): CSSStyleDeclaration {
  return element.localName === 'rt' || element.localName === 'rp'
    ? hiddenStyle
    : getComputedStyle(element, pseudo);
}

const hiddenStyle = {
  display: 'none',
  visibility: 'hidden',
  content: 'none',
  getPropertyValue: (name: string) =>
    name === 'display' || name === 'content' ? 'none' : name === 'visibility' ? 'hidden' : '',
} as unknown as CSSStyleDeclaration;

/** What is written on an element, readings left out. */
export function textOf(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return node.nodeValue ?? '';
  if (!(node instanceof Element) || unread.has(node.tagName)) return '';
  if (node instanceof HTMLImageElement) return node.alt;
  if (node.getAttribute('aria-hidden') === 'true') return '';
  const label = node.getAttribute('aria-label');
  if (label && node.getAttribute('role') === 'img') return label;
  const children = node.shadowRoot ? [...node.shadowRoot.childNodes] : [...node.childNodes];
  return children.map(textOf).join('');
}
