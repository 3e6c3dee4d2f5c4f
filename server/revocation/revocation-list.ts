import { verify, type X509Certificate } from 'node:crypto';
import {
  type CertificateParts,
  extensionIds,
  extensionsIn,
  fullNames,
  partsOf,
  strongSignatures,
} from '../x509/certificate-parts.ts';
import { DerError, DerReader, tags } from '../x509/der.ts';

/** A certificate revocation list (RFC 5280 section 5) whose signature has been verified. */
export interface RevocationList {
  /** Milliseconds since 1970. */
  thisUpdate: number;
  nextUpdate: number;
  /** CRL number, 5.2.3; 0 when there is none. */
  number: bigint;
  /** Serial numbers, upper-case hexadecimal, whole octets. */
  revoked: ReadonlySet<string>;
  scope: ListScope;
}

/** Which certificates of its authority a list is about: its issuing distribution point (5.2.5). */
export interface ListScope {
  /** The names of the distribution point (see fullNames); undefined when it is about those of all points. */
  names: readonly string[] | undefined;
  /** `users`: none of authorities; `authorities`: only those. */
  of: 'all' | 'users' | 'authorities';
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
  const parts = partsOf(authority);
  if (!same(issuer, parts.subject) || !maySignLists(parts)) {
    throw new RevocationListError('other-authority');
  }
  const digest = strongSignatures[list.inside(algorithm).oid()];
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
  const { number, scope } = readExtensions(wrapper && fields.inside(wrapper));
  return { thisUpdate, nextUpdate, number, revoked, scope };
}

function revokedSerials(entries: DerReader): Set<string> {
  const serials = new Set<string>();
  while (!entries.atEnd) {
    const entry = entries.inside(entries.next(tags.sequence));
    serials.add(entry.hexadecimal(entry.next(tags.integer)));
    entry.next();
    const more = entry.optional(tags.sequence);
    if (more) for (const { critical } of extensionsIn(entry.inside(more))) refuseCritical(critical);
  }
  return serials;
}

function readExtensions(wrapper: DerReader | undefined): Pick<RevocationList, 'number' | 'scope'> {
  let number = 0n;
  let scope: ListScope = { names: undefined, of: 'all' };
  if (!wrapper) return { number, scope };
  for (const { id, critical, value } of extensionsIn(wrapper.inside(wrapper.next(tags.sequence)))) {
    const inside = new DerReader(value);
    switch (id) {
      case extensions.number:
        number = BigInt(`0x${inside.hexadecimal(inside.next(tags.integer))}`);
        break;
      case extensions.issuingDistributionPoint:
        scope = readScope(inside.inside(inside.next(tags.sequence)));
        break;
      case extensions.deltaIndicator:
        throw new RevocationListError('unsupported-extension');
      default:
        refuseCritical(critical);
    }
  }
  return { number, scope };
}

/** Members that are not understood (reasons, indirect, attributes) would make it say less than it seems to. */
function readScope(members: DerReader): ListScope {
  let scope: ListScope = { names: undefined, of: 'all' };
  while (!members.atEnd) {
    const member = members.next();
    const isTrue = () => members.value(member)[0] !== 0;
    if (member.tag === 0xa0) {
      const names = fullNames(members, member);
      if (!names) throw new RevocationListError('unsupported-extension');
      scope = { ...scope, names };
    } else if (member.tag === 0x81) scope = { ...scope, of: isTrue() ? 'users' : scope.of };
    else if (member.tag === 0x82) scope = { ...scope, of: isTrue() ? 'authorities' : scope.of };
    else throw new RevocationListError('unsupported-extension');
  }
  return scope;
}

/** RFC 5280 5.2: a list with a critical extension that is not understood must not be used. */
function refuseCritical(critical: boolean): void {
  if (critical) throw new RevocationListError('unsupported-extension');
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** cRLSign, where a key usage is stated (RFC 5280 6.3.3 (f)). */
function maySignLists({ extensions: list }: CertificateParts): boolean {
  const usage = list.find(({ id }) => id === extensionIds.keyUsage);
  if (!usage) return true;
  const inside = new DerReader(usage.value);
  const bits = inside.value(inside.next(tags.bitString));
  return ((bits[1] ?? 0) & 0x02) !== 0;
}

/** Names of a certificate's CRL distribution points (4.2.1.13; see fullNames). @throws DerError */
export function distributionPointsOf({ extensions: list }: CertificateParts): string[] {
  const names: string[] = [];
  for (const { id, value } of list) {
    if (id !== extensionIds.crlDistributionPoints) continue;
    const inside = new DerReader(value);
    const points = inside.inside(inside.next(tags.sequence));
    while (!points.atEnd) {
      const point = points.inside(points.next(tags.sequence));
      const name = point.optional(0xa0);
      if (name) names.push(...(fullNames(point, name) ?? []));
    }
  }
  return names;
}
