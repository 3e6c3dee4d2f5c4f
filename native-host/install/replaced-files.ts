import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Windows lets nobody overwrite a running program. Setup.exe therefore moves the files in use into `replaced` beside
 * the program; the next host to start deletes them, and leaves what is still in use to the one after.
 */
export async function deleteReplacedFiles(folder: string = dirname(process.execPath)): Promise<void> {
  const replaced = join(folder, 'replaced');
  const names = await readdir(replaced).catch(() => []);
  for (const name of names.filter((each) => each.endsWith('.old'))) {
    await rm(join(replaced, name)).catch(() => undefined);
  }
  await rmdir(replaced).catch(() => undefined);
}
