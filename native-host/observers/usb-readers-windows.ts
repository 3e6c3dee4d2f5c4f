import type { FactsOf } from '../../common/protocol/index.ts';
import type { UsbDevice, UsbDevices } from '../windows/devices.ts';
import type { Observer } from './port.ts';
import { knownReader, smartCardClass } from './usb-reader-ids.ts';

type Device = FactsOf<'usb-readers'>['devices'][number];

/** Smart card readers among the USB devices that are there, with their driver's state. */
export function windowsUsbReadersObserver({
  usbDevices,
}: {
  usbDevices: UsbDevices;
}): Observer<'usb-readers'> {
  return {
    subject: 'usb-readers',
    deadlineMs: 3000,
    how: 'SetupDiGetClassDevs USB, CM_Get_DevNode_Status',
    async observe() {
      const devices = await usbDevices();
      return { outcome: 'observed', facts: { devices: devices.flatMap(reader).slice(0, 64) } };
    },
  };
}

/** Of a composite device the interface (`&MI_`) is the reader, and the device itself names no class. */
function reader({ hardwareIds, compatibleIds, name, service, problem }: UsbDevice): Device[] {
  const match = /VID_([0-9A-F]{4})&PID_([0-9A-F]{4})/i.exec(hardwareIds[0] ?? '');
  if (!match?.[1] || !match[2]) return [];
  const [vendor, product] = [match[1].toLowerCase(), match[2].toLowerCase()];
  const byClass = compatibleIds.some((id) => id.toLowerCase().startsWith(`usb\\class_${smartCardClass}`));
  const known = knownReader(vendor, product);
  if (!byClass && !known) return [];
  const shown = name ?? known;
  return [
    {
      vendor,
      product,
      ...(shown && { name: shown.slice(0, 1024) }),
      by: byClass ? 'class' : 'table',
      ...(service && { driver: service.slice(0, 1024) }),
      ...(problem !== 0 && { problem }),
      how: 'SetupDi',
    },
  ];
}
