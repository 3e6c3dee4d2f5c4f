/**
 * A DER writer (X.690), just as much as certificates, CRLs and PKCS #15 directory files need.
 * Every function returns the complete encoding: tag, length, value.
 */

/** Bytes as they are kept everywhere in the lab. */
export type Bytes = Uint8Array;

/** Joins byte strings. */
export function concat(...parts: readonly Bytes[]): Bytes {
  return new Uint8Array(Buffer.concat(parts));
}

/** Bytes from hexadecimal digits; blanks are ignored. Throws on anything else. */
export function fromHex(hex: string): Bytes {
  const digits = hex.replace(/\s+/g, '');
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) throw new Error(`not hexadecimal: ${hex}`);
  return new Uint8Array(Buffer.from(digits, 'hex'));
}

/** Upper-case hexadecimal digits without blanks. */
export function toHex(bytes: Bytes): string {
  return Buffer.from(bytes).toString('hex').toUpperCase();
}

function lengthOctets(length: number): Bytes {
  if (length < 0x80) return Uint8Array.of(length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.of(0x80 | octets.length, ...octets);
}

/** One TLV with a one-byte tag (or two, when the tag is above FF). */
export function tlv(tag: number, ...content: readonly Bytes[]): Bytes {
  const value = concat(...content);
  const tagOctets = tag > 0xff ? Uint8Array.of(tag >> 8, tag & 0xff) : Uint8Array.of(tag);
  return concat(tagOctets, lengthOctets(value.length), value);
}

export const sequence = (...items: readonly Bytes[]): Bytes => tlv(0x30, ...items);

/** SET OF: DER wants the encodings in ascending order. */
export const set = (...items: readonly Bytes[]): Bytes =>
  tlv(0x31, ...[...items].sort((a, b) => Buffer.compare(a, b)));

export const nullValue = (): Bytes => tlv(0x05);

export const boolean = (value: boolean): Bytes => tlv(0x01, Uint8Array.of(value ? 0xff : 0x00));

/** INTEGER from big-endian unsigned bytes; a leading zero is added where the sign bit would be set. */
export function integerFromBytes(unsigned: Bytes): Bytes {
  let start = 0;
  while (start < unsigned.length - 1 && unsigned[start] === 0) start += 1;
  const minimal = unsigned.slice(start);
  const first = minimal[0] ?? 0;
  return tlv(0x02, first >= 0x80 ? concat(Uint8Array.of(0), minimal) : minimal);
}

/** INTEGER from a non-negative safe integer. */
export function integer(value: number): Bytes {
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`not a non-negative integer: ${value}`);
  const hex = value.toString(16);
  return integerFromBytes(fromHex(hex.length % 2 === 0 ? hex : `0${hex}`));
}

export const enumerated = (value: number): Bytes => tlv(0x0a, Uint8Array.of(value));

/** OBJECT IDENTIFIER from dotted digits. */
export function oid(dotted: string): Bytes {
  const arcs = dotted.split('.').map(Number);
  const [first, second, ...rest] = arcs;
  if (
    first === undefined ||
    second === undefined ||
    arcs.some((arc) => !Number.isSafeInteger(arc) || arc < 0)
  )
    throw new Error(`not an object identifier: ${dotted}`);
  const octets: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const groups = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left % 128) | 0x80);
    octets.push(...groups);
  }
  return tlv(0x06, Uint8Array.from(octets));
}

export const utf8String = (text: string): Bytes => tlv(0x0c, new TextEncoder().encode(text));

/** PrintableString; throws on a character outside X.680's repertoire. */
export function printableString(text: string): Bytes {
  if (/[^A-Za-z0-9 '()+,\-./:=?]/.test(text)) throw new Error(`not a PrintableString: ${text}`);
  return tlv(0x13, new TextEncoder().encode(text));
}

export function ia5String(text: string): Bytes {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: IA5 is all of ASCII, control characters too.
  if (/[^\x00-\x7f]/.test(text)) throw new Error(`not an IA5String: ${text}`);
  return tlv(0x16, new TextEncoder().encode(text));
}

export const octetString = (value: Bytes): Bytes => tlv(0x04, value);

/** BIT STRING of whole bytes. */
export const bitString = (value: Bytes): Bytes => tlv(0x03, Uint8Array.of(0), value);

/** Named-bit BIT STRING, with trailing zero bits removed as DER wants. `bits` are bit numbers, 0 first. */
export function namedBits(bits: readonly number[]): Bytes {
  if (bits.length === 0) return tlv(0x03, Uint8Array.of(0));
  const highest = Math.max(...bits);
  const octets = new Uint8Array(Math.floor(highest / 8) + 1);
  for (const bit of bits) {
    const index = Math.floor(bit / 8);
    octets[index] = (octets[index] ?? 0) | (0x80 >> (bit % 8));
  }
  return tlv(0x03, Uint8Array.of(7 - (highest % 8)), octets);
}

/** Time as RFC 5280 wants it: UTCTime up to 2049, GeneralizedTime after. Seconds precision. */
export function time(date: Date): Bytes {
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  const text = new TextEncoder();
  return date.getUTCFullYear() < 2050
    ? tlv(0x17, text.encode(`${digits.slice(2)}Z`))
    : tlv(0x18, text.encode(`${digits}Z`));
}

/** Context-specific, constructed: `[number] EXPLICIT` or a constructed IMPLICIT value. */
export const contextConstructed = (number: number, ...content: readonly Bytes[]): Bytes =>
  tlv(0xa0 | number, ...content);

/** Context-specific, primitive: an IMPLICIT primitive value. */
export const contextPrimitive = (number: number, value: Bytes): Bytes => tlv(0x80 | number, value);
