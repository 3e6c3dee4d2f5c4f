import type { ChildProcess } from 'node:child_process';

/** A part of this program in a process of its own, with its two streams of messages. */
export type StartedProcess = ChildProcess & { stdin: NonNullable<ChildProcess['stdin']> } & {
  stdout: NonNullable<ChildProcess['stdout']>;
};

/** `command`: program and arguments. `threads`: as many calls may hang at the same time without delaying another. */
export function startProcess(command: readonly [string, ...string[]], threads: number): StartedProcess {
  // Loaded here: the host answers the browser's hello before it starts anything.
  const { spawn } = process.getBuiltinModule('node:child_process');
  const [program, ...parameters] = command;
  return spawn(program, parameters, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, UV_THREADPOOL_SIZE: String(threads) },
    windowsHide: true,
  });
}
