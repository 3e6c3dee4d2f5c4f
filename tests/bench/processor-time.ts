import { readdir, readFile } from 'node:fs/promises';

/**
 * Seconds of processor time a process has had so far, in user and system mode: what the scheduler counted for each of
 * its threads, in nanoseconds (Linux). Clock ticks would be too coarse for short runs and for what hardly runs.
 */
export async function processorSeconds(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const texts = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0')),
  );
  return texts.reduce((sum, text) => sum + Number(text.split(' ')[0]), 0) / 1e9;
}
