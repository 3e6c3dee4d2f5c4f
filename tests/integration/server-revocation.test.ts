import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startServer } from '../../server/index.ts';
import { encodeRevocationList, type RevocationListFields } from '../lab/pki/certificate.ts';
import { makeTestPki, type TestPki } from '../lab/pki/index.ts';
import { databaseKinds, type TestDatabases, testDatabases } from './server-database.ts';
import {
  cardHost,
  personOf,
  portalHost,
  startTestServer,
  type TestServer,
  Visitor,
} from './server-fixture.ts';

const day = 86_400_000;

describe.each(databaseKinds)('revocation of certificates, on %s', (kind) => {
  let databases: TestDatabases;
  let pki: TestPki;
  /** What the authority's web server answers; undefined: nothing at all. */
  let served: Buffer | undefined;
  let asked: string[];
  let authority: Server;
  let url: string;
  let test: TestServer | undefined;

  beforeAll(async () => {
    databases = await testDatabases(kind);
    pki = await makeTestPki({ hosts: [portalHost, cardHost] });
    authority = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (!served) response.destroy();
      else if (request.url === '/moved.crl') response.writeHead(302, { location: '/hpki.crl' }).end();
      else response.end(served);
    }).listen(0, '127.0.0.1');
    await once(authority, 'listening');
    const address = authority.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/hpki.crl`;
  });
  afterAll(async () => {
    authority.close();
    await databases.stop();
  });
  beforeEach(() => {
    asked = [];
    served = undefined;
  });
  afterEach(async () => {
    await test?.stop();
    test = undefined;
  });

  function list(
    changes: Partial<RevocationListFields> = {},
    key = pki.authorities.hpkiAuthentication.key.pem,
  ) {
    const today = Math.floor(Date.now() / 1000) * 1000;
    return Buffer.from(
      encodeRevocationList(
        {
          issuer: pki.authorities.hpkiAuthentication.subject,
          thisUpdate: new Date(today - day),
          nextUpdate: new Date(today + day),
          number: 5,
          revoked: [
            {
              serial: personOf(pki, 'revoked').authentication.serial,
              date: new Date(today - day),
              reason: 1,
            },
          ],
          authorityKeyId: new Uint8Array(20),
          ...changes,
        },
        createPrivateKey(key),
      ),
    );
  }

  async function start(changes: { url?: string; graceSeconds?: number } = {}): Promise<TestServer> {
    test = await startTestServer(
      {
        revocation: {
          lists: [{ authority: pki.authorities.hpkiAuthentication.certificate.pem, url: changes.url ?? url }],
          graceSeconds: changes.graceSeconds ?? 3600,
        },
      },
      databases,
    );
    return test;
  }
  const logIn = (server: TestServer, person: Parameters<typeof personOf>[1]) =>
    server.visitor().logIn(personOf(pki, person).authentication);
  const states = async (server: TestServer) =>
    (JSON.parse((await server.visitor().ask('/readyz')).body) as { revocation?: string }).revocation;

  it('a revoked card gets a page of its own, others go on', async () => {
    served = Buffer.from(pki.authorities.hpkiAuthentication.crls.revoking.pem);
    const server = await start();
    const page = await logIn(server, 'revoked');
    expect(page).toMatchObject({ status: 403, path: '/card/problem/revoked' });
    expect(page.body).toContain('このHPKIカードは失効しています');
    expect(await logIn(server, 'pharmacist')).toMatchObject({ path: '/registration' });
    expect(await states(server)).toBe('current');
  });

  it('with an empty list everybody goes on', async () => {
    served = Buffer.from(pki.authorities.hpkiAuthentication.crls.empty.pem);
    const server = await start();
    expect(await logIn(server, 'revoked')).toMatchObject({ path: '/registration' });
  });

  it('when there never was a list, nobody is let in, and the page says that it is not the card’s fault', async () => {
    const server = await start();
    const page = await logIn(server, 'pharmacist');
    expect(page).toMatchObject({ status: 503, path: '/card/problem/revocation-unknown' });
    expect(page.body).toContain('お使いのカードやPCの問題ではありません');
    expect(await states(server)).toBe('missing');
    // The phone's pages need no card: the node stays in service.
    expect((await server.visitor().ask('/readyz')).status).toBe(200);
  });

  it.each([
    ['signed by someone else', () => list({}, pki.authorities.unrelated.key.pem), 'bad-signature'],
    ['of another authority', () => list({ issuer: pki.authorities.root.subject }), 'other-authority'],
    ['that is a web page', () => Buffer.from('<!doctype html>'), 'not-a-list'],
  ])('a list %s counts for nothing', async (_, make, code) => {
    served = make();
    const server = await start();
    expect(await logIn(server, 'pharmacist')).toMatchObject({ path: '/card/problem/revocation-unknown' });
    expect(server.log()).toContain(code);
  });

  it('only the configured address is asked, whatever the certificate says, and no redirect is followed', async () => {
    served = list();
    const server = await start({ url: url.replace('hpki.crl', 'moved.crl') });
    expect(await logIn(server, 'pharmacist')).toMatchObject({ path: '/card/problem/revocation-unknown' });
    expect(asked).toEqual(['/moved.crl']);
  });

  it('authorities without a configured list are not asked about', async () => {
    const server = await start();
    expect(await logIn(server, 'no-role')).toMatchObject({ path: '/registration' });
  });

  it('is known at the next start and on other nodes, though the authority does not answer', async () => {
    served = list();
    const server = await start();
    await server.server.stop();
    served = undefined;
    const second = await startServer(server.options);
    try {
      const visitor = new Visitor(second, pki);
      expect(await visitor.logIn(personOf(pki, 'revoked').authentication)).toMatchObject({
        path: '/card/problem/revoked',
      });
      expect(await visitor.logIn(personOf(pki, 'pharmacist').authentication)).toMatchObject({
        path: '/registration',
      });
    } finally {
      await second.stop();
    }
  });

  it('a list that is too old counts for its time of grace, then logins stop; a revocation counts for ever', async () => {
    served = list();
    const server = await start({ graceSeconds: 3600 });
    served = undefined;
    server.advance(day + 1800_000);
    expect(await states(server)).toBe('grace');
    expect(await logIn(server, 'pharmacist')).toMatchObject({ path: '/registration' });
    server.advance(3600_000);
    expect(await states(server)).toBe('missing');
    expect(await logIn(server, 'pharmacist')).toMatchObject({ path: '/card/problem/revocation-unknown' });
    expect(await logIn(server, 'revoked')).toMatchObject({ path: '/card/problem/revoked' });
  });

  it('an older list that is sent again hides nothing', async () => {
    served = list();
    const server = await start();
    served = list({ number: 4, revoked: [] });
    server.advance(2 * 3600_000);
    await server.server.refreshRevocation();
    expect(asked).toHaveLength(2);
    expect(server.log()).toContain('"older"');
    expect(await logIn(server, 'revoked')).toMatchObject({ path: '/card/problem/revoked' });
    served = list({ number: 6, revoked: [] });
    await server.server.refreshRevocation();
    expect(await logIn(server, 'revoked')).toMatchObject({ path: '/registration' });
  });
});
