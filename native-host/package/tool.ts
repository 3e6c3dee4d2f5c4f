import { spawn } from 'node:child_process';
import { PackageError } from './product.ts';

export interface ToolOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

/**
 * Runs a program to its end and gives its standard output. Its other output is shown only when it fails.
 * @throws PackageError `tool-missing`, `tool-failed`
 */
export function runTool(command: string, args: string[], options: ToolOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      // makensis refuses Japanese file names and texts without a UTF-8 locale.
      env: { ...(options.env ?? process.env), LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.on('error', (cause: NodeJS.ErrnoException) => {
      const hint =
        cause.code === 'ENOENT' ? `${command} (tests/windows/set-up.sh --tools installs it)` : command;
      reject(new PackageError('tool-missing', hint));
    });
    child.on('close', (code) => {
      const text = Buffer.concat(output).toString('utf8');
      if (code === 0) resolve(text);
      else {
        const said = `${text}${Buffer.concat(errors).toString('utf8')}`.trim().slice(-4000);
        reject(new PackageError('tool-failed', `${command} ended with ${code}\n${said}`));
      }
    });
  });
}
