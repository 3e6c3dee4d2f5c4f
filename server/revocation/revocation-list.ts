import { verify, type X509Certificate } from 'node:crypto';
import { type DerElement, DerError, DerReader, tags } from './der.ts';

/** A certificate revocation list (RFC 5280 section 5) whose signature has been verified. */
export interface RevocationList {
  /** Milliseconds since 1970. */
  thisUpdate: number;
  nextUpdate: number;
  /** CRL number, 5.2.3; 0 when there is none. */
  number: bigint;
  /** Serial numbers, upper-case hexadecimal, whole octets. */
  revoked: ReadonlySet<string>;
  /** The names of its issuing distribution point (5.2.5); empty when it is about all certificates of its authority. */
  distributionPoints: readonly string[];
}

/** Why a list is not used. Stable codes. */
export type RevocationListFault =
  | 'not-a-list'
  | 'other-authority'
  | 'bad-signature'
  | 'unsupported-algorithm'
  | 'unsupported-extension'
  | 'no-next-update'
  | 'from-the-future'
  | 'older';

export class RevocationListError extends Error {
  readonly code: RevocationListFault;
  constructor(code: RevocationListFault, options?: ErrorOptions) {
    super(`revocation list: ${code}`, options);
    this.name = 'RevocationListError';
    this.code = code;
  }
}

/** Signature algorithms by object identifier, with the digest each means. SHA-1 is not among them. */
const digests: Record<string, string> = {
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
};

const extensions = {
  deltaIndicator: '2.5.29.27',
  number: '2.5.29.20',
  issuingDistributionPoint: '2.5.29.28',
} as const;

/** Clocks differ a little. Milliseconds. */
const clockSkew = 5 * 60_000;

/**
 * Reads a list and proves that `authority` issued it. `der` may be PEM text's octets, too.
 * @throws RevocationListError
 */
export function readRevocationList(
  input: Uint8Array,
  authority: X509Certificate,
  now: number,
): RevocationList {
  try {
    return read(derOf(input), authority, now);
  } catch (cause) {
    if (cause instanceof DerError) throw new RevocationListError('not-a-list', { cause });
    throw cause;
  }
}

/** DER as it is, or from PEM. */
export function derOf(input: Uint8Array): Uint8Array {
  if (input[0] === tags.sequence) return input;
  const pem = /-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]+)-----END X509 CRL-----/.exec(
    Buffer.from(input).toString('latin1'),
  );
  if (!pem?.[1]) throw new RevocationListError('not-a-list');
  return new Uint8Array(Buffer.from(pem[1], 'base64'));
}

function read(der: Uint8Array, authority: X509Certificate, now: number): RevocationList {
  const outer = new DerReader(der);
  const whole = outer.next(tags.sequence);
  if (!outer.atEnd) throw new RevocationListError('not-a-list');
  const list = outer.inside(whole);
  const signed = list.next(tags.sequence);
  const algorithm = list.next(tags.sequence);
  const bits = list.value(list.next(tags.bitString));
  if (bits[0] !== 0) throw new RevocationListError('not-a-list');
  const signature = bits.subarray(1);

  const fields = list.inside(signed);
  fields.optional(tags.integer);
  const inner = fields.next(tags.sequence);
  if (!same(list.whole(algorithm), fields.whole(inner))) throw new RevocationListError('not-a-list');
  const issuer = fields.whole(fields.next(tags.sequence));
  if (!same(issuer, subjectOf(authority)) || !maySignLists(authority)) {
    throw new RevocationListError('other-authority');
  }
  const digest = digests[list.inside(algorithm).oid()];
  if (digest === undefined) throw new RevocationListError('unsupported-algorithm');
  if (!verify(digest, list.whole(signed), authority.publicKey, signature)) {
    throw new RevocationListError('bad-signature');
  }

  const thisUpdate = fields.time();
  if (fields.nextTag !== tags.utcTime && fields.nextTag !== tags.generalizedTime) {
    throw new RevocationListError('no-next-update');
  }
  const nextUpdate = fields.time();
  if (thisUpdate > now + clockSkew) throw new RevocationListError('from-the-future');
  const entries = fields.optional(tags.sequence);
  const revoked = entries ? revokedSerials(fields.inside(entries)) : new Set<string>();
  const wrapper = fields.optional(0xa0);
  const { number, distributionPoints } = readExtensions(wrapper && fields.inside(wrapper));
  return { thisUpdate, nextUpdate, number, revoked, distributionPoints };
}

function revokedSerials(entries: DerReader): Set<string> {
  const serials = new Set<string>();
  while (!entries.atEnd) {
    const entry = entries.inside(entries.next(tags.sequence));
    serials.add(entry.hexadecimal(entry.next(tags.integer)));
    entry.next();
    const more = entry.optional(tags.sequence);
    if (more) forEachExtension(entry.inside(more), refuseCritical);
  }
  return serials;
}

