import { X509Certificate } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import { TLSSocket } from 'node:tls';
import Fastify, { type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify';
import { readPem } from '../configuration/index.ts';
import type { CardKind } from '../database/index.ts';
import { isToken } from '../http/tokens.ts';
import { subjectHash } from '../my-number/subject-hash.ts';
import type { Platform } from '../platform.ts';
import {
  type CertificateRefusal,
  type CertificateRules,
  judgeCertificate,
  proveCertificate,
} from './client-certificate.ts';
import { type CardProof, handOver, isCardLoginOpen } from './login-store.ts';
import { myNumberProblemOf, problemPath } from './problems.ts';
import { listenForCards } from './tls-listener.ts';

/**
 * A card login host, manual (4)–(6): nothing but certificate, verdict, and the way back to the portal. There is one for
 * HPKI cards and one for My Number cards, because a browser remembers its choice of certificate for each host.
 */
export interface CardLoginHost {
  port: number;
  stop(): Promise<void>;
}

export async function startCardLoginHost(
  platform: Platform,
  card: CardKind,
  cardLogin: Omit<Platform['configuration']['cardLogin'], 'origin'>,
  logging: Pick<FastifyServerOptions, 'loggerInstance'>,
): Promise<CardLoginHost> {
  const authorities = await Promise.all(cardLogin.authorities.map(readPem));
  const rules: CertificateRules = {
    authorities: authorities.map((pem) => new X509Certificate(pem)),
    policies: cardLogin.policies,
  };
  const server = Fastify({
    ...logging,
    logController: new LogController({ disableRequestLogging: true }),
    serverFactory: (handler) => createHttpServer(handler),
  });
  loginRoute(server, platform, card, rules);
  await server.ready();
  const listener = await listenForCards(
    {
      certificate: await readPem(cardLogin.certificate),
      key: await readPem(cardLogin.key),
      authorities,
      ...cardLogin.listen,
    },
    (socket) => server.server.emit('connection', socket),
  );
  return {
    port: listener.port,
    async stop() {
      await listener.stop();
      await server.close();
    },
  };
}

function loginRoute(
  server: FastifyInstance,
  platform: Platform,
  card: CardKind,
  rules: CertificateRules,
): void {
  const { database, clock, configuration } = platform;
  const { origin } = configuration.portal;
  server.addHook('onRequest', async (_, reply) => {
    // A connection outlives the card, and the next person may sit at the same PC: one request for each handshake.
    reply.headers({
      connection: 'close',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000',
    });
  });
  server.get('/login', async (request, reply) => {
    const { login } = request.query as { login?: unknown };
    const verdict = await proofs[card](certificateOf(request.raw.socket), rules, clock());
    if (!verdict.ok) {
      request.log.info({ card, refusal: verdict.refusal }, 'certificate refused');
      const problem = card === 'hpki' ? verdict.refusal : myNumberProblemOf(verdict.refusal);
      return reply.redirect(`${origin}${problemPath(problem)}`, 303);
    }
    if (!isToken(login) || !(await isCardLoginOpen(database, login, card, clock()))) {
      return reply.redirect(`${origin}${problemPath('login-lost')}`, 303);
    }
    const code = await handOver(database, login, verdict.proof, clock());
    request.log.info({ card }, 'card login');
    return reply.redirect(`${origin}/card/complete?code=${code}`, 303);
  });
  server.setNotFoundHandler(async (_, reply) => reply.redirect(`${origin}/`, 303));
  server.setErrorHandler(async (error, request, reply) => {
    request.log.error({ err: error }, 'card login failed');
    return reply.code(500).type('text/plain').send('error');
  });
}

type Proof = { ok: true; proof: CardProof } | { ok: false; refusal: CertificateRefusal };

/** What a certificate proves, for each kind of card. */
const proofs: Record<CardKind, (der: Uint8Array, rules: CertificateRules, now: number) => Promise<Proof>> = {
  async hpki(der, rules, now) {
    const verdict = await judgeCertificate(der, rules, now);
    if (!verdict.ok) return verdict;
    const hcRole = verdict.profile.hcRoles[0]?.slice(0, 64) ?? null;
    return { ok: true, proof: { card: 'hpki', username: verdict.username, hcRole } };
  },
  async 'my-number'(der, rules, now) {
    const verdict = await proveCertificate(der, rules, now);
    return verdict.ok ? { ok: true, proof: { card: 'my-number', subjectHash: subjectHash(der) } } : verdict;
  },
};

/** The certificate that TLS proved to be the client's: it signed the handshake. */
function certificateOf(socket: unknown): Uint8Array {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  return certificate?.raw ?? new Uint8Array();
}
