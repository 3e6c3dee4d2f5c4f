import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { allowedOrigins, product } from '../../native-host/package/product.ts';
import { hello, registeredExecutable, startHosted } from './hosted.ts';
import { lane } from './lane.ts';
import { type RegistryKeys, registryDifference } from './registry-file.ts';
import { WindowsMachine, windowsPath } from './windows-machine.ts';

const browsers = ['Google\\Chrome', 'Microsoft\\Edge', 'Chromium'];
const hostKey = (browser: string) =>
  `HKEY_CURRENT_USER\\Software\\${browser}\\NativeMessagingHosts\\${product.nativeHost}`;
const uninstallKey = `HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\${product.id}`;
const installedFiles = [
  'bill-of-materials.cdx.json',
  `${product.command}.exe`,
  `${product.nativeHost}.json`,
  'koffi.node',
  'licences.txt',
  'uninstall.exe',
];

let machine: WindowsMachine;
let folder: string;
let untouched: { registry: RegistryKeys; files: string[] };

const setup = (file: string, ...parameters: string[]) => machine.run(windowsPath(file), '/S', ...parameters);
const software = () => machine.registry('HKEY_CURRENT_USER\\Software');

async function uninstall(): Promise<void> {
  const { code } = await machine.run(`${folder}\\uninstall.exe`, '/S');
  expect(code).toBe(0);
  // The uninstaller goes on as a copy of itself.
  await machine.quiet();
}

/** What is left of an installation, in the registry and on the disk. */
async function leftBehind(): Promise<string[]> {
  const files = await machine.files();
  return [
    ...registryDifference(untouched.registry, await software()),
    ...files.filter((file) => !untouched.files.includes(file)),
    ...untouched.files.filter((file) => !files.includes(file)).map((file) => `missing: ${file}`),
  ];
}

beforeAll(async () => {
  machine = await WindowsMachine.start({ shared: [lane.folder] });
  folder = `${machine.localAppData}\\Programs\\${product.id}`;
  // A Windows has this key from the start.
  await machine.changeRegistry('[HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\RunOnce]');
  // Setup asks Windows for these; the first one to do so makes keys and folders that have nothing to do with us.
  await setup(lane.setup);
  await uninstall();
  untouched = { registry: await software(), files: await machine.files() };
});
afterAll(() => machine.stop());

describe('a silent installation for a person with a Japanese name', () => {
  beforeAll(async () => {
    expect((await setup(lane.setup)).code).toBe(0);
  });
  afterAll(uninstall);

  it('puts its files, and only those, into the person’s own folder', async () => {
    expect(folder).toContain('薬剤 太郎');
    expect(await machine.list(folder)).toEqual(installedFiles);
  });

  it.each(browsers)('registers with %s', async (browser) => {
    const key = hostKey(browser);
    expect((await machine.registry(key)).get(key)?.get('')).toBe(`${folder}\\${product.nativeHost}.json`);
  });

  it('lets nobody but the extension talk to the host', async () => {
    const manifest: unknown = JSON.parse(
      await readFile(machine.unixPath(`${folder}\\${product.nativeHost}.json`), 'utf8'),
    );
    expect(manifest).toEqual({
      name: 'jp.hpki_navi.host',
      description: 'HPKI登録ナビ',
      path: 'hpki-navi-host.exe',
      type: 'stdio',
      allowed_origins: allowedOrigins('development'),
    });
  });

  it('can be found and removed in the list of programs, under its Japanese name', async () => {
    const entry = (await machine.registry(uninstallKey)).get(uninstallKey);
    expect(entry?.get('DisplayName')).toBe('HPKI登録ナビ');
    expect(entry?.get('DisplayVersion')).toBe(product.version);
    expect(entry?.get('InstallLocation')).toBe(folder);
    expect(entry?.get('QuietUninstallString')).toBe(`"${folder}\\uninstall.exe" /S`);
  });

  it('changes nothing else in the person’s registry', async () => {
    const changed = registryDifference(untouched.registry, await software());
    const ours = [
      ...browsers.flatMap((browser) => [hostKey(browser), parent(hostKey(browser))]),
      uninstallKey,
    ];
    const made = browsers.map((browser) => `HKEY_CURRENT_USER\\Software\\${browser}`);
    expect(changed.filter((line) => line.startsWith('- '))).toEqual([]);
    expect(
      changed
        .map((line) => line.slice(2))
        .filter((line) => !ours.some((key) => line === key || line.startsWith(`${key} `)))
        .filter((line) => !made.includes(line) && line !== 'HKEY_CURRENT_USER\\Software\\Google'),
    ).toEqual([]);
  });

  it.each(['cmd', 'direct'] as const)(
    'gives a host that answers when a browser starts it by %s',
    async (by) => {
      const host = startHosted(machine, await registeredExecutable(machine), by);
      expect(await hello(host)).toMatchObject({
        platform: 'win32',
        hostVersion: product.version,
        node: process.version,
      });
      expect(await host.close()).toBe(0);
    },
  );

  it('can be done again', async () => {
    expect((await setup(lane.setup)).code).toBe(0);
    expect(await machine.list(folder)).toEqual(installedFiles);
  });
});

