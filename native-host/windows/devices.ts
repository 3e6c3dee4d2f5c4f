import { foreignLibrary } from './foreign-call.ts';

export interface UsbDevice {
  /** `USB\VID_054C&PID_0DC8&REV_0100`, … */
  hardwareIds: string[];
  /** `USB\Class_0b&SubClass_00`, … */
  compatibleIds: string[];
  name: string | undefined;
  /** Service of the driver. */
  service: string | undefined;
  /** CM_PROB_… or 0. */
  problem: number;
}

/** Devices on USB that are there now. */
export type UsbDevices = () => Promise<UsbDevice[]>;

const presentAllClasses = 0x2 | 0x4; // DIGCF_PRESENT | DIGCF_ALLCLASSES
const invalidHandle = 0xffffffffffffffffn;
const property = { description: 0, hardwareIds: 1, compatibleIds: 2, service: 4, friendlyName: 12 } as const;
const propertyBytes = 4096;
/** SP_DEVINFO_DATA on 64-bit Windows. */
const deviceBytes = 32;
const deviceLimit = 256;

/** Through setupapi and cfgmgr32. */
export function openUsbDevices(): UsbDevices {
  const setup = foreignLibrary('setupapi.dll', {
    SetupDiGetClassDevsW: ['uintptr_t', 'void *', 'void *', 'void *', 'uint32_t'],
    SetupDiEnumDeviceInfo: ['int32_t', 'uintptr_t', 'uint32_t', 'void *'],
    SetupDiGetDeviceRegistryPropertyW: [
      ...(['int32_t', 'uintptr_t', 'void *', 'uint32_t', 'void *', 'void *', 'uint32_t', 'void *'] as const),
    ],
    SetupDiDestroyDeviceInfoList: ['int32_t', 'uintptr_t'],
  });
  const config = foreignLibrary('cfgmgr32.dll', {
    CM_Get_DevNode_Status: ['uint32_t', 'void *', 'void *', 'uint32_t', 'uint32_t'],
  });

  return async () => {
    const list = await setup.SetupDiGetClassDevsW(
      null,
      Buffer.from('USB\0', 'utf16le'),
      null,
      presentAllClasses,
    );
    if (list === invalidHandle) throw new Error('SetupDiGetClassDevsW: no list of devices');
    try {
      const found: UsbDevice[] = [];
      for (let index = 0; index < deviceLimit; index++) {
        const device = Buffer.alloc(deviceBytes);
        device.writeUInt32LE(deviceBytes, 0);
        if (!(await setup.SetupDiEnumDeviceInfo(list, index, device))) break;
        const texts = async (which: number): Promise<string[]> => {
          const octets = Buffer.alloc(propertyBytes);
          const needed = Buffer.alloc(4);
          const read = await setup.SetupDiGetDeviceRegistryPropertyW(
            ...[list, device, which, null, octets, octets.length, needed],
          );
          if (!read) return [];
          return octets
            .toString('utf16le', 0, Math.min(needed.readUInt32LE(0), octets.length))
            .split('\0')
            .filter(Boolean);
        };
        const status = Buffer.alloc(4);
        const problem = Buffer.alloc(4);
        const asked = await config.CM_Get_DevNode_Status(status, problem, device.readUInt32LE(20), 0);
        found.push({
          hardwareIds: await texts(property.hardwareIds),
          compatibleIds: await texts(property.compatibleIds),
          name: (await texts(property.friendlyName))[0] ?? (await texts(property.description))[0],
          service: (await texts(property.service))[0],
          problem: asked === 0n ? problem.readUInt32LE(0) : 0,
        });
      }
      return found;
    } finally {
      await setup.SetupDiDestroyDeviceInfoList(list);
    }
  };
}
