import type { StartedProcess } from '../../start-process.ts';

/** What the launcher leaves for an inspection: the card process's id in this variable, and two ends of pipes. */
export const besideLauncher = { variable: 'HPKI_NAVI_CARD_PROCESS', commands: 6, events: 7 } as const;

/**
 * The card process that the launcher started at the same time as this one. It is this one's child, so that its id stays
 * its own until this process has ended, and it ends with this one like any other. Undefined where there is none.
 */
export function cardProcessBesideLauncher(): StartedProcess | undefined {
  const id = Number(process.env[besideLauncher.variable]);
  delete process.env[besideLauncher.variable];
  if (!Number.isInteger(id) || id <= 1) return undefined;
  const { fstatSync } = process.getBuiltinModule('node:fs');
  const { Socket } = process.getBuiltinModule('node:net');
  try {
    const ends = [besideLauncher.commands, besideLauncher.events];
    if (!ends.every((fd) => fstatSync(fd).isFIFO())) return undefined;
  } catch {
    return undefined; // someone else set the variable
  }
  const stdin = new Socket({ fd: besideLauncher.commands, readable: false, writable: true });
  const stdout = new Socket({ fd: besideLauncher.events, readable: true, writable: false });
  return {
    stdin,
    stdout,
    kill() {
      if (stdout.destroyed) return false; // it has ended
      try {
        return process.kill(id, 'SIGKILL');
      } catch {
        return false; // just now
      }
    },
    // Only its own end of the pipe is open for writing: that closes when the process has ended, however.
    once: (event, listener) => event === 'exit' && stdout.once('close', listener),
  };
}
