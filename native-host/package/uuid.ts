import { createHash } from 'node:crypto';

/** This project's name space: any fixed UUID does, as long as it never changes. */
const namespace = Buffer.from('5b0f3f0c6d1b4c7e9a557b3d1c1f2a64', 'hex');

/** The same name gives the same UUID, on every machine (RFC 9562 section 5.5, version 5). Upper case, as MSI has it. */
export function namedUuid(name: string): string {
  const octets = createHash('sha1').update(namespace).update(name, 'utf8').digest().subarray(0, 16);
  octets.writeUInt8((octets.readUInt8(6) & 0x0f) | 0x50, 6);
  octets.writeUInt8((octets.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = octets.toString('hex').toUpperCase();
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