function readExtensions(wrapper: DerReader | undefined) {
  let number = 0n;
  let distributionPoints: string[] = [];
  if (wrapper) {
    forEachExtension(wrapper.inside(wrapper.next(tags.sequence)), (id, critical, value) => {
      switch (id) {
        case extensions.number:
          number = BigInt(`0x${value.hexadecimal(value.next(tags.integer))}`);
          break;
        case extensions.issuingDistributionPoint:
          distributionPoints = readDistributionPoint(value.inside(value.next(tags.sequence)));
          break;
        case extensions.deltaIndicator:
          throw new RevocationListError('unsupported-extension');
        default:
          refuseCritical(id, critical);
      }
    });
  }
  return { number, distributionPoints };
}

/** Of its members only the names and onlyContainsUserCerts [1] are understood; a list with others would say too little. */
function readDistributionPoint(members: DerReader): string[] {
  const names: string[] = [];
  while (!members.atEnd) {
    const member = members.next();
    if (member.tag === 0xa0) {
      const point = members.inside(member);
      const full = point.next(0xa0);
      const general = point.inside(full);
      while (!general.atEnd) {
        const name = general.next();
        if (name.tag === 0x86) names.push(Buffer.from(general.value(name)).toString('latin1'));
      }
    } else if (member.tag !== 0x81) throw new RevocationListError('unsupported-extension');
  }
  return names;
}

function forEachExtension(
  list: DerReader,
  use: (id: string, critical: boolean, value: DerReader) => void,
): void {
  while (!list.atEnd) {
    const one = list.inside(list.next(tags.sequence));
    const id = one.oid();
    const critical = one.optional(0x01);
    const isCritical = critical !== undefined && one.value(critical)[0] !== 0;
    use(id, isCritical, one.inside(one.next(tags.octetString)));
  }
}

/** RFC 5280 5.2: a list with a critical extension that is not understood must not be used. */
function refuseCritical(_: string, critical: boolean): void {
  if (critical) throw new RevocationListError('unsupported-extension');
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

interface CertificateParts {
  reader: DerReader;
  subject: DerElement;
  extensions: DerReader | undefined;
}

/** The parts of a certificate (RFC 5280 4.1) that node:crypto does not give as octets. */
function partsOf(certificate: X509Certificate): CertificateParts {
  const outer = new DerReader(certificate.raw);
  const whole = outer.inside(outer.next(tags.sequence));
  const reader = whole.inside(whole.next(tags.sequence));
  reader.optional(0xa0);
  reader.next(tags.integer);
  reader.next(tags.sequence);
  reader.next(tags.sequence);
  reader.next(tags.sequence);
  const subject = reader.next(tags.sequence);
  reader.next(tags.sequence);
  reader.optional(0xa1);
  reader.optional(0xa2);
  const wrapper = reader.optional(0xa3);
  const inside = wrapper && reader.inside(wrapper);
  return { reader, subject, extensions: inside?.inside(inside.next(tags.sequence)) };
}

function subjectOf(certificate: X509Certificate): Uint8Array {
  const { reader, subject } = partsOf(certificate);
  return reader.whole(subject);
}

/** cRLSign, where a key usage is stated (RFC 5280 6.3.3 (f)). */
function maySignLists(authority: X509Certificate): boolean {
  let allowed = true;
  const { extensions: list } = partsOf(authority);
  if (list) {
    forEachExtension(list, (id, _, value) => {
      if (id !== '2.5.29.15') return;
      const bits = value.value(value.next(tags.bitString));
      allowed = ((bits[1] ?? 0) & 0x02) !== 0;
    });
  }
  return allowed;
}

/** Addresses of a certificate's CRL distribution points (4.2.1.13). Empty when there are none. @throws DerError */
export function distributionPointsOf(certificate: X509Certificate): string[] {
  const addresses: string[] = [];
  const { extensions: list } = partsOf(certificate);
  if (!list) return addresses;
  forEachExtension(list, (id, _, value) => {
    if (id !== '2.5.29.31') return;
    const points = value.inside(value.next(tags.sequence));
    while (!points.atEnd) {
      const point = points.inside(points.next(tags.sequence));
      const name = point.optional(0xa0);
      const full = name && point.inside(name).optional(0xa0);
      if (!full) continue;
      const general = point.inside(full);
      while (!general.atEnd) {
        const one = general.next();
        if (one.tag === 0x86) addresses.push(Buffer.from(general.value(one)).toString('latin1'));
      }
    }
  });
  return addresses;
}
