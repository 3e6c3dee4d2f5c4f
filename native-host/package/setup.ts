import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { product } from './product.ts';
import { type Signer, signerCommand } from './sign.ts';
import { runTool } from './tool.ts';

export interface SetupOptions {
  /** The files to install, in one folder without subfolders. */
  stage: string;
  /** Folder with the pictures named below. */
  pictures: string;
  output: string;
  /**
   * `x86`: as shipped, so that a 32-bit Windows can run it far enough to be told why not. `amd64`: the same script as
   * a 64-bit program, for systems that run no 32-bit programs at all.
   */
  target: 'x86' | 'amd64';
  /** `small` takes half a minute, `fast` ten seconds, `none` is for tests. */
  compression: keyof typeof compressors;
  /** Default: this product's. */
  version?: string;
  /** Signs the uninstaller inside; Setup.exe itself is signed by the caller. */
  signer?: Signer | undefined;
}

export const pictureNames = { icon: 'product.ico', wizard: 'wizard.bmp' } as const;
const compressors = { small: '/SOLID lzma', fast: 'zlib', none: 'zlib' } as const;
const script = fileURLToPath(new URL('setup.nsi', import.meta.url));

/**
 * Setup.exe for one user, by NSIS.
 * @throws PackageError `tool-missing`, `tool-failed`
 */
export async function buildSetup(options: SetupOptions): Promise<void> {
  const names = (await readdir(options.stage)).sort();
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(path.join(options.stage, name))).size),
  );
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hpki-navi-setup-'));
  try {
    const payload = path.join(folder, 'payload.nsh');
    await writeFile(payload, names.map((name) => `!insertmacro \${EACH} "${name}"\n`).join(''));
    const definitions = {
      STAGE: path.resolve(options.stage),
      PAYLOAD: payload,
      OUTPUT: path.resolve(options.output),
      ICON: path.resolve(options.pictures, pictureNames.icon),
      WIZARD_PICTURE: path.resolve(options.pictures, pictureNames.wizard),
      VERSION: options.version ?? product.version,
      ID: product.id,
      HOST: product.nativeHost,
      COMMAND: product.command,
      PUBLISHER: product.publisher,
      NAME_JA: product.name.ja,
      NAME_EN: product.name.en,
      SIZE_KB: String(Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / 1024)),
      TARGET: `${options.target}-unicode`,
      COMPRESSION: compressors[options.compression],
      COMPRESS: options.compression === 'none' ? 'off' : 'auto',
      ...(options.signer ? { SIGN_UNINSTALLER: signerCommand() } : {}),
    };
    await runTool(
      'makensis',
      [
        '-V2',
        '-WX',
        '-INPUTCHARSET',
        'UTF8',
        ...Object.entries(definitions).map(([name, value]) => `-D${name}=${value}`),
        script,
      ],
      { env: { ...process.env, ...options.signer?.environment } },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
