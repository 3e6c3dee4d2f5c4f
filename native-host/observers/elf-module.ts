import { open } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { DriverModule } from '../../common/protocol/index.ts';
import { ifAbsent } from '../if-absent.ts';
import { driverFamily } from './driver-family.ts';

/** Where a module given by a bare name is looked for. */
const libraryFolders = [
  '/usr/lib/x86_64-linux-gnu/pkcs11',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu/pkcs11',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib/pkcs11',
  '/usr/lib64/pkcs11',
  '/usr/lib64',
  '/usr/lib',
];

/**
 * A PKCS#11 module on Linux as it is registered: whether its file is there, and of which word size.
 * @throws when a file that is there could not be looked at: it is not missing, and nothing else is known
 */
export async function moduleAt(
  root: string,
  library: string,
  name: string,
  how: string,
): Promise<DriverModule> {
  const candidates = isAbsolute(library) ? [library] : libraryFolders.map((folder) => join(folder, library));
  for (const path of candidates) {
    const bits = await elfBits(`${root}${path}`);
    if (bits === undefined) continue;
    return {
      kind: 'pkcs11',
      family: driverFamily(library),
      name,
      path,
      ...(bits !== 'other' && { bits }),
      how,
      present: true,
    };
  }
  return { kind: 'pkcs11', family: driverFamily(library), name, path: library, how, present: false };
}

/** 32 or 64 from the ELF header (EI_CLASS), `other` for a file that is no ELF, undefined when not there. */
async function elfBits(path: string): Promise<32 | 64 | 'other' | undefined> {
  const file = await open(path, 'r').catch(ifAbsent(undefined));
  if (!file) return undefined;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(5), 0, 5, 0);
    if (bytesRead < 5 || buffer.readUInt32BE(0) !== 0x7f454c46) return 'other';
    return buffer[4] === 1 ? 32 : buffer[4] === 2 ? 64 : 'other';
  } finally {
    await file.close();
  }
}
