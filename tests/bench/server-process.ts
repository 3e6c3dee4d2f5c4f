import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

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
    processorSeconds: () => processorSeconds(child),
    stop: () => end(child),
  };
}

/** What the scheduler counted for each of its threads, in nanoseconds: clock ticks would be too coarse for short runs. */
async function processorSeconds({ pid }: ChildProcess): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const texts = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0')),
  );
  return texts.reduce((sum, text) => sum + Number(text.split(' ')[0]), 0) / 1e9;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
