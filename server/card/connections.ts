import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { TLSSocket } from 'node:tls';
import { type Configuration, readPem } from '../configuration/index.ts';
import { closeSoon } from '../http/close-soon.ts';
import { clearSocket, closeSocketToOthers, type ProxySettings, proxyTls } from '../http/proxied-listener.ts';
import { ClientCertHeaderError, clientCertificateFromHeaders } from './client-cert-header.ts';
import { type CardListener, listenForCards } from './tls-listener.ts';

/** How browsers with a card reach this process: by themselves, or through a proxy that has shaken hands with them. */
export interface CardConnections {
  createServer(handler: RequestListener): Server;
  /** Lets connections in to what `createServer` made. */
  listen(server: Server): Promise<CardListener>;
  /** The certificate (DER) that TLS proved to be the client's: it signed the handshake. Empty when there is none. */
  certificateOf(request: IncomingMessage): Uint8Array;
}

/** How long an answer under way may take when the process ends. Milliseconds. */
const stopTimeout = 5_000;

type Settings = Pick<Configuration['cardLogin'], 'listen' | 'certificate' | 'key'>;

export async function cardConnections(
  { listen, certificate, key }: Settings,
  authorities: readonly string[],
): Promise<CardConnections> {
  const { host, port, proxy } = listen;
  if (proxy) return await throughProxy(proxy, { host, port, certificate, key });
  const identity = { certificate: await readPem(certificate), key: await readPem(key) };
  return {
    createServer: (handler) => createHttpServer(handler),
    listen: (server) =>
      listenForCards({ ...identity, authorities, host, port }, (socket) => server.emit('connection', socket)),
    // Whatever headers say: on this way they are the client's own words.
    certificateOf: ({ socket }) =>
      (socket instanceof TLSSocket && socket.getPeerX509Certificate()?.raw) || new Uint8Array(),
  };
}

async function throughProxy(
  proxy: ProxySettings,
  { host, port, certificate, key }: { host: string; port: number; certificate: string; key: string },
): Promise<CardConnections> {
  const tls = proxy.kind === 'mtls' ? await proxyTls(proxy, { certificate, key }) : undefined;
  return {
    createServer: (handler) => (tls ? createHttpsServer(tls, handler) : createHttpServer(handler)),
    async listen(server) {
      const path = proxy.kind === 'unix' ? proxy.path : undefined;
      if (path !== undefined) await clearSocket(path);
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        if (path === undefined) server.listen(port, host, resolve);
        else server.listen(path, resolve);
      });
      if (path !== undefined) await closeSocketToOthers(path);
      const address = server.address();
      return {
        port: typeof address === 'object' && address ? address.port : 0,
        // Fastify closes only what it has opened itself.
        stop: () =>
          closeSoon(
            server,
            stopTimeout,
            () =>
              new Promise<void>((done) => {
                server.close(() => done());
                server.closeIdleConnections();
              }),
          ),
      };
    },
    certificateOf({ rawHeaders }) {
      try {
        return clientCertificateFromHeaders(rawHeaders);
      } catch (error) {
        if (error instanceof ClientCertHeaderError) return new Uint8Array();
        throw error;
      }
    },
  };
}
