/**
 * What keeps the processes small that live as long as the browser and do little: with a small young generation, and
 * without the optimising compilers, each stays within one and a half times a bare Node, also after hundreds of cards
 * (`npm run bench`).
 */

/**
 * 2 MiB: with less, more of what a reading leaves outlives the young generation.
 *
 * Given at the start, by the launcher to what a browser starts; the Windows executable always has it.
 */
export const v8Options = ['--max-semi-space-size=2'] as const;

/**
 * Not given at the start: with other options than it was built with, V8 compiles Node's own code anew, which takes some
 * 4 ms. So each process gives up the compilers once it is ready.
 */
export function withoutCompilers(): void {
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  for (const option of ['--no-opt', '--no-maglev', '--no-sparkplug']) setFlagsFromString(option);
}

let collect: (() => void) | undefined;

/**
 * Collects all garbage, which takes a few milliseconds here. V8 looks through the old generation when that has grown; the
 * buffers of cards lie outside of it, and their owners weigh so little that they pile up over thousands of readings.
 */
export function collectGarbage(): void {
  collect ??= exposedCollector();
  collect();
}

/** Only a context that is made after the flag is set has it. */
function exposedCollector(): () => void {
  process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc');
  return process.getBuiltinModule('node:vm').runInNewContext('gc') as () => void;
}
