import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A page of SQLite's. Octets. */
const written = Buffer.alloc(4096);
/** Milliseconds between two writes: often enough to meet most pauses, seldom enough to be none. */
const pause = 20;

/**
 * What the disk alone takes: until stopped, a page is appended to a file in `folder` and waited for, as a commit does.
 * Milliseconds of each. So a disk that stands still for everyone is told apart from a server that does.
 */
export async function watchDisk(folder: string): Promise<{ stop(): Promise<number[]> }> {
  const path = join(folder, 'bare-disk');
  const file = await open(path, 'w');
  const times: number[] = [];
  let going = true;
  const watching = watch(file, times, () => going);
  return {
    async stop() {
      going = false;
      await watching;
      await file.close();
      await rm(path);
      return times;
    },
  };
}

async function watch(file: FileHandle, times: number[], isGoing: () => boolean): Promise<void> {
  while (isGoing()) {
    const from = performance.now();
    await file.write(written);
    await file.datasync();
    times.push(performance.now() - from);
    await sleep(pause);
  }
}
