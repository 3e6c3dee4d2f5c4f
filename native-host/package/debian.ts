import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { buildHost } from '../build.ts';
import { nativeMessagingManifest, type PackageMode, product } from './product.ts';
import { linuxNode } from './shipped-components.ts';
import { runTool } from './tool.ts';

export interface DebianOptions {
  origins: string[];
  billOfMaterials: string;
  licences: string;
  /** Folder to write to; the file name follows Debian's rules. */
  outputFolder: string;
  mode: PackageMode;
  compression: keyof typeof compressors;
}

const compressors = { small: ['-Zxz'], fast: ['-Zgzip', '-z1'] } as const;

/** Where each browser looks for hosts installed for everyone. */
const hostFolders = [
  'etc/opt/chrome/native-messaging-hosts',
  'etc/opt/edge/native-messaging-hosts',
  'etc/chromium/native-messaging-hosts',
];
/** Everything in the package carries this time: 2026-01-01 00:00 UTC. */
const epochSeconds = 1_767_225_600;

/**
 * A .deb for amd64 with its own Node, registered with Chrome, Edge and Chromium for everyone.
 * @returns the file written
 * @throws PackageError `tool-missing`, `tool-failed`
 */
export async function buildDebian(options: DebianOptions): Promise<string> {
  const name = `${product.id}-host`;
  const version = `${product.version}${options.mode === 'development' ? '~development' : ''}`;
  const root = await mkdtemp(path.join(os.tmpdir(), 'hpki-navi-deb-'));
  try {
    await chmod(root, 0o755);
    const library = path.join(root, 'usr/lib', product.id);
    const documentation = path.join(root, 'usr/share/doc', name);
    await mkdir(library, { recursive: true });
    await mkdir(documentation, { recursive: true });
    await copyFile(path.join(linuxNode, 'bin/node'), path.join(library, 'node'));
    await buildHost({
      outDir: path.join(library, 'host'),
      node: `/usr/lib/${product.id}/node`,
      release: options.mode === 'release',
    });
    const command = `usr/lib/${product.id}/host/${product.command}`;
    await mkdir(path.join(root, 'usr/bin'));
    await symlink(`../../${command}`, path.join(root, 'usr/bin', product.command));
    const executables = ['node', product.command];
    for (const folder of hostFolders) {
      await mkdir(path.join(root, folder), { recursive: true });
      // Not a configuration file for dpkg: it goes when the package goes, and the browser says "not installed".
      await writeFile(
        path.join(root, folder, `${product.nativeHost}.json`),
        nativeMessagingManifest(`/${command}`, options.origins),
      );
    }
    await writeFile(path.join(documentation, 'copyright'), options.licences);
    await writeFile(path.join(documentation, 'bill-of-materials.cdx.json'), options.billOfMaterials);
    await mkdir(path.join(root, 'DEBIAN'));
    await writeFile(
      path.join(root, 'DEBIAN/control'),
      [
        `Package: ${name}`,
        `Version: ${version}`,
        'Architecture: amd64',
        'Section: web',
        'Priority: optional',
        `Maintainer: ${product.publisher} <packages@${product.id}.invalid>`,
        `Installed-Size: ${Math.ceil((await folderSize(root)) / 1024)}`,
        'Depends: libc6 (>= 2.28), libstdc++6, libpcsclite1',
        'Recommends: pcscd',
        `Description: ${product.name.en}: observes card reader, HPKI card and driver`,
        ' The part of the browser extension that looks at this PC. It never asks for',
        " the card's PIN.",
        '',
      ].join('\n'),
    );
    await setTimesAndModes(root, (file) => executables.includes(path.basename(file)));
    const output = path.join(path.resolve(options.outputFolder), `${name}_${version}_amd64.deb`);
    await runTool(
      'dpkg-deb',
      ['--root-owner-group', ...compressors[options.compression], '--build', root, output],
      {
        env: { ...process.env, SOURCE_DATE_EPOCH: String(epochSeconds) },
      },
    );
    return output;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function folderSize(folder: string): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) sum += (await stat(path.join(entry.parentPath, entry.name))).size;
  }
  return sum;
}

async function setTimesAndModes(root: string, executable: (file: string) => boolean): Promise<void> {
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) continue;
    await chmod(file, entry.isDirectory() || executable(file) ? 0o755 : 0o644);
    await utimes(file, epochSeconds, epochSeconds);
  }
}
