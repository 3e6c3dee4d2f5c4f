import { findTlv, parseTlvs } from './tlv.ts';

/**
 * The card's own directory: ISO 7816-15 object directory (EF.OD), authentication object directory (EF.AOD) and
 * certificate directory (EF.CD), as far as needed to find one PIN reference and one certificate.
 */

/** Where an elementary file is: by identifier (2 octets) or short identifier (1–30). */
export type FileReference = { fid: number } | { sfi: number };

export interface ObjectDirectory {
  authenticationObjects?: FileReference;
  certificates?: FileReference;
}

/** EF.OD: CIOChoice objects, [4] certificates and [8] authObjects, each with a path. */
export function parseObjectDirectory(octets: Uint8Array): ObjectDirectory {
  const directory: ObjectDirectory = {};
  for (const { tag, value } of parseTlvs(octets)) {
    const reference = pathReference(findTlv(value, 0x30, 0x04));
    if (!reference) continue;
    if (tag === 0xa8) directory.authenticationObjects ??= reference;
    if (tag === 0xa4) directory.certificates ??= reference;
  }
  return directory;
}

/**
 * EF.AOD: pwdReference ([0] within PasswordAttributes) of each password object, as VERIFY's P2.
 * One octet, or two with a leading zero (0x0088: an INTEGER whose top bit is set).
 */
export function parsePasswordReferences(octets: Uint8Array): number[] {
  return parseTlvs(octets)
    .filter(({ tag }) => tag === 0x30)
    .flatMap(({ value }) => {
      const reference = findTlv(value, 0xa1, 0x30, 0x80);
      const p2 = reference && reference.length === 2 && reference[0] === 0 ? reference[1] : reference?.[0];
      if (!reference || reference.length < 1 || reference.length > 2) return [];
      if (reference.length === 2 && reference[0] !== 0) return [];
      return p2 === undefined || p2 === 0 ? [] : [p2];
    });
}

/** EF.CD: the end-entity certificate's file: the object that says so in its label, otherwise the first. */
export function parseCertificateFile(octets: Uint8Array): FileReference | undefined {
  const objects = parseTlvs(octets)
    .filter(({ tag }) => tag === 0x30)
    .flatMap(({ value }) => {
      const file = pathReference(findTlv(value, 0xa1, 0x30, 0x30, 0x04));
      const label = Buffer.from(findTlv(value, 0x30, 0x0c) ?? []).toString('utf8');
      return file ? [{ file, label }] : [];
    });
  return (objects.find(({ label }) => /END ENTITY/i.test(label)) ?? objects[0])?.file;
}

/**
 * efidOrPath (ISO 7816-15 8.2.5): one octet is a short identifier in its top five bits; otherwise the last two
 * octets are the file's identifier below the application (paths over other applications are not followed).
 */
function pathReference(path: Uint8Array | undefined): FileReference | undefined {
  if (!path) return undefined;
  if (path.length === 1) {
    const sfi = (path[0] ?? 0) >> 3;
    return sfi >= 1 && sfi <= 30 ? { sfi } : undefined;
  }
  if (path.length < 2 || path.length > 16 || path.length % 2) return undefined;
  return { fid: ((path.at(-2) ?? 0) << 8) | (path.at(-1) ?? 0) };
}

export function sameFile(a: FileReference | undefined, b: FileReference | undefined): boolean {
  if (!a || !b) return false;
  if ('fid' in a) return 'fid' in b && a.fid === b.fid;
  return 'sfi' in b && a.sfi === b.sfi;
}
