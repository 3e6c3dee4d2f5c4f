import type { Windows } from '../windows/index.ts';
import type { Processes, RunningProcess } from '../windows/processes.ts';
import { browserNames } from './browser-session-linux.ts';
import type { Observer } from './port.ts';
import { windowsRemoteSession } from './remote-session-windows.ts';

export interface WindowsBrowserSessionOptions extends Pick<Windows, 'processes' | 'registry'> {
  /** The process that started the host: the browser, or the command shell it started. */
  parentId: number;
}

/** The browser that started the host, with its start; every browser that runs; whether the desktop is a remote one. */
export function windowsBrowserSessionObserver({
  processes,
  registry,
  parentId,
}: WindowsBrowserSessionOptions): Observer<'browser-session'> {
  return {
    subject: 'browser-session',
    deadlineMs: 2000,
    how: 'CreateToolhelp32Snapshot, GetProcessTimes, GetSystemMetrics(SM_REMOTESESSION), GlassSessionId, ProcessIdToSessionId',
    async observe() {
      const all = await processes.all();
      const byId = new Map(all.map((one) => [one.processId, one]));
      const mine = browserAbove(byId, parentId);
      if (!mine) return { outcome: 'unknown', reason: 'not-found', detail: 'not started by a browser' };
      const [started, bits, remote, running] = await Promise.all([
        processes.startedAt(mine.processId),
        processes.bits(mine.processId),
        windowsRemoteSession({ processes, registry }, mine.processId),
        Promise.all(firstProcesses(all, byId).map((one) => described(processes, one))),
      ]);
      if (!started) return { outcome: 'unknown', reason: 'no-permission', detail: 'GetProcessTimes' };
      return {
        outcome: 'observed',
        facts: {
          startedAt: started.toISOString(),
          processId: mine.processId,
          name: mine.name,
          ...(bits && { bits }),
          running: running.slice(0, 32),
          ...remote,
        },
      };
    },
  };
}

/**
 * The topmost of the browser processes above: Chrome may put a command shell between itself and a host. Ids are used
 * again by Windows, so a chain is followed a few steps only.
 */
function browserAbove(byId: ReadonlyMap<number, RunningProcess>, from: number): RunningProcess | undefined {
  let found: RunningProcess | undefined;
  let one = byId.get(from);
  for (let steps = 0; one && steps < 4; steps++) {
    if (browserNames.test(one.name)) found = one;
    else if (found) break;
    one = byId.get(one.parentId);
  }
  return found;
}

function firstProcesses(
  all: readonly RunningProcess[],
  byId: ReadonlyMap<number, RunningProcess>,
): RunningProcess[] {
  return all.filter(
    ({ name, parentId }) =>
      browserNames.test(name) && byId.get(parentId)?.name.toLowerCase() !== name.toLowerCase(),
  );
}

async function described(processes: Processes, { name, processId }: RunningProcess) {
  const started = await processes.startedAt(processId);
  return { name, processId, ...(started && { startedAt: started.toISOString() }) };
}
