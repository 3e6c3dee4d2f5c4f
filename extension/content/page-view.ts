import { associationLink } from './association-link.ts';
import { findControl, searchRoots } from './find-control.ts';
import { fold } from './fold.ts';
import { showsQrImage, visibleText } from './page-text.ts';
import type { PageView } from './recognise.ts';

/** Looks at the document once. */
export function viewPage(document: Document, roots = searchRoots(document)): PageView {
  const plainText = visibleText(document);
  const host = location.hostname.toLowerCase();
  const text = fold(plainText);
  const isShown = (control: 'choose-method' | 'card-auth') => {
    const found = findControl(document, control, roots, { shownText: text });
    return found.found || found.why === 'several' || found.why === 'disabled';
  };
  return {
    host,
    status: documentStatus(),
    text,
    plainText,
    qrImage: showsQrImage(document),
    shows: { chooseMethod: isShown('choose-method'), cardAuth: isShown('card-auth') },
    associationLink: host.endsWith('nichiyaku.or.jp')
      ? associationLink(document, roots)
      : { url: null, why: 'not-found' },
  };
}

function documentStatus(): number {
  const [navigation] = performance.getEntriesByType('navigation') as (PerformanceEntry & {
    responseStatus?: number;
  })[];
  return navigation?.responseStatus ?? 0;
}
