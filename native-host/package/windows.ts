import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { foreignPackage } from './fetched-package.ts';
import { windowsIcon } from './icon.ts';
import { nativeMessagingManifest, product, repository } from './product.ts';
import { pictureNames } from './setup.ts';
import { type Signer, sign } from './sign.ts';
import { buildWindowsExecutable } from './windows-executable.ts';
import { wizardPicture } from './wizard-picture.ts';

export interface WindowsStageOptions {
  /** The host as one CommonJS file. */
  bundle: string;
  origins: string[];
  billOfMaterials: string;
  licences: string;
  /** Folder to fill: exactly the files that Setup.exe and the MSI install. */
  stage: string;
  /** Folder to fill: the icon and the picture that the installers show. */
  pictures: string;
  signer?: Signer | undefined;
}

/**
 * Everything that goes onto a Windows PC, in one folder.
 * @throws PackageError
 */
export async function stageWindows(options: WindowsStageOptions): Promise<void> {
  const { stage, signer } = options;
  await mkdir(stage, { recursive: true });
  const icon = await drawPictures(options.pictures);
  const executable = path.join(stage, `${product.command}.exe`);
  await buildWindowsExecutable({ bundle: options.bundle, icon, output: executable });
  const addon = path.join(stage, 'koffi.node');
  await copyFile(path.join(await foreignPackage('@koromix/koffi-win32-x64'), 'win32_x64/koffi.node'), addon);
  if (signer) for (const file of [executable, addon]) await sign(file, signer);
  // A relative path is looked for beside the manifest: the same file does for any folder and any user name.
  await writeFile(
    path.join(stage, `${product.nativeHost}.json`),
    nativeMessagingManifest(`${product.command}.exe`, options.origins),
  );
  await writeFile(path.join(stage, 'licences.txt'), options.licences.replaceAll('\n', '\r\n'));
  await writeFile(path.join(stage, 'bill-of-materials.cdx.json'), options.billOfMaterials);
}

/** The extension's own icon, for Windows: as it is, and large beside Setup's pages. */
async function drawPictures(folder: string): Promise<Buffer> {
  const manifest = JSON.parse(await readFile(path.join(repository, 'manifest.json'), 'utf8')) as {
    icons: Record<string, string>;
  };
  const icons = await Promise.all(
    Object.values(manifest.icons).map((icon) => readFile(path.join(repository, 'extension/public', icon))),
  );
  const icon = windowsIcon(icons);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, pictureNames.icon), icon);
  const largest = icons.at(-1);
  if (largest) await writeFile(path.join(folder, pictureNames.wizard), wizardPicture(largest));
  return icon;
}
