import type { X509Certificate } from 'node:crypto';
import type { FactsOf } from '../../common/protocol/index.ts';

export type StoreEntry = FactsOf<'certificate-store'>['certificates'][number];

/** HPKI's issuers name themselves so (JAHIS, MEDIS); JPKI's is an organisational unit or organisation. */
const issuerPattern = /HPKI|O[U]?=JPKI|公的個人認証/i;

/**
 * One certificate of a store for the observation, or undefined for one that is no end-entity certificate of HPKI or
 * JPKI: of those only the number is told. Elliptic-curve certificates are read as well.
 */
export function storeEntry(
  der: Uint8Array,
  key: Pick<StoreEntry, 'privateKey' | 'provider' | 'container'>,
): StoreEntry | undefined {
  // Loaded here: most stores of pharmacies hold nothing, and it takes a tenth of Node's own start.
  const { X509Certificate } = process.getBuiltinModule('node:crypto');
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(der);
  } catch {
    return undefined;
  }
  // It prefers PEM text within the octets, wherever that stands.
  if (!certificate.raw.equals(der)) return undefined;
  const { issuer, subject, ca } = certificate;
  if (ca || issuer === subject || !issuerPattern.test(issuer)) return undefined;
  return {
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    issuer: (/^CN=(.*)$/m.exec(issuer)?.[1] ?? issuer.replaceAll('\n', ', ')).slice(0, 1024),
    serialNumber: certificate.serialNumber.toUpperCase(),
    notAfter: certificate.validToDate.toISOString(),
    ...key,
  };
}
