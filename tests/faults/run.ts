import type { Ledger } from './ledger.ts';
import type { Random } from './random.ts';
import type { Steadiness } from './steadiness.ts';

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
  /** Told of what lives through the run. */
  steadiness: Steadiness;
}

/** The faults of an area, in another order each round, until its time is over. `between` comes after each fault. */
export async function rounds(
  run: FaultRun,
  faults: readonly (() => Promise<unknown>)[],
  between: () => Promise<unknown> = async () => undefined,
): Promise<void> {
  do {
    for (const fault of run.random.shuffled(faults)) {
      await fault();
      await between();
    }
  } while (run.extent === 'soak' && Date.now() < run.until);
}
