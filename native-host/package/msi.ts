import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type PackageMode, product } from './product.ts';
import { runTool } from './tool.ts';
import { namedUuid } from './uuid.ts';

export interface MsiOptions {
  /** The files to install, in one folder without subfolders. */
  stage: string;
  output: string;
  mode: PackageMode;
  /** Default: this product's. */
  version?: string;
}

const browserKeys = [
  'Software\\Google\\Chrome\\NativeMessagingHosts',
  'Software\\Microsoft\\Edge\\NativeMessagingHosts',
  'Software\\Chromium\\NativeMessagingHosts',
];
/** Shift-JIS. Windows Installer's strings are in one ANSI code page, and UTF-8 is not among the supported ones. */
const codepageJapanese = 932;
const languageJapanese = 1041;

/**
 * The MSI for managed roll-out: per machine, 64-bit, no dialogs.
 *
 * Browsers look into HKEY_CURRENT_USER before HKEY_LOCAL_MACHINE, so a copy that a user installed with Setup.exe wins
 * over this one for that user. Setup.exe says so before it installs beside an MSI.
 * @throws PackageError `tool-missing`, `tool-failed`
 */
export async function buildMsi({
  stage,
  output,
  mode,
  version = product.version,
}: MsiOptions): Promise<void> {
  const names = (await readdir(stage)).sort();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hpki-navi-msi-'));
  try {
    const source = path.join(folder, 'product.wxs');
    await writeFile(source, wixSource(names, mode, version));
    await runTool('wixl', ['--arch', 'x64', '--output', path.resolve(output), source], { cwd: stage });
    // wixl declares no code page and loses what is not ASCII: state it, then write the name.
    const codepage = path.join(folder, '_ForceCodepage.idt');
    await writeFile(codepage, `\r\n\r\n${codepageJapanese}\t_ForceCodepage\r\n`);
    await runTool('msibuild', [path.resolve(output), '-i', codepage]);
    await runTool('msibuild', [
      path.resolve(output),
      '-q',
      `UPDATE \`Property\` SET \`Value\` = '${product.name.ja}' WHERE \`Property\` = 'ProductName'`,
    ]);
    await runTool('msibuild', [
      path.resolve(output),
      '-s',
      product.name.en,
      product.publisher,
      `x64;${languageJapanese}`,
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Ids follow from names: the same version built twice is the same product, and a new version upgrades the old. */
function wixSource(names: string[], mode: PackageMode, version: string): string {
  const uuid = (name: string) => namedUuid(`msi ${name}`);
  const components = names.map(
    (name, index) => `
          <Component Id="File${index}" Guid="${uuid(`file ${name}`)}" Win64="yes">
            <File Id="File${index}" Name="${xml(name)}" Source="${xml(name)}" KeyPath="yes"/>
          </Component>`,
  );
  // Root and Key on the value itself: inside a RegistryKey wixl adds a backslash.
  const keys = browserKeys.map(
    (key, index) => `
          <Component Id="Browser${index}" Guid="${uuid(`key ${key}`)}" Win64="yes">
            <RegistryValue Root="HKLM" Key="${key}\\${product.nativeHost}" Type="string"
              Value="[INSTALLFOLDER]${product.nativeHost}.json" KeyPath="yes"/>
          </Component>`,
  );
  const references = [
    ...names.map((_, index) => `File${index}`),
    ...browserKeys.map((_, index) => `Browser${index}`),
  ];
  return `<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
  <Product Id="${uuid(`product ${mode} ${version}`)}" UpgradeCode="${uuid('upgrade')}"
    Name="${xml(product.name.en)}" Version="${version}" Manufacturer="${xml(product.publisher)}"
    Language="${languageJapanese}">
    <Package InstallerVersion="500" Compressed="yes" InstallScope="perMachine"
      Description="${xml(product.name.en)}" Manufacturer="${xml(product.publisher)}"/>
    <MajorUpgrade DowngradeErrorMessage="A newer version is already installed."/>
    <MediaTemplate EmbedCab="yes"/>
    <Property Id="ARPNOMODIFY" Value="1"/>
    <Directory Id="TARGETDIR" Name="SourceDir">
      <Directory Id="ProgramFiles64Folder">
        <Directory Id="INSTALLFOLDER" Name="${product.id}">${[...components, ...keys].join('')}
        </Directory>
      </Directory>
    </Directory>
    <Feature Id="Complete" Level="1">
${references.map((id) => `      <ComponentRef Id="${id}"/>`).join('\n')}
    </Feature>
  </Product>
</Wix>
`;
}

function xml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
