import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FactsOf } from '../../common/protocol/index.ts';
import type { Observer } from './port.ts';
import { knownReader, smartCardClass } from './usb-reader-ids.ts';

type Device = FactsOf<'usb-readers'>['devices'][number];

/** Smart card readers among the USB devices of sysfs. */
export function linuxUsbReadersObserver({ root = '' }: { root?: string } = {}): Observer<'usb-readers'> {
  const folder = `${root}/sys/bus/usb/devices`;
  return {
    subject: 'usb-readers',
    deadlineMs: 1000,
    how: '/sys/bus/usb/devices',
    async observe() {
      const names = await readdir(folder).catch(() => undefined);
      if (!names) return { outcome: 'unknown', reason: 'not-found', detail: 'no USB in sysfs' };
      const devices = names.filter((name) => !name.includes(':') && !name.startsWith('usb'));
      const found = await Promise.all(devices.map((name) => reader(folder, name, names)));
      return { outcome: 'observed', facts: { devices: found.flat().slice(0, 64) } };
    },
  };
}

/** `1-2` is a device, `1-2:1.0` its first interface. */
async function reader(folder: string, name: string, all: readonly string[]): Promise<Device[]> {
  const attribute = (of: string, file: string) =>
    readFile(join(folder, of, file), 'utf8').then(
      (text) => text.trim(),
      () => undefined,
    );
  const [vendor, product] = await Promise.all([attribute(name, 'idVendor'), attribute(name, 'idProduct')]);
  if (!vendor || !product || !/^[0-9a-f]{4}$/.test(vendor) || !/^[0-9a-f]{4}$/.test(product)) return [];
  const interfaces = all.filter((one) => one.startsWith(`${name}:`));
  const classes = await Promise.all(interfaces.map((one) => attribute(one, 'bInterfaceClass')));
  const at = classes.findIndex((one) => one?.toLowerCase() === smartCardClass);
  const known = knownReader(vendor, product);
  if (at < 0 && !known) return [];
  const one = interfaces[Math.max(at, 0)];
  const driver = one && (await readlink(join(folder, one, 'driver')).catch(() => undefined));
  const shown = (await attribute(name, 'product')) ?? known;
  return [
    {
      vendor,
      product,
      ...(shown && { name: shown.slice(0, 1024) }),
      by: at >= 0 ? 'class' : 'table',
      ...(driver && { driver: basename(driver) }),
      how: `/sys/bus/usb/devices/${name}`,
    },
  ];
}
