import { open, readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import type { DriverModule } from '../../common/protocol/index.ts';
import type { Observer } from './port.ts';

export interface CardDriverOptions {
  home?: string;
  /** Prefix of system folders: a test's own tree. */
  root?: string;
  platform?: NodeJS.Platform;
  environment?: NodeJS.ProcessEnv;
}

/**
 * Card drivers the browser could use. Linux: the PKCS#11 modules registered in the user's NSS databases and with
 * p11-kit. Windows' CSPs, KSPs and libraries are not looked for yet.
 */
export function cardDriverObserver(options: CardDriverOptions = {}): Observer<'card-driver'> {
  const platform = options.platform ?? process.platform;
  return {
    subject: 'card-driver',
    deadlineMs: 2000,
    how: platform === 'linux' ? 'nss:pkcs11.txt, p11-kit modules' : 'none',
    async observe() {
      if (platform !== 'linux') {
        return {
          outcome: 'unknown',
          reason: 'not-supported-here',
          detail: 'card drivers are looked for on Linux only',
        };
      }
      const modules = [...(await nssModules(options)), ...(await p11KitModules(options))];
      return { outcome: 'observed', facts: { modules: modules.slice(0, 64) } };
    },
  };
}

/** The driver's file names. HPKI: JAHIS fixes the prefixes; JPKI: its client software; OpenSC stands in. */
export function driverFamily(file: string): DriverModule['family'] {
  const name = basename(file.replaceAll('\\', '/')).replace(/^lib/i, '');
  if (/^Hpki(?:Auth|Sig)P11/i.test(name)) return 'hpki';
  if (/^JPKI/i.test(name)) return 'jpki';
  if (/^opensc-pkcs11/i.test(name)) return 'stand-in';
  return 'unknown';
}

/** NSS databases of Chromium (both places it has used), each with its modules in pkcs11.txt. */
async function nssModules({ home = homedir(), root = '', environment = process.env }: CardDriverOptions) {
  const data = environment['XDG_DATA_HOME'] ?? join(home, '.local/share');
  const modules: DriverModule[] = [];
  for (const folder of [join(home, '.pki/nssdb'), join(data, 'pki/nssdb')]) {
    const text = await readFile(join(folder, 'pkcs11.txt'), 'utf8').catch(() => '');
    for (const { library, name } of parseModuleList(text)) {
      modules.push(await moduleAt(root, library, name, 'nss:pkcs11.txt'));
    }
  }
  return modules;
}

/** pkcs11.txt: blocks of `key=value` lines, one module each. NSS's own module has no library. */
export function parseModuleList(text: string): { library: string; name: string }[] {
  return text.split(/\n\s*\n/).flatMap((block) => {
    const library = /^library=(.+)$/m.exec(block)?.[1]?.trim();
    const name = /^name=(.+)$/m.exec(block)?.[1]?.trim();
    return library ? [{ library, name: name ?? basename(library) }] : [];
  });
}

/** p11-kit's registered modules: files of `key: value` lines (pkcs11.conf(5)). */
async function p11KitModules({ home = homedir(), root = '' }: CardDriverOptions): Promise<DriverModule[]> {
  const folders = [
    `${root}/usr/share/p11-kit/modules`,
    `${root}/etc/pkcs11/modules`,
    join(home, '.config/pkcs11/modules'),
  ];
  const modules: DriverModule[] = [];
  for (const folder of folders) {
    for (const file of await readdir(folder).catch(() => [])) {
      if (!file.endsWith('.module')) continue;
      const text = await readFile(join(folder, file), 'utf8').catch(() => '');
      const library = /^module:\s*(\S+)\s*$/m.exec(text)?.[1];
      if (library) modules.push(await moduleAt(root, library, basename(file, '.module'), 'p11-kit'));
    }
  }
  return modules;
}

/** Where a module given by a bare name is looked for. */
const libraryFolders = [
  '/usr/lib/x86_64-linux-gnu/pkcs11',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu/pkcs11',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib/pkcs11',
  '/usr/lib64/pkcs11',
  '/usr/lib64',
  '/usr/lib',
];

async function moduleAt(root: string, library: string, name: string, how: string): Promise<DriverModule> {
  const candidates = isAbsolute(library) ? [library] : libraryFolders.map((folder) => join(folder, library));
  for (const path of candidates) {
    const bits = await elfBits(`${root}${path}`);
    if (bits === undefined) continue;
    return {
      kind: 'pkcs11',
      family: driverFamily(library),
      name,
      path,
      ...(bits !== 'other' && { bits }),
      how,
      present: true,
    };
  }
  return { kind: 'pkcs11', family: driverFamily(library), name, path: library, how, present: false };
}

/** 32 or 64 from the ELF header (EI_CLASS), `other` for a file that is no ELF, undefined when not there. */
async function elfBits(path: string): Promise<32 | 64 | 'other' | undefined> {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return undefined;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(5), 0, 5, 0);
    if (bytesRead < 5 || buffer.readUInt32BE(0) !== 0x7f454c46) return 'other';
    return buffer[4] === 1 ? 32 : buffer[4] === 2 ? 64 : 'other';
  } finally {
    await file.close();
  }
}
