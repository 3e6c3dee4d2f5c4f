/** Texts as the W functions of Windows take and give them: UTF-16, ended by a zero. */
export function wide(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf16le');
}

/** The text at the beginning of `octets`, up to its zero. */
export function fromWide(octets: Buffer): string {
  return octets.toString('utf16le').split('\0', 1)[0] ?? '';
}
