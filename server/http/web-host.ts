import type { ServerOptions } from 'node:https';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyServerOptions,
  LogController,
} from 'fastify';
import { type Configuration, readPem } from '../configuration/index.ts';
import { serveAssets } from '../pages/assets.ts';
import { failurePage, notFoundPage } from '../pages/errors.ts';
import type { Platform } from '../platform.ts';
import { securityHeaders } from './headers.ts';
import { isFromOwnPage } from './origin.ts';
import { proxyTls } from './proxied-listener.ts';
import { rememberLanguage, sendPage } from './request.ts';

/** Nothing the pages send is larger; a WebAuthn answer takes a few kilobytes. Octets. */
const largestBody = 64 * 1024;

/** Milliseconds for a request to arrive, until its last octet. */
const slowestRequest = 30_000;

/** A host that shows pages to people: what the portal and the operators' console have in common. */
export async function webHost(
  platform: Platform,
  site: Configuration['portal'],
  formTargets: readonly string[],
  logging: Pick<FastifyServerOptions, 'loggerInstance'>,
): Promise<FastifyInstance> {
  const headers = securityHeaders(formTargets);
  const server = Fastify({
    ...logging,
    // The default logs addresses and queries; what is needed is logged below.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: largestBody,
    requestTimeout: slowestRequest,
    // Addresses that are none get no page, but the headers of all.
    frameworkErrors: (_, __, reply) => {
      // Its type knows no answers, because it does not know the route.
      (reply as FastifyReply).headers(headers).code(400).type('text/plain').send('bad request');
    },
    // While it ends, what still comes in on open connections is answered as ever.
    return503OnClosing: false,
    ...(await transport(site)),
  });
  await server.register(cookie);
  await server.register(formbody, { bodyLimit: largestBody });

  // Hooks that wait for nothing say so by `done`: a promise for each of them and each request is not free.
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers);
    // The browser's next request goes to another node.
    if (platform.isEnding()) reply.header('connection', 'close');
    const changes = request.method !== 'GET' && request.method !== 'HEAD';
    if (changes && !isFromOwnPage(request.headers, site.origin)) {
      reply.code(403).type('text/plain').send('forbidden');
      return;
    }
    done();
  });
  server.addHook('preHandler', (request, reply, done) => {
    rememberLanguage(request, reply);
    done();
  });
  platform.metrics.observe(server, site === platform.configuration.portal ? 'portal' : 'console');
  server.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request;
    // The route's pattern, not the address: codes and the like stay out of the log.
    request.log.debug({
      method,
      route: routeOptions.url,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    });
    done();
  });

  serveAssets(server, platform.assets);
  server.setNotFoundHandler((request, reply) => sendPage(platform, request, reply, notFoundPage, 404));
  server.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) request.log.error({ err: error, route: request.routeOptions.url }, 'request failed');
    return sendPage(platform, request, reply, failurePage, status);
  });
  return server;
}

/** TLS with browsers, or a listener for the proxy that has it with them; then the last address in X-Forwarded-For counts. */
async function transport({ listen: { proxy }, certificate, key }: Configuration['portal']) {
  if (!proxy) {
    return {
      https: { cert: await readPem(certificate), key: await readPem(key), minVersion: 'TLSv1.2' as const },
    };
  }
  // Fastify's types know a server either with TLS or without; here the configuration decides.
  const https = proxy.kind === 'unix' ? null : await proxyTls(proxy, { certificate, key });
  return { trustProxy: 1, https } as unknown as { https: ServerOptions };
}
