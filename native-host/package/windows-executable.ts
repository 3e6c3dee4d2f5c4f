import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Data, NtExecutable, NtExecutableResource, Resource } from 'resedit';
import { v8Options } from '../v8-options.ts';
import { windowsNode } from './fetched-package.ts';
import { PackageError, product } from './product.ts';
import { runTool } from './tool.ts';

export interface WindowsExecutableOptions {
  /** One CommonJS file; inside the executable `require` finds Node's own modules only. */
  bundle: string;
  icon: Uint8Array;
  /** The file to write. */
  output: string;
}

const languageJapanese = 0x0411;
const codepageUnicode = 1200;
/** VOS_NT_WINDOWS32, VFT_APP. */
const fileOs = 0x40004;
const fileTypeApplication = 1;
/** RT_RCDATA, where Node looks for the blob by this name (deps/postject in Node's sources). */
const rawData = 10;
const blobName = 'NODE_SEA_BLOB';
/** Node runs the blob only when the digit after this is 1. */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/**
 * Node for Windows with the host inside, under the product's name and icon: a single executable application
 * (Node's documentation, "Single executable applications"). It carries no signature any more: Node's would not match.
 * @throws PackageError
 */
export async function buildWindowsExecutable({
  bundle,
  icon,
  output,
}: WindowsExecutableOptions): Promise<void> {
  const runtime = await readFile(path.join(await windowsNode(), 'bin', 'node.exe'));
  const executable = NtExecutable.from(runtime, { ignoreCert: true });
  const resources = NtExecutableResource.from(executable);
  resources.entries.push({
    type: rawData,
    id: blobName,
    lang: 0,
    codepage: 0,
    bin: new Uint8Array(await singleExecutableBlob(bundle)).buffer,
  });
  describe(resources);
  Resource.IconGroupEntry.replaceIconsForResource(
    resources.entries,
    1,
    languageJapanese,
    Data.IconFile.from(icon).icons.map(({ data }) => data),
  );
  resources.outputResource(executable);
  const result = Buffer.from(executable.generate());
  lightFuse(result);
  await writeFile(output, result);
}

/** Snapshot and code cache stay off: both belong to the Node that made them, and this one is for another system. */
async function singleExecutableBlob(bundle: string): Promise<Buffer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hpki-navi-blob-'));
  try {
    // Named relative to the working folder: the name shows in stack traces on the user's PC.
    const main = `${product.command}.cjs`;
    await copyFile(bundle, path.join(folder, main));
    await writeFile(
      path.join(folder, 'sea.json'),
      JSON.stringify({
        main,
        output: 'blob',
        disableExperimentalSEAWarning: true,
        useSnapshot: false,
        useCodeCache: false,
        execArgv: v8Options,
        // A variable on the user's PC must not change how the host runs.
        execArgvExtension: 'none',
      }),
    );
    await runTool(process.execPath, ['--experimental-sea-config', 'sea.json'], { cwd: folder });
    return await readFile(path.join(folder, 'blob'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function describe(resources: NtExecutableResource): void {
  for (const { lang } of Resource.VersionInfo.fromEntries(resources.entries)) {
    resources.removeResourceEntry(16, 1, lang);
  }
  const [major, minor, patch] = versionParts();
  const version = Resource.VersionInfo.create({
    lang: languageJapanese,
    fixedInfo: {
      fileVersionMS: (major << 16) | minor,
      fileVersionLS: patch << 16,
      productVersionMS: (major << 16) | minor,
      productVersionLS: patch << 16,
      fileFlagsMask: 0x3f,
      fileFlags: 0,
      fileOS: fileOs,
      fileType: fileTypeApplication,
      fileSubtype: 0,
    },
    strings: [
      {
        lang: languageJapanese,
        codepage: codepageUnicode,
        values: {
          CompanyName: product.publisher,
          FileDescription: product.name.ja,
          FileVersion: product.version,
          InternalName: product.command,
          OriginalFilename: `${product.command}.exe`,
          ProductName: product.name.ja,
          ProductVersion: product.version,
        },
      },
    ],
  });
  version.outputToResourceEntries(resources.entries);
}

function versionParts(): [number, number, number] {
  const parts = product.version.split('.').map(Number);
  const [major = 0, minor = 0, patch = 0] = parts;
  return [major, minor, patch];
}

/** @throws PackageError `bundle-unusable` when this Node does not have the fuse exactly once */
function lightFuse(executable: Buffer): void {
  const unlit = Buffer.from(`${fuse}:0`);
  const at = executable.indexOf(unlit);
  if (at < 0 || executable.indexOf(unlit, at + 1) >= 0) {
    throw new PackageError('bundle-unusable', 'this Node for Windows cannot be made a single executable');
  }
  executable.write('1', at + unlit.length - 1, 'latin1');
}
