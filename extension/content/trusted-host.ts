import { isPermittedUrl } from '../../common/sites.ts';

/**
 * The page's host in lower case; empty where the page is not what its address says: on another port, in a sandbox, or
 * framed by a stranger, who could lay anything over it.
 */
export function trustedHost({ location, origin }: Window): string {
  const around = [...(location.ancestorOrigins ?? [])];
  const trusted = isPermittedUrl(location.href) && origin !== 'null' && around.every(isPermittedUrl);
  return trusted ? location.hostname.toLowerCase() : '';
}
