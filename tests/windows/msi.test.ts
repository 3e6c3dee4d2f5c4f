import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { product } from '../../native-host/package/product.ts';
import { hello, registeredExecutable, startHosted } from './hosted.ts';
import { lane } from './lane.ts';
import { type RegistryKeys, registryDifference } from './registry-file.ts';
import { WindowsMachine, windowsPath } from './windows-machine.ts';

const msi = path.join(lane.packages, `${product.id}-${product.version}-development.msi`);
const folder = `C:\\Program Files\\${product.id}`;
const programs = 'HKEY_LOCAL_MACHINE\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall';

let machine: WindowsMachine;
let untouched: { registry: RegistryKeys; files: string[] };

const install = (file: string) => machine.run('msiexec', '/i', windowsPath(file), '/qn');
const software = () => machine.registry('HKEY_LOCAL_MACHINE\\Software');

beforeAll(async () => {
  machine = await WindowsMachine.start({ shared: [lane.folder] });
  untouched = { registry: await software(), files: await machine.files() };
});
afterAll(() => machine.stop());

/** The product's entries in the list of programs: name and version. */
async function listed(): Promise<string[]> {
  const entries = [...(await machine.registry(programs)).values()];
  return entries
    .filter((entry) => entry.get('Publisher') === product.publisher)
    .map((entry) => `${entry.get('DisplayName')} ${entry.get('DisplayVersion')}`);
}

describe('the MSI for managed roll-out', () => {
  it('installs for everyone, registers with the browsers, and the host answers', async () => {
    expect((await install(msi)).code).toBe(0);
    await machine.quiet();
    expect(await machine.list(folder)).toEqual([
      'bill-of-materials.cdx.json',
      'hpki-navi-host.exe',
      'jp.hpki_navi.host.json',
      'koffi.node',
      'licences.txt',
    ]);
    for (const browser of ['Google\\Chrome', 'Microsoft\\Edge', 'Chromium']) {
      const key = `HKEY_LOCAL_MACHINE\\Software\\${browser}\\NativeMessagingHosts\\${product.nativeHost}`;
      expect((await machine.registry(key)).get(key)?.get('')).toBe(`${folder}\\${product.nativeHost}.json`);
    }
    expect(await listed()).toEqual([`HPKI登録ナビ ${product.version}`]);
    const host = startHosted(machine, await registeredExecutable(machine, 'HKEY_LOCAL_MACHINE'));
    expect((await hello(host)).hostVersion).toBe(product.version);
    expect(await host.close()).toBe(0);
  });

  it('stands beside a person’s own copy, which is the one in HKEY_CURRENT_USER, where browsers look first', async () => {
    expect((await machine.run(windowsPath(lane.nextSetup), '/S')).code).toBe(0);
    expect(await registeredExecutable(machine)).toBe(
      `${machine.localAppData}\\Programs\\${product.id}\\${product.command}.exe`,
    );
    expect(await registeredExecutable(machine, 'HKEY_LOCAL_MACHINE')).toBe(
      `${folder}\\${product.command}.exe`,
    );
    await machine.run(`${machine.localAppData}\\Programs\\${product.id}\\uninstall.exe`, '/S');
    await machine.quiet();
    const host = startHosted(machine, await registeredExecutable(machine, 'HKEY_LOCAL_MACHINE'));
    expect((await hello(host)).hostVersion).toBe(product.version);
    expect(await host.close()).toBe(0);
  });

  it('is replaced by the next version', async () => {
    expect((await install(lane.nextMsi)).code).toBe(0);
    await machine.quiet();
    expect(await listed()).toEqual([`HPKI登録ナビ ${lane.nextVersion}`]);
    const host = startHosted(machine, await registeredExecutable(machine, 'HKEY_LOCAL_MACHINE'));
    expect((await hello(host)).hostVersion).toBe(lane.nextVersion);
    expect(await host.close()).toBe(0);
  });

  it('goes without a trace', async () => {
    expect((await machine.run('msiexec', '/x', windowsPath(lane.nextMsi), '/qn')).code).toBe(0);
    await machine.quiet();
    expect(
      registryDifference(untouched.registry, await software()).filter((line) =>
        /hpki|NativeMessaging|Google|Chromium|Microsoft\\Edge/i.test(line),
      ),
    ).toEqual([]);
    const left = (await machine.files()).filter((file) => !untouched.files.includes(file));
    expect(left.filter((file) => /hpki|Program Files/i.test(file))).toEqual([]);
  });
});
