import type { ServiceFacts } from '../../common/protocol/index.ts';
import { foreignLibrary } from './foreign-call.ts';
import { wide } from './wide.ts';

/** What is asked of the service control manager. */
export interface Services {
  /** @throws ServiceError */
  look(name: string): Promise<ServiceFacts>;
  /** Starts a service that is there; one that runs already is no error. @throws ServiceError */
  start(name: string): Promise<void>;
}

export class ServiceError extends Error {
  readonly code: 'EACCES' | undefined;
  constructor(call: string, win32: number) {
    super(`${call}: ${win32}`);
    this.name = 'ServiceError';
    this.code = win32 === 5 ? 'EACCES' : undefined;
  }
}

const connect = 0x0001;
const queryConfig = 0x0001;
const queryStatus = 0x0004;
const startRight = 0x0010;
const doesNotExist = 1060;
const triggerInfo = 8; // SERVICE_CONFIG_TRIGGER_INFO
/** Octets; QueryServiceConfigW wants at most 8 KiB. */
const configBytes = 8192;

/** The service control manager through advapi32: states and start types as numbers, in no language. */
export function openServices(): Services {
  const advapi = foreignLibrary('advapi32.dll', {
    OpenSCManagerW: ['uintptr_t', 'void *', 'void *', 'uint32_t'],
    OpenServiceW: ['uintptr_t', 'uintptr_t', 'void *', 'uint32_t'],
    CloseServiceHandle: ['int32_t', 'uintptr_t'],
    QueryServiceStatusEx: ['int32_t', 'uintptr_t', 'int32_t', 'void *', 'uint32_t', 'void *'],
    QueryServiceConfigW: ['int32_t', 'uintptr_t', 'void *', 'uint32_t', 'void *'],
    QueryServiceConfig2W: ['int32_t', 'uintptr_t', 'uint32_t', 'void *', 'uint32_t', 'void *'],
    StartServiceW: ['int32_t', 'uintptr_t', 'uint32_t', 'void *'],
  });

  /** GetLastError is of the thread that called, which is another one: what failed is found out by asking less. */
  async function within<T>(
    name: string,
    rights: number,
    look: (service: bigint) => Promise<T>,
    absent: () => T,
  ): Promise<T> {
    const manager = await advapi.OpenSCManagerW(null, null, connect);
    if (manager === 0n) throw new ServiceError('OpenSCManagerW', 5);
    try {
      const service = await advapi.OpenServiceW(manager, wide(name), rights);
      if (service === 0n) {
        const exists = await advapi.OpenServiceW(manager, wide(name), queryStatus);
        if (exists === 0n) return absent();
        await advapi.CloseServiceHandle(exists);
        throw new ServiceError('OpenServiceW', 5);
      }
      try {
        return await look(service);
      } finally {
        await advapi.CloseServiceHandle(service);
      }
    } finally {
      await advapi.CloseServiceHandle(manager);
    }
  }

  async function state(service: bigint): Promise<ServiceFacts['state']> {
    const status = Buffer.alloc(36); // SERVICE_STATUS_PROCESS
    const needed = Buffer.alloc(4);
    if (!(await advapi.QueryServiceStatusEx(service, 0, status, status.length, needed))) {
      throw new ServiceError('QueryServiceStatusEx', 0);
    }
    const current = status.readUInt32LE(4);
    return current === 4 ? 'running' : current === 1 ? 'stopped' : 'changing';
  }

  async function startType(service: bigint): Promise<ServiceFacts['startType']> {
    const config = Buffer.alloc(configBytes);
    const needed = Buffer.alloc(4);
    if (!(await advapi.QueryServiceConfigW(service, config, config.length, needed))) return undefined;
    const type = config.readUInt32LE(4);
    if (type === 4) return 'disabled';
    const triggers = Buffer.alloc(configBytes);
    const asked = await advapi.QueryServiceConfig2W(service, triggerInfo, triggers, triggers.length, needed);
    // SERVICE_TRIGGER_INFO begins with the number of triggers.
    if (asked !== 0n && triggers.readUInt32LE(0) > 0) return 'trigger';
    return type === 3 ? 'manual' : 'automatic';
  }

  return {
    look: (name) =>
      within<ServiceFacts>(
        name,
        queryConfig | queryStatus,
        async (service) => {
          const starts = await startType(service);
          return { state: await state(service), ...(starts && { startType: starts }) };
        },
        () => ({ state: 'absent' }),
      ),
    start: (name) =>
      within<void>(
        name,
        startRight | queryStatus,
        async (service) => {
          if ((await state(service)) === 'running') return;
          if (await advapi.StartServiceW(service, 0, null)) return;
          if ((await state(service)) === 'stopped') throw new ServiceError('StartServiceW', 0);
        },
        () => {
          throw new ServiceError('OpenServiceW', doesNotExist);
        },
      ),
  };
}
