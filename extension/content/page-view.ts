import { type AskedControl, type DrivenControl, drivenControls } from '../journey/journey.ts';
import { associationLink } from './association-link.ts';
import { findControl, searchRoots } from './find-control.ts';
import { fold } from './fold.ts';
import { showsQrImage, visibleText } from './page-text.ts';
import type { PageView } from './recognise.ts';
import { hasSigns, isBelow, stepMap } from './site-map.ts';
import { trustedHost } from './trusted-host.ts';

/** Looks at the document once. */
export function viewPage(document: Document, roots = searchRoots(document)): PageView {
  const plainText = visibleText(document);
  const host = trustedHost(window);
  const text = fold(plainText);
  const atAssociation = isBelow(host, stepMap['open-site'].host);
  const isShown = (control: AskedControl) => {
    const found = findControl(document, control, roots, { shownText: text });
    return found.found || found.why === 'several' || found.why === 'disabled';
  };
  const shows = { chooseMethod: isShown('choose-method'), cardAuth: isShown('card-auth') };
  return {
    host,
    status: documentStatus(),
    text,
    plainText,
    qrImage: showsQrImage(roots),
    shows,
    closedAway: shows.chooseMethod || shows.cardAuth ? null : closedAway(document, roots, text),
    associationLink: atAssociation ? associationLink(document, roots) : { url: null, why: 'not-found' },
    secondCertificateEntry: atAssociation && isShown('second-certificate-page'),
  };
}

/**
 * The label of what is closed away is no part of the visible text, so that every control has to be asked: only on pages
 * that are the manual's by their other signs.
 */
function closedAway(document: Document, roots: ParentNode[], text: string): DrivenControl | null {
  const isClosed = (control: DrivenControl) => {
    if (!hasSigns(text, stepMap[control].signs)) return false;
    const found = findControl(document, control, roots);
    return !found.found && found.why === 'closed';
  };
  return drivenControls.find(isClosed) ?? null;
}

function documentStatus(): number {
  const [navigation] = performance.getEntriesByType('navigation') as (PerformanceEntry & {
    responseStatus?: number;
  })[];
  return navigation?.responseStatus ?? 0;
}
