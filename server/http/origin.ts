/**
 * Whether a request that changes something comes from our own page. Browsers send `Origin` with every POST; one that
 * withholds it (or says `null`) must at least say by `Sec-Fetch-Site` that the page is ours.
 */
export function isFromOwnPage(
  headers: { origin?: string | undefined; 'sec-fetch-site'?: string | string[] | undefined },
  ownOrigin: string,
): boolean {
  if (headers.origin !== undefined && headers.origin !== 'null') return headers.origin === ownOrigin;
  return headers['sec-fetch-site'] === 'same-origin';
}
