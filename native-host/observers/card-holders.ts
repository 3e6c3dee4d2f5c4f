import type { FactsOf } from '../../common/protocol/index.ts';
import { browserNames } from './browser-session-linux.ts';

/**
 * Processes by the file names of their programs, those with the most first. A browser has PC/SC loaded whenever this host
 * runs below it, and says little by that: browsers come last.
 */
export function byProgram(names: readonly string[]): FactsOf<'card-holders'>['candidates'] {
  const processes = new Map<string, number>();
  for (const name of names) processes.set(name, (processes.get(name) ?? 0) + 1);
  return [...processes]
    .map(([name, count]) => ({ name: name.slice(0, 1024), processes: count }))
    .sort(
      (a, b) =>
        Number(browserNames.test(a.name)) - Number(browserNames.test(b.name)) ||
        b.processes - a.processes ||
        (a.name < b.name ? -1 : 1),
    )
    .slice(0, 32);
}
