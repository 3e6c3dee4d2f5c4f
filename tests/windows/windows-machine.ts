import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type RegistryKeys, readRegistryFile } from './registry-file.ts';

const run = promisify(execFile);

const wineScript = fileURLToPath(new URL('wine.sh', import.meta.url));

export interface WindowsMachineOptions {
  /** The person's name on this PC. Default: one with Japanese letters and a space. */
  user?: string;
  /** `trixie`: Wine 10, runs 64-bit programs only. `bookworm`: Wine 8, runs Setup.exe as shipped, but no Node 24. */
  wine?: 'trixie' | 'bookworm';
  bits?: 32 | 64;
  /** Default: Japanese. */
  language?: 'ja' | 'en';
  /** As `winecfg /v` names it. */
  version?: 'win10' | 'win7';
  /** Folders of this machine that programs there find under the same path on drive Z. */
  shared?: string[];
  environment?: Record<string, string>;
}

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** A Windows of one test: a Wine prefix of its own, with everything that runs in it. Ends with the test. */
export class WindowsMachine {
  /** Drive C, as a folder of this machine. */
  readonly driveC: string;
  readonly user: string;
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  #runs = 0;
  readonly #keeper: { end: () => Promise<void> };

  private constructor(folder: string, user: string, environment: NodeJS.ProcessEnv) {
    this.#folder = folder;
    this.user = user;
    this.driveC = path.join(folder, 'prefix/drive_c');
    this.#environment = environment;
    this.#keeper = keep(folder, environment);
  }

