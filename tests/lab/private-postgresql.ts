import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { temporaryDirectory } from './temporary-directory.ts';

const run = promisify(execFile);
const installed = '/usr/lib/postgresql';
/** Whom Debian's package runs it as; PostgreSQL refuses to run as root. */
const account = 'postgres';

/** A PostgreSQL of one's own: its files in a temporary folder, reachable through a Unix socket there and nowhere else. */
export interface PrivatePostgresql {
  /** Folder of the programs: psql, pg_dump and others. */
  programs: string;
  /** Connection string of a database that was made just now: empty, or as `template` is, to which nobody is connected. */
  createDatabase(name?: string, template?: string): Promise<string>;
  /** Connection string of a database by its name. */
  url(name: string): string;
  /** SQL as the cluster's owner, in the database `postgres`. */
  execute(sql: string): Promise<void>;
  /** Ends the server without warning, as a fault would. */
  crash(): Promise<void>;
  /** Starts it again, with the files it had. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface PrivatePostgresqlOptions {
  /** With true a commit waits for the disk, as in service. Tests that pull no plug need not wait. */
  durable?: boolean;
}

export async function startPostgresql(options: PrivatePostgresqlOptions = {}): Promise<PrivatePostgresql> {
  const programs = join(installed, await newestVersion(), 'bin');
  const directory = await temporaryDirectory('pg-');
  // The account must get through to its own folder.
  await chmod(directory.path, 0o711);
  const home = join(directory.path, 'cluster');
  await mkdir(home, { mode: 0o700 });
  const asRoot = process.getuid?.() === 0;
  if (asRoot) await run('chown', [account, home]);
  const as = (program: string, ...args: string[]): [string, string[]] =>
    asRoot
      ? [
          'setpriv',
          [
            '--reuid',
            account,
            '--regid',
            account,
            '--clear-groups',
            '--pdeathsig',
            'SIGQUIT',
            program,
            ...args,
          ],
        ]
      : ['setpriv', ['--pdeathsig', 'SIGQUIT', program, ...args]];
  const data = join(home, 'data');
  const environment = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8', TZ: 'UTC' };
  await run(
    ...as(
      join(programs, 'initdb'),
      '--pgdata',
      data,
      '--username',
      account,
      '--auth',
      'trust',
      '--encoding',
      'UTF8',
      '--no-sync',
    ),
    { env: environment, cwd: '/' },
  );
  const settings = {
    listen_addresses: '',
    unix_socket_directories: home,
    unix_socket_permissions: '0700',
    max_connections: '100',
    shared_buffers: '64MB',
    log_min_messages: 'fatal',
    fsync: options.durable ? 'on' : 'off',
    full_page_writes: options.durable ? 'on' : 'off',
  };
  const start = async () => {
    const child = spawn(
      ...as(
        join(programs, 'postgres'),
        '-D',
        data,
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ),
      { env: environment, cwd: '/', stdio: ['ignore', 'ignore', 'ignore'] },
    );
    const ended = once(child, 'exit').then(() => undefined);
    for (const signal = AbortSignal.timeout(20_000); ; signal.throwIfAborted()) {
      if (child.exitCode !== null) throw new Error(`PostgreSQL ended with ${child.exitCode}`);
      if (await answers()) return { child, ended };
      await sleep(30);
    }
  };
  const execute = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: url('postgres') });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  const answers = () =>
    execute('select 1').then(
      () => true,
      () => false,
    );
  const url = (name: string) => `postgresql://${account}@/${name}?host=${encodeURIComponent(home)}`;
  let server = await start();
  const end = async (signal: 'SIGINT' | 'SIGQUIT') => {
    server.child.kill(signal);
    await server.ended;
  };
  let count = 0;
  return {
    programs,
    url,
    async createDatabase(name, template) {
      count += 1;
      const made = name ?? `database_${count}`;
      // File by file: for small templates faster than block by block through the log, where nothing waits for the disk.
      const like = template === undefined ? '' : ` template "${template}" strategy file_copy`;
      await execute(`create database "${made}"${like}`);
      return url(made);
    },
    execute,
    crash: () => end('SIGQUIT'),
    async restart() {
      server = await start();
    },
    async stop() {
      if (server.child.exitCode === null && server.child.signalCode === null) await end('SIGINT');
      await directory.remove();
    },
  };
}

async function newestVersion(): Promise<string> {
  const versions = (await readdir(installed).catch(() => [])).filter((name) => /^\d+$/.test(name));
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0];
  if (newest === undefined) throw new Error('PostgreSQL is not installed: run npm run setup');
  return newest;
}
