import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { NtExecutable, NtExecutableResource, Resource } from 'resedit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import ids from '../../common/ids.json' with { type: 'json' };
import { packageExtension, zipName } from '../../native-host/package/extension.ts';
import { supportPageName } from '../../native-host/package/main.ts';
import { product, repository } from '../../native-host/package/product.ts';
import { buildWindowsExecutable } from '../../native-host/package/windows-executable.ts';
import { lane } from './lane.ts';

const run = promisify(execFile);
const sha256 = async (file: string) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'hpki-navi-packages-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('npm run package', () => {
  it('refuses to make a release while a store has given no id, and says what to do', async () => {
    expect([ids.extension.chrome, ids.extension.edge]).toContain(null);
    const output = path.join(folder, 'release');
    const failed = await run(process.execPath, ['native-host/package/main.ts', '--output', output], {
      cwd: repository,
    }).catch((error: { code: number; stderr: string }) => error);
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.stderr).toContain('store-ids-missing');
    expect(failed.stderr).toContain('--development');
    await expect(readdir(output)).rejects.toThrow();
  });

  it('lists what it made with checksums', async () => {
    const names = (await readdir(lane.packages)).filter((name) => name !== 'SHA256SUMS').sort();
    expect(names).toEqual(
      [
        zipName('chrome', 'development'),
        zipName('edge', 'development'),
        supportPageName,
        `hpki-navi-setup-${product.version}-development.exe`,
        `hpki-navi-${product.version}-development.msi`,
        `hpki-navi-host_${product.version}~development_amd64.deb`,
        `hpki-navi-${product.version}-development.cdx.json`,
      ].sort(),
    );
    const sums = await readFile(path.join(lane.packages, 'SHA256SUMS'), 'utf8');
    for (const name of names)
      expect(sums).toContain(`${await sha256(path.join(lane.packages, name))}  ${name}\n`);
  });
});

describe('the extension’s zip', () => {
  it('is the same, octet for octet, when made again', async () => {
    const [first] = await packageExtension('development', folder);
    const before = await sha256(first ?? '');
    const [again] = await packageExtension('development', folder);
    expect(await sha256(again ?? '')).toBe(before);
  });

  it('is one that other programs can read', async () => {
    const archive = path.join(lane.packages, zipName('chrome', 'development'));
    const listing = await run('python3', [
      '-c',
      'import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint(z.read("manifest.json").decode())',
      archive,
    ]);
    expect(JSON.parse(listing.stdout)).toMatchObject({ manifest_version: 3, version: product.version });
  });
});

describe('the Windows executable', () => {
  it('says in its properties what it is', async () => {
    const executable = NtExecutable.from(await readFile(path.join(lane.stage, `${product.command}.exe`)));
    const [version] = Resource.VersionInfo.fromEntries(NtExecutableResource.from(executable).entries);
    const [language] = version?.getAllLanguagesForStringValues() ?? [];
    expect(language && version?.getStringValues(language)).toMatchObject({
      ProductName: 'HPKI登録ナビ',
      FileVersion: product.version,
      OriginalFilename: 'hpki-navi-host.exe',
    });
    const entries = NtExecutableResource.from(executable).entries;
    const icons = Resource.IconGroupEntry.fromEntries(entries).flatMap((group) => group.icons);
    expect(icons.map(({ width }) => width)).toEqual(expect.arrayContaining([16, 32, 48]));
  });

  it('is the same, octet for octet, when made again', async () => {
    const output = path.join(folder, 'again.exe');
    const icon = await readFile(path.join(lane.pictures, 'product.ico'));
    // The lane's bundle is the next version's by now: two from it.
    const bundle = path.join(lane.folder, 'host.cjs');
    await buildWindowsExecutable({ bundle, icon, output });
    const first = await sha256(output);
    await buildWindowsExecutable({ bundle, icon, output });
    expect(await sha256(output)).toBe(first);
  });

  it('tells nothing about the machine it was made on', async () => {
    const content = await readFile(path.join(lane.stage, `${product.command}.exe`));
    expect(content.includes(repository)).toBe(false);
    expect(content.includes(os.tmpdir() === '/tmp' ? 'hpki-navi-blob-' : os.tmpdir())).toBe(false);
  });

  it('comes with the licences and the bill of materials of what is in it', async () => {
    const licences = await readFile(path.join(lane.stage, 'licences.txt'), 'utf8');
    const bill = JSON.parse(await readFile(path.join(lane.stage, 'bill-of-materials.cdx.json'), 'utf8')) as {
      components: { name: string; version: string }[];
    };
    const inside = bill.components.map(({ name }) => name);
    expect(inside).toEqual(expect.arrayContaining(['node', 'koffi', 'node-forge', 'valibot']));
    for (const { name, version } of bill.components) expect(licences).toContain(`${name} ${version} (`);
    expect(bill.components.find(({ name }) => name === 'node')?.version).toBe(process.versions.node);
  });
});

describe('the .deb', () => {
  it('installs on a Debian system, registers with the browsers, runs with its own Node, and goes without a trace', async () => {
    const script = fileURLToPath(new URL('install-deb.sh', import.meta.url));
    const { stdout } = await run('bash', [
      script,
      path.join(lane.packages, `hpki-navi-host_${product.version}~development_amd64.deb`),
    ]);
    const lines = stdout.trim().split('\n');
    const value = (name: string) =>
      lines.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2));
    const manifests = value('manifest').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(manifests).toHaveLength(3);
    for (const manifest of manifests) {
      expect(manifest).toMatchObject({
        name: 'jp.hpki_navi.host',
        path: '/usr/lib/hpki-navi/host/hpki-navi-host',
        allowed_origins: [`chrome-extension://${ids.extension.development}/`],
      });
    }
    expect(JSON.parse(value('inspection')[0] ?? '')).toMatchObject({
      platform: 'linux',
      hostVersion: product.version,
      node: process.version,
      exitCode: 10,
    });
    expect(value('left')).toEqual([]);
  });
});
