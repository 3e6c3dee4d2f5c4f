import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buildExtension } from '../../extension/build.ts';
import { PackageError, type PackageMode, product, repository } from './product.ts';
import { zipFolder } from './zip.ts';

/** The stores the extension is uploaded to, each with a zip of its own. */
export const stores = ['chrome', 'edge'] as const;

/**
 * The extension's zips, one for each store, and their file names. A release carries no `key`: the stores assign one
 * and refuse another. A development package keeps it, so that it has the development id when loaded from a folder.
 * @throws PackageError `key-in-store-package`; BuildError of the extension's build
 */
export async function packageExtension(mode: PackageMode, outputFolder: string): Promise<string[]> {
  const folder = path.join(repository, '.cache/package/extension', mode);
  await rm(folder, { recursive: true, force: true });
  await buildExtension({ outDir: folder, mode });
  await assertForStores(folder, mode);
  const archive = await zipFolder(folder);
  const files = stores.map((store) => path.join(outputFolder, zipName(store, mode)));
  for (const file of files) await writeFile(file, archive);
  return files;
}

export function zipName(store: (typeof stores)[number], mode: PackageMode): string {
  return `${product.id}-${store}-${product.version}${mode === 'development' ? '-development' : ''}.zip`;
}

/** What both stores refuse: a `key`, an `update_url`. Edge refuses the other browser's name in the texts as well. */
async function assertForStores(folder: string, mode: PackageMode): Promise<void> {
  const manifest = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  if ('update_url' in manifest) throw new PackageError('key-in-store-package', 'update_url');
  if (mode === 'release' && 'key' in manifest) throw new PackageError('key-in-store-package', 'key');
  if (mode === 'development' && !('key' in manifest))
    throw new PackageError('key-in-store-package', 'no key');
}
