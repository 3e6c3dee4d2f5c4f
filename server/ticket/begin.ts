import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemPath } from '../card/problems.ts';
import { startSession } from '../card/session.ts';
import type { TicketKind } from '../database/index.ts';
import { countWithin, rateLimits } from '../http/rate-limit.ts';
import type { Platform } from '../platform.ts';
import { createTicket } from './store.ts';

/** Lets a proven person in to register a phone, and makes the QR code, manual (7). */
export async function beginRegistration(
  platform: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
  person: { personId: string; hcRole: string | null; kind: TicketKind },
): Promise<FastifyReply> {
  const { database, clock, configuration, signals } = platform;
  const { personId, hcRole, kind } = person;
  const token = await startSession(platform, request, reply, { personId, hcRole, purpose: 'register' });
  const now = clock();
  if (!(await countWithin(database, rateLimits.ticketsOfPerson, personId, now))) {
    return reply.redirect(problemPath('too-many'), 303);
  }
  const session = { token, personId, kind };
  const changed = await createTicket(database, session, now, configuration.qrSeconds * 1000);
  for (const id of changed) signals.changed(id);
  return reply.redirect('/registration', 303);
}
