import { createServer, type Socket } from 'node:net';

export interface SilentServer {
  port: number;
  /** Ends the connections there are, and the browser's second tries. */
  hangUp(): void;
  /** Ends the connections there are; later ones wait again. */
  waitAgain(): void;
  close(): void;
}

/** Accepts connections and says nothing: a TLS handshake with it waits as one with an open certificate chooser does. */
export async function silentServer(): Promise<SilentServer> {
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
  const endAll = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    port: address.port,
    hangUp() {
      over = true;
      endAll();
    },
    waitAgain() {
      over = false;
      endAll();
    },
    close() {
      endAll();
      server.close();
    },
  };
}
