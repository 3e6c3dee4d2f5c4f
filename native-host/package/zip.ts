import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  /** Path inside the archive, with `/`. */
  name: string;
  content: Uint8Array;
}

/** 1980-01-01 00:00, the earliest a DOS time can say: no build time gets into the archive. */
const dosTime = 0;
const dosDate = (1 << 5) | 1;
/** Bit 11: names are UTF-8. */
const utf8Names = 0x0800;
const deflated = 8;

/**
 * A zip archive that depends on names and contents only: entries sorted by code unit, no times, no owner, no extra
 * fields (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12, 4.3.16; all integers little-endian).
 */
export function zip(entries: ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const nameOctets = Buffer.from(name, 'utf8');
    const body = deflateRawSync(content, { level: 9 });
    // Shared by the local header and the directory: version needed to extract (2.0) to length of extra field.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(utf8Names, 2);
    common.writeUInt16LE(deflated, 4);
    common.writeUInt16LE(dosTime, 6);
    common.writeUInt16LE(dosDate, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(body.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(nameOctets.length, 22);
    const local = [signature(0x04034b50), common, nameOctets, body];
    parts.push(...local);

    // Comment length, disk, internal and external attributes: all zero; then where the local header is.
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(signature(0x02014b50), Buffer.from([20, 0]), common, tail, nameOctets);
    offset += size(local);
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(size(directory), 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, ...directory, signature(0x06054b50), end]);
}

/** Every file below a folder, named relative to it. */
export async function zipFolder(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return zip(
    await Promise.all(
      files.map(async (file) => {
        const absolute = path.join(file.parentPath, file.name);
        return {
          name: path.relative(folder, absolute).split(path.sep).join('/'),
          content: await readFile(absolute),
        };
      }),
    ),
  );
}

function signature(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32LE(value);
  return octets;
}

function size(buffers: Buffer[]): number {
  return buffers.reduce((sum, { length }) => sum + length, 0);
}
