import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { product } from '../../native-host/package/product.ts';
import { lane } from './lane.ts';
import { registryDifference } from './registry-file.ts';
import { WindowsMachine, type WindowsMachineOptions, windowsPath } from './windows-machine.ts';

/** Setup.exe as `npm run package` makes it is a 32-bit program: what only that one does. */
const shipped = path.join(lane.packages, `${product.id}-setup-${product.version}-development.exe`);

async function withMachine(
  options: WindowsMachineOptions,
  test: (machine: WindowsMachine) => Promise<void>,
): Promise<void> {
  const machine = await WindowsMachine.start({ wine: 'bookworm', shared: [lane.folder], ...options });
  try {
    await test(machine);
  } finally {
    await machine.stop();
  }
}

describe('Setup.exe as shipped, on a 64-bit Windows', () => {
  let machine: WindowsMachine;
  beforeAll(async () => {
    machine = await WindowsMachine.start({ wine: 'bookworm', shared: [lane.folder] });
  });
  afterAll(() => machine.stop());

  it('installs what the 64-bit build of it installs, and its uninstaller leaves nothing behind', async () => {
    const folder = `${machine.localAppData}\\Programs\\${product.id}`;
    const before = {
      registry: await machine.registry('HKEY_CURRENT_USER\\Software'),
      files: await machine.files(),
    };
    expect((await machine.run(windowsPath(shipped), '/S')).code).toBe(0);
    expect(await machine.list(folder)).toEqual([
      'bill-of-materials.cdx.json',
      'hpki-navi-host.exe',
      'jp.hpki_navi.host.json',
      'koffi.node',
      'licences.txt',
      'uninstall.exe',
    ]);
    const registered = registryDifference(
      before.registry,
      await machine.registry('HKEY_CURRENT_USER\\Software'),
    ).filter((line) => line.includes(product.nativeHost) && line.includes('='));
    expect(registered).toEqual(
      ['Chromium', 'Google\\Chrome', 'Microsoft\\Edge'].map(
        (browser) =>
          `+ HKEY_CURRENT_USER\\Software\\${browser}\\NativeMessagingHosts\\jp.hpki_navi.host ` +
          `=${folder}\\jp.hpki_navi.host.json`,
      ),
    );
    expect((await machine.run(`${folder}\\uninstall.exe`, '/S')).code).toBe(0);
    await machine.quiet();
    expect(
      registryDifference(before.registry, await machine.registry('HKEY_CURRENT_USER\\Software')).filter(
        (line) => /hpki|NativeMessaging|Google|Chromium|Edge/i.test(line),
      ),
    ).toEqual([]);
    const left = (await machine.files()).filter((file) => !before.files.includes(file));
    expect(left).toEqual([]);
  });
});

describe('Setup.exe as shipped, where the host cannot run', () => {
  it('refuses a 32-bit Windows and installs nothing', () =>
    withMachine({ bits: 32 }, async (machine) => {
      expect((await machine.run(windowsPath(shipped), '/S')).code).toBe(3);
      expect(await machine.list(`${machine.localAppData}\\Programs`)).toEqual([]);
    }));

  it('refuses a Windows older than 10 and installs nothing', () =>
    withMachine({ version: 'win7' }, async (machine) => {
      expect((await machine.run(windowsPath(shipped), '/S')).code).toBe(4);
      expect(await machine.list(`${machine.localAppData}\\Programs`)).toEqual([]);
    }));
});
