import { withAncestors } from './ancestors.ts';
import { boxOf, isEmptyBox, sharedBox } from './box.ts';
import { imageOfArea, isRendered } from './page-text.ts';

/** Fainter than this, nobody reads it. */
const faintest = 0.1;

/**
 * Whether a person could see the element, scrolling as far as the page lets them: it has a box, nothing around it cuts
 * all of it off, and it is neither faint nor out of reach beyond the page's beginning. What is kept from readers of the
 * screen counts as not shown either. What lies over it is another question: `isUncovered`.
 */
export function canBeSeen(element: Element): boolean {
  const drawn = imageOfArea(element) ?? element;
  if (!isRendered(element)) return false;
  let shown = boxOf(element);
  if (isEmptyBox(shown)) return false;
  let opacity = 1;
  /** Of an element out of the flow, the ancestors that it is not placed in do not cut it off. */
  let placed: 'in-flow' | 'absolute' | 'fixed' = 'in-flow';
  for (const at of withAncestors(drawn)) {
    const style = getComputedStyle(at);
    opacity *= Number(style.opacity);
    if (opacity < faintest || at.getAttribute('aria-hidden') === 'true') return false;
    const holds =
      style.transform !== 'none' ||
      (placed === 'absolute' && style.position !== 'static') ||
      placed === 'in-flow';
    if (at !== drawn && holds) {
      shown = within(at, style, shown);
      if (isEmptyBox(shown)) return false;
      placed = 'in-flow';
    }
    if (placed === 'in-flow' && (style.position === 'absolute' || style.position === 'fixed')) {
      placed = style.position;
    }
  }
  return placed === 'fixed'
    ? shown.right > 0 && shown.bottom > 0
    : shown.right + scrollX > 0 && shown.bottom + scrollY > 0;
}

/** What an ancestor leaves of a box. A person can bring everything in a scrolling box into sight. */
function within(
  around: Element,
  { overflowX, overflowY, display }: CSSStyleDeclaration,
  box: DOMRect,
): DOMRect {
  const { documentElement, body } = around.ownerDocument;
  // Theirs is the window's overflow.
  if (around === documentElement || around === body || display === 'inline' || display === 'contents')
    return box;
  const cuts = [overflowX, overflowY];
  if (cuts.every((overflow) => overflow === 'visible')) return box;
  const edge = around.getBoundingClientRect();
  return cuts.some((overflow) => overflow === 'auto' || overflow === 'scroll') ? edge : sharedBox(box, edge);
}
