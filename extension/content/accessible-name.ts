const unread = new Set(['SCRIPT', 'STYLE', 'RT', 'RP', 'TEMPLATE', 'NOSCRIPT']);

/**
 * The name by which a person finds a control, in the order of the accessible name computation: aria-labelledby,
 * aria-label, the element's own alternative (alt, value), its text with the alternatives within, title. Furigana is
 * left out: it repeats the word.
 */
export function accessibleName(element: Element): string {
  const labelled = (element.getAttribute('aria-labelledby') ?? '')
    .split(/\s+/)
    .map((id) => (id ? (element.getRootNode() as Document | ShadowRoot).getElementById(id) : null))
    .map((label) => (label ? textOf(label) : ''))
    .join(' ')
    .trim();
  return (
    labelled ||
    element.getAttribute('aria-label')?.trim() ||
    ownAlternative(element) ||
    textOf(element).trim() ||
    element.getAttribute('title')?.trim() ||
    ''
  );
}

function ownAlternative(element: Element): string {
  if (element instanceof HTMLInputElement) {
    return element.type === 'image' ? element.alt : element.value;
  }
  if (element instanceof HTMLImageElement || element instanceof HTMLAreaElement) return element.alt;
  return '';
}

function textOf(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return node.nodeValue ?? '';
  if (!(node instanceof Element) || unread.has(node.tagName)) return '';
  if (node instanceof HTMLImageElement) return node.alt;
  if (node.getAttribute('aria-hidden') === 'true') return '';
  const label = node.getAttribute('aria-label');
  if (label && node.getAttribute('role') === 'img') return label;
  const children = node.shadowRoot ? [...node.shadowRoot.childNodes] : [...node.childNodes];
  return children.map(textOf).join('');
}