describe('an upgrade while a browser has the host running', () => {
  afterEach(uninstall);

  it('leaves the running host alone and gives the next one the new version', async () => {
    await setup(lane.setup);
    const running = startHosted(machine, await registeredExecutable(machine));
    await hello(running);

    expect((await setup(lane.nextSetup)).code).toBe(0);
    expect((await hello(running, 2)).hostVersion).toBe(product.version);
    expect(await machine.list(folder)).toEqual([...installedFiles, 'replaced'].sort());

    const next = startHosted(machine, await registeredExecutable(machine));
    expect((await hello(next)).hostVersion).toBe(lane.nextVersion);
    const entry = (await machine.registry(uninstallKey)).get(uninstallKey);
    expect(entry?.get('DisplayVersion')).toBe(lane.nextVersion);
    expect(await running.close()).toBe(0);
    expect(await next.close()).toBe(0);

    // What could not be deleted then goes when the host is started next.
    const later = startHosted(machine, await registeredExecutable(machine));
    await hello(later);
    await expect.poll(() => machine.list(folder), { timeout: 10_000 }).toEqual(installedFiles);
    expect(await later.close()).toBe(0);
  });
});

describe('uninstalling', () => {
  it('leaves nothing behind', async () => {
    await setup(lane.setup);
    // As the host writes it at the first report.
    const kept = `${machine.localAppData}\\${product.id}`;
    await mkdir(machine.unixPath(kept), { recursive: true });
    await writeFile(machine.unixPath(`${kept}\\report-secret`), 'ab'.repeat(32));
    await uninstall();
    expect(await leftBehind()).toEqual([]);
  });

  it('ends hosts that still run, old and new, and leaves nothing behind', async () => {
    await setup(lane.setup);
    const old = startHosted(machine, await registeredExecutable(machine));
    await hello(old);
    await setup(lane.nextSetup);
    const current = startHosted(machine, await registeredExecutable(machine));
    await hello(current);
    const { code } = await machine.run(`${folder}\\uninstall.exe`, '/S');
    expect(code).toBe(0);
    await Promise.all([old.close(), current.close()]);
    // Where Wine kept an ended host, its file is left to the next log-on, as any that something holds. Then the folder
    // that Windows makes for the first program of a user stays, empty.
    const kept = await machine.quiet();
    if (kept) await machine.logOn();
    const left = await leftBehind();
    expect(left.filter((path) => !(kept && path.endsWith('/AppData/Local/Programs')))).toEqual([]);
  });

  it('leaves a file that something holds to the next log-on, and nothing else', async () => {
    await setup(lane.setup);
    const mine = `${folder}\\of the person.txt`;
    await writeFile(machine.unixPath(mine), '');
    const { file, parameters, env } = machine.command(windowsPath(lane.hold), `${folder}\\koffi.node`);
    const holder = spawn(file, parameters, { env, stdio: ['pipe', 'pipe', 'ignore'] });
    await once(holder.stdout, 'data');
    await machine.run(`${folder}\\uninstall.exe`, '/S');
    const left = ['koffi.node', 'of the person.txt'];
    await expect.poll(() => machine.list(folder), { timeout: 20_000 }).toEqual(left);
    holder.stdin.end();
    await once(holder, 'exit');
    await machine.quiet();
    expect(await machine.list(folder)).toEqual(left);
    await machine.logOn();
    expect(await machine.list(folder)).toEqual(['of the person.txt']);
    await rm(machine.unixPath(parent(folder)), { recursive: true });
    expect(await leftBehind()).toEqual([]);
  });

  it('touches no key that others have put there, nor our own when it points elsewhere', async () => {
    const others = 'HKEY_CURRENT_USER\\Software\\Google\\Chrome\\NativeMessagingHosts\\com.example.other';
    await setup(lane.setup);
    await machine.changeRegistry(
      ...[`[${others}]`, '@="C:\\\\other.json"', ''],
      ...['[HKEY_CURRENT_USER\\Software\\Chromium]', '"version"="1"', ''],
      ...[`[${hostKey('Microsoft\\Edge')}]`, '@="D:\\\\elsewhere.json"'],
    );
    await uninstall();
    const after = registryDifference(untouched.registry, await software());
    expect(after.filter((line) => / .*=/.test(line.slice(2)))).toEqual([
      '+ HKEY_CURRENT_USER\\Software\\Chromium version=1',
      `+ ${others} =C:\\other.json`,
      `+ ${hostKey('Microsoft\\Edge')} =D:\\elsewhere.json`,
    ]);
    const planted = ['Google', 'Chromium', 'Microsoft\\Edge'];
    await machine.changeRegistry(...planted.map((key) => `[-HKEY_CURRENT_USER\\Software\\${key}]`));
    expect(await leftBehind()).toEqual([]);
  });
});

