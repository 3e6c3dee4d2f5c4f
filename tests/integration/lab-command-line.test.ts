import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';

/** `npm run lab` as another program drives it. */

const run = promisify(execFile);
const MAIN = join(import.meta.dirname, '../lab/main.ts');
type Line = Record<string, unknown>;

const running: ChildProcessByStdio<Writable, Readable, null>[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

async function start(...options: string[]) {
  const child = spawn(process.execPath, [MAIN, ...options], { stdio: ['pipe', 'pipe', 'inherit'] });
  running.push(child);
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Line> => JSON.parse((await lines.next()).value ?? '{"ended":true}') as Line;
  const first = await next();
  return {
    child,
    ended,
    first,
    next,
    say: (command: string): Promise<Line> => {
      child.stdin.write(`${command}\n`);
      return next();
    },
  };
}

/** Whether any process has the folder's name in its command line, or in its environment. */
async function traces(folder: string): Promise<string> {
  const { stdout } = await run('ps', ['-eo', 'args']);
  return stdout
    .split('\n')
    .filter((line) => line.includes(folder))
    .join('\n');
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}

describe('npm run lab', () => {
  it('says in one line what a client needs, and answers each command by one', async () => {
    const { first, say, ended, next } = await start('--readers', '2');
    expect(first).toMatchObject({
      ok: true,
      readers: ['SONY FeliCa RC-S300/P (lab) 00 00', 'ACS ACR39U ICC Reader (lab) 01 00'],
    });
    const socket = String(first['PCSCLITE_CSOCK_NAME']);
    expect(existsSync(socket)).toBe(true);
    expect(await say('insert pharmacist')).toEqual({ ok: true, command: 'insert', profile: 'pharmacist' });
    const opensc = (...args: string[]) =>
      run('opensc-tool', args, { env: { ...process.env, PCSCLITE_CSOCK_NAME: socket } });
    expect((await opensc('-l')).stdout).toMatch(/0 +Yes +SONY FeliCa/);
    expect((await opensc('-a')).stdout.trim()).toBe('3b:f4:13:00:00:81:31:fe:45:00:4e:00:00:a2');
    expect(await say('unplug --reader 1')).toEqual({
      ok: true,
      command: 'unplug',
      readers: ['SONY FeliCa RC-S300/P (lab) 00 00'],
    });
    expect(await say('plug --reader 1')).toMatchObject({ ok: true });
    expect(await say('fault remove-at 1')).toEqual({ ok: true, command: 'fault', fault: 'remove-at' });
    expect(await say('remove')).toEqual({ ok: true, command: 'remove' });
    expect(await say('counts')).toEqual({
      ok: true,
      command: 'counts',
      apdus: 0,
      pinAttempts: 0,
      emptyVerifies: 0,
    });
    expect(await say('quit')).toEqual({ ok: true, command: 'quit' });
    expect(await next()).toEqual({ ended: true });
    expect(await ended).toBe(0);
    expect(existsSync(dirname(socket))).toBe(false);
  });

  it('names what is wrong with a command, and loses nothing', async () => {
    const { say } = await start('--insert', 'pharmacist');
    expect(await say('launch rockets')).toEqual({ ok: false, error: 'unknown-command', message: 'launch' });
    expect(await say('insert nobody')).toEqual({ ok: false, error: 'unknown-profile', message: 'nobody' });
    expect(await say('fault remove-at soon')).toMatchObject({ ok: false, error: 'bad-arguments' });
    expect(await say('remove --reader 9')).toMatchObject({ ok: false, error: 'failed', command: 'remove' });
    expect(await say('fault pcscd-start')).toMatchObject({ ok: false, error: 'failed' });
    expect(await say('counts')).toMatchObject({ ok: true });
  });

  it('carries out what was sent before the end of input, then ends', async () => {
    const { child, next, ended, first } = await start();
    child.stdin.end('insert doctor\ncounts\n');
    expect(await next()).toMatchObject({ ok: true, command: 'insert' });
    expect(await next()).toMatchObject({ ok: true, command: 'counts' });
    expect(await ended).toBe(0);
    expect(existsSync(String(first['PCSCLITE_CSOCK_NAME']))).toBe(false);
  });

  it('refuses options it does not know', async () => {
    const { first, ended } = await start('--readers', '17');
    expect(first).toMatchObject({ ok: false, error: 'lab-failed' });
    expect(await ended).toBe(1);
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)('leaves nothing behind when ended by %s', async (signal) => {
    const { child, ended, first, say } = await start('--insert', 'pharmacist');
    await say('fault hold transaction');
    const folder = dirname(String(first['PCSCLITE_CSOCK_NAME']));
    expect(await traces(folder)).toContain('pcscd');
    child.kill(signal);
    await ended;
    await until(async () => !existsSync(folder) && (await traces(folder)) === '');
    expect(existsSync(folder)).toBe(false);
  });
});
