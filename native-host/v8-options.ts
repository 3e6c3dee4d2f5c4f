/**
 * What keeps the processes small that live as long as the browser and do little: with a small young generation, and
 * without the optimising compilers, each stays within one and a half times a bare Node, also after hundreds of cards
 * (`npm run bench`).
 */

/**
 * 4 MiB: with less, the buffers of a reading outlive the young generation, whose owners weigh so little in the old one
 * that it is rarely looked through, and the process grows for thousands of readings.
 *
 * Given at the start, by the launcher to what a browser starts; the Windows executable always has it.
 */
export const v8Options = ['--max-semi-space-size=4'] as const;

/**
 * Not given at the start: with other options than it was built with, V8 compiles Node's own code anew, which takes some
 * 4 ms. So each process gives up the compilers once it is ready.
 */
export function withoutCompilers(): void {
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  for (const option of ['--no-opt', '--no-maglev', '--no-sparkplug']) setFlagsFromString(option);
}
