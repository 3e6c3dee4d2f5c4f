import koffi from 'koffi';
import { fromWide, wide } from './wide.ts';

/** A key of the registry. `view`: which of the two registries of a 64-bit Windows. */
export interface RegistryKey {
  root: 'HKLM' | 'HKCU';
  path: string;
  view?: 32 | 64;
}

export type RegistryValue = string | readonly string[] | number | Uint8Array;

/** What the observers need of the registry. Keys and values that are not there are no error: they are none. */
export interface Registry {
  /** Names of the keys below. */
  keys(key: RegistryKey): string[];
  /** Values by name; the default value has the name ''. REG_EXPAND_SZ is not expanded. */
  values(key: RegistryKey): ReadonlyMap<string, RegistryValue>;
}

/** For `install`: the registrations with the browsers, nothing else. */
export interface WritableRegistry extends Registry {
  /** Writes the key's default value, and the key when it is missing. */
  writeDefault(key: RegistryKey, value: string): void;
  /** Removes a key that has none below it. Returns whether there was one. */
  remove(key: RegistryKey): boolean;
}

export class RegistryError extends Error {
  /** Win32 error code. */
  readonly win32: number;
  /** As Node names it, so that callers tell a missing permission without knowing Windows. */
  readonly code: 'EACCES' | undefined;
  constructor(call: string, win32: number) {
    super(`${call}: ${win32}`);
    this.name = 'RegistryError';
    this.win32 = win32;
    this.code = win32 === accessDenied ? 'EACCES' : undefined;
  }
}

const roots = { HKCU: 0x80000001, HKLM: 0x80000002 } as const;
const keyRead = 0x20019;
const keyWrite = 0x20006;
const views = { 32: 0x0200, 64: 0x0100 } as const;
const fileNotFound = 2;
const accessDenied = 5;
const moreData = 234;
const noMoreItems = 259;
/** UTF-16 units: key names have at most 255, value names 16,383. */
const keyNameUnits = 256;
const valueNameUnits = 16_384;
/** Octets; a value that is longer is not one of those looked for. */
const dataBytes = 65_536;

/** The registry through advapi32. Local and answered by the kernel: called on the thread that asks. */
export function openRegistry(): WritableRegistry {
  const advapi = koffi.load('advapi32.dll');
  const open = advapi.func('RegOpenKeyExW', 'int32_t', [
    'intptr_t',
    'void *',
    'uint32_t',
    'uint32_t',
    'void *',
  ]);
  const close = advapi.func('RegCloseKey', 'int32_t', ['uintptr_t']);
  const enumKey = advapi.func('RegEnumKeyExW', 'int32_t', [
    'uintptr_t',
    'uint32_t',
    ...(['void *', 'void *', 'void *', 'void *', 'void *', 'void *'] as const),
  ]);
  const enumValue = advapi.func('RegEnumValueW', 'int32_t', [
    'uintptr_t',
    'uint32_t',
    ...(['void *', 'void *', 'void *', 'void *', 'void *', 'void *'] as const),
  ]);
  const create = advapi.func('RegCreateKeyExW', 'int32_t', [
    ...(['intptr_t', 'void *', 'uint32_t', 'void *', 'uint32_t', 'uint32_t'] as const),
    ...(['void *', 'void *', 'void *'] as const),
  ]);
  const setValue = advapi.func('RegSetValueExW', 'int32_t', [
    ...(['uintptr_t', 'void *', 'uint32_t', 'uint32_t', 'void *', 'uint32_t'] as const),
  ]);
  const removeKey = advapi.func('RegDeleteKeyExW', 'int32_t', ['intptr_t', 'void *', 'uint32_t', 'uint32_t']);

  const name = Buffer.alloc(2 * valueNameUnits);
  const nameUnits = Buffer.alloc(4);
  const data = Buffer.alloc(dataBytes);
  const dataLength = Buffer.alloc(4);
  const type = Buffer.alloc(4);

  /** Predefined keys are sign-extended 32-bit values. */
  const root = (key: RegistryKey) => BigInt(roots[key.root] | 0);
  const view = (key: RegistryKey) => views[key.view ?? 64];

  function within<T>(key: RegistryKey, none: T, look: (handle: bigint) => T): T {
    const out = Buffer.alloc(8);
    const code = open(root(key), wide(key.path), 0, keyRead | view(key), out) as number;
    if (code === fileNotFound) return none;
    if (code !== 0) throw new RegistryError('RegOpenKeyExW', code);
    const handle = out.readBigUInt64LE(0);
    try {
      return look(handle);
    } finally {
      close(handle);
    }
  }

  return {
    keys: (key) =>
      within(key, [], (handle) => {
        const names: string[] = [];
        for (let index = 0; ; index++) {
          nameUnits.writeUInt32LE(keyNameUnits, 0);
          const code = enumKey(handle, index, name, nameUnits, null, null, null, null) as number;
          if (code === noMoreItems) return names;
          if (code !== 0) throw new RegistryError('RegEnumKeyExW', code);
          names.push(name.toString('utf16le', 0, 2 * nameUnits.readUInt32LE(0)));
        }
      }),
    values: (key) =>
      within(key, new Map<string, RegistryValue>(), (handle) => {
        const values = new Map<string, RegistryValue>();
        for (let index = 0; ; index++) {
          nameUnits.writeUInt32LE(valueNameUnits, 0);
          dataLength.writeUInt32LE(data.length, 0);
          const code = enumValue(handle, index, name, nameUnits, null, type, data, dataLength) as number;
          if (code === noMoreItems) return values;
          if (code === moreData) continue;
          if (code !== 0) throw new RegistryError('RegEnumValueW', code);
          const value = registryValue(type.readUInt32LE(0), data.subarray(0, dataLength.readUInt32LE(0)));
          values.set(name.toString('utf16le', 0, 2 * nameUnits.readUInt32LE(0)), value);
        }
      }),
    writeDefault(key, value) {
      const out = Buffer.alloc(8);
      const created = create(root(key), wide(key.path), 0, null, 0, keyWrite | view(key), null, out, null);
      if (created !== 0) throw new RegistryError('RegCreateKeyExW', created as number);
      const handle = out.readBigUInt64LE(0);
      try {
        const text = wide(value);
        const code = setValue(handle, null, 0, 1 /* REG_SZ */, text, text.length) as number;
        if (code !== 0) throw new RegistryError('RegSetValueExW', code);
      } finally {
        close(handle);
      }
    },
    remove(key) {
      const code = removeKey(root(key), wide(key.path), view(key), 0) as number;
      if (code !== 0 && code !== fileNotFound) throw new RegistryError('RegDeleteKeyExW', code);
      return code === 0;
    },
  };
}

/** A value as its type says; what is no text and no number stays octets. */
export function registryValue(type: number, data: Buffer): RegistryValue {
  switch (type) {
    case 1: // REG_SZ
    case 2: // REG_EXPAND_SZ
      return fromWide(data);
    case 7: // REG_MULTI_SZ
      return data.toString('utf16le').split('\0').filter(Boolean);
    case 4: // REG_DWORD
      return data.length >= 4 ? data.readUInt32LE(0) : 0;
    default:
      return Uint8Array.from(data);
  }
}
