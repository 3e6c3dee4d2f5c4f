import type { Processes } from '../windows/index.ts';
import { byProgram } from './card-holders.ts';
import type { Observer } from './port.ts';

export interface CardHoldersOptions {
  processes: Pick<Processes, 'all' | 'hasLoaded'>;
  /** File name of this program: its own processes are no strangers. */
  own?: string;
}

/** Programs with winscard.dll among their modules. The service that implements it (svchost) is none of them. */
export function windowsCardHoldersObserver({
  processes,
  own = process.execPath.replace(/^.*[\\/]/, ''),
}: CardHoldersOptions): Observer<'card-holders'> {
  const passedOver = new Set(['svchost.exe', own.toLowerCase()]);
  return {
    subject: 'card-holders',
    deadlineMs: 5000,
    how: 'Toolhelp: modules, winscard.dll',
    whenHeld: true,
    async observe() {
      const names: string[] = [];
      let unseen = 0;
      for (const { processId, name } of await processes.all()) {
        if (processId === 0 || passedOver.has(name.toLowerCase())) continue;
        const loaded = await processes.hasLoaded(processId, 'winscard.dll');
        if (loaded === undefined) unseen += 1;
        else if (loaded) names.push(name);
      }
      return { outcome: 'observed', facts: { candidates: byProgram(names), unseen } };
    },
  };
}
