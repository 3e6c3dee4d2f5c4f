import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import type { DriverModule } from '../../common/protocol/index.ts';
import { ifAbsent } from '../if-absent.ts';
import { moduleAt } from './elf-module.ts';

export interface NssPlace {
  home?: string;
  root?: string;
  environment?: NodeJS.ProcessEnv;
}

/** NSS databases of Chromium, both places it has used. */
export function nssFolders({ home = homedir(), environment = process.env }: NssPlace): string[] {
  const data = environment['XDG_DATA_HOME'] ?? join(home, '.local/share');
  return [join(home, '.pki/nssdb'), join(data, 'pki/nssdb')];
}

/** The modules of each database, from its pkcs11.txt. */
export async function nssModuleList(place: NssPlace): Promise<{ module: DriverModule; database: string }[]> {
  const modules: { module: DriverModule; database: string }[] = [];
  for (const database of nssFolders(place)) {
    const text = await readFile(join(database, 'pkcs11.txt'), 'utf8').catch(ifAbsent(''));
    for (const { library, name } of parseModuleList(text)) {
      modules.push({ module: await moduleAt(place.root ?? '', library, name, 'nss:pkcs11.txt'), database });
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
