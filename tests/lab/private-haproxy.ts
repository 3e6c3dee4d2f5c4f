import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const server = resolve(import.meta.dirname, '../../server');
const program = '/usr/sbin/haproxy';

/** A port for each public host; the last two only where their certificates were given. */
export interface HostPorts {
  portal: number;
  cardLogin: number;
  myNumberLogin?: number;
  operators?: number;
}

/** Debian's HAProxy with the configuration that is given to operators, on ports of its own. */
export interface PrivateHaproxy {
  ports: HostPorts;
  /** Names of the nodes it takes for ready. */
  readyNodes(): Promise<string[]>;
  /** Leads all that begins from now on to this node alone, counted from 1; without one to all of them again. */
  leadTo(node?: number): Promise<void>;
  stop(): Promise<void>;
}

export interface PrivateHaproxyOptions {
  /** Folder with the nodes' sockets, `nodeN-NAME.sock` by `socketNames`; files of its own go there, too. */
  directory: string;
  nodes: number;
  portal: Identity;
  cardLogin: Identity & { authorities: readonly string[] };
  myNumberLogin?: (Identity & { authorities: readonly string[] }) | undefined;
  operators?: Identity | undefined;
}

/** PEM. */
interface Identity {
  certificate: string;
  key: string;
}

/** What each host is called in the names of the nodes' sockets. */
export const socketNames = {
  portal: 'portal',
  cardLogin: 'card',
  myNumberLogin: 'my-number',
  operators: 'operators',
} as const satisfies Record<keyof HostPorts, string>;

/** What each host's settings begin with in HAProxy's environment. */
const prefixes = {
  portal: 'PORTAL',
  cardLogin: 'CARD',
  myNumberLogin: 'MY_NUMBER',
  operators: 'OPERATORS',
} as const satisfies Record<keyof HostPorts, string>;

/** Sections of hosts that may be left out. */
const sections = {
  myNumberLogin: ['frontend my_number_login', 'backend my_number_login_nodes'],
  operators: ['frontend operators', 'backend operators_nodes'],
} as const;

export async function startHaproxy(options: PrivateHaproxyOptions): Promise<PrivateHaproxy> {
  const { directory, nodes } = options;
  const file = (name: string) => join(directory, name);
  const ports: Partial<HostPorts> = {};
  const settings: Record<string, string> = {};
  for (const host of Object.keys(prefixes) as (keyof HostPorts)[]) {
    const identity = options[host];
    if (!identity) continue;
    const port = await freePort();
    ports[host] = port;
    const pem = file(`${host}.pem`);
    await writeFile(pem, `${identity.certificate}\n${identity.key}`, { mode: 0o600 });
    settings[`${prefixes[host]}_BIND`] = `127.0.0.1:${port}`;
    settings[`${prefixes[host]}_PEM`] = pem;
    if (!('authorities' in identity)) continue;
    const authorities = file(`${host}-authorities.pem`);
    await writeFile(authorities, (identity.authorities as readonly string[]).join('\n'));
    settings[`${prefixes[host]}_AUTHORITIES`] = authorities;
  }
  const given = await readFile(join(server, 'haproxy.cfg'), 'utf8');
  const unwanted = Object.entries(sections).flatMap(([host, names]) =>
    options[host as keyof typeof sections] ? [] : names,
  );
  await writeFile(file('haproxy.cfg'), forNodes(withoutSections(given, unwanted), nodes));
  const child = spawn('setpriv', ['--pdeathsig', 'SIGKILL', program, '-db', '-f', file('haproxy.cfg')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      OPENSSL_CONF: join(server, 'haproxy-openssl.cnf'),
      NODES: directory,
      ...settings,
    },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = once(child, 'exit');
  const readyNodes = async () => {
    const lines = (await ask(file('haproxy.sock'), 'show stat').catch(() => '')).split('\n');
    const columns = lines.map((line) => line.split(','));
    return columns
      .filter(([proxy, name, ...rest]) => proxy === 'portal_nodes' && name !== 'BACKEND' && rest[15] === 'UP')
      .map(([, name = '']) => name);
  };
  const leadTo = async (wanted?: number) => {
    // First the wanted one, lest there be none in between. The other hosts' servers follow the portal's.
    const order = Array.from({ length: nodes }, (_, index) => index + 1).toSorted(
      (one, other) => Number(other === wanted) - Number(one === wanted),
    );
    for (const node of order) {
      const state = wanted === undefined || node === wanted ? 'ready' : 'maint';
      const answer = await ask(file('haproxy.sock'), `set server portal_nodes/node${node} state ${state}`);
      if (answer.trim() !== '') throw new Error(`HAProxy: ${answer}`);
    }
    const expected = wanted === undefined ? nodes : 1;
    const signal = AbortSignal.timeout(20_000);
    while ((await readyNodes()).length !== expected) {
      signal.throwIfAborted();
      await sleep(50);
    }
  };
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await ended;
    }
  };
  try {
    for (const signal = AbortSignal.timeout(20_000); (await readyNodes()).length < nodes; await sleep(50)) {
      if (child.exitCode !== null) throw new Error(`HAProxy ended: ${said}`);
      signal.throwIfAborted();
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { ports: ports as HostPorts, readyNodes, leadTo, stop };
}

/** The configuration without these sections, each named by its first line. */
function withoutSections(configuration: string, unwanted: readonly string[]): string {
  const sections = configuration.trimEnd().split('\n\n');
  const kept = sections.filter((section) => !unwanted.includes(section.split('\n', 1)[0] ?? ''));
  // HAProxy takes a last line without its end for half a file.
  return `${kept.join('\n\n')}\n`;
}

/** The configuration with as many nodes instead of its three. */
function forNodes(configuration: string, nodes: number): string {
  return configuration
    .split('\n')
    .flatMap((line) => {
      const node = /^ +server node(\d)/.exec(line)?.[1];
      if (node === undefined) return [line];
      if (node !== '1') return [];
      return Array.from({ length: nodes }, (_, index) => line.replaceAll('node1', `node${index + 1}`));
    })
    .join('\n');
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return address.port;
}

/** HAProxy's runtime API: a line, and all it answers. */
async function ask(socketPath: string, command: string): Promise<string> {
  const socket = connect(socketPath);
  socket.setEncoding('utf8');
  socket.end(`${command}\n`);
  let answer = '';
  for await (const part of socket) answer += part;
  return answer;
}
