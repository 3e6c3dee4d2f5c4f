import { open } from 'node:fs/promises';
import { ifAbsent } from '../if-absent.ts';

/**
 * 32 or 64 for a Windows program or library, `other` for a file that is none or is for another processor, undefined
 * when it is not there. From the COFF header's Machine field (PE format, 3.3.1).
 */
export async function peBits(path: string): Promise<32 | 64 | 'other' | undefined> {
  const file = await open(path, 'r').catch(ifAbsent(undefined));
  if (!file) return undefined;
  try {
    const head = Buffer.alloc(4096);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return bitsOfHead(head.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

function bitsOfHead(head: Buffer): 32 | 64 | 'other' {
  if (head.length < 0x40 || head.toString('latin1', 0, 2) !== 'MZ') return 'other';
  const at = head.readUInt32LE(0x3c);
  if (at + 6 > head.length || head.toString('latin1', at, at + 4) !== 'PE\0\0') return 'other';
  switch (head.readUInt16LE(at + 4)) {
    case 0x014c: // i386
      return 32;
    case 0x8664: // x64
      return 64;
    default:
      return 'other';
  }
}
