import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const server = resolve(import.meta.dirname, '../../server');
const program = '/usr/sbin/haproxy';

/** Debian's HAProxy with the configuration that is given to operators, on ports of its own. */
export interface PrivateHaproxy {
  ports: { portal: number; cardLogin: number };
  /** Names of the nodes it takes for ready. */
  readyNodes(): Promise<string[]>;
  stop(): Promise<void>;
}

export interface PrivateHaproxyOptions {
  /** Folder with the sockets `nodeN-portal.sock` and `nodeN-card.sock`; files of its own go there, too. */
  directory: string;
  nodes: number;
  portal: { certificate: string; key: string };
  cardLogin: { certificate: string; key: string; authorities: readonly string[] };
}

export async function startHaproxy(options: PrivateHaproxyOptions): Promise<PrivateHaproxy> {
  const { directory, nodes, portal, cardLogin } = options;
  const file = (name: string) => join(directory, name);
  await writeFile(file('portal.pem'), `${portal.certificate}\n${portal.key}`, { mode: 0o600 });
  await writeFile(file('card.pem'), `${cardLogin.certificate}\n${cardLogin.key}`, { mode: 0o600 });
  await writeFile(file('authorities.pem'), cardLogin.authorities.join('\n'));
  await writeFile(file('haproxy.cfg'), forNodes(await readFile(join(server, 'haproxy.cfg'), 'utf8'), nodes));
  const ports = { portal: await freePort(), cardLogin: await freePort() };
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'SIGKILL', program, '-q', '-db', '-f', file('haproxy.cfg')],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: process.env['PATH'] ?? '',
        OPENSSL_CONF: join(server, 'haproxy-openssl.cnf'),
        PORTAL_BIND: `127.0.0.1:${ports.portal}`,
        CARD_BIND: `127.0.0.1:${ports.cardLogin}`,
        PORTAL_PEM: file('portal.pem'),
        CARD_PEM: file('card.pem'),
        CARD_AUTHORITIES: file('authorities.pem'),
        NODES: directory,
      },
    },
  );
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
  return { ports, readyNodes, stop };
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
