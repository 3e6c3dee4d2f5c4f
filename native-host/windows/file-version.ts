import { foreignLibrary } from './foreign-call.ts';
import { wide } from './wide.ts';

/** `2.1.0.3` from a file's version resource, undefined where it has none. */
export type FileVersion = (path: string) => Promise<string | undefined>;

/** VS_FIXEDFILEINFO begins with this number (verrsrc.h); looked for, so that no pointer has to be followed. */
const signature = Buffer.from([0xbd, 0x04, 0xef, 0xfe]);

/** Through version.dll. */
export function openFileVersion(): FileVersion {
  const version = foreignLibrary('version.dll', {
    GetFileVersionInfoSizeW: ['uint32_t', 'void *', 'void *'],
    GetFileVersionInfoW: ['int32_t', 'void *', 'uint32_t', 'uint32_t', 'void *'],
  });
  return async (path) => {
    const size = Number(await version.GetFileVersionInfoSizeW(wide(path), Buffer.alloc(4)));
    if (size === 0) return undefined;
    const info = Buffer.alloc(size);
    if (!(await version.GetFileVersionInfoW(wide(path), 0, size, info))) return undefined;
    return fixedFileVersion(info);
  };
}

/** dwFileVersionMS and dwFileVersionLS of a version resource. */
export function fixedFileVersion(info: Buffer): string | undefined {
  const at = info.indexOf(signature);
  if (at < 0 || at + 16 > info.length) return undefined;
  const word = (offset: number) => info.readUInt16LE(at + offset);
  return [word(10), word(8), word(14), word(12)].join('.');
}
