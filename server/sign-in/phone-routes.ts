import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { countWithin, rateLimits } from '../http/rate-limit.ts';
import { sendPage } from '../http/request.ts';
import { phoneKindOf } from '../phone/phone-kind.ts';
import { stopPath, tooMany } from '../phone/place.ts';
import { failureReportSchema } from '../phone/problem.ts';
import type { Platform } from '../platform.ts';
import {
  type Assertion,
  assertionOptions,
  assertionSchema,
  type StoredKey,
  verifyAssertion,
} from '../webauthn/assertion.ts';
import { base64url, countAttempt, timeout } from '../webauthn/challenges.ts';
import { numberPage, signInDonePage, signInPage, signInProblemPage } from './phone-pages.ts';
import { type SignInVisit, signInVisit } from './phone-visit.ts';
import { type SignInCause, signInCauseOf, signInProblemOf } from './problem.ts';
import { signInPlaces } from './status.ts';
import { completeSignIn, confirmPhone, countWrongNumber, setSignInProblem } from './store.ts';

/** The phone that signs in: number, ceremony, end. */
export function signInPhoneRoutes(server: FastifyInstance, platform: Platform): void {
  const { database, clock, signals } = platform;

  server.get(signInPlaces.number, async (request, reply) => {
    const visit = await visitAt(platform, request, reply, signInPlaces.number);
    if (!visit) return reply;
    const { purpose } = visit.signIn;
    return sendPage(platform, request, reply, numberPage(purpose, signInProblemOf(visit.signIn)));
  });

  server.post(signInPlaces.number, async (request, reply) => {
    const visit = await visitAt(platform, request, reply, signInPlaces.number);
    if (!visit) return reply;
    const { signIn } = visit;
    const { number } = (request.body ?? {}) as { number?: unknown };
    const typed = typeof number === 'string' ? number.normalize('NFKC').trim() : '';
    if (typed === signIn.number) {
      await confirmPhone(database, signIn.id, visit.hash, clock() + timeout);
    } else {
      await noteProblem(platform, request, visit, 'wrong-number');
      await countWrongNumber(database, signIn.id);
    }
    signals.changed(signIn.id);
    return reply.redirect((await signInVisit(platform, request))?.place ?? stopPath('qr-unknown'), 303);
  });

  server.get(signInPlaces.signIn, async (request, reply) => {
    const visit = await visitAt(platform, request, reply, signInPlaces.signIn);
    if (!visit) return reply;
    return sendPage(platform, request, reply, signInPage(visit.signIn.purpose));
  });

  server.post(`${signInPlaces.signIn}/options`, async (request, reply) => {
    const visit = await visitAt(platform, request, reply, signInPlaces.signIn, 'json');
    if (!visit) return reply;
    if (!(await countAttempt(database, 'sign_ins', visit.signIn.id))) {
      return tooMany(reply);
    }
    const { origin } = platform.configuration.portal;
    const keys = await keysOf(platform, visit, request.body);
    return await assertionOptions(platform, origin, visit.signIn.id, keys);
  });

  server.post(`${signInPlaces.signIn}/answer`, async (request, reply) => {
    const visit = await visitAt(platform, request, reply, signInPlaces.signIn, 'json');
    if (!visit) return reply;
    const body = v.safeParse(assertionSchema, request.body);
    const cause = body.success ? await signIn(platform, visit, body.output) : 'rejected';
    if (cause !== undefined) return await failed(platform, request, reply, visit, cause);
    request.log.info({ purpose: visit.signIn.purpose }, 'phone signed in');
    signals.changed(visit.signIn.id);
    return { next: signInPlaces.done };
  });

  server.post(`${signInPlaces.signIn}/problem`, async (request, reply) => {
    const visit = await visitAt(platform, request, reply, signInPlaces.signIn, 'json');
    if (!visit) return reply;
    const report = v.safeParse(failureReportSchema, request.body);
    const cause = report.success ? signInCauseOf(report.output) : 'authenticator';
    return await failed(platform, request, reply, visit, cause);
  });

  /** The person is trying again: the PC's page stops showing what went wrong before. */
  server.post(`${signInPlaces.signIn}/attempt`, async (request, reply) => {
    const visit = await visitAt(platform, request, reply, signInPlaces.signIn, 'json');
    if (!visit) return reply;
    if (await setSignInProblem(database, visit.signIn, null)) signals.changed(visit.signIn.id);
    return reply.code(204).send();
  });

  server.get(`${signInPlaces.signIn}/problem`, async (request, reply) => {
    const visit = await visitAt(platform, request, reply, signInPlaces.signIn);
    if (!visit) return reply;
    const problem = signInProblemOf(visit.signIn);
    if (!problem) return reply.redirect(visit.place, 303);
    return sendPage(platform, request, reply, signInProblemPage(problem, signInPlaces.signIn));
  });

  server.get(signInPlaces.done, async (request, reply) => {
    const visit = await visitAt(platform, request, reply, signInPlaces.done);
    if (!visit) return reply;
    return sendPage(platform, request, reply, signInDonePage(visit.signIn.purpose));
  });
}