  static async start(options: WindowsMachineOptions = {}): Promise<WindowsMachine> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'hpki-navi-windows-'));
    const prefix = path.join(folder, 'prefix');
    await mkdir(prefix);
    const user = options.user ?? '薬剤 太郎';
    const machine = new WindowsMachine(folder, user, {
      ...process.env,
      WINEPREFIX: prefix,
      HPKI_NAVI_WINE: options.wine ?? 'trixie',
      HPKI_NAVI_WINE_USER: user,
      HPKI_NAVI_WINE_SHARED: (options.shared ?? []).join(':'),
      ...(options.bits === 32 ? { WINEARCH: 'win32' } : {}),
      ...(options.language === 'en' ? { HPKI_NAVI_WINE_LOCALE: 'C.UTF-8' } : {}),
      ...options.environment,
    });
    try {
      const { wine = 'trixie', bits = 64, version = 'win10', language = 'ja' } = options;
      await copiedOrMade(`${wine}-${bits}-${version}-${language}-${user}`, prefix, async () => {
        await machine.tool('wineboot', '-u');
        await machine.tool('winecfg', '/v', version);
        await machine.quiet();
      });
    } catch (error) {
      await machine.stop();
      throw error;
    }
    return machine;
  }

  /** `%LOCALAPPDATA%`, as programs there see it. */
  get localAppData(): string {
    return `C:\\users\\${this.user}\\AppData\\Local`;
  }

  /** Where a path of drive C or Z is on this machine. */
  unixPath(windowsPath: string): string {
    const rest = windowsPath.slice(3).replaceAll('\\', '/');
    return windowsPath.startsWith('Z:') ? `/${rest}` : path.join(this.driveC, rest);
  }

  /** What to start, and with which variables, to run a program there: for those that start it themselves. */
  command(
    program: string,
    ...parameters: string[]
  ): { file: string; parameters: string[]; env: NodeJS.ProcessEnv } {
    return { file: wineScript, parameters: ['wine', program, ...parameters], env: this.#environment };
  }

  /** A shell script that runs a program there, for those that start things by name; its arguments come last. */
  async writeLauncher(
    file: string,
    environment: Record<string, string>,
    ...command: string[]
  ): Promise<void> {
    const variables = Object.entries({ ...this.#environment, ...environment }).filter(
      ([name]) => /^(WINE|HPKI_NAVI_WINE)/.test(name) || name in environment,
    );
    const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
    const exports = variables.map(([name, value]) => `export ${name}=${quoted(value ?? '')}\n`).join('');
    const line = [wineScript, 'wine', ...command].map(quoted).join(' ');
    await writeFile(file, `#!/bin/sh\n${exports}exec ${line} "$@"\n`, { mode: 0o755 });
  }

  /** Runs a program there to its end. */
  run(program: string, ...parameters: string[]): Promise<Ended> {
    return this.#run(['wine', program, ...parameters]);
  }

  /**
   * Resolves when no program runs there any more, and the registry is on the disk. Wine at times keeps a program that was
   * ended, with a last thread that waits for Wine itself: after a while such a Windows is shut down. Whether it had to
   * be: what such a program held could not be deleted.
   */
  async quiet(): Promise<boolean> {
    const over = this.#run(['wineserver', '-w']);
    const patience = new AbortController();
    const late = sleep(60_000, true, { signal: patience.signal }).catch(() => false);
    const held = await Promise.race([over.then(() => false), late]);
    if (held) await this.#run(['wineserver', '-k']);
    patience.abort();
    await over;
    return held;
  }

  /** A part of the registry, like `HKEY_CURRENT_USER\Software`, without what Wine keeps there for itself. */
  async registry(root: string): Promise<RegistryKeys> {
    const file = path.join(this.#folder, 'export.reg');
    await rm(file, { force: true });
    await this.run('regedit', '/E', windowsPath(file), root);
    const keys = readRegistryFile(await readFile(file).catch(() => Buffer.alloc(0)));
    return new Map([...keys].filter(([key]) => !/\\Software\\Wine(\\|$)/i.test(key)));
  }

  /** Changes the registry there. `lines`: those of a .reg file after its head. */
  async changeRegistry(...lines: string[]): Promise<void> {
    const file = path.join(this.#folder, 'change.reg');
    const text = ['\uFEFFWindows Registry Editor Version 5.00', '', ...lines, ''].join('\r\n');
    await writeFile(file, text, 'utf16le');
    const { code, stderr } = await this.run('regedit', '/S', windowsPath(file));
    if (code !== 0) throw new Error(`regedit ended with ${code}: ${stderr}`);
  }

  /** Every file and folder of drive C but the system's own and temporary ones, from its root. */
  async files(): Promise<string[]> {
    // With types, links are not followed: Wine makes some that lead to the home folder of this machine.
    const entries = await readdir(this.driveC, { recursive: true, withFileTypes: true });
    return entries
      .map((entry) => path.relative(this.driveC, path.join(entry.parentPath, entry.name)))
      .filter((entry) => !/^windows(\/|$)|\/Temp(\/|$)/i.test(entry))
      .sort();
  }

  /** Names in a folder there; none when it does not exist. */
  async list(folder: string): Promise<string[]> {
    return (await readdir(this.unixPath(folder)).catch(() => [])).sort();
  }

  async exists(file: string): Promise<boolean> {
    return stat(this.unixPath(file)).then(
      () => true,
      () => false,
    );
  }

  /**
   * Runs what is registered to run once at the person's next log-on. Wine does that for the machine's entries only:
   * they are moved there first.
   */
  async logOn(): Promise<void> {
    const runOnce = 'Software\\Microsoft\\Windows\\CurrentVersion\\RunOnce';
    const mine = `HKEY_CURRENT_USER\\${runOnce}`;
    const escaped = (text: string) => text.replace(/[\\"]/g, '\\$&');
    const commands = [...((await this.registry(mine)).get(mine) ?? [])];
    const lines = (value: (command: string) => string) =>
      commands.map(([name, command]) => `"${escaped(name)}"=${value(command)}`);
    await this.changeRegistry(
      ...[`[${mine}]`, ...lines(() => '-'), ''],
      ...[`[HKEY_LOCAL_MACHINE\\${runOnce}]`, ...lines((command) => `"${escaped(command)}"`)],
    );
    await this.quiet();
    await this.tool('wineboot');
    await this.quiet();
  }

  /** Ends every program there and removes the machine. */
  async stop(): Promise<void> {
    await this.#keeper.end();
  }

  private async tool(...command: string[]): Promise<void> {
    const { code, stderr } = await this.#run(command[0] === 'winecfg' ? ['wine', ...command] : command);
    if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${stderr}`);
  }

  /** Output goes through files: Node there can't use this machine's pipes. */
  async #run(command: string[]): Promise<Ended> {
    const outputs = ['stdout', 'stderr'].map((name) => path.join(this.#folder, `${name}-${++this.#runs}`));
    const [stdout, stderr] = await Promise.all(outputs.map((file) => open(file, 'w')));
    try {
      const code = await new Promise<number>((resolve, reject) => {
        const child = spawn(wineScript, command, {
          env: this.#environment,
          stdio: ['ignore', stdout?.fd, stderr?.fd],
        });
        child.on('error', reject);
        child.on('exit', (exit) => resolve(exit ?? -1));
      });
      const [said = '', complained = ''] = await Promise.all(outputs.map((file) => readFile(file, 'utf8')));
      return { code, stdout: said, stderr: complained };
    } finally {
      await Promise.all([
        stdout?.close(),
        stderr?.close(),
        ...outputs.map((file) => rm(file, { force: true })),
      ]);
    }
  }
}

/**
 * A new Windows takes a minute of processor time to make and a second to copy: the first of its kind in a run of the
 * lane is kept as it was made, before anything was done there, and the others are copies of it.
 */
async function copiedOrMade(kind: string, prefix: string, make: () => Promise<void>): Promise<void> {
  const kept = process.env[newMachines];
  if (kept === undefined) return make();
  const model = path.join(kept, kind);
  const copy = (from: string, to: string) => run('cp', ['-a', '--reflink=auto', `${from}/.`, to]);
  if (existsSync(model)) {
    await copy(model, prefix);
    return;
  }
  await make();
  await mkdir(`${model}.draft`);
  await copy(prefix, `${model}.draft`);
  await rename(`${model}.draft`, model);
}

/** Names the folder of machines as they were made, for one run of the lane. */
const newMachines = 'HPKI_NAVI_NEW_WINDOWS_MACHINES';

/** Vitest's global set-up. */
export default async function keepNewMachines(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hpki-navi-new-windows-'));
  process.env[newMachines] = folder;
  return () => rm(folder, { recursive: true, force: true });
}

/** How programs there name a file of this machine. */
export function windowsPath(file: string): string {
  return `Z:${path.resolve(file).replaceAll('/', '\\')}`;
}

/**
 * Ends the machine when asked to, or when this process is gone, however it went: a shell waits for the end of its
 * standard input, which only this process holds open.
 */
function keep(folder: string, environment: NodeJS.ProcessEnv): { end: () => Promise<void> } {
  const keeper = spawn(
    '/bin/sh',
    [
      '-c',
      'cat >/dev/null; "$1" wineserver -k; "$1" wineserver -w; rm -rf -- "$2"',
      'sh',
      wineScript,
      folder,
    ],
    { env: environment, stdio: ['pipe', 'ignore', 'ignore'], detached: true },
  );
  keeper.unref();
  const gone = new Promise<void>((done) => keeper.once('exit', () => done()));
  return {
    end: () => {
      keeper.ref();
      keeper.stdin?.end();
      return gone;
    },
  };
}
