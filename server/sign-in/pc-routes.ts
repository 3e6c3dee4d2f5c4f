import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemPath } from '../card/problems.ts';
import { homes } from '../card/routes.ts';
import { anySessionOf, sessionOf, startSession } from '../card/session.ts';
import type { SignInPurpose, SignInsTable } from '../database/index.ts';
import { clearToken, readToken, setToken } from '../http/cookies.ts';
import { countWithin, rateLimits } from '../http/rate-limit.ts';
import { pageContext, sendPage } from '../http/request.ts';
import { newToken } from '../http/tokens.ts';
import type { Platform } from '../platform.ts';
import { pcOnlyFor } from '../status/pc-only.ts';
import { beginRegistration } from '../ticket/begin.ts';
import type { EventStreams } from '../ticket/event-stream.ts';
import { phoneAddress, qrCodeSvg } from '../ticket/qr-code.ts';
import { goingOnPage, type SignInPaths, signInOverPage, signInQrPage } from './pc-pages.ts';
import { signInProgressOf } from './progress.ts';
import { isSignInFinal, signInStatusOf } from './status.ts';
import { createSignIn, signInById, signInOfBrowser, signInSecret, takeSignIn } from './store.ts';

/** Someone nobody knows yet shows who they are by the phone. The browser is known by its login cookie. */
const strangers: readonly SignInPurpose[] = ['change', 'status'];
/** Someone who is logged in tries the phone. The browser is known by its session. */
const trial: SignInPaths = { page: '/status/trial', renew: '/status/trial' };
const begin: Record<'change' | 'status', string> = {
  change: '/change-phone/phone/start',
  status: '/status/phone/start',
};

/** The PC's side of signing in with the phone. */
export function signInRoutes(server: FastifyInstance, platform: Platform, streams: EventStreams): void {
  for (const purpose of ['change', 'status'] as const) {
    server.post(begin[purpose], pcOnlyFor(purpose), (request, reply) =>
      startAsStranger(platform, request, reply, purpose),
    );
  }
  server.get('/sign-in', (request, reply) => strangerPage(platform, request, reply));
  server.get('/sign-in/events', async (request, reply) =>
    follow(platform, streams, request, reply, (await strangerOf(platform, request))?.signIn),
  );
  server.post(trial.renew, (request, reply) => startTrial(platform, request, reply));
  server.get(trial.page, (request, reply) => trialPage(platform, request, reply));
  server.get(`${trial.page}/events`, async (request, reply) =>
    follow(platform, streams, request, reply, (await trialOf(platform, request))?.signIn),
  );
}

async function startAsStranger(
  platform: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
  purpose: 'change' | 'status',
) {
  const { database, clock, configuration, signals } = platform;
  const now = clock();
  if (!(await countWithin(database, rateLimits.loginsOfAddress, request.ip, now))) {
    return reply.redirect(problemPath('too-many'), 303);
  }
  const present = await strangerOf(platform, request);
  const browserToken = present?.browserToken ?? newToken();
  const expiresAt = now + configuration.qrSeconds * 1000;
  const signIn = { browserToken, purpose, personId: null, expiresAt };
  for (const id of await createSignIn(database, signIn, now)) signals.changed(id);
  setToken(reply, 'login', browserToken);
  return reply.redirect('/sign-in', 303);
}

async function strangerOf({ database }: Platform, request: FastifyRequest) {
  const browserToken = readToken(request, 'login');
  const signIn = browserToken && (await signInOfBrowser(database, browserToken, strangers));
  return browserToken && signIn ? { browserToken, signIn } : undefined;
}

