import type { DrivenControl, NotPressed } from '../journey/journey.ts';
import { accessibleName, mayBeNamed } from './accessible-name.ts';
import { fold, foldLabel } from './fold.ts';
import { imageOfArea, isRendered } from './page-text.ts';
import { controlLabels } from './site-map.ts';

/** What may be looked for in a page. */
export type Control = DrivenControl | 'association-link';

export type FoundControl =
  | { found: true; element: HTMLElement | SVGElement }
  /** `region` is what to point out when it is sure where the person has to press. */
  | { found: false; why: NotPressed; region: Element | null };

/** Everything that says of itself that it can be pressed. */
const pressable = [
  'a[href]',
  'area[href]',
  'button',
  'summary',
  'input[type=button]',
  'input[type=submit]',
  'input[type=image]',
  'input[type=reset]',
  '[role=button]',
  '[role=link]',
  '[role=tab]',
  '[role=menuitem]',
  '[onclick]',
].join(',');

/**
 * The one control with the manual's label, or nothing: two candidates, a hidden one, one that something covers are
 * all left to the person. Elements that do not say they can be pressed (a `div` with a handler) are looked at only
 * when no other carries the label.
 *
 * @param shownText the page's visible text, folded, where the caller has it: it mostly saves the search
 */
export function findControl(
  document: Document,
  control: Control,
  roots = searchRoots(document),
  { shownText }: { shownText?: string } = {},
): FoundControl {
  const labels = controlLabels[control].map(fold);
  // Most pages show the label nowhere: only what names itself otherwise is left to look at.
  const written = shownText === undefined || labels.some((label) => shownText.includes(label));
  const carries = (element: Element) =>
    mayBeNamed(element, labels) && labels.includes(foldLabel(accessibleName(element)));
  const worthLooking = (element: Element) => written || namesItself(element);
  const declared = innermost(
    roots.flatMap((root) =>
      [...root.querySelectorAll(pressable)].filter((element) => worthLooking(element) && carries(element)),
    ),
  );
  const candidates = declared.length > 0 || !written ? declared : innermost(undeclared(roots, labels));
  const shown = candidates.filter(isRendered);
  const [only] = shown;
  if (!only) return { found: false, why: candidates.length > 0 ? 'hidden' : 'not-found', region: null };
  if (shown.length > 1) return { found: false, why: 'several', region: null };
  if (candidates.length > 1) return { found: false, why: 'several', region: only };
  if (isDisabled(only)) return { found: false, why: 'disabled', region: only };
  if (!(only instanceof HTMLElement || only instanceof SVGElement)) {
    return { found: false, why: 'not-found', region: only };
  }
  return { found: true, element: only };
}

/** The document and every open shadow root in it. */
export function searchRoots(document: Document): ParentNode[] {
  const roots: ParentNode[] = [document];
  for (const root of roots) {
    for (const element of root.querySelectorAll('*')) if (element.shadowRoot) roots.push(element.shadowRoot);
  }
  return roots;
}

/** Of nested candidates the innermost is the one that acts; its wrappers only carry its text. */
function innermost(elements: Element[]): Element[] {
  return elements.filter(
    (element) => !elements.some((other) => other !== element && element.contains(other)),
  );
}

/** Named by what is no text in the page. */
function namesItself(element: Element): boolean {
  const by = 'area,[aria-label],[aria-labelledby],[title]';
  return element.matches(by) || (element.firstElementChild !== null && element.querySelector(by) !== null);
}

/** Elements with just the label and the hand for a pointer. */
function undeclared(roots: readonly ParentNode[], labels: readonly string[]): Element[] {
  const found: Element[] = [];
  for (const root of roots) {
    for (const element of root.querySelectorAll(
      'div, span, li, td, p, label, img, h1, h2, h3, h4, h5, dt, dd, font',
    )) {
      // The length first: names of large containers are costly.
      const length =
        element instanceof HTMLImageElement ? element.alt.length : (element.textContent?.length ?? 0);
      if (length === 0 || length > 200) continue;
      if (!mayBeNamed(element, labels) || !labels.includes(foldLabel(accessibleName(element)))) continue;
      if (getComputedStyle(element).cursor === 'pointer') found.push(element);
    }
  }
  return found;
}

function isDisabled(element: Element): boolean {
  return element.matches(':disabled') || element.getAttribute('aria-disabled') === 'true';
}

/** Whether a press in the middle of the element reaches it. Scrolls it into view first if it is outside. */
export function isUncovered(element: Element): boolean {
  if (isOutside(boxOf(element))) {
    const shown = imageOfArea(element) ?? element;
    shown.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
  }
  const { left, top, width, height } = boxOf(element);
  if (width < 1 || height < 1) return false;
  const root = element.getRootNode() as Document | ShadowRoot;
  const hit = root.elementFromPoint(left + width / 2, top + height / 2);
  if (hit === null) return false;
  // The image answers for its areas.
  return hit === element || element.contains(hit) || hit === imageOfArea(element);
}

function isOutside({ top, bottom, left, right }: DOMRect): boolean {
  return top < 0 || left < 0 || bottom > innerHeight || right > innerWidth;
}

/** Where an element is on the screen; of an area, the box around its coordinates within the image. */
export function boxOf(element: Element): DOMRect {
  const image = imageOfArea(element);
  if (!image) return element.getBoundingClientRect();
  const { left, top, width, height } = image.getBoundingClientRect();
  const numbers = (element as HTMLAreaElement).coords.split(',').map(Number);
  if (numbers.length < 3 || numbers.some(Number.isNaN)) return new DOMRect(left, top, width, height);
  const [x = 0, y = 0, third = 0] = numbers;
  if (numbers.length === 3) return new DOMRect(left + x - third, top + y - third, 2 * third, 2 * third);
  const across = numbers.filter((_, index) => index % 2 === 0);
  const down = numbers.filter((_, index) => index % 2 === 1);
  const [leftmost, topmost] = [Math.min(...across), Math.min(...down)];
  return new DOMRect(
    left + leftmost,
    top + topmost,
    Math.max(...across) - leftmost,
    Math.max(...down) - topmost,
  );
}
