import type { SiteState } from '../judge/index.ts';

/** Milliseconds. */
const timeout = 10_000;

/**
 * Asks the portal for its head with the browser's own network stack, so through the PC's proxy, and without cookies.
 * Any answer means that it is reached. When the request fails, it is asked once more without following: a redirection
 * to a place out of reach is a network that wants a login first.
 */
export async function probeSite(url: string, fetchFrom: typeof fetch = fetch): Promise<SiteState> {
  const host = new URL(url).hostname;
  const ask = (redirect: RequestRedirect) =>
    fetchFrom(url, {
      method: 'HEAD',
      credentials: 'omit',
      cache: 'no-store',
      redirect,
      signal: AbortSignal.timeout(timeout),
    });
  try {
    const response = await ask('follow');
    const skewMs = clockSkew(response.headers.get('date'));
    return { state: 'answered', status: response.status, ...(skewMs === undefined ? {} : { skewMs }) };
  } catch {
    const redirected = await ask('manual').then(
      ({ type }) => type === 'opaqueredirect',
      () => false,
    );
    return { state: 'failed', host, online: navigator.onLine, redirected };
  }
}

/** RFC 9110 6.6.1. */
function clockSkew(date: string | null): number | undefined {
  const server = date === null ? Number.NaN : Date.parse(date);
  return Number.isNaN(server) ? undefined : Date.now() - server;
}
