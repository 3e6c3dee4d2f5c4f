import { withAncestors } from './ancestors.ts';
import { canBeSeen } from './can-be-seen.ts';

/**
 * What a person would press to bring a hidden control into sight: the heading of a closed accordion or the tab of
 * another panel. Only pointed out, never pressed. Of several around each other the outermost, which is the one that can
 * be seen. Null when nothing tells: then the control is just hidden.
 */
export function openerOf(control: Element): Element | null {
  let opener: Element | null = null;
  for (const around of withAncestors(control)) {
    const candidate = summaryOf(around, control) ?? controllerOf(around) ?? headingBefore(around, control);
    if (candidate && candidate !== control && canBeSeen(candidate)) opener = candidate;
  }
  return opener;
}

/** HTML 4.11.1: a `details` without a summary of its own has the browser's. */
function summaryOf(around: Element, control: Element): Element | null {
  if (!(around instanceof HTMLDetailsElement) || around.open) return null;
  const summary = around.querySelector(':scope > summary');
  return summary?.contains(control) ? null : (summary ?? around);
}

const closed = '[aria-expanded="false"], [role="tab"][aria-selected="false"]';

/** WAI-ARIA 1.2: `aria-controls` names what an `aria-expanded` or a tab opens. */
function controllerOf(around: Element): Element | null {
  if (!around.id) return null;
  const root = around.getRootNode() as Document | ShadowRoot;
  const named = [...root.querySelectorAll(`[aria-controls~="${CSS.escape(around.id)}"]`)];
  const [only] = named.filter((element) => element.matches(closed));
  return named.length === 1 ? (only ?? null) : null;
}

/** What can be pressed and leads to no other page. */
const opens =
  'button[type=button], button:not([type]), summary, label[for], [role=button], [role=tab], [onclick]';

/** Where nothing is declared: the one thing to press just before what is hidden. */
function headingBefore(around: Element, control: Element): Element | null {
  const before = around.previousElementSibling;
  if (!before || around === control || canBeSeen(around)) return null;
  const said = [before, ...before.querySelectorAll(`${closed}, ${opens}`)].filter((element) =>
    element.matches(`${closed}, ${opens}`),
  );
  const [only] = said;
  if (only) return said.length === 1 ? only : null;
  return getComputedStyle(before).cursor === 'pointer' && !before.closest('a') ? before : null;
}

/** Calls once what is behind `opener` may have come into sight. By observers, since a page may open it by style alone. */
export function whenOpened(control: Element, opened: () => void, signal: AbortSignal): void {
  const sizes = new ResizeObserver(check);
  const sights = new IntersectionObserver(check);
  const settled = { capture: true, passive: true, signal };
  sizes.observe(control);
  sights.observe(control);
  for (const end of ['transitionend', 'animationend', 'change'] as const) {
    control.ownerDocument.addEventListener(end, check, settled);
  }
  signal.addEventListener('abort', stop);

  function check(): void {
    if (signal.aborted || !canBeSeen(control)) return;
    opened();
  }
  function stop(): void {
    sizes.disconnect();
    sights.disconnect();
  }
}
