import type { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import Fastify, { type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify';
import type { CardKind } from '../database/index.ts';
import { countWithin, rateLimits } from '../http/rate-limit.ts';
import { isToken } from '../http/tokens.ts';
import { subjectHash } from '../my-number/subject-hash.ts';
import type { Platform } from '../platform.ts';
import { knownAuthorities } from './chain.ts';
import {
  type CertificateRefusal,
  type CertificateRules,
  judgeCertificate,
  proveCertificate,
} from './client-certificate.ts';
import { cardConnections } from './connections.ts';
import { type CardProof, handOver, isCardLoginOpen, withdrawHandOver } from './login-store.ts';
import { myNumberProblemOf, problemPath } from './problems.ts';

/**
 * A card login host, manual (4)–(6): nothing but certificate, verdict, and the way back to the portal. There is one for
 * HPKI cards and one for My Number cards, because a browser remembers its choice of certificate for each host.
 */
export interface CardLoginHost {
  port: number;
  stop(): Promise<void>;
}

/** As configured, with the authorities read. */
type CardLoginSettings = Omit<Platform['configuration']['cardLogin'], 'origin' | 'authorities'> & {
  authorities: readonly X509Certificate[];
};

export async function startCardLoginHost(
  platform: Platform,
  card: CardKind,
  cardLogin: CardLoginSettings,
  logging: Pick<FastifyServerOptions, 'loggerInstance'>,
): Promise<CardLoginHost> {
  const { revocation } = platform;
  const rules: CertificateRules = {
    authorities: knownAuthorities(cardLogin.authorities),
    policies: cardLogin.policies,
    ...(revocation ? { revocationOf: (...about) => revocation.statusOf(...about) } : {}),
  };
  const connections = await cardConnections(
    cardLogin,
    cardLogin.authorities.map((certificate) => certificate.toString()),
  );
  const server = Fastify({
    ...logging,
    logController: new LogController({ disableRequestLogging: true }),
    serverFactory: connections.createServer,
  });
  platform.metrics.observe(server, card);
  loginRoute(server, platform, card, rules, connections.certificateOf);
  await server.ready();
  const listener = await connections.listen(server.server);
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
  certificateOf: (request: IncomingMessage) => Uint8Array,
): void {
  const { database, clock, configuration } = platform;
  const { origin } = configuration.portal;
  server.addHook('onRequest', (_, reply, done) => {
    // A connection outlives the card, and the next person may sit at the same PC: one request for each handshake.
    reply.headers({
      connection: 'close',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000',
    });
    done();
  });
  server.get('/login', async (request, reply) => {
    const { login } = request.query as { login?: unknown };
    const verdict = await proofs[card](certificateOf(request.raw), rules, clock());
    if (!verdict.ok) {
      request.log.info({ card, refusal: verdict.refusal }, 'certificate refused');
      platform.metrics.cardLogin(card, verdict.refusal);
      const problem = card === 'hpki' ? verdict.refusal : myNumberProblemOf(verdict.refusal);
      return reply.redirect(`${origin}${problemPath(problem)}`, 303);
    }
    if (!isToken(login) || !(await isCardLoginOpen(database, login, card, clock()))) {
      return reply.redirect(`${origin}${problemPath('login-lost')}`, 303);
    }
    const { proof } = verdict;
    const subject = proof.card === 'hpki' ? proof.username : proof.subjectHash;
    // Both at once: they share a commit. A code that nobody is told is of no use.
    const [within, code] = await Promise.all([
      countWithin(database, rateLimits.loginsOfUsername, subject, clock()),
      handOver(database, login, proof, clock()),
    ]);
    if (!within) {
      await withdrawHandOver(database, code);
      return reply.redirect(`${origin}${problemPath('too-many')}`, 303);
    }
    request.log.info({ card }, 'card login');
    platform.metrics.cardLogin(card, 'accepted');
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
