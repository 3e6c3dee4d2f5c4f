import { createHash, type KeyObject, sign } from 'node:crypto';
import {
  type Bytes,
  bitString,
  boolean,
  contextConstructed,
  contextPrimitive,
  enumerated,
  fromHex,
  ia5String,
  integer,
  integerFromBytes,
  namedBits,
  nullValue,
  octetString,
  oid,
  printableString,
  sequence,
  set,
  time,
  utf8String,
} from '../der.ts';

/** One attribute of a distinguished name. The order of a name's attributes is kept in its encoding. */
export type NameAttribute = readonly [type: keyof typeof ATTRIBUTE_TYPES, value: string];
export type Name = readonly NameAttribute[];

const ATTRIBUTE_TYPES = {
  C: '2.5.4.6',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  CN: '2.5.4.3',
  serialNumber: '2.5.4.5',
} as const;

/** A distinguished name as HPKI encodes it: UTF8String, but PrintableString for C and serialNumber. */
export function encodeName(name: Name): Bytes {
  const attributes = name.map(([type, value]) => {
    const encoded = type === 'C' || type === 'serialNumber' ? printableString(value) : utf8String(value);
    return set(sequence(oid(ATTRIBUTE_TYPES[type]), encoded));
  });
  return sequence(...attributes);
}

/** A name as people read it, in its encoded order: `C=JP, CN=00100 JPATEST, serialNumber=T00100-jpa`. */
export function nameText(name: Name): string {
  return name.map(([type, value]) => `${type}=${value}`).join(', ');
}

/** Bit numbers of the key usage extension, RFC 5280 section 4.2.1.3. */
export const KEY_USAGE = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyEncipherment: 2,
  keyCertSign: 5,
  cRLSign: 6,
} as const;
export type KeyUsage = keyof typeof KEY_USAGE;

export type Extension = { readonly id: string; readonly critical: boolean; readonly value: Bytes };

export type CertificateFields = {
  /** Hexadecimal, as the certificate chooser shows it. */
  readonly serial: string;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Extension[];
  /** SHA-256 unless told otherwise. */
  readonly digest?: Digest;
};

const WITH_RSA = { md5: 4, sha1: 5, sha256: 11 } as const;
export type Digest = keyof typeof WITH_RSA;

const algorithm = (digest: Digest) => sequence(oid(`1.2.840.113549.1.1.${WITH_RSA[digest]}`), nullValue());

function signed(toBeSigned: Bytes, issuerKey: KeyObject, digest: Digest = 'sha256'): Bytes {
  const signature = sign(digest, toBeSigned, issuerKey);
  return sequence(toBeSigned, algorithm(digest), bitString(new Uint8Array(signature)));
}

function encodeExtensions(extensions: readonly Extension[]): Bytes {
  return sequence(
    ...extensions.map(({ id, critical, value }) =>
      sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(value)),
    ),
  );
}

/** A certificate (RFC 5280), signed with RSA PKCS#1 v1.5. Returns DER. */
export function encodeCertificate(fields: CertificateFields, issuerKey: KeyObject): Bytes {
  const toBeSigned = sequence(
    contextConstructed(0, integer(2)),
    integerFromBytes(fromHex(fields.serial)),
    algorithm(fields.digest ?? 'sha256'),
    encodeName(fields.issuer),
    sequence(time(fields.notBefore), time(fields.notAfter)),
    encodeName(fields.subject),
    new Uint8Array(fields.publicKey.export({ type: 'spki', format: 'der' })),
    contextConstructed(3, encodeExtensions(fields.extensions)),
  );
  return signed(toBeSigned, issuerKey, fields.digest);
}

export type RevokedEntry = { readonly serial: string; readonly date: Date; readonly reason: number };

export type RevocationListFields = {
  readonly issuer: Name;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly number: number;
  readonly revoked: readonly RevokedEntry[];
  readonly authorityKeyId: Bytes;
  /** Beside authority key and number. */
  readonly extensions?: readonly Extension[];
};

/** A version 2 CRL (RFC 5280 section 5). Returns DER. */
export function encodeRevocationList(fields: RevocationListFields, issuerKey: KeyObject): Bytes {
  const entries = fields.revoked.map(({ serial, date, reason }) =>
    sequence(
      integerFromBytes(fromHex(serial)),
      time(date),
      encodeExtensions([{ id: '2.5.29.21', critical: false, value: enumerated(reason) }]),
    ),
  );
  const toBeSigned = sequence(
    integer(1),
    algorithm('sha256'),
    encodeName(fields.issuer),
    time(fields.thisUpdate),
    time(fields.nextUpdate),
    // RFC 5280: revokedCertificates must be absent, not empty, when nothing is revoked.
    ...(entries.length > 0 ? [sequence(...entries)] : []),
    contextConstructed(
      0,
      encodeExtensions([
        { id: '2.5.29.35', critical: false, value: sequence(contextPrimitive(0, fields.authorityKeyId)) },
        { id: '2.5.29.20', critical: false, value: integer(fields.number) },
        ...(fields.extensions ?? []),
      ]),
    ),
  );
  return signed(toBeSigned, issuerKey);
}

