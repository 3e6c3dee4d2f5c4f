import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import { cardRoutes } from './card/routes.ts';
import { healthRoutes } from './health/routes.ts';
import { webHost } from './http/web-host.ts';
import { initialSheetRoutes } from './initial-sheet/phone-routes.ts';
import { myNumberRoutes } from './my-number/routes.ts';
import { phoneRoutes } from './phone/routes.ts';
import type { Platform } from './platform.ts';
import { portalRoutes } from './portal/routes.ts';
import { signInRoutes } from './sign-in/pc-routes.ts';
import { signInPhoneRoutes } from './sign-in/phone-routes.ts';
import { statusRoutes } from './status/routes.ts';
import { supportRoutes } from './support/routes.ts';
import type { EventStreams } from './ticket/event-stream.ts';
import { ticketRoutes } from './ticket/routes.ts';

/** The host of the portal and of the phone's pages. */
export async function portalHost(
  platform: Platform,
  streams: EventStreams,
  logging: Pick<FastifyServerOptions, 'loggerInstance'>,
): Promise<FastifyInstance> {
  const { portal, cardLogin, myNumberLogin } = platform.configuration;
  const formTargets = [cardLogin.origin, ...(myNumberLogin ? [myNumberLogin.origin] : [])];
  const server = await webHost(platform, portal, formTargets, logging);
  portalRoutes(server, platform);
  cardRoutes(server, platform);
  if (myNumberLogin) myNumberRoutes(server, platform);
  ticketRoutes(server, platform, streams);
  phoneRoutes(server, platform);
  initialSheetRoutes(server, platform);
  signInPhoneRoutes(server, platform);
  signInRoutes(server, platform, streams);
  statusRoutes(server, platform);
  supportRoutes(server);
  healthRoutes(server, platform);
  return server;
}
