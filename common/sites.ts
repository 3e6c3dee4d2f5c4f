/**
 * The hosts of the journey, as data. Host permissions of the release manifest follow from `permittedHosts`
 * and never grow after the first release: a later addition would disable the extension on users' PCs.
 */

/** Where each part of the journey happens. `https` only; no port means 443. */
export const sites = {
  /** Step (2): the association's page with the link to the registration site. Manual (2). */
  association: { host: 'www.nichiyaku.or.jp', path: '/hpki/' },
  /** Steps (3), (4), (7), (13) on the PC, (8)–(12) on the phone. Host from the QR text in manual (7): 「2nds.medis.or.jp～」. */
  portal: { host: '2nds.medis.or.jp', path: '/' },
  /** Step (4)–(6): asks for the TLS client certificate. Host from the error guide, 1. */
  cardLogin: { host: 'mahpki-auth.2nds.medis.or.jp' },
  /**
   * Asks for the My Number card's certificate for user authentication. Ours: formed after the host above, because the
   * real one's name is not known. Below the permitted names, as it has to be.
   */
  myNumberLogin: { host: 'majpki-auth.2nds.medis.or.jp' },
  /** Where operators work. Ours; nobody else is led there. */
  operators: { host: 'operator.2nds.medis.or.jp' },
} as const;

/** Registrable names whose pages the extension may see. A name covers itself and every host below it. */
export const permittedHosts = ['2nds.medis.or.jp', 'nichiyaku.or.jp'] as const;

/** Whether `host` (lower case, no port) is one of the permitted hosts or lies below one. */
export function isPermittedHost(host: string): boolean {
  return permittedHosts.some((name) => host === name || host.endsWith(`.${name}`));
}

/** Whether an address, or an origin, is on a permitted host: `https` on its own port, without credentials. */
export function isPermittedUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port, username, password } = new URL(url);
  return (
    protocol === 'https:' && port === '' && username === '' && password === '' && isPermittedHost(hostname)
  );
}

/** The manifest's host permissions, which a person can take back in the browser's settings. */
export const siteOrigins = permittedHosts.map((host) => `https://*.${host}/*`);
