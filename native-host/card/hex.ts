/** Upper-case hexadecimal without separators, most significant octet first: the wire's form. */
export function toHex(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('hex').toUpperCase();
}

/** Octets of a hexadecimal literal; white space is allowed for reading. For constants, not for input. */
export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replace(/\s+/g, ''), 'hex'));
}

/** PC/SC return code as the wire's eight digits: 0x80100069 → `80100069`. */
export function pcscCodeHex(code: number): string {
  return (code >>> 0).toString(16).toUpperCase().padStart(8, '0');
}
