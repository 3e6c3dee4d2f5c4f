/**
 * How PC/SC's C types differ between systems. Linux: pcsc-lite, verified. macOS (PCSC.framework packs its structs,
 * 32-bit DWORD) and Windows (UTF-16 names, 36 octets of ATR) follow their headers and were not run on real systems.
 */
export interface PcscPlatform {
  libraries: readonly string[];
  /** C type of DWORD for koffi, and its octets. */
  dword: 'unsigned long' | 'uint32_t';
  dwordBytes: 4 | 8;
  /** C type and octets of SCARDCONTEXT and SCARDHANDLE. */
  handle: 'long' | 'uintptr_t' | 'int32_t';
  handleBytes: 4 | 8;
  /** C type of the return code. */
  result: 'long' | 'int32_t';
  /** `W` where names are UTF-16. */
  suffix: '' | 'W';
  encoding: 'utf8' | 'utf16le';
  readerState: ReaderStateLayout;
  /** Where the daemon listens; undefined where the service has no socket. */
  socket: string | undefined;
}

/** SCARD_READERSTATE: offsets and size in octets. */
export interface ReaderStateLayout {
  current: number;
  event: number;
  atrLength: number;
  atr: number;
  atrBytes: 33 | 36;
  size: number;
}

/** @throws when PC/SC's types on this system are not known */
export function pcscPlatform(
  platform: NodeJS.Platform = process.platform,
  arch: string = process.arch,
  environment: NodeJS.ProcessEnv = process.env,
): PcscPlatform {
  const pointerBytes = arch === 'ia32' || arch === 'arm' ? 4 : 8;
  switch (platform) {
    case 'linux':
      return {
        libraries: ['libpcsclite.so.1'],
        dword: 'unsigned long',
        dwordBytes: pointerBytes,
        handle: 'long',
        handleBytes: pointerBytes,
        result: 'long',
        suffix: '',
        encoding: 'utf8',
        readerState: readerStateLayout(pointerBytes, pointerBytes, 33, pointerBytes),
        socket: environment['PCSCLITE_CSOCK_NAME'] ?? '/run/pcscd/pcscd.comm',
      };
    case 'win32':
      return {
        libraries: ['winscard.dll'],
        dword: 'uint32_t',
        dwordBytes: 4,
        handle: 'uintptr_t',
        handleBytes: pointerBytes,
        result: 'int32_t',
        suffix: 'W',
        encoding: 'utf16le',
        readerState: readerStateLayout(pointerBytes, 4, 36, pointerBytes),
        socket: undefined,
      };
    case 'darwin':
      return {
        libraries: ['/System/Library/Frameworks/PCSC.framework/PCSC'],
        dword: 'uint32_t',
        dwordBytes: 4,
        handle: 'int32_t',
        handleBytes: 4,
        result: 'int32_t',
        suffix: '',
        encoding: 'utf8',
        readerState: readerStateLayout(pointerBytes, 4, 33, 1),
        socket: undefined,
      };
    default:
      throw new Error(`PC/SC types are not known for ${platform}`);
  }
}

/** Two pointers (name, user data), three DWORDs (current, event, ATR length), the ATR, padded to `alignment`. */
function readerStateLayout(
  pointerBytes: number,
  dwordBytes: number,
  atrBytes: 33 | 36,
  alignment: number,
): ReaderStateLayout {
  const current = 2 * pointerBytes;
  const atr = current + 3 * dwordBytes;
  return {
    current,
    event: current + dwordBytes,
    atrLength: current + 2 * dwordBytes,
    atr,
    atrBytes,
    size: Math.ceil((atr + atrBytes) / alignment) * alignment,
  };
}
