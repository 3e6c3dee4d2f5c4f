import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type ConfigurationInput, parseConfiguration } from '../../server/configuration/index.ts';
import type { RunningServer } from '../../server/index.ts';
import { type HostPorts, socketNames, startHaproxy } from '../lab/private-haproxy.ts';
import { startPostgresql } from '../lab/private-postgresql.ts';

const program = resolve(import.meta.dirname, '../../server/main.ts');

/** The registration platform as several processes on one PostgreSQL, behind HAProxy. */
export interface Cluster extends RunningServer {
  /** Ends one node without warning; the others go on. Counted from 1. */
  kill(node: number): Promise<void>;
  /** Starts a node again that was killed. */
  revive(node: number): Promise<void>;
  /** Ends PostgreSQL without warning, under the nodes' hands. */
  crashDatabase(): Promise<void>;
  restartDatabase(): Promise<void>;
  readyNodes(): Promise<string[]>;
  /** For whoever wants to look into the database past the nodes. */
  database: Extract<ConfigurationInput['database'], { kind: 'postgresql' }>;
}

export interface ClusterOptions {
  nodes: number;
  /** For sockets and files; removed by whoever made it. */
  directory: string;
  /** Everything but the database and where the nodes listen. PEM as text. */
  configuration: Omit<ConfigurationInput, 'database'>;
  /** With true a commit waits for the disk. */
  durable?: boolean;
}

export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { nodes, configuration } = options;
  const { portal, cardLogin, myNumberLogin, operators } = configuration;
  const directory = join(options.directory, 'nodes');
  await mkdir(directory, { mode: 0o700 });
  const ending: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of ending.splice(0).reverse()) await end();
  };
  try {
    const postgresql = await startPostgresql({ durable: options.durable ?? false });
    ending.push(() => postgresql.stop());
    const url = await postgresql.createDatabase('platform');
    const started: ChildProcess[] = [];
    const start = (number: number) => {
      const listen = (host: keyof HostPorts) => ({
        proxy: {
          kind: 'unix' as const,
          path: join(directory, `node${number}-${socketNames[host]}.sock`),
        },
      });
      return startNode(join(directory, `node${number}.json`), {
        ...configuration,
        portal: { ...portal, listen: listen('portal') },
        cardLogin: { ...cardLogin, listen: listen('cardLogin') },
        ...(myNumberLogin ? { myNumberLogin: { ...myNumberLogin, listen: listen('myNumberLogin') } } : {}),
        ...(operators ? { operators: { ...operators, listen: listen('operators') } } : {}),
        database: { kind: 'postgresql', url },
      });
    };
    ending.push(() => Promise.all(started.map((node) => end(node, 'SIGTERM'))));
    for (let number = 1; number <= nodes; number += 1) started.push(await start(number));
    const haproxy = await startHaproxy({ directory, nodes, portal, cardLogin, myNumberLogin, operators });
    ending.push(() => haproxy.stop());
    const whole = parseConfiguration({ ...configuration, database: { kind: 'postgresql', url } });
    const origins = {
      portal: whole.portal.origin,
      cardLogin: whole.cardLogin.origin,
      ...(whole.myNumberLogin ? { myNumberLogin: whole.myNumberLogin.origin } : {}),
      ...(whole.operators ? { operators: whole.operators.origin } : {}),
    };
    return {
      origins,
      ports: haproxy.ports,
      resolverRules: Object.entries(origins)
        .map(
          ([host, origin]) =>
            `MAP ${new URL(origin).hostname} 127.0.0.1:${haproxy.ports[host as keyof HostPorts]}`,
        )
        .join(','),
      readyNodes: haproxy.readyNodes,
      database: { kind: 'postgresql', url },
      // The nodes are processes of their own and do it by themselves.
      refreshRevocation: async () => undefined,
      async kill(number) {
        const node = started[number - 1];
        if (node) await end(node, 'SIGKILL');
      },
      async revive(number) {
        started[number - 1] = await start(number);
      },
      crashDatabase: () => postgresql.crash(),
      restartDatabase: () => postgresql.restart(),
      stop,
    };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

/** Starts `server/main.ts` as an operator does, and waits for its line. */
async function startNode(file: string, configuration: ConfigurationInput): Promise<ChildProcess> {
  await writeFile(file, JSON.stringify(configuration), { mode: 0o600 });
  const child = spawn('setpriv', ['--pdeathsig', 'SIGKILL', process.execPath, program, '--config', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  await new Promise<void>((ready, failed) => {
    // Log lines may come before it. They are read on, so that the pipe stays free.
    lines.on('line', (line) => {
      if (line.includes('"ready":true')) ready();
    });
    child.once('exit', (code) => failed(new Error(`a node ended with ${code}`)));
  });
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
