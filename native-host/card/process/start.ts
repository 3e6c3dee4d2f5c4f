import type { ChildProcess } from 'node:child_process';

/** One worker thread for the watch, and one for each reader of a full pcsc-lite, stuck or not. */
const threads = 20;

/** A card process, with its two streams of messages. `command`: program and arguments that start one. */
export type StartedCardProcess = ChildProcess & { stdin: NonNullable<ChildProcess['stdin']> } & {
  stdout: NonNullable<ChildProcess['stdout']>;
};

export function startCardProcess(command: readonly [string, ...string[]]): StartedCardProcess {
  // Loaded here: the host answers the browser's hello before it starts anything.
  const { spawn } = process.getBuiltinModule('node:child_process');
  const [program, ...parameters] = command;
  return spawn(program, parameters, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, UV_THREADPOOL_SIZE: String(threads) },
    windowsHide: true,
  });
}
