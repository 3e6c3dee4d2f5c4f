import { win32 } from 'node:path';
import type { DriverModule } from '../../common/protocol/index.ts';
import type { Registry, RegistryKey, RegistryValue } from '../windows/index.ts';

export interface InstalledProgram {
  name: string;
  family: DriverModule['family'];
  version: string | undefined;
  /** Where its files are: InstallLocation, and the folder of DisplayIcon. */
  folders: string[];
  view: 32 | 64;
  how: string;
}

const path = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall';

/** Installed programs that name HPKI or the My Number client software. This product's own entry is not one. */
export function installedPrograms(registry: Registry): InstalledProgram[] {
  const keys: (RegistryKey & { view: 32 | 64 })[] = [
    { root: 'HKLM', path, view: 64 },
    { root: 'HKLM', path, view: 32 },
    { root: 'HKCU', path, view: 64 },
  ];
  return keys.flatMap((key) =>
    registry.keys(key).flatMap((entry): InstalledProgram[] => {
      const values = registry.values({ ...key, path: `${key.path}\\${entry}` });
      const name = textOf(values.get('DisplayName'));
      const family = name && familyOf(name);
      if (!family) return [];
      const location = textOf(values.get('InstallLocation'));
      const icon = textOf(values.get('DisplayIcon'));
      return [
        {
          name,
          family,
          version: textOf(values.get('DisplayVersion')),
          folders: [location && unquoted(location), icon && win32.dirname(unquoted(icon))]
            .filter((folder) => folder !== undefined)
            .filter((folder) => win32.isAbsolute(folder) && !shared.test(folder)),
          view: key.view,
          how: `${key.root}\\${key.path} (${key.view})`,
        },
      ];
    }),
  );
}

/** Folders of what may be the HPKI card driver. */
export function driverFolders(programs: readonly InstalledProgram[]): string[] {
  return [...new Set(programs.flatMap(({ family, folders }) => (family === 'jpki' ? [] : folders)))];
}

/** The product's name is not known: a program that names HPKI and a driver or card tools is taken for it. */
function familyOf(name: string): DriverModule['family'] | undefined {
  if (/HPKI登録ナビ|HPKI Touroku Navi/i.test(name)) return undefined;
  if (/HPKI/i.test(name)) return /ドライバ|driver|カードツール|card ?tool/i.test(name) ? 'hpki' : 'unknown';
  if (/JPKI|公的個人認証|利用者クライアントソフト/i.test(name)) return 'jpki';
  return undefined;
}

/** `"C:\X\a.exe",0`: a path in quotation marks, with the number of an icon. */
const unquoted = (text: string) => text.replace(/,-?\d+$/, '').replace(/^"(.*)"$/, '$1');

/** A drive, the folder of all programs and Windows' own are no program's. */
const shared = /^[a-z]:\\?(?:program files(?: \(x86\))?\\?)?$|^[a-z]:\\windows(?:\\|$)/i;

/** A text value, undefined when it is empty or of another type. */
export const textOf = (value: RegistryValue | undefined) =>
  typeof value === 'string' && value !== '' ? value.slice(0, 1024) : undefined;
