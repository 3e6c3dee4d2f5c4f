import { withAncestors } from './ancestors.ts';
import { boxOf, isEmptyBox } from './box.ts';
import { searchRoots } from './find-control.ts';
import { highlightName } from './highlight.ts';
import { imageOfArea, isRendered } from './page-text.ts';

/**
 * Whether a press in the middle of the element reaches it, and a person sees it there. Scrolls it into view first if it
 * is outside.
 */
export function isUncovered(element: Element): boolean {
  if (isOutside(boxOf(element))) {
    const shown = imageOfArea(element) ?? element;
    shown.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
  }
  const box = boxOf(element);
  if (isEmptyBox(box)) return false;
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const root = element.getRootNode() as Document | ShadowRoot;
  const hit = root.elementFromPoint(x, y);
  if (hit === null) return false;
  // The image answers for its areas.
  if (hit !== element && !element.contains(hit) && hit !== imageOfArea(element)) return false;
  return !isPaintedOver(element, x, y);
}

function isOutside({ top, bottom, left, right }: DOMRect): boolean {
  return top < 0 || left < 0 || bottom > innerHeight || right > innerWidth;
}

/**
 * Something that lets presses through may still hide what is under it. Which of two is on top the page does not tell:
 * what comes later or is raised counts, so that the doubt goes to the person.
 */
function isPaintedOver(element: Element, x: number, y: number): boolean {
  const lineage = new Set(withAncestors(element));
  return searchRoots(element.ownerDocument).some((root) =>
    [...root.querySelectorAll('*')].some((other) => {
      const { left, right, top, bottom } = other.getBoundingClientRect();
      if (x < left || x > right || y < top || y > bottom) return false;
      if (lineage.has(other) || element.contains(other) || other.nodeName === highlightName) return false;
      const style = getComputedStyle(other);
      if (style.pointerEvents !== 'none' || !isRendered(other) || !paints(other, style)) return false;
      const later = element.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
      return Boolean(later) || Number(style.zIndex) > 0;
    }),
  );
}

const pictures = 'img, svg, canvas, video, iframe, object, embed';

function paints(element: Element, { backgroundColor, backgroundImage }: CSSStyleDeclaration): boolean {
  const clear = /^(?:transparent|rgba\(.*,\s*0\))$/.test(backgroundColor);
  if (!clear || backgroundImage !== 'none' || element.matches(pictures)) return true;
  return [...element.childNodes].some(
    (node) => node.nodeType === Node.TEXT_NODE && /\S/.test(node.nodeValue ?? ''),
  );
}
