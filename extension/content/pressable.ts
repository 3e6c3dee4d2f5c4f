import { type AskedControl, type DrivenControl, drivenControls } from '../journey/journey.ts';
import { isUncovered } from './covered.ts';
import { destinationOf } from './destination.ts';
import { type FoundControl, findControl } from './find-control.ts';

/** The control, if the extension may press it: found once, nothing over it, and leading to no stranger. */
export function findPressable(document: Document, control: DrivenControl): FoundControl {
  const found = findControl(document, control);
  if (!found.found) return found;
  const { element } = found;
  switch (destinationOf(element)) {
    case 'elsewhere':
      // Not pointed out either: the person is not to be sent there.
      return { found: false, why: 'leads-elsewhere', region: null };
    case 'unseen':
      return { found: false, why: 'leads-unseen', region: element };
    case 'listed':
      return isUncovered(element) ? found : { found: false, why: 'covered', region: element };
  }
}

/** What to ring for the person. */
export function regionOf(document: Document, control: AskedControl): Element | null {
  if (isDriven(control)) {
    const found = findPressable(document, control);
    return found.found ? found.element : found.region;
  }
  const found = findControl(document, control);
  if (!found.found) return found.region;
  // The person is not to be sent to a stranger.
  return destinationOf(found.element) === 'elsewhere' ? null : found.element;
}

function isDriven(control: AskedControl): control is DrivenControl {
  return (drivenControls as readonly string[]).includes(control);
}
