import type { FastifyInstance } from 'fastify';
import { sendPage } from '../http/request.ts';
import type { Platform } from '../platform.ts';
import { changePage } from './change-page.ts';
import { entries } from './entries.ts';
import { comingPage, hpkiCardPage, portalPage } from './pages.ts';

/** Manual (3) and (4), up to the button that leads to the card login host. */
export function portalRoutes(server: FastifyInstance, platform: Platform): void {
  server.get('/', (request, reply) => sendPage(platform, request, reply, portalPage));
  server.get('/change-phone', (request, reply) =>
    sendPage(platform, request, reply, changePage(platform.configuration.myNumberLogin !== undefined)),
  );
  server.get('/hpki-card', (request, reply) => sendPage(platform, request, reply, hpkiCardPage));
  for (const entry of entries) {
    if (!entry.coming || platform.configuration.myNumberLogin) continue;
    server.get(entry.path, (request, reply) => sendPage(platform, request, reply, comingPage(entry)));
  }
}
