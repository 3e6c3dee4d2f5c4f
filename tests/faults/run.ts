import type { Ledger } from './ledger.ts';
import type { Random } from './random.ts';

/** What every area of faults is given. */
export interface FaultRun {
  ledger: Ledger;
  random: Random;
  extent: 'quick' | 'full' | 'soak';
  /** Told what is being done. */
  say: (text: string) => void;
  /** Milliseconds since 1970 after which no further round begins. One round is made in any case. */
  until: number;
  /** The built host. */
  launcher: string;
}

/** The faults of an area, in another order each round, until its time is over. */
export async function rounds(run: FaultRun, faults: readonly (() => Promise<unknown>)[]): Promise<void> {
  do {
    for (const fault of run.random.shuffled(faults)) await fault();
  } while (run.extent === 'soak' && Date.now() < run.until);
}