describe('an installation that cannot be done', () => {
  it('says so by its exit code and leaves nothing behind', async () => {
    // A file where a folder has to be.
    const blocked = `${folder}\\incoming`;
    await mkdir(machine.unixPath(folder), { recursive: true });
    await writeFile(machine.unixPath(blocked), '');
    expect((await setup(lane.setup)).code).toBe(2);
    expect(await machine.list(folder)).toEqual(['incoming']);
    await rm(machine.unixPath(parent(folder)), { recursive: true });
    expect(await leftBehind()).toEqual([]);
  });

  it('leaves the former version as it was', async () => {
    await setup(lane.setup);
    await writeFile(machine.unixPath(`${folder}\\replaced`), '');
    expect((await setup(lane.nextSetup)).code).toBe(2);
    await rm(machine.unixPath(`${folder}\\replaced`));
    expect(await machine.list(folder)).toEqual(installedFiles);
    const host = startHosted(machine, await registeredExecutable(machine));
    expect((await hello(host)).hostVersion).toBe(product.version);
    await host.close();
    await uninstall();
    expect(await leftBehind()).toEqual([]);
  });
});

function parent(key: string): string {
  return key.slice(0, key.lastIndexOf('\\'));
}

describe('an English Windows', () => {
  it('has it under its English name, and is rid of it again', async () => {
    const english = await WindowsMachine.start({ shared: [lane.folder], language: 'en', user: 'Taro' });
    try {
      expect((await english.run(windowsPath(lane.setup), '/S')).code).toBe(0);
      const entry = (await english.registry(uninstallKey)).get(uninstallKey);
      expect(entry?.get('DisplayName')).toBe('HPKI Touroku Navi');
      const programs = `${english.localAppData}\\Programs\\${product.id}`;
      expect((await english.run(`${programs}\\uninstall.exe`, '/S')).code).toBe(0);
      await english.quiet();
      expect(await english.list(programs)).toEqual([]);
    } finally {
      await english.stop();
    }
  });
});

describe('a Windows older than 10', () => {
  it('is refused in so many words, and nothing is installed', async () => {
    const old = await WindowsMachine.start({ shared: [lane.folder], version: 'win7' });
    try {
      expect((await old.run(windowsPath(lane.setup), '/S')).code).toBe(4);
      expect(await old.list(`${old.localAppData}\\Programs`)).toEqual([]);
    } finally {
      await old.stop();
    }
  });
});
