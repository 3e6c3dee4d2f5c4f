import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cardHost, operatorHost, portalHost, startTestServer, type TestServer } from './server-fixture.ts';

/** Fastify tells of each server that is made: so no route can be forgotten here. */
const channel = 'fastify.initialization';

describe('what changes something', () => {
  let test: TestServer;
  const servers: { instance: FastifyInstance; routes: { method: string; url: string }[] }[] = [];
  const watch = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance };
    const routes: (typeof servers)[number]['routes'] = [];
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) routes.push({ method: each, url });
    });
    servers.push({ instance: fastify, routes });
  };

  beforeAll(async () => {
    subscribe(channel, watch);
    test = await startTestServer({ operations: {} });
  });
  afterAll(async () => {
    unsubscribe(channel, watch);
    await test.stop();
  });

  /** Every address at which something can be changed, as a browser would ask for it. */
  function changes() {
    return servers.flatMap(({ instance, routes }) => {
      const address = instance.server.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      const host = {
        [test.server.ports.portal]: portalHost,
        [test.server.ports.operators ?? 0]: operatorHost,
      }[port ?? -1];
      return routes
        .filter(({ method }) => method !== 'GET' && method !== 'HEAD')
        .map(({ method, url }) => ({ host, method, address: `https://${host}${url.replace(/:\w+/g, 'x')}` }));
    });
  }

  it('is found, on the portal and the console alone', () => {
    const found = changes();
    expect(new Set(found.map(({ host }) => host))).toEqual(new Set([portalHost, operatorHost]));
    expect(new Set(found.map(({ method }) => method))).toEqual(new Set(['POST']));
    expect(found.map(({ address }) => address)).toEqual(
      expect.arrayContaining([
        `https://${portalHost}/phone/registration`,
        `https://${portalHost}/change-phone/my-number-card/start`,
        `https://${operatorHost}/people/x/sheets/x/revoke`,
      ]),
    );
    expect(servers.length).toBe(5);
  });

  it('is refused from another site, at every address there is', async () => {
    const visitor = test.visitor();
    const elsewhere = [
      { origin: 'https://evil.example' },
      { origin: `https://${cardHost}` },
      { origin: 'null' },
      { origin: 'null', 'sec-fetch-site': 'same-site' },
    ];
    const wrong: string[] = [];
    for (const { address } of changes()) {
      const other = new URL(address).hostname === portalHost ? operatorHost : portalHost;
      for (const headers of [...elsewhere, { origin: `https://${other}` }]) {
        const { status, body } = await visitor.ask(address, { form: {}, headers });
        if (status !== 403 || body !== 'forbidden') wrong.push(`${address} ${JSON.stringify(headers)}`);
      }
      // From its own page it is looked at, whatever comes of it.
      const { body } = await visitor.ask(address, { form: {} });
      if (body === 'forbidden') wrong.push(`${address} refuses its own page`);
    }
    expect(wrong).toEqual([]);
  });
});
