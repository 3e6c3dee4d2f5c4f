import { findControl } from '../../../extension/content/find-control.ts';
import { Highlight } from '../../../extension/content/highlight.ts';
import { whenOpened } from '../../../extension/content/opener.ts';
import { viewPage } from '../../../extension/content/page-view.ts';
import { findPressable, regionOf } from '../../../extension/content/pressable.ts';
import { recognise } from '../../../extension/content/recognise.ts';
import { usernamesInText } from '../../../extension/content/usernames.ts';
import type { AskedControl } from '../../../extension/journey/journey.ts';

/** What the content script makes of a page, for tests that put it into a page without the extension around it. */
export function detect() {
  const view = viewPage(document);
  const control = (name: 'choose-method' | 'card-auth') => {
    const found = findPressable(document, name);
    return found.found
      ? { press: true, tag: found.element.tagName.toLowerCase() }
      : { press: false, why: found.why, pointsOut: found.region?.textContent ?? null };
  };
  return {
    page: recognise(view, Date.now()),
    usernames: usernamesInText(view.plainText),
    chooseMethod: control('choose-method'),
    cardAuth: control('card-auth'),
  };
}

/** What the ring would be drawn around. */
export function pointsOut(control: AskedControl): string | null {
  return regionOf(document, control)?.textContent ?? null;
}

/** Resolves when what is closed away was opened. */
export function untilOpened(): Promise<void> {
  const found = findControl(document, 'choose-method');
  if (found.found || found.why !== 'closed') throw new Error('nothing is closed away');
  const watching = new AbortController();
  return new Promise((resolve) => {
    const opened = () => {
      watching.abort();
      resolve();
    };
    whenOpened(found.behind, opened, watching.signal);
  });
}

let highlight: Highlight | undefined;

/** Rings what a selector finds, or takes the ring away. */
export function ring(selector: string | null): void {
  highlight ??= new Highlight(document);
  highlight.show(selector === null ? null : document.querySelector(selector));
}

/** Milliseconds for one look. */
export function timeOneLook(): number {
  const start = performance.now();
  recognise(viewPage(document), Date.now());
  return performance.now() - start;
}
