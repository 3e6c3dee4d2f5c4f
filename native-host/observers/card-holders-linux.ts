import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { byProgram } from './card-holders.ts';
import type { Observer } from './port.ts';

/** pcsc-lite's client library, also where a module has loaded it by its full name. */
const library = /\/libpcsclite(?:_real)?\.so/;

/** Programs with pcsc-lite's client library in their memory map (proc(5)). */
export function linuxCardHoldersObserver({
  proc = '/proc',
}: {
  proc?: string;
} = {}): Observer<'card-holders'> {
  return {
    subject: 'card-holders',
    deadlineMs: 2000,
    how: '/proc/PID/maps: libpcsclite',
    whenHeld: true,
    async observe() {
      const names: string[] = [];
      let unseen = 0;
      for (const id of (await readdir(proc)).filter((name) => /^\d+$/.test(name))) {
        const command = await readFile(join(proc, id, 'cmdline'), 'utf8').catch(() => '');
        if (command === '' || command.split('\0').includes('card-process')) continue; // the kernel's, and our own
        const maps = await readFile(join(proc, id, 'maps'), 'utf8').catch(
          (error: NodeJS.ErrnoException) => error,
        );
        if (typeof maps !== 'string') unseen += maps.code === 'EACCES' || maps.code === 'EPERM' ? 1 : 0;
        else if (library.test(maps)) {
          const program = await readlink(join(proc, id, 'exe')).catch(() => undefined);
          if (program) names.push(basename(program.replace(/ \(deleted\)$/, '')));
        }
      }
      return { outcome: 'observed', facts: { candidates: byProgram(names), unseen } };
    },
  };
}
