import type { X509Certificate } from 'node:crypto';
import { type DerElement, DerReader, tags } from './der.ts';

/** What of a certificate (RFC 5280 4.1) node:crypto does not give, or not as octets. */
export interface CertificateParts {
  /** As in revocation lists: see DerReader.hexadecimal. */
  serialNumber: string;
  /** Object identifier of the algorithm it is signed with. */
  signatureAlgorithm: string;
  /** DER of the subject's name. */
  subject: Uint8Array;
  /** DER of the SubjectPublicKeyInfo. */
  publicKeyInfo: Uint8Array;
  extensions: readonly CertificateExtension[];
}

export interface CertificateExtension {
  id: string;
  critical: boolean;
  /** DER, in extnValue. */
  value: Uint8Array;
}

export const extensionIds = {
  subjectDirectoryAttributes: '2.5.29.9',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
} as const;

/** Signature algorithms that prove something, with the digest each means. Neither SHA-1 nor MD5 is among them. */
export const strongSignatures: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
};

/** @throws DerError */
export function partsOf({ raw }: X509Certificate): CertificateParts {
  const outer = new DerReader(raw);
  const whole = outer.inside(outer.next(tags.sequence));
  const fields = whole.inside(whole.next(tags.sequence));
  const algorithm = whole.inside(whole.next(tags.sequence));
  fields.optional(0xa0);
  const serial = fields.next(tags.integer);
  fields.next(tags.sequence);
  fields.next(tags.sequence);
  fields.next(tags.sequence);
  const subject = fields.next(tags.sequence);
  const publicKeyInfo = fields.next(tags.sequence);
  fields.optional(0x81);
  fields.optional(0x82);
  const wrapper = fields.optional(0xa3);
  const list = wrapper && fields.inside(wrapper);
  return {
    serialNumber: fields.hexadecimal(serial),
    signatureAlgorithm: algorithm.oid(),
    subject: fields.whole(subject),
    publicKeyInfo: fields.whole(publicKeyInfo),
    extensions: list ? [...extensionsIn(list.inside(list.next(tags.sequence)))] : [],
  };
}

/** Extensions of a certificate, a list or an entry of one (4.1.2.9). @throws DerError */
export function* extensionsIn(list: DerReader): Generator<CertificateExtension> {
  while (!list.atEnd) {
    const one = list.inside(list.next(tags.sequence));
    const id = one.oid();
    const critical = one.optional(tags.boolean);
    yield {
      id,
      critical: critical !== undefined && one.value(critical)[0] !== 0,
      value: one.value(one.next(tags.octetString)),
    };
  }
}

/**
 * The names of a DistributionPointName's fullName (4.2.1.13), each as a text of its tag and octets: they are only
 * compared. Undefined for one of another form. `point` is the element tagged [0] in `within`.
 */
export function fullNames(within: DerReader, point: DerElement): string[] | undefined {
  const name = within.inside(point);
  const full = name.optional(0xa0);
  if (!full) return undefined;
  const names: string[] = [];
  const general = name.inside(full);
  while (!general.atEnd) {
    const one = general.next();
    names.push(nameText(one.tag, general.value(one)));
  }
  return names;
}

/** How `fullNames` gives an address: a uniformResourceIdentifier [6]. */
export const nameOfAddress = (url: string): string => nameText(0x86, Buffer.from(url, 'latin1'));

const nameText = (tag: number, octets: Uint8Array) => `${tag} ${Buffer.from(octets).toString('latin1')}`;
