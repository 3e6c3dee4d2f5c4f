import { existsSync, type FSWatcher, watch } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';

export interface ServiceWait {
  /** Resolves when it is worth asking the service again. */
  readonly back: Promise<void>;
  close(): void;
}

/** After something moved beside the socket: the daemon binds first and listens a little later. Milliseconds. */
const settle = [0, 20, 60, 150, 400, 1000, 2500];
/** Where the service has no socket to watch. Milliseconds. */
const blindRetry = 5000;

/**
 * Waits for the PC/SC service's socket to take connections, by file system events.
 */
export function waitForService(socket: string | undefined): ServiceWait {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (socket === undefined) {
    const timer = setTimeout(resolve, blindRetry);
    return { back: promise, close: () => clearTimeout(timer) };
  }
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const close = () => {
    closed = true;
    watcher?.close();
    clearTimeout(timer);
  };
  const ask = (attempt: number) => {
    clearTimeout(timer);
    if (closed) return;
    void accepts(socket).then((yes) => {
      if (closed) return;
      if (yes) resolve();
      else if (attempt < settle.length) timer = setTimeout(() => ask(attempt + 1), settle[attempt]);
    });
  };
  /** Watches the socket's folder, or the nearest folder above it that exists. */
  const look = () => {
    watcher?.close();
    const folder = nearest(dirname(socket));
    try {
      watcher = watch(folder, () => {
        if (closed) return;
        if (nearest(dirname(socket)) !== folder) look();
        ask(0);
      });
      watcher.on('error', () => look());
    } catch {
      timer = setTimeout(look, blindRetry);
    }
  };
  look();
  ask(0); // only now: a service that came back before the folder was watched is not missed
  return { back: promise, close };
}

function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder));
}

/** Whether something listens there. Costs the daemon one connection that closes at once. */
function accepts(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', () => resolve(false));
  });
}
