import { execFile } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a reader of the numbers must know of the machine; not its name. */
export interface MachineFacts {
  processor: string;
  cores: number;
  memoryGiB: number;
  kernel: string;
  node: string;
  /** Debian package → version of the peers and of what both sides run on. */
  packages: Record<string, string>;
  /** Load averages of 1, 5 and 15 minutes at the start. */
  load: number[];
}

const packages = ['chromium', 'pcscd', 'opensc', 'opensc-pkcs11', 'postgresql', 'haproxy'];

export async function machineFacts(): Promise<MachineFacts> {
  const [processor] = cpus();
  return {
    processor: processor?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release().replace(/-.*/, ''),
    node: process.version,
    packages: await packageVersions(),
    load: loadavg().map((value) => Math.round(value * 100) / 100),
  };
}

async function packageVersions(): Promise<Record<string, string>> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
  const { stdout } = await run('dpkg-query', ['-W', '-f', '${Package} ${Version}\n', ...packages]).catch(
    (error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }),
  );
  const lines = stdout.split('\n').filter((line) => line !== '');
  return Object.fromEntries(lines.map((line) => line.split(' ') as [string, string]));
}
