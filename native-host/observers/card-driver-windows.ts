import { readdir } from 'node:fs/promises';
import { win32 } from 'node:path';
import type { DriverModule } from '../../common/protocol/index.ts';
import { ifAbsent } from '../if-absent.ts';
import type { RegistryKey, RegistryValue, Windows } from '../windows/index.ts';
import { peBits } from '../windows/pe-header.ts';
import { within } from '../within.ts';
import { cardTools } from './card-tools.ts';
import { driverFamily, providerFamily } from './driver-family.ts';
import { driverFolders, type InstalledProgram, installedPrograms, textOf } from './installed-programs.ts';
import type { Observer } from './port.ts';

/** File access, so that a test can show a Windows on another system. */
export interface WindowsFiles {
  list(folder: string): Promise<string[]>;
  /** As `peBits`. */
  bits(path: string): Promise<32 | 64 | 'other' | undefined>;
}

export const windowsFiles: WindowsFiles = {
  list: (folder) => readdir(folder).catch(ifAbsent([])),
  bits: peBits,
};

/** HPKI's libraries by the beginnings that JAHIS 24-002 fixes; the My Number client software's also in its own folder. */
const hpkiPattern = /^(?:Hpki(?:Auth|Sig)P11.*|opensc-pkcs11)\.dll$/i;
const jpkiPattern = /^JPKIPKCS11.*\.dll$/i;
/** Milliseconds for the card tools: a roaming profile that does not answer takes nothing else with it. */
const toolsMs = 1500;

/**
 * The card driver on Windows: PKCS#11 libraries, CSPs, KSPs, the entries of Calais and of the installed programs.
 * Places: JAHIS 24-002 (names), Microsoft's documentation of CSPs and CNG (keys).
 */
export function windowsCardDriverObserver(
  windows: Pick<Windows, 'registry' | 'fileVersion' | 'environment'>,
  files: WindowsFiles = windowsFiles,
  toolsIn: typeof cardTools = cardTools,
): Observer<'card-driver'> {
  return {
    subject: 'card-driver',
    deadlineMs: 3000,
    how: 'System32, SysWOW64, registry: Cryptography\\Defaults\\Provider, Cryptography\\Providers, Calais, Uninstall',
    async observe() {
      const programs = installedPrograms(windows.registry);
      const looked = toolsIn(windows.environment, driverFolders(programs));
      const [tools, ...found] = await Promise.all([
        within(toolsMs, looked).catch(() => undefined),
        libraries(windows, files),
        providers(windows, files, 64),
        providers(windows, files, 32),
        keyStorageProviders(windows, files),
      ]);
      const modules = [
        ...found.flat(),
        ...calais(windows, 64),
        ...calais(windows, 32),
        ...installedModules(programs),
      ];
      return {
        outcome: 'observed',
        facts: { modules: modules.slice(0, 64), ...(tools && { tools: tools.slice(0, 16) }) },
      };
    },
  };
}

async function libraries(
  { fileVersion, environment }: Pick<Windows, 'fileVersion' | 'environment'>,
  files: WindowsFiles,
): Promise<DriverModule[]> {
  const root = environment['SystemRoot'] ?? 'C:\\Windows';
  const programs = environment['ProgramFiles'] ?? 'C:\\Program Files';
  const programs32 = environment['ProgramFiles(x86)'] ?? 'C:\\Program Files (x86)';
  const places: [folder: string, patterns: RegExp[], how: string][] = [
    [win32.join(root, 'System32'), [hpkiPattern, jpkiPattern], 'System32'],
    [win32.join(root, 'SysWOW64'), [hpkiPattern, jpkiPattern], 'SysWOW64'],
    [win32.join(programs, 'JPKI'), [jpkiPattern], 'Program Files\\JPKI'],
    [win32.join(programs32, 'JPKI'), [jpkiPattern], 'Program Files (x86)\\JPKI'],
  ];
  const found = places.map(async ([folder, patterns, how]) => {
    const named = (name: string) => patterns.some((pattern) => pattern.test(name));
    const names = (await files.list(folder)).filter(named).sort();
    return Promise.all(
      names.map(async (name): Promise<DriverModule> => {
        const path = win32.join(folder, name);
        const bits = await files.bits(path);
        const version = await fileVersion(path).catch(() => undefined);
        return {
          kind: 'pkcs11',
          family: driverFamily(name),
          name,
          path,
          ...(version !== undefined && { version }),
          ...(typeof bits === 'number' && { bits }),
          how,
          present: bits !== undefined,
        };
      }),
    );
  });
  return (await Promise.all(found)).flat();
}

async function providers(
  windows: Pick<Windows, 'registry' | 'fileVersion' | 'environment'>,
  files: WindowsFiles,
  view: 32 | 64,
): Promise<DriverModule[]> {
  const path = 'SOFTWARE\\Microsoft\\Cryptography\\Defaults\\Provider';
  return providersBelow(windows, files, { root: 'HKLM', path, view }, 'csp', '', 'Image Path');
}

