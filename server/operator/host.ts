import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import type { Configuration } from '../configuration/index.ts';
import { webHost } from '../http/web-host.ts';
import type { Platform } from '../platform.ts';
import { consoleRoutes } from './console-routes.ts';
import { operatorSignInRoutes } from './sign-in-routes.ts';

export type OperatorSettings = NonNullable<Configuration['operators']>;

/** The operators' console: a host of its own, so that it can be kept from the public network. */
export async function operatorHost(
  platform: Platform,
  settings: OperatorSettings,
  logging: Pick<FastifyServerOptions, 'loggerInstance'>,
): Promise<FastifyInstance> {
  const server = await webHost(platform, settings, [], logging);
  operatorSignInRoutes(server, platform, settings.origin);
  consoleRoutes(server, platform);
  return server;
}
