import { createHash } from 'node:crypto';
import forge from 'node-forge';
import { hcRolesFromExtension } from './hc-role.ts';
import { issuerNames, policies } from './policies.ts';

/** The X.509 fields the journey needs, of an HPKI or JPKI end-entity certificate. Names are decoded text. */
export interface CertificateProfile {
  kind: CertificateKind;
  subject: DistinguishedName;
  issuer: DistinguishedName;
  /** Upper-case hexadecimal without leading zero octet, as certificate choosers show it: `01513B`. */
  serialNumber: string;
  /** ISO 8601, UTC. */
  notBefore: string;
  notAfter: string;
  /** RFC 5280 names, e.g. `digitalSignature`, `nonRepudiation`. Empty when the extension is absent. */
  keyUsage: string[];
  /** Dotted object identifiers. */
  extendedKeyUsage: string[];
  policies: string[];
  /** 「薬剤師」 and the like in English as the certificate says it, e.g. `Pharmacist`. Absence is no fault. */
  hcRoles: string[];
  publicKey: { algorithm: 'rsa'; bits: number };
  /** Lower-case hexadecimal of SHA-256 over the DER. */
  fingerprint: string;
}

export type CertificateKind =
  | 'hpki-authentication'
  | 'hpki-signature'
  | 'jpki-authentication'
  | 'jpki-signature'
  | 'other';

export interface DistinguishedName {
  commonName?: string;
  /** 2.5.4.5: the registration number, see username.ts. */
  serialNumber?: string;
  organization?: string;
  country?: string;
}

/** Thrown for bytes that are no certificate this product can read. `code` is stable. */
export class CertificateFormatError extends Error {
  readonly code: 'not-der' | 'not-a-certificate' | 'unsupported-key';
  constructor(code: CertificateFormatError['code'], options?: ErrorOptions) {
    super(`certificate: ${code}`, options);
    this.name = 'CertificateFormatError';
    this.code = code;
  }
}

/**
 * Reads one DER certificate (RFC 5280). Trailing bytes are refused: callers cut at the DER length.
 * @throws CertificateFormatError
 */
export function readCertificateProfile(der: Uint8Array): CertificateProfile {
  const certificate = parse(der);
  try {
    return profileOf(certificate, der);
  } catch (cause) {
    // It has a certificate's shape, but something in it says nothing: a date that is none, for one.
    throw new CertificateFormatError('not-a-certificate', { cause });
  }
}

function profileOf(certificate: forge.pki.Certificate, der: Uint8Array): CertificateProfile {
  const key = certificate.publicKey as forge.pki.rsa.PublicKey;
  const subject = distinguishedName(certificate.subject);
  const issuer = distinguishedName(certificate.issuer);
  const keyUsage = namedBits(certificate, 'keyUsage', keyUsageNames);
  const certificatePolicies = policyIdentifiers(extensionValue(certificate, '2.5.29.32'));
  return {
    kind: certificateKind(issuer, certificatePolicies, keyUsage),
    subject,
    issuer,
    serialNumber: chooserSerialNumber(certificate.serialNumber),
    notBefore: certificate.validity.notBefore.toISOString(),
    notAfter: certificate.validity.notAfter.toISOString(),
    keyUsage,
    extendedKeyUsage: extendedKeyUsage(extensionValue(certificate, '2.5.29.37')),
    policies: certificatePolicies,
    hcRoles: hcRolesFromExtension(extensionValue(certificate, '2.5.29.9')),
    publicKey: { algorithm: 'rsa', bits: key.n.bitLength() },
    fingerprint: createHash('sha256').update(der).digest('hex'),
  };
}

/** What a certificate is for: by policy first, then by issuer name and key usage. Never a proof of origin. */
function certificateKind(
  issuer: DistinguishedName,
  certificatePolicies: string[],
  keyUsage: string[],
): CertificateKind {
  const has = (list: readonly string[]) => certificatePolicies.some((policy) => list.includes(policy));
  const name = [issuer.commonName, issuer.organization].filter(Boolean).join(' ');
  if (has(policies.hpkiAuthentication)) return 'hpki-authentication';
  if (has(policies.hpkiSignature)) return 'hpki-signature';
  if (issuerNames.hpkiAuthentication.test(name) && keyUsage.includes('digitalSignature')) {
    return 'hpki-authentication';
  }
  if (issuerNames.hpkiSignature.test(name)) return 'hpki-signature';
  if (issuerNames.jpkiAuthentication.test(name)) return 'jpki-authentication';
  if (issuerNames.jpkiSignature.test(name)) return 'jpki-signature';
  return 'other';
}

