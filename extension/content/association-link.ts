import type { NotPressed } from '../journey/journey.ts';
import { destinationOf } from './destination.ts';
import { findControl } from './find-control.ts';
import { isExpected, stepMap } from './site-map.ts';

/**
 * Step (2): where the association's link leads, if it is one link to the registration site. It is followed by going
 * to its address, not by a click.
 */
export function associationLink(
  document: Document,
  roots?: ParentNode[],
): { url: string | null; why: NotPressed | null } {
  const control = findControl(document, 'association-link', roots);
  if (!control.found) return { url: null, why: control.why };
  const anchor = control.element.closest<HTMLAnchorElement | HTMLAreaElement>('a, area');
  if (!anchor) return { url: null, why: 'not-a-link' };
  const { href } = anchor;
  if (isExpected(stepMap['open-site'].expects, href)) return { url: href, why: null };
  return { url: null, why: destinationOf(anchor) === 'elsewhere' ? 'leads-elsewhere' : 'not-a-link' };
}
