import Fastify, { type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify';
import type { Platform } from '../platform.ts';
import { healthRoutes } from './routes.ts';

/** For those who run the platform, on an address of its own that the public cannot reach: metrics, health, readiness. */
export async function operationsHost(
  platform: Platform,
  logging: Pick<FastifyServerOptions, 'loggerInstance'>,
): Promise<FastifyInstance> {
  const server = Fastify({
    ...logging,
    logController: new LogController({ disableRequestLogging: true }),
    return503OnClosing: false,
  });
  healthRoutes(server, platform);
  server.get('/metrics', async (_, reply) => {
    const { type, text } = await platform.metrics.exposition();
    return reply.type(type).send(text);
  });
  return server;
}
