import type { TLSSocket } from 'node:tls';
import { authorizationErrors, type FactsOf, type UnknownReason } from '../../common/protocol/index.ts';
import { sites } from '../../common/sites.ts';
import type { Observer, Seen } from './port.ts';

type Name = FactsOf<'site-certificate'>['issuer'];

export interface SiteCertificateOptions {
  /** Only one of common/sites.ts; tests send it to themselves. */
  host?: string;
  /** Where to connect instead of asking for the host's address. */
  connectTo?: { address: string; port: number };
  deadlineMs?: number;
}

/**
 * Who issued the registration site's certificate as seen from here. Connects by itself, without the PC's proxy: where
 * that leads nowhere nothing is known, and the browser's own request decides about reachability. Sends one request
 * for the head of the front page and no client certificate; the host that asks for the card's is not contacted.
 */
export function siteCertificateObserver({
  host = sites.portal.host,
  connectTo,
  deadlineMs = 5000,
}: SiteCertificateOptions = {}): Observer<'site-certificate'> {
  return {
    subject: 'site-certificate',
    deadlineMs,
    background: true,
    how: `TLS to ${host}`,
    async observe() {
      const { connect } = await import('node:tls');
      const { promise, resolve } = Promise.withResolvers<Seen<'site-certificate'>>();
      const socket = connect({
        host: connectTo?.address ?? host,
        port: connectTo?.port ?? 443,
        servername: host,
        ALPNProtocols: ['http/1.1'],
        // Whoever answers is to be looked at; nothing is told to them and nothing they say is believed.
        rejectUnauthorized: false,
      });
      const unreached = (error: NodeJS.ErrnoException) =>
        resolve({
          outcome: 'unknown',
          reason: unreachedBecause(error),
          detail: `${error.code ?? ''} ${error.message}`.trim().slice(0, 200),
        });
      socket.setTimeout(deadlineMs, () => socket.destroy(noAnswer()));
      socket.once('error', unreached);
      socket.once('close', () => unreached(new Error('closed')));
      socket.once('secureConnect', () => {
        const chain = chainOf(socket.getPeerCertificate(true));
        const [leaf] = chain;
        if (!leaf) return socket.destroy(new Error('no certificate'));
        const facts: FactsOf<'site-certificate'> = {
          host,
          subject: nameOf(leaf.subject),
          issuer: nameOf(leaf.issuer),
          ...(chain.length > 1 && { root: nameOf(chain.at(-1)?.issuer ?? {}) }),
          publiclyTrusted: socket.authorized,
          ...authorizationErrorOf(socket),
        };
        let head = '';
        socket.setEncoding('latin1');
        const end = () => {
          const date = /^date:[ \t]*(.+?)\r?$/im.exec(head)?.[1];
          const server = date === undefined ? Number.NaN : Date.parse(date);
          resolve({
            outcome: 'observed',
            facts: { ...facts, ...(!Number.isNaN(server) && { skewMs: Date.now() - server }) },
          });
          socket.destroy();
        };
        socket.on('data', (text: string) => {
          head += text;
          if (head.includes('\r\n\r\n') || head.length > 16_384) end();
        });
        socket.removeAllListeners('error').on('error', end);
        socket.once('end', end);
        socket.write(`HEAD / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      });
      return promise;
    },
  };
}

/** No way to the host, no answer from it, or an answer that is none. */
function unreachedBecause({ code = '' }: NodeJS.ErrnoException): UnknownReason {
  if (code === 'ETIMEDOUT') return 'timeout';
  return ['ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code) ? 'not-found' : 'failed';
}

const noAnswer = () => Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' });

/** Node gives the code, whatever its types say. */
function authorizationErrorOf({ authorized, authorizationError }: TLSSocket) {
  if (authorized) return {};
  const code = authorizationErrors.find((known) => known === String(authorizationError));
  return { authorizationError: code ?? ('other' as const) };
}

interface Peer {
  subject: object;
  issuer: object;
  fingerprint256?: string;
  issuerCertificate?: Peer;
}

/** From the server's own certificate upwards; a self-signed one names itself as its issuer. */
function chainOf(leaf: Peer): Peer[] {
  const chain: Peer[] = [];
  for (let one: Peer | undefined = leaf; one?.subject && chain.length < 10; one = one.issuerCertificate) {
    if (chain.some(({ fingerprint256 }) => fingerprint256 === one?.fingerprint256)) break;
    chain.push(one);
  }
  return chain;
}

function nameOf(name: object): Name {
  const part = (field: string) => {
    const value = (name as Record<string, unknown>)[field];
    const text = Array.isArray(value) ? value.join(', ') : value;
    return typeof text === 'string' ? text.slice(0, 1024) : undefined;
  };
  const [commonName, organization, country] = ['CN', 'O', 'C'].map(part);
  return {
    ...(commonName !== undefined && { commonName }),
    ...(organization !== undefined && { organization }),
    ...(country !== undefined && { country }),
  };
}
