import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemPath } from '../card/problems.ts';
import { sessionOf } from '../card/session.ts';
import { countWithin, rateLimits } from '../http/rate-limit.ts';
import { pageContext, sendPage } from '../http/request.ts';
import type { Platform } from '../platform.ts';
import type { EventStreams } from './event-stream.ts';
import { donePage, expiredPage, qrPage } from './pages.ts';
import { progressOf } from './progress.ts';
import { phoneAddress, qrCodeSvg } from './qr-code.ts';
import { isFinal, statusOf } from './status.ts';
import { createTicket, ticketById, ticketOfSession, ticketSecret } from './store.ts';

/** The PC after the card login: QR code (7), the phone's progress, the end (13). */
export function ticketRoutes(server: FastifyInstance, platform: Platform, streams: EventStreams): void {
  server.get('/registration', (request, reply) => registration(platform, request, reply));
  server.post('/registration/renew', (request, reply) => renew(platform, request, reply));
  server.get('/registration/events', async (request, reply) => {
    const ticket = await ticketOf(platform, request);
    if (!ticket) return reply.code(204).send();
    const { language } = pageContext(platform, request);
    await streams.open(platform, request, reply, ticket.id, async () => {
      const seen = await ticketById(platform.database, ticket.id);
      if (!seen) return undefined;
      const progress = progressOf(seen, platform.clock(), language);
      return { version: seen.version, progress, final: isFinal(statusOf(seen, platform.clock())) };
    });
  });
}

async function ticketOf(platform: Platform, request: FastifyRequest) {
  const session = await sessionOf(platform, request, 'register');
  return session && (await ticketOfSession(platform.database, session.hash));
}

/** One address for all of it, so that a reload or the back button always shows how things stand. */
async function registration(platform: Platform, request: FastifyRequest, reply: FastifyReply) {
  const { database, clock, configuration } = platform;
  const session = await sessionOf(platform, request, 'register');
  const ticket = session && (await ticketOfSession(database, session.hash));
  if (!session || !ticket) return reply.redirect(problemPath('session-ended'), 303);
  switch (statusOf(ticket, clock())) {
    case 'cancelled':
      return reply.redirect(problemPath('session-ended'), 303);
    case 'expired':
      return sendPage(platform, request, reply, expiredPage(ticket), 410);
    case 'done':
      return sendPage(
        platform,
        request,
        reply,
        donePage(ticket, await labelOf(platform, ticket.credential_id)),
      );
    default: {
      const { origin } = configuration.portal;
      const address = phoneAddress(origin, ticketSecret(session.token, ticket.id));
      const progress = progressOf(ticket, clock(), pageContext(platform, request).language);
      const qr = await qrCodeSvg(address);
      return sendPage(
        platform,
        request,
        reply,
        qrPage(ticket, session.hcRole, progress, qr, new URL(origin).host),
      );
    }
  }
}

async function labelOf({ database }: Platform, credentialId: string | null): Promise<string | undefined> {
  if (credentialId === null) return undefined;
  const row = await database
    .selectFrom('credentials')
    .select('label')
    .where('id', '=', credentialId)
    .executeTakeFirst();
  return row?.label;
}

/** A new QR code within the same card login, for instance for another phone. The old one ends. */
async function renew(platform: Platform, request: FastifyRequest, reply: FastifyReply) {
  const { database, clock, configuration, signals } = platform;
  const session = await sessionOf(platform, request, 'register');
  const ticket = session && (await ticketOfSession(database, session.hash));
  if (!session || !ticket) return reply.redirect(problemPath('session-ended'), 303);
  const now = clock();
  const status = statusOf(ticket, now);
  if (!isFinal(status) && status !== 'registered') {
    if (!(await countWithin(database, rateLimits.ticketsOfPerson, session.personId, now))) {
      return reply.redirect(problemPath('too-many'), 303);
    }
    const changed = await createTicket(
      database,
      { ...session, kind: ticket.kind },
      now,
      configuration.qrSeconds * 1000,
    );
    for (const id of changed) signals.changed(id);
  }
  return reply.redirect('/registration', 303);
}
