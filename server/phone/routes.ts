import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { transact } from '../database/index.ts';
import { countWithin, rateLimits } from '../http/rate-limit.ts';
import { pageContext, sendPage } from '../http/request.ts';
import { isToken } from '../http/tokens.ts';
import { beginSheetVisit } from '../initial-sheet/phone-visit.ts';
import { sheetBySecret } from '../initial-sheet/store.ts';
import { clockTime } from '../pages/language.ts';
import type { Platform } from '../platform.ts';
import { proveProblemPage } from '../sign-in/phone-pages.ts';
import { beginSignInVisit } from '../sign-in/phone-visit.ts';
import { type SignInCause, signInCauseOf } from '../sign-in/problem.ts';
import { markSignInOpened, signInBySecret } from '../sign-in/store.ts';
import { problemOf } from '../ticket/progress.ts';
import { bindPhone, markDone, markOpened, setProblem, ticketBySecret } from '../ticket/store.ts';
import { assertionSchema } from '../webauthn/assertion.ts';
import { countAttempt } from '../webauthn/challenges.ts';
import {
  completeProving,
  completeRegistration,
  provingOptions,
  registrationOptions,
  registrationResponseSchema,
} from './ceremony.ts';
import {
  labelPage,
  loginPage,
  openPage,
  type PhoneInUse,
  phoneDonePage,
  problemPage,
  provePage,
  registerPage,
  stoppedPage,
} from './pages.ts';
import { cleanLabel, phoneKindOf } from './phone-kind.ts';
import { beginVisit, type PhoneVisit, phoneVisit } from './phone-session.ts';
import { type Stop, stopPath, stops, tooMany } from './place.ts';
import { causeOfFailure, failureReportSchema, type ProblemCause } from './problem.ts';

/** What the pages' script does with an answer: go there. */
interface Next {
  next: string;
}

/** HTTP status of the pages that end the way. */
const stopStatus: Record<Stop, number> = {
  'qr-expired': 410,
  'time-over': 410,
  'qr-used': 409,
  'qr-cancelled': 410,
  'qr-unknown': 404,
  'too-many': 429,
  'sign-in-expired': 410,
  'sign-in-used': 409,
  'sign-in-cancelled': 410,
  'sheet-expired': 410,
  'sheet-locked': 410,
  'sheet-used': 410,
  'sheet-revoked': 410,
  'sheet-time-over': 410,
  'sheet-reopened': 410,
};

