import type { Readable, Writable } from 'node:stream';

/** A part of this program in a process of its own, with its two streams of messages. */
export interface StartedProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  kill(signal: 'SIGKILL'): unknown;
  /** `exit`: it has ended. `error`: it could not be started. */
  once(event: 'exit' | 'error', listener: () => void): unknown;
}

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