async function keyStorageProviders(
  windows: Pick<Windows, 'registry' | 'fileVersion' | 'environment'>,
  files: WindowsFiles,
): Promise<DriverModule[]> {
  const path = 'SYSTEM\\CurrentControlSet\\Control\\Cryptography\\Providers';
  return providersBelow(windows, files, { root: 'HKLM', path, view: 64 }, 'ksp', '\\UM', 'Image');
}

async function providersBelow(
  { registry, fileVersion, environment }: Pick<Windows, 'registry' | 'fileVersion' | 'environment'>,
  files: WindowsFiles,
  key: RegistryKey & { view: 32 | 64 },
  kind: 'csp' | 'ksp',
  below: string,
  imageValue: string,
): Promise<DriverModule[]> {
  const modules: DriverModule[] = [];
  for (const name of registry.keys(key)) {
    const family = providerFamily(name);
    if (!family) continue;
    const image = textOf(registry.values({ ...key, path: `${key.path}\\${name}${below}` }).get(imageValue));
    const path = image && imagePath(image, key.view, environment);
    const bits = path ? await files.bits(path) : undefined;
    const version = path && bits !== undefined ? await fileVersion(path).catch(() => undefined) : undefined;
    modules.push({
      kind,
      family,
      name,
      ...(path && { path }),
      ...(version !== undefined && { version }),
      bits: typeof bits === 'number' ? bits : key.view,
      how: `${key.root}\\${key.path} (${key.view})`,
      present: bits !== undefined,
    });
  }
  return modules;
}

/** An image without a folder is looked for in the system folder of its registry's word size. */
function imagePath(image: string, view: 32 | 64, environment: NodeJS.ProcessEnv): string {
  const expanded = image.replace(/%(\w+)%/g, (whole, name: string) => environment[name] ?? whole);
  const root = environment['SystemRoot'] ?? 'C:\\Windows';
  const system = win32.join(root, view === 64 ? 'System32' : 'SysWOW64');
  if (!win32.isAbsolute(expanded)) return win32.join(system, expanded);
  // Programs of 32 bits are led from System32 to SysWOW64 by Windows.
  return view === 32 ? expanded.replace(/\\System32\\/i, '\\SysWOW64\\') : expanded;
}

/** ATRs of HPKI cards: contact (pcsc-tools' list, high), contactless as PC/SC forms it (medium). */
const hpkiAtrs: readonly string[] = ['3BF41300008131FE45004E0000A2', '3B888001004E0000F781D100E0'];

/** Cards the system knows by their ATR. Whether the HPKI driver enters its own is not known. */
function calais({ registry }: Pick<Windows, 'registry'>, view: 32 | 64): DriverModule[] {
  const path = 'SOFTWARE\\Microsoft\\Cryptography\\Calais\\SmartCards';
  const key: RegistryKey = { root: 'HKLM', path, view };
  return registry.keys(key).flatMap((name): DriverModule[] => {
    const values = registry.values({ ...key, path: `${path}\\${name}` });
    const provider =
      textOf(values.get('Crypto Provider')) ?? textOf(values.get('Smart Card Key Storage Provider'));
    const atr = octetsOf(values.get('ATR'));
    const mask = octetsOf(values.get('ATRMask'));
    const family =
      (provider && providerFamily(provider)) ??
      (/HPKI/i.test(name) ? 'hpki' : /JPKI/i.test(name) ? 'jpki' : undefined) ??
      (atr && hpkiAtrs.some((card) => isFor(card, atr, mask)) ? 'hpki' : undefined);
    if (!family) return [];
    return [
      {
        kind: 'calais',
        family,
        name,
        bits: view,
        how: `${key.root}\\${path} (${view})`,
        present: true,
        ...(atr && { atr }),
        ...(mask && { atrMask: mask }),
      },
    ];
  });
}

/**
 * As the resource manager finds a card's entry: equal in every bit of the mask, and as long (Microsoft:
 * SCardIntroduceCardType). All three in hexadecimal; an entry without a mask is for one ATR.
 */
function isFor(card: string, atr: string, mask: string | undefined): boolean {
  const [octets, entry] = [Buffer.from(card, 'hex'), Buffer.from(atr, 'hex')];
  const bits = mask === undefined ? Buffer.alloc(entry.length, 0xff) : Buffer.from(mask, 'hex');
  return (
    octets.length === entry.length &&
    octets.every((octet, index) => ((octet ^ (entry[index] ?? 0)) & (bits[index] ?? 0)) === 0)
  );
}

/** This product's own entry is not one. */
function installedModules(programs: readonly InstalledProgram[]): DriverModule[] {
  return programs.map(({ name, family, version, view, how }) => ({
    kind: 'uninstall-entry',
    family,
    name,
    ...(version && { version }),
    bits: view,
    how,
    present: true,
  }));
}

const octetsOf = (value: RegistryValue | undefined) =>
  value instanceof Uint8Array && value.length > 0 && value.length <= 64
    ? Buffer.from(value).toString('hex').toUpperCase()
    : undefined;