/** The phone, manual (8)–(12). */
export function phoneRoutes(server: FastifyInstance, platform: Platform): void {
  const { database, clock, configuration, signals } = platform;

  server.get('/phone', (request, reply) => sendPage(platform, request, reply, openPage));

  server.post('/phone/open', async (request, reply): Promise<Next> => {
    const now = clock();
    if (!(await countWithin(database, rateLimits.opensOfAddress, request.ip, now))) return tooMany(reply);
    const { secret } = (request.body ?? {}) as { secret?: unknown };
    const next = isToken(secret) ? await openSecret(platform, request, reply, secret) : undefined;
    // Many phones share an address: a right one is let in however many wrong ones others have tried.
    if (next !== undefined) return { next };
    if (!(await countWithin(database, rateLimits.wrongSecret, request.ip, now))) return tooMany(reply);
    return { next: stopPath('qr-unknown') };
  });

  server.get('/phone/login', async (request, reply) => {
    const visit = await visitAt(platform, request, reply, '/phone/login');
    if (!visit) return reply;
    const inUse = await phoneInUse(platform, request, visit);
    return sendPage(platform, request, reply, loginPage(visit.ticket, inUse));
  });

  server.post('/phone/login', async (request, reply) => {
    const visit = await phoneVisit(platform, request);
    if (!visit) return reply.redirect(stopPath('qr-unknown'), 303);
    if (visit.place !== '/phone/login') return reply.redirect(visit.place, 303);
    const expiresAt = clock() + configuration.phoneSeconds * 1000;
    const bound = await bindPhone(database, visit.ticket.id, { hash: visit.hash, expiresAt });
    if (bound) signals.changed(visit.ticket.id);
    // Someone else was first, or this phone's other tab was: the next page knows.
    return reply.redirect('/phone/register', 303);
  });

  server.get('/phone/register', async (request, reply) => {
    const visit = await visitAt(platform, request, reply, '/phone/register');
    if (!visit) return reply;
    const inUse = await phoneInUse(platform, request, visit);
    return sendPage(platform, request, reply, registerPage(visit.ticket, inUse));
  });

  server.post('/phone/options', async (request, reply) => {
    const visit = await visitAt(platform, request, reply, '/phone/register', 'json');
    if (!visit) return reply;
    const options = await registrationOptions(platform, visit.ticket);
    return options ?? tooMany(reply);
  });

  server.post('/phone/registration', async (request, reply) => {
    const visit = await visitAt(platform, request, reply, '/phone/register', 'json');
    if (!visit) return reply;
    const body = v.safeParse(registrationResponseSchema, request.body);
    if (!body.success) return await failed(platform, request, reply, visit, 'rejected');
    const phone = { hash: visit.hash, kind: phoneKindOf(request.headers['user-agent']) };
    const result = await completeRegistration(platform, visit.ticket, phone, body.output);
    if (!result.ok) return await failed(platform, request, reply, visit, result.cause);
    request.log.info({ phone: phone.kind }, 'phone registered');
    signals.changed(visit.ticket.id);
    return { next: result.next } satisfies Next;
  });

  provingRoutes(server, platform);

  server.post('/phone/problem', async (request, reply) => {
    const visit = await visitAt(platform, request, reply, ['/phone/login', '/phone/register'], 'json');
    if (!visit) return reply;
    const report = v.safeParse(failureReportSchema, request.body);
    return await failed(
      platform,
      request,
      reply,
      visit,
      report.success ? causeOfFailure(report.output) : 'authenticator',
    );
  });

  /** The person is trying again: the PC's page stops showing what went wrong before. */
  server.post('/phone/attempt', async (request, reply) => {
    const visit = await visitAt(platform, request, reply, '/phone/register', 'json');
    if (!visit) return reply;
    if (await setProblem(database, visit.ticket, null)) signals.changed(visit.ticket.id);
    return reply.code(204).send();
  });

  server.get('/phone/problem', async (request, reply) => {
    const visit = await visitAt(platform, request, reply, '/phone/register');
    if (!visit) return reply;
    const problem = problemOf(visit.ticket);
    if (!problem || 'prove' in problem) return reply.redirect(visit.place, 303);
    return sendPage(platform, request, reply, problemPage(problem, visit.ticket));
  });

  server.get('/phone/label', async (request, reply) => {
    const visit = await visitAt(platform, request, reply, '/phone/label');
    if (!visit) return reply;
    return sendPage(platform, request, reply, labelPage(await labelOf(platform, visit)));
  });

  server.post('/phone/label', async (request, reply) => {
    const visit = await visitAt(platform, request, reply, '/phone/label');
    if (!visit) return reply;
    const { label } = (request.body ?? {}) as { label?: unknown };
    await finish(platform, visit, cleanLabel(label, await labelOf(platform, visit)));
    signals.changed(visit.ticket.id);
    return reply.redirect('/phone/done', 303);
  });

  server.get('/phone/done', async (request, reply) => {
    const visit = await visitAt(platform, request, reply, '/phone/done');
    if (!visit) return reply;
    return sendPage(platform, request, reply, phoneDonePage(visit.ticket.sheet_id === null));
  });

  server.get('/phone/stopped/:stop', (request, reply) => {
    const { stop } = request.params as { stop: string };
    if (!isStop(stop)) return reply.callNotFound();
    return sendPage(platform, request, reply, stoppedPage(stop), stopStatus[stop]);
  });
}

/** Change of phone: the new one signs in once, and takes the old one's place only then. */
function provingRoutes(server: FastifyInstance, platform: Platform): void {
  const { database, clock, signals } = platform;
  const at = (request: FastifyRequest, reply: FastifyReply, answer: 'redirect' | 'json') =>
    visitAt(platform, request, reply, '/phone/prove', answer);
  const failedToProve = async (
    request: FastifyRequest,
    reply: FastifyReply,
    { ticket }: PhoneVisit,
    cause: SignInCause,
  ): Promise<Next> => {
    if (!(await countWithin(database, rateLimits.problemsOfTicket, ticket.id, clock()))) {
      return tooMany(reply);
    }
    const phone = phoneKindOf(request.headers['user-agent']);
    request.log.info({ cause, phone }, 'the new phone did not sign in');
    if (await setProblem(database, ticket, { prove: { cause, phone } })) signals.changed(ticket.id);
    return { next: '/phone/prove/problem' };
  };

  server.get('/phone/prove', async (request, reply) => {
    const visit = await at(request, reply, 'redirect');
    return visit ? sendPage(platform, request, reply, provePage) : reply;
  });
  server.post('/phone/prove/options', async (request, reply) => {
    const visit = await at(request, reply, 'json');
    if (!visit) return reply;
    if (!(await countAttempt(database, 'tickets', visit.ticket.id))) {
      return tooMany(reply);
    }
    return await provingOptions(platform, visit.ticket);
  });
  server.post('/phone/prove/answer', async (request, reply) => {
    const visit = await at(request, reply, 'json');
    if (!visit) return reply;
    const body = v.safeParse(assertionSchema, request.body);
    const cause = body.success
      ? await completeProving(platform, visit.ticket, visit.hash, body.output)
      : 'rejected';
    if (cause !== undefined) return await failedToProve(request, reply, visit, cause);
    request.log.info('phone changed');
    signals.changed(visit.ticket.id);
    return { next: '/phone/label' } satisfies Next;
  });
  server.post('/phone/prove/attempt', async (request, reply) => {
    const visit = await at(request, reply, 'json');
    if (!visit) return reply;
    if (await setProblem(database, visit.ticket, null)) signals.changed(visit.ticket.id);
    return reply.code(204).send();
  });
  server.post('/phone/prove/problem', async (request, reply) => {
    const visit = await at(request, reply, 'json');
    if (!visit) return reply;
    const report = v.safeParse(failureReportSchema, request.body);
    return await failedToProve(
      request,
      reply,
      visit,
      report.success ? signInCauseOf(report.output) : 'authenticator',
    );
  });
  server.get('/phone/prove/problem', async (request, reply) => {
    const visit = await at(request, reply, 'redirect');
    if (!visit) return reply;
    const problem = problemOf(visit.ticket);
    if (!problem || !('prove' in problem)) return reply.redirect(visit.place, 303);
    return sendPage(platform, request, reply, proveProblemPage(problem.prove, '/phone/prove'));
  });
}

