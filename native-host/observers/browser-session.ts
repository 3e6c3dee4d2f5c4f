import { readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Observer } from './port.ts';

/** Clock ticks per second of /proc: USER_HZ is 100 on every Linux architecture in use. */
const ticksPerSecond = 100;

export interface BrowserSessionOptions {
  /** The process that started the host: the browser. */
  parentId?: number;
  /** Tell it only when its name is a browser's: true when run by hand from a shell. */
  onlyBrowsers?: boolean;
  procFolder?: string;
}

/** Start time of the browser process: a "restart" that leaves the process alive is none. */
export function browserSessionObserver(options: BrowserSessionOptions = {}): Observer<'browser-session'> {
  const { parentId = process.ppid, onlyBrowsers = false, procFolder = '/proc' } = options;
  return {
    subject: 'browser-session',
    deadlineMs: 1000,
    how: process.platform === 'linux' ? '/proc/PID/stat of the parent process' : 'parent process',
    async observe() {
      if (process.platform !== 'linux') {
        return {
          outcome: 'unknown',
          reason: 'not-supported-here',
          detail: 'process start times are read on Linux only',
        };
      }
      const stat = await readFile(`${procFolder}/${parentId}/stat`, 'utf8');
      const executable = await readlink(`${procFolder}/${parentId}/exe`).catch(() => undefined);
      const name = executable ? basename(executable).replace(/ \(deleted\)$/, '') : commandName(stat);
      if (onlyBrowsers && !browserNames.test(name)) {
        return { outcome: 'unknown', reason: 'not-found', detail: 'not started by a browser' };
      }
      const bootSeconds = /^btime (\d+)$/m.exec(await readFile(`${procFolder}/stat`, 'utf8'))?.[1];
      const ticks = startTicks(stat);
      if (bootSeconds === undefined || ticks === undefined)
        return { outcome: 'unknown', reason: 'not-found' };
      const startedAt = new Date((Number(bootSeconds) + ticks / ticksPerSecond) * 1000).toISOString();
      return { outcome: 'observed', facts: { startedAt, processId: parentId, name } };
    },
  };
}

const browserNames = /^(?:chrome|chromium|chromium-browser|google-chrome|msedge|microsoft-edge)/i;

/** Field 2 of /proc/PID/stat, in parentheses; it may itself contain spaces and parentheses. */
function commandName(stat: string): string {
  return stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
}

/** Field 22, starttime: ticks since boot (proc(5)). */
function startTicks(stat: string): number | undefined {
  const field = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[22 - 3];
  return field !== undefined && /^\d+$/.test(field) ? Number(field) : undefined;
}
