import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Extent, SectionResult } from './row.ts';

/** The registration platform's own bench, `server.ts` beside this file. */
interface ServerBench {
  serverSection(extent: Extent): Promise<SectionResult>;
}

/** @throws Error when there is none: a section that was not measured is told as such. */
export async function serverSection(extent: Extent): Promise<SectionResult> {
  const file = join(import.meta.dirname, 'server.ts');
  if (!existsSync(file)) throw new Error('tests/bench/server.ts is not there yet');
  const bench = (await import(pathToFileURL(file).href)) as ServerBench;
  return bench.serverSection(extent);
}