/** Method 1 of RFC 5280 section 4.2.1.2: SHA-1 of the public key's bits. */
export function subjectKeyId(publicKey: KeyObject): Bytes {
  const { n, e } = publicKey.export({ format: 'jwk' });
  if (n === undefined || e === undefined) throw new Error('an RSA key is wanted');
  const bits = sequence(
    integerFromBytes(new Uint8Array(Buffer.from(n, 'base64url'))),
    integerFromBytes(new Uint8Array(Buffer.from(e, 'base64url'))),
  );
  return new Uint8Array(createHash('sha1').update(bits).digest());
}

export const extension = {
  subjectKeyId: (publicKey: KeyObject): Extension => ({
    id: '2.5.29.14',
    critical: false,
    value: octetString(subjectKeyId(publicKey)),
  }),
  /** With key id, issuer and serial number, as HPKI's end-entity certificates have it. */
  authorityKeyId: (issuerKey: KeyObject, issuerOfIssuer: Name, issuerSerial: string): Extension => ({
    id: '2.5.29.35',
    critical: false,
    value: sequence(
      contextPrimitive(0, subjectKeyId(issuerKey)),
      contextConstructed(1, contextConstructed(4, encodeName(issuerOfIssuer))),
      // [2] IMPLICIT INTEGER: the integer's content under the context tag.
      contextPrimitive(2, integerFromBytes(fromHex(issuerSerial)).slice(2)),
    ),
  }),
  keyUsage: (...usages: readonly KeyUsage[]): Extension => ({
    id: '2.5.29.15',
    critical: true,
    value: namedBits(usages.map((usage) => KEY_USAGE[usage])),
  }),
  basicConstraints: (authority: boolean, pathLength?: number): Extension => ({
    id: '2.5.29.19',
    critical: true,
    value: sequence(
      ...(authority ? [boolean(true)] : []),
      ...(pathLength === undefined ? [] : [integer(pathLength)]),
    ),
  }),
  /** Critical in HPKI. `practiceStatement` is the CPS address. */
  policies: (policy: string, practiceStatement?: string): Extension => ({
    id: '2.5.29.32',
    critical: true,
    value: sequence(
      sequence(
        oid(policy),
        ...(practiceStatement === undefined
          ? []
          : [sequence(sequence(oid('1.3.6.1.5.5.7.2.1'), ia5String(practiceStatement)))]),
      ),
    ),
  }),
  distributionPoint: (point: string | Name): Extension => ({
    id: '2.5.29.31',
    critical: false,
    value: sequence(sequence(distributionPointName(point))),
  }),
  /** Of a list: the one partition that it is about. */
  issuingDistributionPoint: (point: string | Name): Extension => ({
    id: '2.5.29.28',
    critical: true,
    value: sequence(distributionPointName(point)),
  }),
  serverAuthentication: (): Extension => ({
    id: '2.5.29.37',
    critical: false,
    value: sequence(oid('1.3.6.1.5.5.7.3.1')),
  }),
  alternativeNames: (hosts: readonly string[]): Extension => ({
    id: '2.5.29.17',
    critical: false,
    value: sequence(...hosts.map(encodeHost)),
  }),
  /** MEDIS repeats the subject in kanji in a directoryName. */
  alternativeDirectoryName: (name: Name): Extension => ({
    id: '2.5.29.17',
    critical: false,
    value: sequence(contextConstructed(4, encodeName(name))),
  }),
};

/** An address, or a name in a directory. */
function distributionPointName(point: string | Name): Bytes {
  const name =
    typeof point === 'string'
      ? contextPrimitive(6, new TextEncoder().encode(point))
      : contextConstructed(4, encodeName(point));
  return contextConstructed(0, contextConstructed(0, name));
}

function encodeHost(host: string): Bytes {
  const octets = host.split('.').map(Number);
  return octets.length === 4 && octets.every((octet) => Number.isInteger(octet))
    ? contextPrimitive(7, Uint8Array.from(octets))
    : contextPrimitive(2, new TextEncoder().encode(host));
}

/** PEM text of DER bytes. */
export function toPem(der: Bytes, label: 'CERTIFICATE' | 'X509 CRL'): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
