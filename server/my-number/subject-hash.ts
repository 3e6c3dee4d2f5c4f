import { createHash } from 'node:crypto';
import forge from 'node-forge';

/**
 * All that is kept of a My Number card: SHA-256 over issuer and subject as they stand in the certificate (DER), as
 * base64url. The subject of the certificate for user authentication is an opaque name without personal data
 * (OpenSC issue 3021); it is new with each renewal. `der` is a certificate that was parsed before.
 */
export function subjectHash(der: Uint8Array): string {
  const certificate = forge.asn1.fromDer(forge.util.createBuffer(Buffer.from(der).toString('latin1')));
  const body = children(children(certificate)[0]);
  // RFC 5280 4.1: [0] version, serialNumber, signature, issuer, validity, subject.
  const first = body[0]?.tagClass === forge.asn1.Class.CONTEXT_SPECIFIC ? 1 : 0;
  const hash = createHash('sha256');
  for (const name of [body[first + 2], body[first + 4]]) {
    if (!name) throw new RangeError('a certificate without names');
    hash.update(forge.asn1.toDer(name).getBytes(), 'latin1');
  }
  return hash.digest('base64url');
}

function children(node: forge.asn1.Asn1 | undefined): forge.asn1.Asn1[] {
  return Array.isArray(node?.value) ? node.value : [];
}
