/** Elements whose text nobody reads, and readings of words that would double them. */
const unread = new Set(['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE', 'RT', 'RP', 'HEAD', 'IFRAME', 'OBJECT']);
/** Between these a line ends. */
const inline = new Set([
  'A',
  'B',
  'I',
  'EM',
  'STRONG',
  'SPAN',
  'FONT',
  'RUBY',
  'RB',
  'SMALL',
  'SUB',
  'SUP',
  'U',
  'WBR',
]);
/** Beyond this a page is longer than any step of the manual. */
const maximumLength = 60_000;

/** What a person sees of the page, title first: visible text, values and alternative texts; open shadow roots too. */
export function visibleText(document: Document): string {
  const parts: string[] = [document.title, '\n'];
  let length = 0;
  const add = (text: string) => {
    parts.push(text);
    length += text.length;
  };
  const walk = (node: Node): void => {
    if (length > maximumLength) return;
    if (node.nodeType === Node.TEXT_NODE) {
      add(node.nodeValue ?? '');
      return;
    }
    const element = node.nodeType === Node.ELEMENT_NODE ? (node as Element) : null;
    if (element) {
      // What is around others is asked about through them: asking costs more than walking.
      if (unread.has(element.tagName) || (showsSomething(element) && !isRendered(element))) return;
      const text = ownText(element);
      if (text) add(`${text}\n`);
      if (element.shadowRoot) walk(element.shadowRoot);
    }
    for (let child = node.firstChild; child; child = child.nextSibling) walk(child);
    if (element && !inline.has(element.tagName)) add('\n');
  };
  if (document.body) walk(document.body);
  return parts.join('');
}

/** Whether the element shows text, a value or a picture of its own. */
function showsSomething(element: Element): boolean {
  if (element instanceof HTMLImageElement || element instanceof HTMLInputElement) return true;
  for (let child = element.firstChild; child; child = child.nextSibling) {
    if (child.nodeType === Node.TEXT_NODE && /\S/.test(child.nodeValue ?? '')) return true;
  }
  return false;
}

/** What an element shows that is not among its children. Passwords are not looked at. */
function ownText(element: Element): string {
  if (element instanceof HTMLImageElement) return element.alt;
  if (element instanceof HTMLInputElement) {
    if (element.type === 'password' || element.type === 'hidden') return '';
    return element.type === 'image' ? element.alt : element.value;
  }
  return '';
}

export function isRendered(element: Element): boolean {
  if (element instanceof HTMLAreaElement) {
    const image = imageOfArea(element);
    return image !== null && isRendered(image);
  }
  return element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
}

/** The image that an area is a part of: the area itself has no box. */
export function imageOfArea(area: Element): HTMLImageElement | null {
  const name = area.closest('map')?.name;
  const images = name ? [...area.ownerDocument.querySelectorAll<HTMLImageElement>('img[usemap]')] : [];
  return images.find(({ useMap }) => useMap === `#${name}`) ?? null;
}

/** A picture, drawing or table that is about square and large enough to be scanned. */
export function showsQrImage(roots: readonly ParentNode[]): boolean {
  const drawn = roots.flatMap((root) => [...root.querySelectorAll('img, canvas, svg, object, table')]);
  return drawn.some((element) => {
    // Tables draw QR codes in old pages: many small cells.
    if (element instanceof HTMLTableElement && element.rows.length < 21) return false;
    const { width, height } = element.getBoundingClientRect();
    if (width < 90 || height < 90 || Math.abs(width / height - 1) > 0.15) return false;
    return isRendered(element);
  });
}
