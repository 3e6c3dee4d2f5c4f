import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import type { DriverModule } from '../../common/protocol/index.ts';
import { ifAbsent } from '../if-absent.ts';
import { moduleAt } from './elf-module.ts';
import { nssModuleList } from './nss-databases.ts';
import type { Observer } from './port.ts';

export interface CardDriverOptions {
  home?: string;
  /** Prefix of system folders: a test's own tree. */
  root?: string;
  environment?: NodeJS.ProcessEnv;
}

/** Card drivers on Linux: PKCS#11 modules registered in the user's NSS databases and with p11-kit. */
export function linuxCardDriverObserver(options: CardDriverOptions = {}): Observer<'card-driver'> {
  return {
    subject: 'card-driver',
    deadlineMs: 2000,
    how: 'nss:pkcs11.txt, p11-kit modules',
    async observe() {
      const nss = (await nssModuleList(options)).map(({ module }) => module);
      const modules = [...nss, ...(await p11KitModules(options))];
      return { outcome: 'observed', facts: { modules: modules.slice(0, 64) } };
    },
  };
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
    for (const file of await readdir(folder).catch(ifAbsent([]))) {
      if (!file.endsWith('.module')) continue;
      const text = await readFile(join(folder, file), 'utf8').catch(ifAbsent(''));
      const library = /^module:\s*(\S+)\s*$/m.exec(text)?.[1];
      if (library) modules.push(await moduleAt(root, library, basename(file, '.module'), 'p11-kit'));
    }
  }
  return modules;
}
