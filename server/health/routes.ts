import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import type { Platform } from '../platform.ts';
import type { ListState, Revocation } from '../revocation/index.ts';

/**
 * `/healthz`: the process lives. `/readyz`: it can serve, that is, its database answers and it is not about to end. How
 * the revocation lists stand is said too, the worst of them, but does not take the node out of service: all nodes would
 * go at once, and with them the phones that are in the middle of their registration.
 */
export function healthRoutes(server: FastifyInstance, { database, revocation, isEnding }: Platform): void {
  server.get('/healthz', async () => ({ status: 'ok' }));
  server.get('/readyz', async (request, reply) => {
    if (isEnding()) return reply.code(503).send({ status: 'ending' });
    try {
      await sql`select 1`.execute(database);
      return { status: 'ok', ...(revocation ? { revocation: worst(revocation) } : {}) };
    } catch (error) {
      request.log.error({ err: error }, 'not ready');
      return reply.code(503).send({ status: 'database' });
    }
  });
}

function worst(revocation: Revocation): ListState {
  const states = new Set(revocation.states().map(({ state }) => state));
  return (['missing', 'grace'] as const).find((state) => states.has(state)) ?? 'current';
}
