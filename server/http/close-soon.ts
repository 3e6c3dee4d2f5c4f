import type { Server } from 'node:http';

/**
 * Waits for `close`, which lets answers under way go out, but not for whoever keeps a connection without asking for the
 * end of anything: after `milliseconds` such connections are ended.
 */
export async function closeSoon(
  server: Server,
  milliseconds: number,
  close: () => PromiseLike<unknown>,
): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), milliseconds);
  try {
    await close();
  } finally {
    clearTimeout(timer);
  }
}