/** Where a QR code's secret leads, undefined when it is nobody's. */
async function openSecret(
  platform: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
  secret: string,
): Promise<string | undefined> {
  const { database, signals } = platform;
  const ticket = await ticketBySecret(database, secret);
  if (ticket) {
    const visit = await beginVisit(platform, request, reply, ticket);
    if (visit.status === 'waiting' && (await markOpened(database, ticket.id))) signals.changed(ticket.id);
    return visit.place;
  }
  const signIn = await signInBySecret(database, secret);
  if (signIn) {
    const visit = await beginSignInVisit(platform, request, reply, signIn);
    if (visit.status === 'waiting' && (await markSignInOpened(database, signIn.id)))
      signals.changed(signIn.id);
    return visit.place;
  }
  const sheet = await sheetBySecret(database, secret);
  return sheet && (await beginSheetVisit(platform, request, reply, sheet));
}

function isStop(value: string): value is Stop {
  return (stops as readonly string[]).includes(value);
}

/** The visit, if `path` is where it belongs. Otherwise the phone has been sent to where it does. */
async function visitAt(
  platform: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
  path: string | readonly string[],
  answer: 'redirect' | 'json' = 'redirect',
): Promise<PhoneVisit | undefined> {
  const visit = await phoneVisit(platform, request);
  if (visit && [path].flat().includes(visit.place)) return visit;
  const next = visit?.place ?? stopPath('qr-unknown');
  if (answer === 'redirect') void reply.redirect(next, 303);
  else void reply.code(409).send({ next } satisfies Next);
  return undefined;
}

/** Notes a failure for the phone and the PC. Overcoming it needs no limit of its own: it only undoes what is counted. */
async function failed(
  { database, clock, signals }: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
  visit: PhoneVisit,
  cause: ProblemCause,
): Promise<Next> {
  if (!(await countWithin(database, rateLimits.problemsOfTicket, visit.ticket.id, clock()))) {
    return tooMany(reply);
  }
  const phone = phoneKindOf(request.headers['user-agent']);
  request.log.info({ cause, phone }, 'registration on the phone failed');
  if (await setProblem(database, visit.ticket, { cause, phone })) signals.changed(visit.ticket.id);
  return { next: '/phone/problem' };
}

async function phoneInUse(
  platform: Platform,
  request: FastifyRequest,
  { ticket }: PhoneVisit,
): Promise<PhoneInUse | undefined> {
  const row = await platform.database
    .selectFrom('credentials')
    .select(['label', 'registered_at'])
    .where('person_id', '=', ticket.person_id)
    .where('replaced_at', 'is', null)
    .executeTakeFirst();
  const { language } = pageContext(platform, request);
  return row && { label: row.label, since: clockTime(Number(row.registered_at), language) };
}

async function labelOf({ database }: Platform, { ticket }: PhoneVisit): Promise<string> {
  const { label } = await database
    .selectFrom('credentials')
    .select('label')
    .where('id', '=', ticket.credential_id ?? '')
    .executeTakeFirstOrThrow();
  return label;
}

async function finish({ database }: Platform, { ticket, hash }: PhoneVisit, label: string): Promise<void> {
  await transact(database, async (transaction) => {
    if (!(await markDone(transaction, ticket.id, hash))) return;
    await transaction
      .updateTable('credentials')
      .set({ label })
      .where('id', '=', ticket.credential_id ?? '')
      .execute();
  });
}
