import { findControl, isUncovered } from '../../../extension/content/find-control.ts';
import { viewPage } from '../../../extension/content/page-view.ts';
import { recognise } from '../../../extension/content/recognise.ts';
import { usernamesInText } from '../../../extension/content/usernames.ts';

/** What the content script makes of a page, for tests that put it into a page without the extension around it. */
export function detect() {
  const view = viewPage(document);
  const control = (name: 'choose-method' | 'card-auth') => {
    const found = findControl(document, name);
    if (!found.found) return { press: false, why: found.why, pointsOut: found.region !== null };
    return isUncovered(found.element)
      ? { press: true, tag: found.element.tagName.toLowerCase() }
      : { press: false, why: 'covered', pointsOut: true };
  };
  return {
    page: recognise(view, Date.now()),
    usernames: usernamesInText(view.plainText),
    chooseMethod: control('choose-method'),
    cardAuth: control('card-auth'),
  };
}

/** Milliseconds for one look. */
export function timeOneLook(): number {
  const start = performance.now();
  recognise(viewPage(document), Date.now());
  return performance.now() - start;
}
