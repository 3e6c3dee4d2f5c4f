import { X509Certificate } from 'node:crypto';
import {
  CertificateFormatError,
  type CertificateProfile,
  policies,
  readCertificateProfile,
  usernameFromSubjectSerialNumber,
} from '../../common/certificate/index.ts';
import type { RevocationStatus } from '../revocation/index.ts';
import { type CertificateParts, partsOf } from '../x509/certificate-parts.ts';
import { DerError } from '../x509/der.ts';
import { type Authority, chainOf, hasUnknownCritical, isForClients, leastRsaBits } from './chain.ts';

/** Why a certificate does not log anyone in. Stable codes: pages, logs and support use them. */
export const certificateRefusals = [
  'unreadable',
  'signature-certificate',
  'unknown-authority',
  'not-yet-valid',
  'expired',
  'revoked',
  'revocation-unknown',
  'not-for-authentication',
  'no-registration-number',
] as const;
export type CertificateRefusal = (typeof certificateRefusals)[number];

export type CertificateVerdict =
  | { ok: true; profile: CertificateProfile }
  | { ok: false; refusal: CertificateRefusal };

export type HpkiVerdict =
  | { ok: true; username: string; profile: CertificateProfile }
  | { ok: false; refusal: CertificateRefusal };

export interface CertificateRules {
  /** All CAs that may stand in the chain: see knownAuthorities. */
  authorities: readonly Authority[];
  /** One of these certificate policies must be there. */
  policies: readonly string[];
  /** Whether the certificate is revoked, where revocation lists are configured. */
  revocationOf?: (certificate: X509Certificate, issuer: X509Certificate) => RevocationStatus;
}

/**
 * Decides whether a certificate logs an HPKI card's owner in, and under which name: the subject's serialNumber, by association. `der`
 * is one certificate, `now` milliseconds since 1970.
 */
export async function judgeCertificate(
  der: Uint8Array,
  rules: CertificateRules,
  now: number,
): Promise<HpkiVerdict> {
  const verdict = await proveCertificate(der, rules, now);
  if (!verdict.ok) return verdict;
  const { subject, issuer } = verdict.profile;
  const name = usernameFromSubjectSerialNumber(subject.serialNumber ?? '', issuer.commonName);
  // Of `other` nobody knows whose number it is: two people might come to one name.
  return name && name.association !== 'other'
    ? { ok: true, username: name.username, profile: verdict.profile }
    : { ok: false, refusal: 'no-registration-number' };
}

/**
 * Decides whether a certificate for authentication, of an HPKI or a My Number card, is to be believed: by chain,
 * validity, policy, key usage and revocation, never by a name alone.
 */
export async function proveCertificate(
  der: Uint8Array,
  rules: CertificateRules,
  now: number,
): Promise<CertificateVerdict> {
  const read = readCertificate(der);
  if (!read) return { ok: false, refusal: 'unreadable' };
  const { certificate, parts, profile } = read;
  // Said first, whoever issued it: it is the likeliest mistake, and refusing needs no proof.
  if (isForSignature(profile)) return { ok: false, refusal: 'signature-certificate' };
  const accepted = profile.policies.filter((policy) => rules.policies.includes(policy));
  const chain = chainOf(read, rules.authorities, { policies: accepted, now });
  if (!chain) return { ok: false, refusal: 'unknown-authority' };
  if (now < Date.parse(profile.notBefore)) return { ok: false, refusal: 'not-yet-valid' };
  // Its last second counts as a whole.
  if (now >= Date.parse(profile.notAfter) + 1000) return { ok: false, refusal: 'expired' };
  if (accepted.length === 0 || !isForAuthentication(certificate, parts, profile)) {
    return { ok: false, refusal: 'not-for-authentication' };
  }
  const statuses = revocationStatuses(certificate, chain, rules);
  if (statuses.includes('revoked')) return { ok: false, refusal: 'revoked' };
  if (statuses.includes('unknown')) return { ok: false, refusal: 'revocation-unknown' };
  return { ok: true, profile };
}

/** Of the certificate and of each authority above it that another one has issued. */
function revocationStatuses(
  certificate: X509Certificate,
  chain: readonly Authority[],
  { revocationOf }: CertificateRules,
): (RevocationStatus | undefined)[] {
  const issued = [certificate, ...chain.slice(0, -1).map((authority) => authority.certificate)];
  return issued.map((one, index) => {
    const issuer = chain[index]?.certificate;
    return issuer && revocationOf?.(one, issuer);
  });
}

function readCertificate(der: Uint8Array) {
  try {
    const certificate = new X509Certificate(der);
    // It looks for PEM in the octets first, wherever that stands: an extension may carry the text of somebody else's
    // certificate. What is proven must be what is read.
    if (!certificate.raw.equals(der)) return undefined;
    return { certificate, parts: partsOf(certificate), profile: readCertificateProfile(der) };
  } catch (error) {
    if (error instanceof CertificateFormatError || error instanceof DerError) return undefined;
    // node:crypto has no class of its own for what it cannot parse.
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

function isForSignature({ keyUsage, policies: carried }: CertificateProfile): boolean {
  if (keyUsage.includes('digitalSignature')) return false;
  return (
    keyUsage.includes('nonRepudiation') ||
    carried.some((policy) => (policies.hpkiSignature as readonly string[]).includes(policy))
  );
}

/** Key usage digitalSignature (RFC 5280 4.2.1.3), for clients, a key of today, and nothing critical that is not understood. */
function isForAuthentication(
  certificate: X509Certificate,
  parts: CertificateParts,
  { keyUsage, publicKey }: CertificateProfile,
): boolean {
  return (
    !certificate.ca &&
    keyUsage.includes('digitalSignature') &&
    publicKey.bits >= leastRsaBits &&
    !hasUnknownCritical(parts) &&
    isForClients(parts)
  );
}