function parse(der: Uint8Array): forge.pki.Certificate {
  let asn1: forge.asn1.Asn1;
  try {
    asn1 = forge.asn1.fromDer(forge.util.createBuffer(Buffer.from(der).toString('latin1')), {
      parseAllBytes: true,
    } as never);
  } catch (cause) {
    throw new CertificateFormatError('not-der', { cause });
  }
  try {
    return forge.pki.certificateFromAsn1(asn1);
  } catch (cause) {
    const unsupported = cause instanceof Error && /OID is not RSA/.test(cause.message);
    throw new CertificateFormatError(unsupported ? 'unsupported-key' : 'not-a-certificate', { cause });
  }
}

function distinguishedName(name: { attributes: forge.pki.CertificateField[] }): DistinguishedName {
  const values = new Map<string, string>();
  for (const attribute of name.attributes) {
    if (attribute.type && !values.has(attribute.type)) values.set(attribute.type, attributeText(attribute));
  }
  // Outside the fields below: organizationalUnit (2.5.4.11) stands in for the organisation of JPKI's issuers.
  const entries: [keyof DistinguishedName, string | undefined][] = [
    ['commonName', values.get('2.5.4.3') ?? values.get('2.5.4.11')],
    ['serialNumber', values.get('2.5.4.5')],
    ['organization', values.get('2.5.4.10')],
    ['country', values.get('2.5.4.6')],
  ];
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** forge leaves strings as octets; their tag says how to read them. */
function attributeText(attribute: forge.pki.CertificateField): string {
  const octets = Buffer.from(String(attribute.value ?? ''), 'latin1');
  switch (attribute.valueTagClass as number | undefined) {
    case forge.asn1.Type.UTF8:
      return octets.toString('utf8');
    case forge.asn1.Type.BMPSTRING:
      return Buffer.from(octets.subarray(0, octets.length & ~1))
        .swap16()
        .toString('utf16le');
    default:
      return octets.toString('latin1');
  }
}

function extensionValue(certificate: forge.pki.Certificate, oid: string): forge.asn1.Asn1 | undefined {
  const extension = (certificate.extensions as { id: string; value: string }[]).find(({ id }) => id === oid);
  if (!extension) return undefined;
  try {
    return forge.asn1.fromDer(extension.value);
  } catch {
    return undefined;
  }
}

const keyUsageNames = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

function namedBits(certificate: forge.pki.Certificate, name: string, bits: readonly string[]): string[] {
  const extension = certificate.getExtension(name) as Record<string, unknown> | null;
  return extension ? bits.filter((bit) => extension[bit] === true) : [];
}

/** certificatePolicies ::= SEQUENCE OF SEQUENCE { OID, … } (RFC 5280 4.2.1.4). */
function policyIdentifiers(value: forge.asn1.Asn1 | undefined): string[] {
  return children(value).flatMap((information) => objectIdentifiers(children(information).slice(0, 1)));
}

/** extKeyUsage ::= SEQUENCE OF OID (RFC 5280 4.2.1.12). */
function extendedKeyUsage(value: forge.asn1.Asn1 | undefined): string[] {
  return objectIdentifiers(children(value));
}

function objectIdentifiers(nodes: forge.asn1.Asn1[]): string[] {
  return nodes
    .filter((node) => node.type === forge.asn1.Type.OID && typeof node.value === 'string')
    .map((node) => forge.asn1.derToOid(node.value as string));
}

function children(node: forge.asn1.Asn1 | undefined): forge.asn1.Asn1[] {
  return Array.isArray(node?.value) ? node.value : [];
}

function chooserSerialNumber(hex: string): string {
  const trimmed = hex.toUpperCase().replace(/^(?:00)+(?=.)/, '');
  return trimmed.length % 2 ? `0${trimmed}` : trimmed;
}
