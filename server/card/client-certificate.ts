import { type KeyObject, X509Certificate } from 'node:crypto';
import {
  CertificateFormatError,
  type CertificateProfile,
  policies,
  readCertificateProfile,
  usernameFromSubjectSerialNumber,
} from '../../common/certificate/index.ts';
import type { RevocationStatus } from '../revocation/index.ts';

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

/** Chains of HPKI have two or three links above the certificate. */
const longestChain = 5;

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
  return name
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
  const { certificate, profile } = read;
  // Said first, whoever issued it: it is the likeliest mistake, and refusing needs no proof.
  if (isForSignature(profile)) return { ok: false, refusal: 'signature-certificate' };
  const issuer = findIssuer(certificate, rules.authorities, now);
  if (!issuer) return { ok: false, refusal: 'unknown-authority' };
  if (now < Date.parse(profile.notBefore)) return { ok: false, refusal: 'not-yet-valid' };
  if (now > Date.parse(profile.notAfter)) return { ok: false, refusal: 'expired' };
  if (!isForAuthentication(certificate, profile, rules.policies)) {
    return { ok: false, refusal: 'not-for-authentication' };
  }
  switch (rules.revocationOf?.(certificate, issuer)) {
    case 'revoked':
      return { ok: false, refusal: 'revoked' };
    case 'unknown':
      return { ok: false, refusal: 'revocation-unknown' };
  }
  return { ok: true, profile };
}

function readCertificate(der: Uint8Array) {
  try {
    const certificate = new X509Certificate(der);
    // It looks for PEM in the octets first, wherever that stands: an extension may carry the text of somebody else's
    // certificate. What is proven must be what is read.
    if (!certificate.raw.equals(der)) return undefined;
    return { certificate, profile: readCertificateProfile(der) };
  } catch (error) {
    if (error instanceof CertificateFormatError) return undefined;
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

/** Key usage digitalSignature (RFC 5280 4.2.1.3), and clientAuth where an extended key usage is there at all. */
function isForAuthentication(
  certificate: X509Certificate,
  profile: CertificateProfile,
  accepted: readonly string[],
): boolean {
  const clientAuthentication = '1.3.6.1.5.5.7.3.2';
  return (
    !certificate.ca &&
    profile.keyUsage.includes('digitalSignature') &&
    profile.policies.some((policy) => accepted.includes(policy)) &&
    (profile.extendedKeyUsage.length === 0 || profile.extendedKeyUsage.includes(clientAuthentication))
  );
}

/** A CA certificate, read and verified once: what does not change need not be proven anew for every card. */
export interface Authority {
  certificate: X509Certificate;
  publicKey: KeyObject;
  /** Milliseconds since 1970. */
  validFrom: number;
  validTo: number;
  /** Those of the known authorities that signed it; itself when it is self-signed, which ends a chain. */
  issuers: readonly Authority[];
}

/** All CA certificates that may stand in a chain. Which signed which is found out here. */
export function knownAuthorities(certificates: readonly X509Certificate[]): Authority[] {
  const authorities = certificates
    .filter(({ ca }) => ca)
    .map((certificate) => ({
      certificate,
      publicKey: certificate.publicKey,
      validFrom: certificate.validFromDate.getTime(),
      validTo: certificate.validToDate.getTime(),
      issuers: [] as Authority[],
    }));
  for (const authority of authorities) {
    authority.issuers.push(...authorities.filter((issuer) => isIssued(authority.certificate, issuer)));
  }
  return authorities;
}

function isIssued(certificate: X509Certificate, issuer: Authority): boolean {
  return certificate.checkIssued(issuer.certificate) && certificate.verify(issuer.publicKey);
}

/** The issuer of a certificate, if a chain of known, valid authorities leads from it up to a self-signed one. */
function findIssuer(
  certificate: X509Certificate,
  authorities: readonly Authority[],
  now: number,
): X509Certificate | undefined {
  return authorities.find(
    (authority) => isTrusted(authority, now, longestChain) && isIssued(certificate, authority),
  )?.certificate;
}

function isTrusted(authority: Authority, now: number, left: number): boolean {
  if (left === 0 || now < authority.validFrom || now > authority.validTo) return false;
  return (
    authority.issuers.includes(authority) ||
    authority.issuers.some((issuer) => isTrusted(issuer, now, left - 1))
  );
}
