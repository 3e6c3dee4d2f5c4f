import { foreignCalls, foreignLibrary } from './foreign-call.ts';
import { fromWide } from './wide.ts';

export interface RunningProcess {
  processId: number;
  parentId: number;
  /** File name of the program: `chrome.exe`. */
  name: string;
}

export interface Processes {
  all(): Promise<RunningProcess[]>;
  /** Undefined where the system does not let this user look. */
  startedAt(processId: number): Promise<Date | undefined>;
  /** Word size of the program. */
  bits(processId: number): Promise<32 | 64 | undefined>;
  /** Whether a program has loaded this library. Undefined where the system does not let this user look. */
  hasLoaded(processId: number, library: string): Promise<boolean | undefined>;
  /** The desktop is shown on another PC (SM_REMOTESESSION); not told of RemoteFX. */
  remoteSession(): Promise<boolean>;
  /** The Remote Desktop Services session a process belongs to. Undefined where the system does not let this user look. */
  sessionId(processId: number): Promise<number | undefined>;
}

const snapProcess = 0x00000002;
/** TH32CS_SNAPMODULE, TH32CS_SNAPMODULE32: also the modules of a 32-bit program. */
const snapModules = 0x00000008 | 0x00000010;
const invalidHandle = 0xffffffffffffffffn;
const queryLimitedInformation = 0x1000;
const remoteSessionMetric = 0x1000;
/** PROCESSENTRY32W on 64-bit Windows: 568 octets, the name at 44. */
const entry = { size: 568, processId: 8, parentId: 32, name: 44 } as const;
/** MODULEENTRY32W on 64-bit Windows: 1080 octets, the name at 48. */
const moduleEntry = { size: 1080, name: 48, nameBytes: 512 } as const;
/** FILETIME counts 100 ns since 1601; this many until 1970. */
const epochTicks = 116_444_736_000_000_000n;

/** Through kernel32 and user32. */
export function openProcesses(): Processes {
  const kernel = foreignLibrary('kernel32.dll', {
    CreateToolhelp32Snapshot: ['uintptr_t', 'uint32_t', 'uint32_t'],
    Process32FirstW: ['int32_t', 'uintptr_t', 'void *'],
    Process32NextW: ['int32_t', 'uintptr_t', 'void *'],
    OpenProcess: ['uintptr_t', 'uint32_t', 'int32_t', 'uint32_t'],
    GetProcessTimes: ['int32_t', 'uintptr_t', 'void *', 'void *', 'void *', 'void *'],
    IsWow64Process: ['int32_t', 'uintptr_t', 'void *'],
    ProcessIdToSessionId: ['int32_t', 'uint32_t', 'void *'],
    CloseHandle: ['int32_t', 'uintptr_t'],
  });

  let modules: ReturnType<typeof foreignCalls<'Module32FirstW' | 'Module32NextW'>> | undefined;

  async function within<T>(
    processId: number,
    look: (handle: bigint) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const handle = await kernel.OpenProcess(queryLimitedInformation, 0, processId);
    if (handle === 0n) return undefined;
    try {
      return await look(handle);
    } finally {
      await kernel.CloseHandle(handle);
    }
  }

  return {
    async all() {
      const snapshot = await kernel.CreateToolhelp32Snapshot(snapProcess, 0);
      if (snapshot === invalidHandle) throw new Error('CreateToolhelp32Snapshot failed');
      try {
        const found: RunningProcess[] = [];
        const one = Buffer.alloc(entry.size);
        one.writeUInt32LE(entry.size, 0);
        let more = await kernel.Process32FirstW(snapshot, one);
        while (more !== 0n) {
          found.push({
            processId: one.readUInt32LE(entry.processId),
            parentId: one.readUInt32LE(entry.parentId),
            name: fromWide(one.subarray(entry.name)),
          });
          more = await kernel.Process32NextW(snapshot, one);
        }
        return found;
      } finally {
        await kernel.CloseHandle(snapshot);
      }
    },
    startedAt: (processId) =>
      within(processId, async (handle) => {
        const times = [8, 8, 8, 8].map((size) => Buffer.alloc(size));
        if (!(await kernel.GetProcessTimes(handle, ...times))) return undefined;
        const ticks = times[0]?.readBigUInt64LE(0) ?? 0n;
        return ticks === 0n ? undefined : new Date(Number((ticks - epochTicks) / 10_000n));
      }),
    bits: (processId) =>
      within(processId, async (handle) => {
        const wow = Buffer.alloc(4);
        if (!(await kernel.IsWow64Process(handle, wow))) return undefined;
        return wow.readUInt32LE(0) === 0 ? 64 : 32;
      }),
    async hasLoaded(processId, library) {
      // Refused with ERROR_BAD_LENGTH while a program is loading: the documentation says to ask again.
      let snapshot = await kernel.CreateToolhelp32Snapshot(snapModules, processId);
      if (snapshot === invalidHandle)
        snapshot = await kernel.CreateToolhelp32Snapshot(snapModules, processId);
      if (snapshot === invalidHandle) return undefined;
      try {
        // The snapshot is memory of this process. Hundreds of modules a program: a thread for each would take seconds.
        modules ??= foreignCalls('kernel32.dll', {
          Module32FirstW: ['int32_t', 'uintptr_t', 'void *'],
          Module32NextW: ['int32_t', 'uintptr_t', 'void *'],
        });
        const one = Buffer.alloc(moduleEntry.size);
        one.writeUInt32LE(moduleEntry.size, 0);
        const { name, nameBytes } = moduleEntry;
        for (
          let more = modules.Module32FirstW(snapshot, one);
          more;
          more = modules.Module32NextW(snapshot, one)
        ) {
          if (fromWide(one.subarray(name, name + nameBytes)).toLowerCase() === library) return true;
        }
        return false;
      } finally {
        await kernel.CloseHandle(snapshot);
      }
    },
    async remoteSession() {
      const user = foreignLibrary('user32.dll', { GetSystemMetrics: ['int32_t', 'int32_t'] });
      return (await user.GetSystemMetrics(remoteSessionMetric)) !== 0n;
    },
    async sessionId(processId) {
      const id = Buffer.alloc(4);
      return (await kernel.ProcessIdToSessionId(processId, id)) === 0n ? undefined : id.readUInt32LE(0);
    },
  };
}
