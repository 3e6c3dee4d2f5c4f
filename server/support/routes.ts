import type { FastifyInstance } from 'fastify';
import { loadSupportPage, type SupportPage } from './support-page.ts';

/**
 * `/support`: reads reports and codes in the browser, which keeps them. The server learns nothing from it and nobody has
 * to be logged in. Loaded at the first request: the page is for the desk, not for registrations.
 */
export function supportRoutes(
  server: FastifyInstance,
  load: () => Promise<SupportPage> = loadSupportPage,
): void {
  let page: Promise<SupportPage> | undefined;
  server.get('/support', async (_, reply) => {
    page ??= load();
    const loaded = await page.catch((error: unknown) => {
      page = undefined;
      throw error;
    });
    return reply
      .type('text/html; charset=utf-8')
      .headers({
        'content-security-policy': loaded.contentSecurityPolicy,
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-cache',
      })
      .send(loaded.html);
  });
}