/** What a phone says that it has made: the ids of its keys, for those that are not found without. */
const ownKeysSchema = v.object({ keys: v.pipe(v.array(base64url(1400)), v.maxLength(8)) });

/**
 * In a trial the phone is asked for that person's key. Otherwise nobody knows yet who is there, and it is asked for what
 * it has itself, if it says so: an id that is not in use is left out, and tells nothing, because none can be guessed.
 */
async function keysOf({ database }: Platform, { signIn }: SignInVisit, body: unknown) {
  const inUse = database
    .selectFrom('credentials')
    .select(['id', 'transports'])
    .where('replaced_at', 'is', null);
  if (signIn.person_id !== null) return await inUse.where('person_id', '=', signIn.person_id).execute();
  const said = v.safeParse(ownKeysSchema, body);
  if (!said.success || said.output.keys.length === 0) return [];
  return await inUse.where('id', 'in', said.output.keys).execute();
}

/** The cause of the failure, undefined when the phone has signed in. */
async function signIn(
  platform: Platform,
  visit: SignInVisit,
  assertion: Assertion,
): Promise<SignInCause | undefined> {
  const { database, clock, configuration } = platform;
  const inUse = (id: string): Promise<StoredKey | undefined> =>
    database
      .selectFrom('credentials')
      .selectAll()
      .where('id', '=', id)
      .where('replaced_at', 'is', null)
      .executeTakeFirst();
  const result = await verifyAssertion(
    platform,
    configuration.portal.origin,
    visit.signIn.id,
    assertion,
    inUse,
  );
  if (!result.ok) return result.cause;
  const { person_id: personId, id } = result.key;
  if (visit.signIn.person_id !== null && visit.signIn.person_id !== personId) return 'other-person';
  const key = { id, personId, counter: result.counter };
  const completed = await completeSignIn(database, visit.signIn, visit.hash, key, clock());
  return completed ? undefined : 'stale';
}

async function visitAt(
  platform: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  answer: 'redirect' | 'json' = 'redirect',
): Promise<SignInVisit | undefined> {
  const visit = await signInVisit(platform, request);
  if (visit?.place === path) return visit;
  const next = visit?.place ?? stopPath('qr-unknown');
  if (answer === 'redirect') void reply.redirect(next, 303);
  else void reply.code(409).send({ next });
  return undefined;
}

async function noteProblem(
  { database, signals }: Platform,
  request: FastifyRequest,
  { signIn }: SignInVisit,
  cause: SignInCause,
): Promise<void> {
  const phone = phoneKindOf(request.headers['user-agent']);
  request.log.info({ cause, phone }, 'sign-in on the phone failed');
  if (await setSignInProblem(database, signIn, { cause, phone })) signals.changed(signIn.id);
}

async function failed(
  platform: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
  visit: SignInVisit,
  cause: SignInCause,
): Promise<{ next: string }> {
  const { database, clock } = platform;
  if (!(await countWithin(database, rateLimits.problemsOfTicket, visit.signIn.id, clock()))) {
    return tooMany(reply);
  }
  await noteProblem(platform, request, visit, cause);
  return { next: `${signInPlaces.signIn}/problem` };
}
