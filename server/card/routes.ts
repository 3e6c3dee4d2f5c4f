import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Purpose } from '../database/index.ts';
import { clearToken, readToken, setToken } from '../http/cookies.ts';
import { countWithin, rateLimits } from '../http/rate-limit.ts';
import { sendPage } from '../http/request.ts';
import { isToken } from '../http/tokens.ts';
import type { Platform } from '../platform.ts';
import { createTicket } from '../ticket/store.ts';
import { beginCardLogin, takeHandOver } from './login-store.ts';
import { cardProblemPage } from './pages.ts';
import { type CardProblem, cardProblems, problemPath } from './problems.ts';
import { sessionOf, startSession } from './session.ts';

/** The portal's side of the card login: out to the card login host, and back from it. */
export function cardRoutes(server: FastifyInstance, platform: Platform): void {
  server.post('/hpki-card/start', (request, reply) => start(platform, request, reply, 'register'));
  server.post('/status/start', (request, reply) => start(platform, request, reply, 'status'));
  server.get('/card/complete', (request, reply) => complete(platform, request, reply));
  server.get('/card/problem/:problem', (request, reply) => {
    const { problem } = request.params as { problem: string };
    if (!isCardProblem(problem)) return reply.callNotFound();
    return sendPage(platform, request, reply, cardProblemPage(problem), 403);
  });
}

function isCardProblem(value: string): value is CardProblem {
  return (cardProblems as readonly string[]).includes(value);
}

async function start(platform: Platform, request: FastifyRequest, reply: FastifyReply, purpose: Purpose) {
  const { database, clock, configuration } = platform;
  if (!(await countWithin(database, rateLimits.loginsOfAddress, request.ip, clock()))) {
    return reply.redirect(problemPath('too-many'), 303);
  }
  const { token, id } = await beginCardLogin(database, purpose, clock());
  setToken(reply, 'login', token);
  return reply.redirect(`${configuration.cardLogin.origin}/login?login=${id}`, 303);
}

async function complete(platform: Platform, request: FastifyRequest, reply: FastifyReply) {
  const { database, clock, configuration, signals } = platform;
  const { code } = request.query as { code?: unknown };
  const loginToken = readToken(request, 'login');
  const now = clock();
  const result =
    isToken(code) && loginToken ? await takeHandOver(database, code, loginToken, now) : undefined;
  if (!result) {
    // Back or reload after a login that went well: its result is still there.
    if (await sessionOf(platform, request, 'register')) return reply.redirect('/registration', 303);
    if (await sessionOf(platform, request, 'status')) return reply.redirect('/status/result', 303);
    return reply.redirect(problemPath('login-lost'), 303);
  }
  clearToken(reply, 'login');
  const sessionToken = await startSession(platform, request, reply, result);
  if (result.purpose === 'status') return reply.redirect('/status/result', 303);
  if (!(await countWithin(database, rateLimits.ticketsOfPerson, result.personId, now))) {
    return reply.redirect(problemPath('too-many'), 303);
  }
  const session = { token: sessionToken, personId: result.personId };
  const changed = await createTicket(database, session, now, configuration.qrSeconds * 1000);
  for (const id of changed) signals.changed(id);
  return reply.redirect('/registration', 303);
}
