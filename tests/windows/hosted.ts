import { spawn } from 'node:child_process';
import { type HostEvent, parseEvent, protocolVersion, type Request } from '../../common/protocol/index.ts';
import { openMessagePort } from '../../native-host/messaging/message-port.ts';
import { allowedOrigins, product } from '../../native-host/package/product.ts';
import { lane } from './lane.ts';
import { type WindowsMachine, windowsPath } from './windows-machine.ts';

/** How browsers start a host on Windows: through cmd.exe, or as a program of its own. */
export type StartedBy = 'cmd' | 'direct';

/** A host running on a Windows machine, spoken to as an extension does. */
export interface Hosted {
  send(request: Request): void;
  /** The first event from now or before that fits and was not taken yet. */
  next<E extends HostEvent>(fits: (event: HostEvent) => event is E): Promise<E>;
  /** Closes the port and gives the host's exit code. */
  close(): Promise<number>;
}

/**
 * Finds the host as a browser does, by the registry and the manifest, and starts it.
 * @param root `HKEY_CURRENT_USER` or `HKEY_LOCAL_MACHINE`
 */
export async function registeredExecutable(
  machine: WindowsMachine,
  root: 'HKEY_CURRENT_USER' | 'HKEY_LOCAL_MACHINE' = 'HKEY_CURRENT_USER',
): Promise<string> {
  const key = `${root}\\Software\\Google\\Chrome\\NativeMessagingHosts\\${product.nativeHost}`;
  const manifest = (await machine.registry(key)).get(key)?.get('');
  if (manifest === undefined) throw new Error(`${key} is not there`);
  return manifest.replace(/[^\\]+$/, `${product.command}.exe`);
}

export function startHosted(machine: WindowsMachine, executable: string, by: StartedBy = 'direct'): Hosted {
  const { file, parameters, env } = machine.command(
    windowsPath(lane.relay),
    by,
    executable,
    ...allowedOrigins('development'),
    '--parent-window=0',
  );
  const child = spawn(file, parameters, { env, stdio: ['pipe', 'pipe', 'ignore'] });
  const events: HostEvent[] = [];
  let waiting: (() => void)[] = [];
  const wake = () => {
    for (const resume of waiting) resume();
    waiting = [];
  };
  let code: number | undefined;
  const ended = new Promise<number>((done) =>
    child.on('exit', (exit) => {
      code = exit ?? -1;
      wake();
      done(code);
    }),
  );
  const port = openMessagePort(child.stdout, child.stdin, {
    message(value) {
      events.push(parseEvent(value));
      wake();
    },
    malformed(detail) {
      throw new Error(detail);
    },
  });
  return {
    send: (request) => port.send(request),
    async next<E extends HostEvent>(fits: (event: HostEvent) => event is E): Promise<E> {
      for (;;) {
        const at = events.findIndex(fits);
        if (at >= 0) return events.splice(at, 1)[0] as E;
        if (code !== undefined) throw new Error(`the host ended with ${code}`);
        await new Promise<void>((resume) => waiting.push(resume));
      }
    },
    close() {
      child.stdin.end();
      return ended;
    },
  };
}

type Hello = HostEvent & { type: 'hello' };

/** The first exchange of every session. */
export async function hello(host: Hosted, id = 1): Promise<Hello> {
  host.send({
    type: 'hello',
    id,
    deadlineMs: 30_000,
    protocol: protocolVersion,
    extensionVersion: product.version,
  });
  return host.next((event): event is Hello => event.type === 'hello' && event.id === id);
}
