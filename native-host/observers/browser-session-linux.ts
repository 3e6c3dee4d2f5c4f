import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Observer } from './port.ts';
import { linuxRemoteSession, type RemoteSessionPlace } from './remote-session-linux.ts';

/** Clock ticks per second of /proc: USER_HZ is 100 on every Linux architecture in use. */
const ticksPerSecond = 100;

/** Programs that are browsers of the journey, by file name, on every system. */
export const browserNames = /^(?:chrome|chromium|chromium-browser|google-chrome|msedge|microsoft-edge)/i;

export interface BrowserSessionOptions {
  /** The process that started the host: the browser. */
  parentId?: number;
  /** Tell it only when its name is a browser's: true when run by hand from a shell. */
  onlyBrowsers?: boolean;
  procFolder?: string;
  /** Where to see whether the desktop is a remote one. */
  session?: RemoteSessionPlace;
}

/** Start time of the browser process: a "restart" that leaves the process alive is none. */
export function linuxBrowserSessionObserver(
  options: BrowserSessionOptions = {},
): Observer<'browser-session'> {
  const { parentId = process.ppid, onlyBrowsers = false, procFolder = '/proc', session = {} } = options;
  return {
    subject: 'browser-session',
    deadlineMs: 1000,
    how: '/proc/PID/stat of the parent process, /proc/*/exe, XRDP_SESSION and the like, logind',
    async observe() {
      const stat = await readFile(`${procFolder}/${parentId}/stat`, 'utf8');
      const name = (await programName(procFolder, parentId)) ?? commandName(stat);
      if (onlyBrowsers && !browserNames.test(name)) {
        return { outcome: 'unknown', reason: 'not-found', detail: 'not started by a browser' };
      }
      const bootSeconds = /^btime (\d+)$/m.exec(await readFile(`${procFolder}/stat`, 'utf8'))?.[1];
      const ticks = startTicks(stat);
      if (bootSeconds === undefined || ticks === undefined)
        return { outcome: 'unknown', reason: 'not-found' };
      const startedAt = startTime(bootSeconds, ticks);
      const [running, remote] = await Promise.all([
        runningBrowsers(procFolder, bootSeconds),
        linuxRemoteSession(session),
      ]);
      return { outcome: 'observed', facts: { startedAt, processId: parentId, name, running, ...remote } };
    },
  };
}

/** Field 2 of /proc/PID/stat, in parentheses; it may itself contain spaces and parentheses. */
function commandName(stat: string): string {
  return stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
}

/** Field 22, starttime: ticks since boot (proc(5)). */
function startTicks(stat: string): number | undefined {
  const field = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[22 - 3];
  return field !== undefined && /^\d+$/.test(field) ? Number(field) : undefined;
}

function startTime(bootSeconds: string, ticks: number): string {
  return new Date((Number(bootSeconds) + ticks / ticksPerSecond) * 1000).toISOString();
}

async function programName(procFolder: string, processId: number | string): Promise<string | undefined> {
  const executable = await readlink(`${procFolder}/${processId}/exe`).catch(() => undefined);
  return executable && basename(executable).replace(/ \(deleted\)$/, '');
}

/** Each browser by its first process: the one whose parent is no browser. Other users' are not seen. */
async function runningBrowsers(procFolder: string, bootSeconds: string) {
  const ids = (await readdir(procFolder)).filter((name) => /^\d+$/.test(name));
  const named = await Promise.all(ids.map(async (id) => ({ id, name: await programName(procFolder, id) })));
  const browsers = named.filter(({ name }) => name !== undefined && browserNames.test(name));
  const isBrowser = new Set(browsers.map(({ id }) => id));
  const found = await Promise.all(
    browsers.map(async ({ id, name = '' }) => {
      const stat = await readFile(`${procFolder}/${id}/stat`, 'utf8').catch(() => undefined);
      if (stat === undefined || isBrowser.has(parentOf(stat))) return [];
      const ticks = startTicks(stat);
      return [
        {
          name,
          processId: Number(id),
          ...(ticks !== undefined && { startedAt: startTime(bootSeconds, ticks) }),
        },
      ];
    }),
  );
  return found.flat().slice(0, 32);
}

/** Field 4, ppid. */
function parentOf(stat: string): string {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[4 - 3] ?? '';
}