async function strangerPage(platform: Platform, request: FastifyRequest, reply: FastifyReply) {
  const found = await strangerOf(platform, request);
  const { signIn } = found ?? {};
  const status = signIn && signInStatusOf(signIn, platform.clock());
  if (!found || !signIn || status === 'taken') {
    // Reload after a sign-in that went well: its result is still there.
    const session = await anySessionOf(platform, request);
    if (session) return reply.redirect(homes[session.purpose], 303);
    // Another tab is just going on with it: its answer, with the session for both, is on its way.
    if (signIn && platform.clock() < signIn.expires_at) {
      void reply.header('refresh', '1');
      return sendPage(platform, request, reply, goingOnPage);
    }
    return reply.redirect(problemPath('login-lost'), 303);
  }
  const renew = signIn.purpose === 'change' ? begin.change : begin.status;
  switch (status) {
    case 'done':
      return await letIn(platform, request, reply, signIn);
    case 'expired':
    case 'cancelled':
      return sendPage(platform, request, reply, signInOverPage(status, renew), 410);
    default:
      return await qrPage(platform, request, reply, found, { page: '/sign-in', renew });
  }
}

/** The phone has shown who is there: the PC goes on as after a card login. */
async function letIn(
  platform: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
  { id, purpose, person_id: personId }: SignInsTable,
) {
  if (personId === null) return reply.redirect(problemPath('login-lost'), 303);
  if (!(await takeSignIn(platform.database, id))) return reply.redirect('/sign-in', 303);
  clearToken(reply, 'login');
  if (purpose === 'change') {
    return await beginRegistration(platform, request, reply, { personId, hcRole: null, kind: 'change' });
  }
  await startSession(platform, request, reply, { personId, purpose: 'status' });
  return reply.redirect(homes.status, 303);
}

async function startTrial(platform: Platform, request: FastifyRequest, reply: FastifyReply) {
  const { database, clock, configuration, signals } = platform;
  const session = await sessionOf(platform, request, 'status');
  if (!session) return reply.redirect(problemPath('session-ended'), 303);
  const now = clock();
  if (!(await countWithin(database, rateLimits.ticketsOfPerson, session.personId, now))) {
    return reply.redirect(problemPath('too-many'), 303);
  }
  const expiresAt = now + configuration.qrSeconds * 1000;
  const { token: browserToken, personId } = session;
  const signIn = { browserToken, purpose: 'trial' as const, personId, expiresAt };
  for (const id of await createSignIn(database, signIn, now)) signals.changed(id);
  return reply.redirect(trial.page, 303);
}

async function trialOf(platform: Platform, request: FastifyRequest) {
  const session = await sessionOf(platform, request, 'status');
  const signIn = session && (await signInOfBrowser(platform.database, session.token, ['trial']));
  return session && signIn ? { browserToken: session.token, signIn } : undefined;
}

async function trialPage(platform: Platform, request: FastifyRequest, reply: FastifyReply) {
  const found = await trialOf(platform, request);
  if (!found) return reply.redirect(problemPath('session-ended'), 303);
  const status = signInStatusOf(found.signIn, platform.clock());
  switch (status) {
    case 'done':
    case 'taken':
      await takeSignIn(platform.database, found.signIn.id);
      return reply.redirect(homes.status, 303);
    case 'expired':
    case 'cancelled':
      return sendPage(platform, request, reply, signInOverPage(status, trial.renew), 410);
    default:
      return await qrPage(platform, request, reply, found, trial);
  }
}

async function qrPage(
  platform: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
  { browserToken, signIn }: { browserToken: string; signIn: SignInsTable },
  paths: SignInPaths,
) {
  const { clock, configuration } = platform;
  const progress = signInProgressOf(signIn, clock(), pageContext(platform, request).language);
  const qr = await qrCodeSvg(
    phoneAddress(configuration.portal.origin, signInSecret(browserToken, signIn.id)),
  );
  return sendPage(platform, request, reply, signInQrPage(signIn, progress, qr, paths));
}

async function follow(
  platform: Platform,
  streams: EventStreams,
  request: FastifyRequest,
  reply: FastifyReply,
  signIn: SignInsTable | undefined,
) {
  if (!signIn) return reply.code(204).send();
  const { language } = pageContext(platform, request);
  await streams.open(platform, request, reply, signIn.id, async () => {
    const seen = await signInById(platform.database, signIn.id);
    if (!seen) return undefined;
    const now = platform.clock();
    const final = isSignInFinal(signInStatusOf(seen, now));
    return { version: seen.version, progress: signInProgressOf(seen, now, language), final };
  });
}
