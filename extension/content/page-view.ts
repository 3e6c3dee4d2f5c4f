import { associationLink } from './association-link.ts';
import { findControl } from './find-control.ts';
import { fold } from './fold.ts';
import { showsQrImage, visibleText } from './page-text.ts';
import type { PageView } from './recognise.ts';

/** Looks at the document once. */
export function viewPage(document: Document): PageView {
  const plainText = visibleText(document);
  const host = location.hostname.toLowerCase();
  const isShown = (control: 'choose-method' | 'card-auth') => {
    const found = findControl(document, control);
    return found.found || found.why === 'several' || found.why === 'disabled';
  };
  return {
    host,
    status: documentStatus(),
    text: fold(plainText),
    plainText,
    qrImage: showsQrImage(document),
    shows: { chooseMethod: isShown('choose-method'), cardAuth: isShown('card-auth') },
    associationLink: host.endsWith('nichiyaku.or.jp')
      ? associationLink(document)
      : { url: null, why: 'not-found' },
  };
}

function documentStatus(): number {
  const [navigation] = performance.getEntriesByType('navigation') as (PerformanceEntry & {
    responseStatus?: number;
  })[];
  return navigation?.responseStatus ?? 0;
}
