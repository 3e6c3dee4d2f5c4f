import { type StartedProcess, startProcess } from '../../start-process.ts';
import { cardProcessBesideLauncher } from './beside-launcher.ts';

/** One worker thread for the watch, and one for each reader of a full pcsc-lite, stuck or not. */
export const cardThreads = 20;

export const startCardProcess = (command: readonly [string, ...string[]]): StartedProcess =>
  startProcess(command, cardThreads);

/** The card process of a program that a person started: running already where the launcher started it. */
export const firstCardProcess = (command: readonly [string, ...string[]]): StartedProcess =>
  cardProcessBesideLauncher() ?? startCardProcess(command);
