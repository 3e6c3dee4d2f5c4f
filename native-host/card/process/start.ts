import { type StartedProcess, startProcess } from '../../start-process.ts';

/** One worker thread for the watch, and one for each reader of a full pcsc-lite, stuck or not. */
const threads = 20;

export const startCardProcess = (command: readonly [string, ...string[]]): StartedProcess =>
  startProcess(command, threads);
