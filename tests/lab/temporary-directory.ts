import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type TemporaryDirectory = {
  readonly path: string;
  /** Removes it. */
  readonly remove: () => Promise<void>;
};

/**
 * A folder that is removed even if this process is killed: a shell in its own session waits for the end of
 * its standard input, which only this process holds open.
 */
export async function temporaryDirectory(prefix: string): Promise<TemporaryDirectory> {
  // The private pcscd has an empty /run, and sockets want short paths.
  const parent = tmpdir().startsWith('/run') ? '/tmp' : tmpdir();
  const path = await mkdtemp(join(parent, prefix));
  const watcher = spawn('/bin/sh', ['-c', 'cat >/dev/null; rm -rf -- "$1"', 'sh', path], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.unref();
  const gone = new Promise<void>((done) => watcher.once('exit', () => done()));
  return {
    path,
    remove: () => {
      watcher.ref();
      watcher.stdin.end();
      return gone;
    },
  };
}
