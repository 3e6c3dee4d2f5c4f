import { writeFile } from 'node:fs/promises';
import type { Inspection } from './inspect.ts';
import { redacted } from './redact.ts';

/** A recording of a real PC: an inspection without identity, which can be replayed through the judge. */
export interface Recording extends Inspection {
  /** Where the facts come from. `synthetic` recordings name the source of what they show. */
  recorded: { from: 'field' } | { from: 'synthetic'; sources: string[] };
}

/** Writes a redacted recording to a new file. @throws when the file exists: nothing is written over */
export async function writeRecording(inspection: Inspection, file: string): Promise<void> {
  const recording: Recording = { recorded: { from: 'field' }, ...redacted(inspection) };
  await writeFile(file, `${JSON.stringify(recording, null, 2)}\n`, { flag: 'wx' });
}
