import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { processorSeconds } from './processor-time.ts';

/** A server in a process of its own, so that its processor time is its own, too. */
export interface ServerProcess {
  /** What it said when it was ready. */
  ready: Record<string, unknown>;
  /** Seconds of processor time so far, in user and system mode (Linux). */
  processorSeconds(): Promise<number>;
  stop(): Promise<void>;
}

export async function startProcess(script: string, ...args: string[]): Promise<ServerProcess> {
  const child = spawn('setpriv', ['--pdeathsig', 'SIGKILL', process.execPath, script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const lines = createInterface({ input: child.stdout });
  const ready = await new Promise<Record<string, unknown>>((done, failed) => {
    // Log lines may come before the one that is for whoever started it. They are read on, so that the pipe stays free.
    lines.on('line', (line) => {
      const said = JSON.parse(line) as Record<string, unknown>;
      if ('ready' in said) done(said);
    });
    child.once('exit', (code) => failed(new Error(`${script} ended with ${code}`)));
  });
  return {
    ready,
    processorSeconds: () => processorSeconds(child.pid ?? 0),
    stop: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
