import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { clearToken, readToken, setToken } from '../http/cookies.ts';
import { countWithin, rateLimits } from '../http/rate-limit.ts';
import { sendPage } from '../http/request.ts';
import { hashOf, isToken, newToken } from '../http/tokens.ts';
import { registrationResponseSchema } from '../phone/ceremony.ts';
import type { Platform } from '../platform.ts';
import { assertionOptions, assertionSchema, verifyAssertion } from '../webauthn/assertion.ts';
import { passkeyOptions, verifyPasskey } from './passkey.ts';
import { enrolmentOpenPage, enrolPage, operatorProblemPage, signInPage } from './sign-in-pages.ts';
import { endOperatorSession, enrol, enrolmentOf, startOperatorSession } from './store.ts';

/** Operators come in by passkey. What challenge belongs to which browser is told by a cookie of its own. */
export function operatorSignInRoutes(server: FastifyInstance, platform: Platform, origin: string): void {
  const { database, clock } = platform;
  const within = (request: FastifyRequest) =>
    countWithin(database, rateLimits.loginsOfOperators, request.ip, clock());

  server.get('/sign-in', (request, reply) => {
    visitOf(request, reply);
    return sendPage(platform, request, reply, signInPage);
  });
  server.post('/sign-in/options', async (request, reply) => {
    if (!(await within(request))) return reply.code(429).send({ next: '/problem/too-many' });
    return await assertionOptions(platform, origin, visitOf(request, reply), []);
  });
  server.post('/sign-in/attempt', async (_, reply) => reply.code(204).send());
  server.post('/sign-in/problem', async () => ({ next: '/problem/sign-in' }));
  server.post('/sign-in/answer', async (request, reply) => {
    const body = v.safeParse(assertionSchema, request.body);
    if (!body.success) return { next: '/problem/sign-in' };
    const find = async (id: string) => {
      const row = await database
        .selectFrom('operator_keys')
        .innerJoin('operators', 'operators.id', 'operator_keys.operator_id')
        .selectAll('operator_keys')
        .where('operator_keys.id', '=', id)
        .where('operators.ended_at', 'is', null)
        .executeTakeFirst();
      return row && { ...row, person_id: row.operator_id };
    };
    const result = await verifyAssertion(platform, origin, visitOf(request, reply), body.output, find);
    if (!result.ok) {
      request.log.warn({ cause: result.cause }, 'operator refused');
      return { next: '/problem/sign-in' };
    }
    const key = { id: result.key.id, operatorId: result.key.person_id, counter: result.counter };
    setToken(reply, 'operator', await startOperatorSession(database, key, clock()));
    clearToken(reply, 'operatorVisit');
    return { next: '/' };
  });
  server.post('/sign-out', async (request, reply) => {
    const token = readToken(request, 'operator');
    if (token) await endOperatorSession(database, token, clock());
    clearToken(reply, 'operator');
    return reply.redirect('/sign-in', 303);
  });

  server.get('/enrol', (request, reply) => sendPage(platform, request, reply, enrolmentOpenPage));
  server.post('/enrol/open', async (request, reply) => {
    const now = clock();
    const { secret } = (request.body ?? {}) as { secret?: unknown };
    if (!isToken(secret) || !(await enrolmentOf(database, secret, now))) {
      const within = await countWithin(database, rateLimits.wrongSecret, request.ip, now);
      return { next: within ? '/problem/enrolment' : '/problem/too-many' };
    }
    setToken(reply, 'operatorVisit', secret);
    return { next: '/enrol/passkey' };
  });
  server.get('/enrol/passkey', async (request, reply) => {
    const enrolment = await enrolmentAt(platform, request);
    if (!enrolment) return reply.redirect('/problem/enrolment', 303);
    return sendPage(platform, request, reply, enrolPage(enrolment.operator));
  });
  server.post('/enrol/passkey/options', async (request, reply) => {
    const enrolment = await enrolmentAt(platform, request);
    if (!enrolment) return reply.code(409).send({ next: '/problem/enrolment' });
    if (!(await within(request))) return reply.code(429).send({ next: '/problem/too-many' });
    return await passkeyOptions(platform, origin, hashOf(enrolment.token), enrolment.operator);
  });
  server.post('/enrol/passkey/attempt', async (_, reply) => reply.code(204).send());
  server.post('/enrol/passkey/problem', async () => ({ next: '/problem/passkey' }));
  server.post('/enrol/passkey/answer', async (request, reply) => {
    const enrolment = await enrolmentAt(platform, request);
    if (!enrolment) return reply.code(409).send({ next: '/problem/enrolment' });
    const body = v.safeParse(registrationResponseSchema, request.body);
    const key = body.success
      ? await verifyPasskey(platform, origin, hashOf(enrolment.token), body.output)
      : undefined;
    if (!key) return { next: '/problem/passkey' };
    const { token, operator } = enrolment;
    if (!(await enrol(database, token, operator.id, key, clock()))) return { next: '/problem/enrolment' };
    clearToken(reply, 'operatorVisit');
    return { next: '/sign-in' };
  });

  server.get('/problem/:problem', (request, reply) => {
    const { problem } = request.params as { problem: string };
    const page = operatorProblemPage(problem);
    return page ? sendPage(platform, request, reply, page, 403) : reply.callNotFound();
  });
}

/** The id that challenges of this browser are kept under; the browser gets its cookie if it has none. */
function visitOf(request: FastifyRequest, reply: FastifyReply): string {
  const present = readToken(request, 'operatorVisit');
  if (present) return hashOf(present);
  const token = newToken();
  setToken(reply, 'operatorVisit', token);
  return hashOf(token);
}

async function enrolmentAt({ database, clock }: Platform, request: FastifyRequest) {
  const token = readToken(request, 'operatorVisit');
  const operator = token && (await enrolmentOf(database, token, clock()));
  return token && operator ? { token, operator } : undefined;
}
