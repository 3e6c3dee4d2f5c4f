import { constants } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';

export interface CardListenerOptions {
  /** PEM. */
  certificate: string;
  key: string;
  /** PEM of the CAs whose certificates browsers are asked for: they show only those in the chooser. */
  authorities: readonly string[];
  host: string;
  port: number;
}

export interface CardListener {
  port: number;
  stop(): Promise<void>;
}

/** Choosing the certificate and typing the PIN happen within the handshake. */
const handshakeTimeout = 5 * 60_000;
/** From the handshake to the end. Whoever has proven a certificate, any at all, must not hold connections for ever. */
const requestTimeout = 30_000;
/** How long an answer under way may take when the process ends. */
const stopTimeout = 5_000;
/** How long a refused client may take to read why. */
const lingerTimeout = 3_000;

/**
 * Listens for TLS with a mandatory client certificate. Without one the handshake fails, as it should: a browser that was
 * let in without would not ask again until it is closed. With one, whichever, the handshake succeeds and the page
 * can say what is wrong with it; `onConnection` must judge the certificate before it believes anything.
 *
 * TLS 1.2 with PKCS#1 v1.5 signatures only: the cards' client software has no other (RFC 8446 4.2.3 forbids them in
 * 1.3). No resumption: each login proves anew that the card is there.
 *
 * Node drops a connection right after its alert, so that a browser may see a lost connection instead of
 * ERR_BAD_SSL_CLIENT_AUTH_CERT. Here the connection stays until the client has read the alert and closes.
 */
export function listenForCards(
  options: CardListenerOptions,
  onConnection: (socket: TLSSocket) => void,
): Promise<CardListener> {
  const secureContext = createSecureContext({
    cert: options.certificate,
    key: options.key,
    ca: [...options.authorities],
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.2',
    sigalgs: 'RSA+SHA256:RSA+SHA384',
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  });
  const open = new Set<Socket>();
  const proven = new WeakSet<Socket>();
  /** Of each connection that stays for a moment: what ends it now. */
  const lingering = new Set<() => void>();
  const server = createServer((raw) => {
    open.add(raw);
    raw.on('close', () => open.delete(raw));
    raw.setNoDelay(true);
    linger(raw, () => proven.has(raw), lingering);
    const socket = new TLSSocket(raw, {
      isServer: true,
      requestCert: true,
      rejectUnauthorized: true,
      secureContext,
    });
    const { remoteAddress } = raw;
    Object.defineProperty(socket, 'remoteAddress', { get: () => remoteAddress });
    const timer = setTimeout(() => socket.destroy(), handshakeTimeout);
    // What goes wrong in a handshake is the client's affair and ends here.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => clearTimeout(timer));
    socket.on('secure', () => {
      clearTimeout(timer);
      proven.add(raw);
      // One request for each handshake, and its answer.
      const whole = setTimeout(() => socket.destroy(), requestTimeout);
      socket.on('close', () => clearTimeout(whole));
      onConnection(socket);
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address ? address.port : options.port,
        stop: () =>
          new Promise((done) => {
            const timer = setTimeout(() => open.forEach((raw) => void raw.destroy()), stopTimeout);
            server.close(() => {
              clearTimeout(timer);
              done();
            });
            // Whoever is still choosing a certificate must do it again; who has, is answered.
            for (const raw of open) if (!proven.has(raw)) raw.destroy();
            for (const end of lingering) end();
          }),
      });
    });
  });
}

/**
 * Puts off the end of a connection whose handshake failed: TLS above it ends as ever, but what the peer still sends is
 * taken until it can have read the alert. A TCP connection closed with octets unread is reset, and a reset may overtake
 * the alert (RFC 1122 4.2.2.13).
 */
function linger(raw: Socket, isProven: () => boolean, lingering: Set<() => void>): void {
  const close = raw._destroy.bind(raw);
  raw._destroy = (error, done) => {
    if (isProven()) {
      close(error, done);
      return;
    }
    const end = () => {
      clearTimeout(timer);
      lingering.delete(end);
      close(error, done);
    };
    const timer = setTimeout(end, lingerTimeout);
    lingering.add(end);
  };
}
