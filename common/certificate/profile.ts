import { createHash } from 'node:crypto';
import asn1, { type Asn1 } from 'node-forge/lib/asn1.js';
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
 * Of forge only ASN.1 is loaded: all of it costs as much time as Node's own start, at every card.
 * @throws CertificateFormatError
 */
export function readCertificateProfile(der: Uint8Array): CertificateProfile {
  const certificate = decode(der);
  try {
    return profileOf(certificate, der);
  } catch (cause) {
    if (cause instanceof CertificateFormatError) throw cause;
    // It is no certificate, or something in it says nothing: a date that is none, for one.
    throw new CertificateFormatError('not-a-certificate', { cause });
  }
}

/** Bit strings stay octets: what is in them is decoded where it is read. */
const asOctets = { decodeBitStrings: false, parseAllBytes: true } as const;

function decode(der: Uint8Array): Asn1 {
  try {
    return asn1.fromDer(Buffer.from(der).toString('latin1'), asOctets);
  } catch (cause) {
    throw new CertificateFormatError('not-der', { cause });
  }
}

/** Certificate and TBSCertificate (RFC 5280 4.1). */
function profileOf(certificate: Asn1, der: Uint8Array): CertificateProfile {
  const [toBeSigned] = sequence(certificate);
  const fields = sequence(toBeSigned);
  if (isTagged(fields[0], 0)) fields.shift(); // version
  const [serialNumber, , issuerName, validity, subjectName, publicKey, ...optional] = fields;
  const extensions = extensionsIn(optional.find((field) => isTagged(field, 3)));
  const bits = rsaBits(publicKey);
  const subject = distinguishedName(subjectName);
  const issuer = distinguishedName(issuerName);
  const [notBefore, notAfter] = sequence(validity);
  const keyUsage = namedBits(extensions.get('2.5.29.15'), keyUsageNames);
  const certificatePolicies = policyIdentifiers(extensionValue(extensions, '2.5.29.32'));
  return {
    kind: certificateKind(issuer, certificatePolicies, keyUsage),
    subject,
    issuer,
    serialNumber: chooserSerialNumber(octets(serialNumber, asn1.Type.INTEGER)),
    notBefore: time(notBefore).toISOString(),
    notAfter: time(notAfter).toISOString(),
    keyUsage,
    extendedKeyUsage: extendedKeyUsage(extensionValue(extensions, '2.5.29.37')),
    policies: certificatePolicies,
    hcRoles: hcRolesFromExtension(extensionValue(extensions, '2.5.29.9')),
    publicKey: { algorithm: 'rsa', bits },
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

function sequence(node: Asn1 | undefined): Asn1[] {
  if (node?.type !== asn1.Type.SEQUENCE || !Array.isArray(node.value)) throw new Error('no SEQUENCE');
  return [...node.value];
}

/** Contents of a primitive value. */
function octets(node: Asn1 | undefined, type: number): Buffer {
  if (node?.type !== type || typeof node.value !== 'string') throw new Error(`no value of tag ${type}`);
  return Buffer.from(node.value, 'latin1');
}

function isTagged(node: Asn1 | undefined, tag: number): boolean {
  return node?.tagClass === asn1.Class.CONTEXT_SPECIFIC && node.type === tag;
}

/** Time ::= CHOICE { UTCTime, GeneralizedTime } (RFC 5280 4.1.2.5). */
function time(node: Asn1 | undefined): Date {
  return node?.type === asn1.Type.UTCTIME
    ? asn1.utcTimeToDate(octets(node, asn1.Type.UTCTIME).toString('latin1'))
    : asn1.generalizedTimeToDate(octets(node, asn1.Type.GENERALIZEDTIME).toString('latin1'));
}

const rsaEncryption = '1.2.840.113549.1.1.1';

/** Length of the modulus of an RSA key: SubjectPublicKeyInfo around RSAPublicKey (RFC 8017 A.1.1). */
function rsaBits(publicKeyInfo: Asn1 | undefined): number {
  const [algorithm, key] = sequence(publicKeyInfo);
  const [oid] = objectIdentifiers(sequence(algorithm).slice(0, 1));
  if (oid !== rsaEncryption) throw new CertificateFormatError('unsupported-key');
  const bitString = octets(key, asn1.Type.BITSTRING).toString('latin1');
  const [modulus, exponent] = sequence(asn1.fromDer(bitString.slice(1)));
  octets(exponent, asn1.Type.INTEGER);
  return BigInt(`0x${octets(modulus, asn1.Type.INTEGER).toString('hex')}`).toString(2).length;
}

/** RDNSequence (RFC 5280 4.1.2.4): the first value of each kind. Of two serialNumbers none: nothing tells which counts. */
function distinguishedName(name: Asn1 | undefined): DistinguishedName {
  const values = new Map<string, string>();
  let serialNumbers = 0;
  for (const attribute of sequence(name).flatMap(children)) {
    const [type, value] = sequence(attribute);
    const [oid] = objectIdentifiers(type ? [type] : []);
    if (oid === '2.5.4.5') serialNumbers += 1;
    if (oid !== undefined && value && !values.has(oid)) values.set(oid, attributeText(value));
  }
  // Outside the fields below: organizationalUnit (2.5.4.11) stands in for the organisation of JPKI's issuers.
  const entries: [keyof DistinguishedName, string | undefined][] = [
    ['commonName', values.get('2.5.4.3') ?? values.get('2.5.4.11')],
    ['serialNumber', serialNumbers === 1 ? values.get('2.5.4.5') : undefined],
    ['organization', values.get('2.5.4.10')],
    ['country', values.get('2.5.4.6')],
  ];
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** forge leaves strings as octets; their tag says how to read them. */
function attributeText({ type, value }: Asn1): string {
  const text = Buffer.from(typeof value === 'string' ? value : '', 'latin1');
  switch (type) {
    case asn1.Type.UTF8:
      return text.toString('utf8');
    case asn1.Type.BMPSTRING:
      return Buffer.from(text.subarray(0, text.length & ~1))
        .swap16()
        .toString('utf16le');
    default:
      return text.toString('latin1');
  }
}

/** Extensions by their identifier: the contents of extnValue (RFC 5280 4.1.2.9). */
function extensionsIn(tagged: Asn1 | undefined): ReadonlyMap<string, string> {
  const [list] = children(tagged);
  const entries = (list ? sequence(list) : []).map((extension): [string, string] => {
    const parts = sequence(extension);
    const [oid] = objectIdentifiers(parts.slice(0, 1));
    if (oid === undefined) throw new Error('an extension without identifier');
    return [oid, octets(parts.at(-1), asn1.Type.OCTETSTRING).toString('latin1')];
  });
  return new Map(entries);
}

function extensionValue(extensions: ReadonlyMap<string, string>, oid: string): Asn1 | undefined {
  const value = extensions.get(oid);
  if (value === undefined) return undefined;
  try {
    return asn1.fromDer(value);
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

/** A named BIT STRING (X.690 11.2): the first octet counts unused bits, then the first bit is the highest. */
function namedBits<Name extends string>(value: string | undefined, names: readonly Name[]): Name[] {
  if (value === undefined) return [];
  const bits = octets(asn1.fromDer(value, asOctets), asn1.Type.BITSTRING).subarray(1);
  return names.filter((_, bit) => ((bits[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

/** certificatePolicies ::= SEQUENCE OF SEQUENCE { OID, … } (RFC 5280 4.2.1.4). */
function policyIdentifiers(value: Asn1 | undefined): string[] {
  return children(value).flatMap((information) => objectIdentifiers(children(information).slice(0, 1)));
}

/** extKeyUsage ::= SEQUENCE OF OID (RFC 5280 4.2.1.12). */
function extendedKeyUsage(value: Asn1 | undefined): string[] {
  return objectIdentifiers(children(value));
}

function objectIdentifiers(nodes: Asn1[]): string[] {
  return nodes
    .filter((node) => node.type === asn1.Type.OID && typeof node.value === 'string')
    .map((node) => asn1.derToOid(node.value as string));
}

function children(node: Asn1 | undefined): Asn1[] {
  return Array.isArray(node?.value) ? node.value : [];
}

function chooserSerialNumber(integer: Buffer): string {
  return integer
    .toString('hex')
    .toUpperCase()
    .replace(/^(?:00)+(?=.)/, '');
}
