import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemPath } from '../card/problems.ts';
import { startCardLogin } from '../card/routes.ts';
import { type Session, sessionOf } from '../card/session.ts';
import { sendPage } from '../http/request.ts';
import type { Platform } from '../platform.ts';
import { linkedAt } from './link-store.ts';
import { linkDonePage, linkPage, myNumberCardPage, secondCardPage } from './pages.ts';

const steps = { card: '/link-my-number-card/my-number-card', done: '/link-my-number-card/done' } as const;

/** Manual (3), second and fourth entry: the My Number card proves who someone is, or is linked to the HPKI card. */
export function myNumberRoutes(server: FastifyInstance, platform: Platform): void {
  server.get('/my-number-card', (request, reply) => sendPage(platform, request, reply, myNumberCardPage));
  server.get('/link-my-number-card', (request, reply) => sendPage(platform, request, reply, linkPage));

  server.get(steps.card, async (request, reply) => {
    const visit = await visitOf(platform, request, reply);
    if (!visit) return reply;
    if (visit.linkedNow) return reply.redirect(steps.done, 303);
    return sendPage(platform, request, reply, secondCardPage(visit.session, visit.linkedAt));
  });

  server.post(`${steps.card}/start`, async (request, reply) => {
    const visit = await visitOf(platform, request, reply);
    if (!visit) return reply;
    if (visit.linkedNow) return reply.redirect(steps.done, 303);
    const sessionHash = visit.session.hash;
    return await startCardLogin(platform, request, reply, {
      purpose: 'link',
      card: 'my-number',
      sessionHash,
    });
  });

  server.get(steps.done, async (request, reply) => {
    const visit = await visitOf(platform, request, reply);
    if (!visit) return reply;
    if (!visit.linkedNow || visit.linkedAt === undefined) return reply.redirect(steps.card, 303);
    return sendPage(platform, request, reply, linkDonePage(visit.session, visit.linkedAt));
  });
}

interface LinkVisit {
  session: Session;
  linkedAt: number | undefined;
  /** Whether it was linked in this session: then there is nothing left to do. */
  linkedNow: boolean;
}

async function visitOf(
  platform: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<LinkVisit | undefined> {
  const session = await sessionOf(platform, request, 'link');
  if (!session) {
    void reply.redirect(problemPath('session-ended'), 303);
    return undefined;
  }
  const at = await linkedAt(platform.database, session.personId);
  // Not told by the times: the clock may have been set in between.
  return { session, linkedAt: at, linkedNow: at !== undefined && session.linked };
}
