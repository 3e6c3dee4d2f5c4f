import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Purpose } from '../database/index.ts';
import { clearToken, readToken, setToken } from '../http/cookies.ts';
import { countWithin, rateLimits } from '../http/rate-limit.ts';
import { sendPage } from '../http/request.ts';
import { isToken } from '../http/tokens.ts';
import { completeLink } from '../my-number/complete-link.ts';
import type { Platform } from '../platform.ts';
import { pcOnlyFor } from '../status/pc-only.ts';
import { beginRegistration } from '../ticket/begin.ts';
import { beginCardLogin, type CardLogin, takeHandOver } from './login-store.ts';
import { cardProblemPage } from './pages.ts';
import { type CardProblem, cardProblems, problemPath } from './problems.ts';
import { anySessionOf, startSession } from './session.ts';

/** The portal's side of the card login: out to the card login host, and back from it. */
export function cardRoutes(server: FastifyInstance, platform: Platform): void {
  const starts = (path: string, login: Pick<CardLogin, 'purpose' | 'card'>) =>
    server.post(path, pcOnlyFor(login.purpose), (request, reply) =>
      startCardLogin(platform, request, reply, login),
    );
  starts('/hpki-card/start', { purpose: 'register', card: 'hpki' });
  starts('/status/start', { purpose: 'status', card: 'hpki' });
  starts('/change-phone/hpki-card/start', { purpose: 'change', card: 'hpki' });
  starts('/link-my-number-card/start', { purpose: 'link', card: 'hpki' });
  if (platform.configuration.myNumberLogin) {
    starts('/my-number-card/start', { purpose: 'register', card: 'my-number' });
    starts('/change-phone/my-number-card/start', { purpose: 'change', card: 'my-number' });
    starts('/status/my-number-card/start', { purpose: 'status', card: 'my-number' });
  }
  server.get('/card/complete', (request, reply) => complete(platform, request, reply));
  server.get('/card/problem/:problem', (request, reply) => {
    const { problem } = request.params as { problem: string };
    if (!isCardProblem(problem)) return reply.callNotFound();
    const status = problem === 'revocation-unknown' ? 503 : 403;
    return sendPage(platform, request, reply, cardProblemPage(problem), status);
  });
}

function isCardProblem(value: string): value is CardProblem {
  return (cardProblems as readonly string[]).includes(value);
}

/** Where the result of a login is to be seen. */
export const homes: Record<Purpose, string> = {
  register: '/registration',
  status: '/status/result',
  link: '/link-my-number-card/my-number-card',
};

/** Sends the browser to the host that asks for the card's certificate. */
export async function startCardLogin(
  platform: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
  login: Pick<CardLogin, 'purpose' | 'card'> & { sessionHash?: string },
) {
  const { database, clock, configuration } = platform;
  const host = login.card === 'hpki' ? configuration.cardLogin : configuration.myNumberLogin;
  if (!host) return reply.callNotFound();
  if (!(await countWithin(database, rateLimits.loginsOfAddress, request.ip, clock()))) {
    return reply.redirect(problemPath('too-many'), 303);
  }
  const { token, id } = await beginCardLogin(database, { sessionHash: null, ...login }, clock());
  setToken(reply, 'login', token);
  return reply.redirect(`${host.origin}/login?login=${id}`, 303);
}

/** Back from the card login host, with a code for what was proven there. */
async function complete(platform: Platform, request: FastifyRequest, reply: FastifyReply) {
  const { code } = request.query as { code?: unknown };
  const loginToken = readToken(request, 'login');
  const result =
    isToken(code) && loginToken
      ? await takeHandOver(platform.database, code, loginToken, platform.clock())
      : undefined;
  if (!result) {
    // Back or reload after a login that went well: its result is still there.
    const session = await anySessionOf(platform, request);
    return reply.redirect(session ? homes[session.purpose] : problemPath('login-lost'), 303);
  }
  clearToken(reply, 'login');
  if (result.purpose === 'link' && result.card === 'my-number') {
    return await completeLink(platform, request, reply, result);
  }
  const { personId, hcRole } = result;
  if (personId === undefined) return reply.redirect(problemPath('my-number-not-linked'), 303);
  switch (result.purpose) {
    case 'register':
    case 'change':
      return await beginRegistration(platform, request, reply, {
        personId,
        hcRole,
        kind: result.purpose === 'change' ? 'change' : 'registration',
      });
    case 'status':
    case 'link':
      await startSession(platform, request, reply, { personId, hcRole, purpose: result.purpose });
      return reply.redirect(homes[result.purpose], 303);
  }
}
