import type { AskedControl, NotPressed } from '../journey/journey.ts';
import { mayBeNamed, namesOf, writtenOn } from './accessible-name.ts';
import { canBeSeen } from './can-be-seen.ts';
import { fold, foldLabel } from './fold.ts';
import { openerOf } from './opener.ts';
import { controlLabels } from './site-map.ts';

export type FoundControl =
  | { found: true; element: HTMLElement | SVGElement }
  /** There, and closed away: `region` is what the person has to open. */
  | { found: false; why: 'closed'; region: Element; behind: Element }
  /** `region` is what to point out when it is sure where the person has to press. */
  | { found: false; why: Exclude<NotPressed, 'closed'>; region: Element | null };

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
  control: AskedControl,
  roots = searchRoots(document),
  { shownText }: { shownText?: string } = {},
): FoundControl {
  const labels = controlLabels[control].labels.map(fold);
  // Most pages show the label nowhere: only what names itself otherwise is left to look at.
  const written = shownText === undefined || labels.some((label) => shownText.includes(label));
  const carries = (element: Element) => mayBeNamed(element, labels) && isCalled(element, labels);
  const worthLooking = (root: ParentNode) =>
    written ? [...root.querySelectorAll(pressable)] : namingThemselves(root);
  const declared = innermost(roots.flatMap((root) => worthLooking(root).filter(carries)));
  const plain = written ? plainElements : `:is(${plainElements})[title]`;
  const candidates = declared.length > 0 ? declared : innermost(undeclared(roots, labels, plain));
  const shown = candidates.filter(canBeSeen);
  const [only] = shown;
  if (!only) return notShown(candidates);
  if (shown.length > 1) return { found: false, why: 'several', region: null };
  if (candidates.length > 1) return { found: false, why: 'several', region: only };
  if (isDisabled(only)) return { found: false, why: 'disabled', region: only };
  if (!(only instanceof HTMLElement || only instanceof SVGElement)) {
    return { found: false, why: 'not-found', region: only };
  }
  return { found: true, element: only };
}

function notShown(candidates: readonly Element[]): FoundControl {
  const [hidden] = candidates;
  const opener = hidden && candidates.length === 1 ? openerOf(hidden) : null;
  if (hidden && opener) return { found: false, why: 'closed', region: opener, behind: hidden };
  return { found: false, why: hidden ? 'hidden' : 'not-found', region: null };
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

/** What can be pressed and is named by what is no text in the page: found from the names, of which there are few. */
function namingThemselves(root: ParentNode): Element[] {
  const found = new Set<Element>();
  for (const named of root.querySelectorAll('area,[aria-label],[aria-labelledby],[title]')) {
    for (let one = named.closest(pressable); one; one = one.parentElement?.closest(pressable) ?? null) {
      found.add(one);
    }
  }
  return [...found];
}

/** What can be given a handler without saying so. */
const plainElements = 'div, span, li, td, p, label, img, h1, h2, h3, h4, h5, dt, dd, font';

/** Elements with just the label and the hand for a pointer. */
function undeclared(roots: readonly ParentNode[], labels: readonly string[], selector: string): Element[] {
  const found: Element[] = [];
  for (const root of roots) {
    for (const element of root.querySelectorAll(selector)) {
      // The length first: names of large containers are costly.
      const named = element instanceof HTMLImageElement ? element.alt : element.textContent;
      const length = named?.length || (element.getAttribute('title')?.length ?? 0);
      if (length === 0 || length > 200) continue;
      if (!mayBeNamed(element, labels) || !isCalled(element, labels)) continue;
      if (getComputedStyle(element).cursor === 'pointer') found.push(element);
    }
  }
  return found;
}

/**
 * Named so, and showing nothing else: what is written on it is a part of the name (WCAG 2.2, 2.5.3), style adds no
 * words to it and does not turn them round.
 */
function isCalled(element: Element, labels: readonly string[]): boolean {
  const name = namesOf(element)
    .map(foldLabel)
    .find((one) => labels.includes(one));
  if (name === undefined) return false;
  const written = foldLabel(writtenOn(element));
  return name.includes(written) && [element, ...element.querySelectorAll('*')].every(showsItsText);
}

/** Generated content is no text of the page, but a person reads it (CSS 2.2, 12); so is overridden direction. */
function showsItsText(element: Element): boolean {
  const generated = ['::before', '::after'].map((pseudo) => getComputedStyle(element, pseudo).content);
  const words = generated.filter((content) => content !== 'none' && content !== 'normal' && content !== '');
  return (
    words.every((content) => foldLabel(content.replace(/^"|"$/g, '')).length <= longestOrnament) &&
    !getComputedStyle(element).unicodeBidi.endsWith('override')
  );
}

/** Characters of generated content that pass for a mark or an icon font's letter. */
const longestOrnament = 1;

function isDisabled(element: Element): boolean {
  return element.matches(':disabled') || element.closest('[aria-disabled="true"], [inert]') !== null;
}
