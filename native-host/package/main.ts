import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildSupportPage } from '../../extension/support/build.ts';
import { billOfMaterials } from './bill-of-materials.ts';
import { bundleHost } from './bundle.ts';
import { buildDebian } from './debian.ts';
import { packageExtension } from './extension.ts';
import { licenceTexts } from './licence-texts.ts';
import { buildMsi } from './msi.ts';
import { allowedOrigins, PackageError, type PackageMode, product, repository } from './product.ts';
import { buildSetup } from './setup.ts';
import { extensionEntries, nodeComponent, reachedComponents } from './shipped-components.ts';
import { sign, signerFromEnvironment } from './sign.ts';
import { stageWindows } from './windows.ts';

const usage = `npm run package [-- OPTION...]: makes what is handed out, into dist/packages/

  --development        with the development id instead of the stores', to try things out
  --only PART          extension, support, windows or debian; may be given more than once
  --fast               quicker to make, larger to download
  --output DIR         default dist/packages

Signs the Windows files when HPKI_NAVI_SIGN_CERTIFICATE (PKCS#12) and HPKI_NAVI_SIGN_PASSWORD_FILE are set, with a
time stamp when HPKI_NAVI_SIGN_TIMESTAMP_URL is.
`;

const parts = ['extension', 'support', 'windows', 'debian'] as const;
type Part = (typeof parts)[number];

/** The support page for desks that open it from disk. The same for a release and for trying things out. */
export const supportPageName = `${product.id}-support-${product.version}.html`;

export interface PackageOptions {
  mode: PackageMode;
  parts: readonly Part[];
  compression: 'small' | 'fast';
  outputFolder: string;
  say: (line: string) => void;
}

/**
 * Makes the packages and returns the files.
 * @throws PackageError; BuildError of the extension's build
 */
export async function makePackages(options: PackageOptions): Promise<string[]> {
  const { mode, outputFolder, say } = options;
  // Before minutes of work: a release without the stores' ids would not be recognised by anyone's browser.
  const origins = allowedOrigins(mode);
  const signer = signerFromEnvironment();
  const suffix = mode === 'development' ? '-development' : '';
  await mkdir(outputFolder, { recursive: true });
  const work = await mkdtemp(path.join(os.tmpdir(), 'hpki-navi-package-'));
  const files: string[] = [];
  const wants = (part: Part) => options.parts.includes(part);
  try {
    const inExtension = await reachedComponents(await extensionEntries());
    const components = [await nodeComponent(), ...(await reachedComponents(['native-host/main.ts']))];
    const enclosed = {
      origins,
      billOfMaterials: billOfMaterials(components),
      licences: await licenceTexts(components),
    };
    if (wants('extension')) {
      say('extension');
      files.push(...(await packageExtension(mode, outputFolder)));
    }
    if (wants('support')) {
      say('support page');
      const page = path.join(outputFolder, supportPageName);
      await writeFile(page, (await buildSupportPage()).html);
      files.push(page);
    }
    if (wants('windows')) {
      say(`Windows executable${signer ? ', signed' : ', not signed'}`);
      const bundle = path.join(work, 'host.cjs');
      await bundleHost({ output: bundle, mode });
      const stage = path.join(work, 'stage');
      const pictures = path.join(work, 'pictures');
      await stageWindows({ ...enclosed, bundle, stage, pictures, signer });
      say('Setup.exe');
      const setup = path.join(outputFolder, `${product.id}-setup-${product.version}${suffix}.exe`);
      await buildSetup({
        stage,
        pictures,
        output: setup,
        target: 'x86',
        compression: options.compression,
        signer,
      });
      say('MSI');
      const msi = path.join(outputFolder, `${product.id}-${product.version}${suffix}.msi`);
      await buildMsi({ stage, output: msi, mode });
      if (signer) for (const file of [setup, msi]) await sign(file, signer);
      files.push(setup, msi);
    }
    if (wants('debian')) {
      say('.deb');
      files.push(await buildDebian({ ...enclosed, compression: options.compression, outputFolder, mode }));
    }
    const unique = [
      ...new Map([...components, ...inExtension].map((component) => [component.name, component])).values(),
    ];
    const bill = path.join(outputFolder, `${product.id}-${product.version}${suffix}.cdx.json`);
    await writeFile(bill, billOfMaterials(unique));
    files.push(bill);
    await writeFile(path.join(outputFolder, 'SHA256SUMS'), await checksums(files));
    return files;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function checksums(files: string[]): Promise<string> {
  const lines = await Promise.all(
    files.map(async (file) => {
      const digest = createHash('sha256')
        .update(await readFile(file))
        .digest('hex');
      return `${digest}  ${path.basename(file)}\n`;
    }),
  );
  return lines.sort().join('');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      development: { type: 'boolean', default: false },
      fast: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      output: { type: 'string', default: path.join(repository, 'dist/packages') },
      help: { type: 'boolean', default: false },
    },
  });
  const only = values.only ?? [...parts];
  const unknown = only.filter((part) => !parts.some((known) => known === part));
  if (values.help || unknown.length) {
    process.stdout.write(usage);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const files = await makePackages({
    mode: values.development ? 'development' : 'release',
    parts: parts.filter((part) => only.includes(part)),
    compression: values.fast ? 'fast' : 'small',
    outputFolder: path.resolve(values.output),
    say: (line) => process.stderr.write(`[package] ${line}\n`),
  });
  for (const file of files) process.stdout.write(`${file}\n`);
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof PackageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
