import { spawn } from 'node:child_process';

/**
 * Runs a program to its end; milliseconds from just before it was started until it had ended.
 * @throws Error when it ends with another code than 0: a time of something that failed is none.
 */
export async function timed(
  [program, ...args]: readonly [string, ...string[]],
  environment: NodeJS.ProcessEnv = {},
): Promise<number> {
  const start = performance.now();
  const child = spawn(program, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors = `${errors}${chunk}`.slice(-500);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      const ms = performance.now() - start;
      if (code === 0) resolve(ms);
      else reject(new Error(`${program} ${args.join(' ')} ended with ${signal ?? code}: ${errors}`));
    });
  });
}
