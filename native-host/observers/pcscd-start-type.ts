import { lstat, readlink } from 'node:fs/promises';
import type { ListedService } from './desk-observations.ts';

const unitFolders = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

/**
 * How pcscd starts on a systemd machine, from its unit files: by its socket (`trigger`), at boot, by hand, or not
 * at all (masked). Undefined elsewhere.
 */
export async function pcscdStartType(root = ''): Promise<ListedService['startType']> {
  if (process.platform !== 'linux' || !(await exists(`${root}/run/systemd/system`))) return undefined;
  if (await isMasked(root, 'pcscd.service')) return 'disabled';
  const socketMasked = await isMasked(root, 'pcscd.socket');
  for (const folder of unitFolders) {
    if (!socketMasked && (await exists(`${root}${folder}/sockets.target.wants/pcscd.socket`)))
      return 'trigger';
    if (await exists(`${root}${folder}/multi-user.target.wants/pcscd.service`)) return 'automatic';
  }
  for (const folder of unitFolders) {
    if (await exists(`${root}${folder}/pcscd.service`)) return 'manual';
  }
  return undefined;
}

async function isMasked(root: string, unit: string): Promise<boolean> {
  for (const folder of unitFolders) {
    const target = await readlink(`${root}${folder}/${unit}`).catch(() => undefined);
    if (target === '/dev/null') return true;
  }
  return false;
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}
