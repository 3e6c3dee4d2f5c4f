import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { PackageError, type PackageMode, repository } from './product.ts';

export interface BundleOptions {
  /** The file to write. */
  output: string;
  mode: PackageMode;
}

/**
 * The host as one CommonJS file, as a single executable application needs it: everything of npm inside, koffi's
 * compiled part loaded from beside the program, no second backend.
 * @throws PackageError `bundle-unusable`
 */
export async function bundleHost({ output, mode }: BundleOptions): Promise<void> {
  const folder = await mkdtemp(path.join(path.dirname(output), 'bundle-'));
  try {
    await build({
      root: repository,
      configFile: false,
      logLevel: 'error',
      define: { __HPKI_NAVI_RELEASE__: JSON.stringify(mode === 'release') },
      resolve: { alias: { koffi: fileURLToPath(new URL('../koffi-beside-program.ts', import.meta.url)) } },
      ssr: { noExternal: true, external: ['pcsclite'] },
      build: {
        ssr: 'native-host/main.ts',
        target: 'node24',
        outDir: folder,
        emptyOutDir: false,
        minify: true,
        rolldownOptions: {
          output: { format: 'cjs', entryFileNames: 'host.cjs', codeSplitting: false },
        },
      },
    });
    const files = await readdir(folder);
    if (files.length !== 1 || files[0] !== 'host.cjs') {
      throw new PackageError('bundle-unusable', `not one file: ${files.join(', ')}`);
    }
    await rename(path.join(folder, 'host.cjs'), output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
