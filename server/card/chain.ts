import type { KeyObject, X509Certificate } from 'node:crypto';
import { type CertificateParts, extensionIds, partsOf, strongSignatures } from '../x509/certificate-parts.ts';
import { DerError, DerReader, tags } from '../x509/der.ts';

/** Chains of HPKI have two or three links above the certificate. */
const longestChain = 5;
/** Bits of an RSA modulus; JAHIS 24-002 knows 2048 and more. */
export const leastRsaBits = 2048;
const curves = ['prime256v1', 'secp384r1', 'secp521r1'];

const anyPolicy = '2.5.29.32.0';
const forClients = ['1.3.6.1.5.5.7.3.2', '2.5.29.37.0'];

/** Critical extensions that are understood, or that say nothing against a certificate for authentication. */
const understood: readonly string[] = Object.values(extensionIds);

/** A CA certificate, read and verified once: what does not change need not be proven anew for every card. */
export interface Authority {
  certificate: X509Certificate;
  publicKey: KeyObject;
  /** Milliseconds since 1970. */
  validFrom: number;
  /** The first millisecond after its last second. */
  validTo: number;
  /** How many authorities may stand between it and a card's certificate (RFC 5280 4.2.1.9). */
  pathLength: number;
  /** What it may issue for; undefined where it does not say. */
  policies: readonly string[] | undefined;
  /** Those of the known authorities that signed it; itself when it is self-signed, which ends a chain. */
  issuers: readonly Authority[];
}

/** Why a certificate can't stand in a chain. Stable codes, for whoever configures the platform. */
export type AuthorityFault =
  | 'not-an-authority'
  | 'weak-key'
  | 'weak-signature'
  | 'not-for-clients'
  | 'unknown-critical-extension'
  | 'unreadable';

/** Undefined for one that can. What depends on the clock or on other certificates is not looked at. */
export function authorityFault(certificate: X509Certificate): AuthorityFault | undefined {
  try {
    const parts = partsOf(certificate);
    if (!certificate.ca) return 'not-an-authority';
    if (!isStrong(certificate.publicKey)) return 'weak-key';
    // Nothing rests on the signature of one that ends a chain.
    if (!isSelfIssued(certificate) && strongSignatures[parts.signatureAlgorithm] === undefined) {
      return 'weak-signature';
    }
    if (hasUnknownCritical(parts)) return 'unknown-critical-extension';
    return isForClients(parts) ? undefined : 'not-for-clients';
  } catch (error) {
    if (error instanceof DerError) return 'unreadable';
    throw error;
  }
}

/** All CA certificates that may stand in a chain: those without a fault. Which signed which is found out here. */
export function knownAuthorities(certificates: readonly X509Certificate[]): Authority[] {
  const authorities = certificates
    .filter((certificate) => authorityFault(certificate) === undefined)
    .map((certificate) => {
      const parts = partsOf(certificate);
      return {
        certificate,
        publicKey: certificate.publicKey,
        validFrom: certificate.validFromDate.getTime(),
        validTo: certificate.validToDate.getTime() + 1000,
        pathLength: pathLengthOf(parts),
        policies: policiesOf(parts),
        issuers: [] as Authority[],
      };
    });
  for (const authority of authorities) {
    authority.issuers.push(...authorities.filter((issuer) => isIssued(authority.certificate, issuer)));
  }
  return authorities;
}

/**
 * The known, valid authorities from a certificate's issuer up to a self-signed one (RFC 5280 6.1), each of them allowed
 * to issue for one of `policies`, unless there are none. Undefined when there is no such chain.
 */
export function chainOf(
  { certificate, parts }: { certificate: X509Certificate; parts: CertificateParts },
  authorities: readonly Authority[],
  { policies, now }: { policies: readonly string[]; now: number },
): readonly Authority[] | undefined {
  if (strongSignatures[parts.signatureAlgorithm] === undefined) return undefined;
  return firstDefined(authorities, (authority) =>
    isIssued(certificate, authority) ? chainAbove(authority, { policies, now, below: [] }) : undefined,
  );
}

function chainAbove(
  authority: Authority,
  { policies, now, below }: { policies: readonly string[]; now: number; below: readonly Authority[] },
): readonly Authority[] | undefined {
  if (now < authority.validFrom || now >= authority.validTo) return undefined;
  const between = below.filter(({ certificate }) => !isSelfIssued(certificate)).length;
  if (below.length >= longestChain || between > authority.pathLength) return undefined;
  if (authority.issuers.includes(authority)) return [authority];
  if (!mayIssueFor(authority, policies)) return undefined;
  const above = firstDefined(authority.issuers, (issuer) =>
    chainAbove(issuer, { policies, now, below: [...below, authority] }),
  );
  return above && [authority, ...above];
}

function mayIssueFor({ policies: own }: Authority, policies: readonly string[]): boolean {
  return (
    policies.length === 0 || !own || own.includes(anyPolicy) || own.some((one) => policies.includes(one))
  );
}

function isIssued(certificate: X509Certificate, issuer: Authority): boolean {
  return certificate.checkIssued(issuer.certificate) && certificate.verify(issuer.publicKey);
}

function isSelfIssued({ subject, issuer }: X509Certificate): boolean {
  return subject === issuer;
}

function isStrong({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  const { modulusLength = 0, namedCurve = '' } = asymmetricKeyDetails ?? {};
  return (
    (asymmetricKeyType === 'rsa' && modulusLength >= leastRsaBits) ||
    (asymmetricKeyType === 'ec' && curves.includes(namedCurve))
  );
}

/** RFC 5280 4.2: a certificate with a critical extension that is not understood must be refused. */
export function hasUnknownCritical({ extensions }: CertificateParts): boolean {
  return extensions.some(({ id, critical }) => critical && !understood.includes(id));
}

/** Whether it lets a client prove itself, where it says at all what it is for (4.2.1.12). @throws DerError */
export function isForClients(parts: CertificateParts): boolean {
  const list = sequenceIn(parts, extensionIds.extendedKeyUsage);
  if (!list) return true;
  const usages: string[] = [];
  while (!list.atEnd) usages.push(list.oid());
  return usages.some((usage) => forClients.includes(usage));
}

function policiesOf(parts: CertificateParts): string[] | undefined {
  const list = sequenceIn(parts, extensionIds.certificatePolicies);
  if (!list) return undefined;
  const policies: string[] = [];
  while (!list.atEnd) policies.push(list.inside(list.next(tags.sequence)).oid());
  return policies;
}

function pathLengthOf(parts: CertificateParts): number {
  const constraints = sequenceIn(parts, extensionIds.basicConstraints);
  constraints?.optional(tags.boolean);
  const length = constraints?.optional(tags.integer);
  return length && constraints
    ? Number.parseInt(constraints.hexadecimal(length), 16)
    : Number.POSITIVE_INFINITY;
}

/** The inside of an extension that is a SEQUENCE. @throws DerError */
function sequenceIn({ extensions }: CertificateParts, id: string): DerReader | undefined {
  const value = extensions.find((extension) => extension.id === id)?.value;
  const reader = value && new DerReader(value);
  return reader?.inside(reader.next(tags.sequence));
}

function firstDefined<Item, Result>(
  items: readonly Item[],
  look: (item: Item) => Result | undefined,
): Result | undefined {
  for (const item of items) {
    const result = look(item);
    if (result !== undefined) return result;
  }
  return undefined;
}
