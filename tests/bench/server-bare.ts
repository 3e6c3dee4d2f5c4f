import { constants } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import {
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import Fastify from 'fastify';

/**
 * The peers, as processes of their own: `ceremony` is Fastify with the same two requests, the library and a map in
 * memory, nothing else; `card` is Node's TLS with the same demands on the client, and a redirect. Settings as JSON in
 * the second argument; the port as JSON on standard output.
 */
interface Settings {
  certificate: string;
  key: string;
  authorities: string[];
  host: string;
}

const settings = JSON.parse(readFileSync(process.argv[3] ?? '', 'utf8')) as Settings;
const port = process.argv[2] === 'ceremony' ? await ceremony(settings) : await card(settings);
process.stdout.write(`${JSON.stringify({ ready: true, port })}\n`);

async function ceremony({ certificate, key, host }: Settings): Promise<number> {
  const server = Fastify({ https: { cert: certificate, key, minVersion: 'TLSv1.2' as const } });
  const challenges = new Map<string, string>();
  const algorithms = [-7, -257];
  server.post('/phone/options', async (request) => {
    const cookie = request.headers.cookie ?? '';
    const options = await generateRegistrationOptions({
      rpName: 'bare',
      rpID: host,
      userName: 't00100-jpa',
      attestationType: 'none',
      supportedAlgorithmIDs: algorithms,
    });
    challenges.set(cookie, options.challenge);
    return options;
  });
  server.post('/phone/registration', async (request, reply) => {
    const cookie = request.headers.cookie ?? '';
    const { verified } = await verifyRegistrationResponse({
      response: request.body as RegistrationResponseJSON,
      expectedChallenge: challenges.get(cookie) ?? '',
      expectedOrigin: `https://${host}`,
      expectedRPID: host,
      supportedAlgorithmIDs: algorithms,
    });
    challenges.delete(cookie);
    return reply.code(verified ? 200 : 400).send({ next: '/phone/label' });
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  return (server.server.address() as AddressInfo).port;
}

function card({ certificate, key, authorities }: Settings): Promise<number> {
  const server = createServer(
    {
      cert: certificate,
      key,
      ca: authorities,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.2',
      sigalgs: 'RSA+SHA256:RSA+SHA384',
      secureOptions: constants.SSL_OP_NO_TICKET,
    },
    (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate();
      response.writeHead(303, {
        location: `https://portal.test/card/complete?code=${subject.CN}`,
        connection: 'close',
        'content-length': 0,
      });
      response.end();
    },
  );
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
