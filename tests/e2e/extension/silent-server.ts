import { createServer, type Socket } from 'node:net';

/** Accepts connections and says nothing: a TLS handshake with it waits as one with an open certificate chooser does. */
export async function silentServer(): Promise<{ port: number; hangUp(): void; close(): void }> {
  const sockets = new Set<Socket>();
  let over = false;
  const server = createServer((socket) => {
    if (over) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    /** Ends the connections there are, and the browser's second tries. */
    hangUp() {
      over = true;
      for (const socket of sockets) socket.destroy();
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
