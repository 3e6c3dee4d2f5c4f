import type { FastifyInstance } from 'fastify';
import { problemPath } from '../card/problems.ts';
import { sessionOf } from '../card/session.ts';
import { sendPage } from '../http/request.ts';
import { linkedAt } from '../my-number/link-store.ts';
import type { Platform } from '../platform.ts';
import { statusPage, statusResultPage } from './pages.ts';
import { isPhone, pcOnly } from './pc-only.ts';

/** What is registered, since when, and whether it works; on the PC, after a login with a card or the phone. */
export function statusRoutes(server: FastifyInstance, platform: Platform): void {
  const { database, configuration } = platform;
  const myNumber = configuration.myNumberLogin !== undefined;
  server.get('/status', (request, reply) => {
    return sendPage(platform, request, reply, statusPage({ myNumber, phone: isPhone(request) }));
  });
  server.get('/status/result', { preHandler: pcOnly }, async (request, reply) => {
    const session = await sessionOf(platform, request, 'status');
    if (!session) return reply.redirect(problemPath('session-ended'), 303);
    const row = await database
      .selectFrom('credentials')
      .select(['label', 'phone', 'registered_at', 'last_used_at', 'backed_up'])
      .where('person_id', '=', session.personId)
      .where('replaced_at', 'is', null)
      .executeTakeFirst();
    const phone = row && {
      label: row.label,
      kind: row.phone,
      registeredAt: row.registered_at,
      lastUsedAt: row.last_used_at,
      synced: row.backed_up === 1,
    };
    const linked = myNumber ? ((await linkedAt(database, session.personId)) ?? null) : undefined;
    return sendPage(platform, request, reply, statusResultPage({ session, phone, linkedAt: linked }));
  });
}
