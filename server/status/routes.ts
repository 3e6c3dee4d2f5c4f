import type { FastifyInstance } from 'fastify';
import { problemPath } from '../card/problems.ts';
import { sessionOf } from '../card/session.ts';
import { sendPage } from '../http/request.ts';
import type { Platform } from '../platform.ts';
import { statusPage, statusResultPage } from './pages.ts';

/** Which phone is registered, and since when; on the PC, after a card login. */
export function statusRoutes(server: FastifyInstance, platform: Platform): void {
  server.get('/status', (request, reply) => sendPage(platform, request, reply, statusPage));
  server.get('/status/result', async (request, reply) => {
    const session = await sessionOf(platform, request, 'status');
    if (!session) return reply.redirect(problemPath('session-ended'), 303);
    const row = await platform.database
      .selectFrom('credentials')
      .select(['label', 'registered_at'])
      .where('person_id', '=', session.personId)
      .where('replaced_at', 'is', null)
      .executeTakeFirst();
    const phone = row && { label: row.label, registeredAt: row.registered_at };
    return sendPage(platform, request, reply, statusResultPage(session.username, phone));
  });
}
