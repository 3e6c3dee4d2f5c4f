import { once } from 'node:events';
import { mkdir, stat, symlink } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../server/index.ts';
import { type PrivateHaproxy, socketNames, startHaproxy } from '../lab/private-haproxy.ts';
import { type TestDatabases, testDatabases } from './server-database.ts';
import { listenToProgress } from './server-event-stream.ts';
import {
  authorities,
  cardHost,
  identity,
  myNumberHost,
  operatorHost,
  personOf,
  portalHost,
  readQrCode,
  startTestServer,
  type TestServer,
} from './server-fixture.ts';
import { SoftwareOperator } from './server-operator.ts';
import { SoftwarePhone } from './server-software-phone.ts';

const byteSequence = (der: Uint8Array) => `:${Buffer.from(der).toString('base64')}:`;

describe('three nodes on PostgreSQL behind HAProxy', () => {
  let databases: TestDatabases;
  let test: TestServer;
  let haproxy: PrivateHaproxy;
  let front: RunningServer;
  const nodes: RunningServer[] = [];

  beforeAll(async () => {
    databases = await testDatabases('PostgreSQL');
    test = await startTestServer({}, databases);
    const hosts = {
      portal: identity(test.pki, portalHost),
      cardLogin: { ...identity(test.pki, cardHost), authorities: authorities(test.pki) },
      myNumberLogin: {
        ...identity(test.pki, myNumberHost),
        authorities: [test.pki.authorities.jpkiAuthentication.certificate.pem],
      },
      operators: identity(test.pki, operatorHost),
    };
    for (const number of [1, 2, 3]) {
      const listen = (host: keyof typeof hosts) => ({
        proxy: {
          kind: 'unix' as const,
          path: join(test.directory, `node${number}-${socketNames[host]}.sock`),
        },
      });
      nodes.push(
        await startServer({
          ...test.options,
          portal: { ...hosts.portal, listen: listen('portal') },
          cardLogin: { ...hosts.cardLogin, listen: listen('cardLogin') },
          myNumberLogin: { ...hosts.myNumberLogin, listen: listen('myNumberLogin') },
          operators: { ...hosts.operators, listen: listen('operators') },
        }),
      );
    }
    haproxy = await startHaproxy({ directory: test.directory, nodes: 3, ...hosts });
    front = { ...test.server, ports: haproxy.ports };
  });
  afterAll(async () => {
    await haproxy?.stop();
    for (const node of nodes) await node.stop();
    await test?.stop();
    await databases.stop();
  });
  const visitor = (agent?: string) => test.visitor(agent).at(front);

  it('starts without the hosts that an association does not offer', async () => {
    const directory = join(test.directory, 'two-hosts');
    await mkdir(directory);
    for (const number of [1, 2, 3]) {
      for (const host of ['portal', 'cardLogin'] as const) {
        const socket = `node${number}-${socketNames[host]}.sock`;
        await symlink(join(test.directory, socket), join(directory, socket));
      }
    }
    const two = await startHaproxy({
      directory,
      nodes: 3,
      portal: identity(test.pki, portalHost),
      cardLogin: { ...identity(test.pki, cardHost), authorities: authorities(test.pki) },
    });
    try {
      expect(Object.keys(two.ports).toSorted()).toEqual(['cardLogin', 'portal']);
      const pc = test.visitor().at({ ...test.server, ports: two.ports });
      const { path } = await pc.logIn(personOf(test.pki, 'pharmacist').authentication);
      expect(path).toBe('/registration');
    } finally {
      await two.stop();
    }
  });

  it('the journey goes through', async () => {
    const pc = visitor();
    const { body, path } = await pc.logIn(personOf(test.pki, 'pharmacist').authentication);
    expect(path).toBe('/registration');
    expect(body).toContain('<dt>Username</dt><dd>t00100-jpa</dd>');
    const events = await listenToProgress(test, front, pc);
    await new SoftwarePhone({ ...test, visitor }).registerBy(body);
    await events.ended;
    expect(events.statuses.at(-1)).toBe('done');
  });

  it('card login on one node, phone on the second, the PC’s page served by the third', async () => {
    const pc = visitor();
    try {
      await haproxy.leadTo(1);
      const { body } = await pc.logIn(personOf(test.pki, 'doctor').authentication);
      await haproxy.leadTo(3);
      expect(readQrCode((await pc.ask('/registration')).body)).toBe(readQrCode(body));
      const events = await listenToProgress(test, front, pc);
      await haproxy.leadTo(2);
      await new SoftwarePhone({ ...test, visitor }).registerBy(body);
      await events.ended;
      expect(events.statuses.at(-1)).toBe('done');
      await haproxy.leadTo(3);
      expect((await pc.ask('/registration')).body).toContain('登録が完了しました');
    } finally {
      await haproxy.leadTo();
    }
  });

  const myNumber = () => test.pki.persons.mynumber.authentication;

  it('links a My Number card, each card’s login on another node, and registers a phone with it', async () => {
    const pc = visitor();
    try {
      await haproxy.leadTo(1);
      const first = await pc.logIn(
        personOf(test.pki, 'pharmacist').authentication,
        '/link-my-number-card/start',
      );
      expect(first).toMatchObject({ status: 200, path: '/link-my-number-card/my-number-card' });
      await haproxy.leadTo(2);
      const second = await pc.logIn(myNumber(), '/link-my-number-card/my-number-card/start');
      expect(second).toMatchObject({ status: 200, path: '/link-my-number-card/done' });
      await haproxy.leadTo(3);
      const { body } = await visitor().logIn(myNumber(), '/my-number-card/start');
      expect(body).toContain('<dt>Username</dt><dd>t00100-jpa</dd>');
      await new SoftwarePhone({ ...test, visitor }).registerBy(body);
    } finally {
      await haproxy.leadTo();
    }
  });

  it.each(['client-cert', 'Client-Cert'])(
    'a %s header at the My Number card’s host is thrown away',
    async (name) => {
      const start = await visitor().ask('/my-number-card/start', { form: {} });
      const answer = await visitor().ask(start.location ?? '', {
        certificate: test.pki.persons['unknown-ca'].authentication,
        headers: { [name]: byteSequence(myNumber()?.certificate.der ?? new Uint8Array()) },
      });
      expect(answer.location).toBe(`https://${portalHost}/card/problem/my-number-unknown-authority`);
    },
  );

  it('lets nobody in at the My Number card’s host without a certificate', async () => {
    await expect(visitor().logIn(undefined, '/my-number-card/start')).rejects.toThrow(/alert/);
  });

  it('an operator makes a passkey, signs in and reads, each request on another node', async () => {
    const operator = await SoftwareOperator.atWork({ ...test, visitor }, 'operator');
    const pages = [];
    for (let count = 0; count < 3; count += 1) pages.push((await operator.ask('/')).status);
    expect(pages).toEqual([200, 200, 200]);
  });

  it.each([
    ['expired', 'expired'],
    ['not-yet-valid', 'not-yet-valid'],
    ['unknown-ca', 'unknown-authority'],
  ] as const)('the certificate of %s is answered with a page of its own', async (person, problem) => {
    const page = await visitor().logIn(test.pki.persons[person].authentication);
    expect(page).toMatchObject({ status: 403, path: `/card/problem/${problem}` });
  });

  it('without a certificate the handshake fails', async () => {
    await expect(visitor().logIn(undefined)).rejects.toThrow(/alert/);
  });

  it.each(['client-cert', 'Client-Cert', 'CLIENT-CERT'])(
    'a %s header of the client’s own is thrown away',
    async (name) => {
      const { authentication } = personOf(test.pki, 'pharmacist');
      const browser = visitor();
      const start = await browser.ask('/hpki-card/start', { form: {} });
      const answer = await browser.ask(start.location ?? '', {
        certificate: test.pki.persons['unknown-ca'].authentication,
        headers: { [name]: byteSequence(authentication.certificate.der) },
      });
      expect(answer.location).toBe(`https://${portalHost}/card/problem/unknown-authority`);
    },
  );

  it('asks cards for what they can sign: TLS 1.2, PKCS#1 v1.5 with SHA-256 or SHA-384', async () => {
    const { certificate, key } = personOf(test.pki, 'pharmacist').authentication;
    const socket = connect({
      host: '127.0.0.1',
      port: haproxy.ports.cardLogin,
      servername: cardHost,
      ca: test.pki.authorities.tls.certificate.pem,
      cert: certificate.pem,
      key: key.pem,
    });
    await once(socket, 'secureConnect');
    expect(socket.getProtocol()).toBe('TLSv1.2');
    expect(socket.getSharedSigalgs().toSorted()).toEqual(['RSA+SHA256', 'RSA+SHA384']);
    socket.destroy();
  });

  it('an address that the client claims for itself is not counted: the proxy’s word is', async () => {
    const statuses = [];
    test.beginWindow(1);
    for (let count = 0; count < 22; count += 1) {
      const { status } = await visitor().ask('/phone/open', {
        json: { secret: 'wrong' },
        headers: { 'x-forwarded-for': `192.0.2.${count}` },
      });
      statuses.push(status);
    }
    expect(statuses.at(-1)).toBe(429);
  });

  it('a node that ends is left out, and nobody notices', async () => {
    const [first] = nodes;
    const pc = visitor();
    const { body } = await pc.logIn(personOf(test.pki, 'pharmacist-2').authentication);
    await first?.stop();
    const pages = [];
    for (let count = 0; count < 9; count += 1) pages.push((await pc.ask('/registration')).status);
    expect(pages).toEqual(Array(9).fill(200));
    expect(readQrCode((await pc.ask('/registration')).body)).toBe(readQrCode(body));
  });

  it('a node that ends leaves nothing open: its process can end', async () => {
    const path = join(test.directory, 'node9-card.sock');
    const listen = { proxy: { kind: 'unix' as const, path } };
    const node = await startServer({
      ...test.options,
      cardLogin: { ...identity(test.pki, cardHost), authorities: authorities(test.pki), listen },
    });
    await node.stop();
    const asked = httpRequest({ socketPath: path, path: '/login' });
    asked.end();
    await expect(once(asked, 'response')).rejects.toThrow(/ENOENT|ECONNREFUSED/);
  });

  it('the sockets are closed to others', async () => {
    for (const name of ['node2-portal.sock', 'node2-card.sock']) {
      expect((await stat(join(test.directory, name))).mode & 0o777).toBe(0o660);
    }
  });
});

describe('a proxy on another machine', () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer();
  });
  afterAll(() => test.stop());

  /** A node that lets in whoever has a certificate of the proxies' authority; here one that no card has. */
  async function behindProxy<Result>(use: (node: RunningServer) => Promise<Result>): Promise<Result> {
    const listen = {
      proxy: { kind: 'mtls' as const, authority: test.pki.authorities.unrelated.certificate.pem },
    };
    const node = await startServer({
      ...test.options,
      portal: { ...identity(test.pki, portalHost), listen },
      cardLogin: { ...identity(test.pki, cardHost), authorities: authorities(test.pki), listen },
    });
    try {
      return await use(node);
    } finally {
      await node.stop();
    }
  }
  const proxys = () => test.pki.persons['unknown-ca'].authentication;
  const login = `/login?login=${'A'.repeat(43)}`;

  function ask(port: number, from: ReturnType<typeof proxys>, path: string, headers: Record<string, string>) {
    const asked = httpsRequest({
      host: '127.0.0.1',
      port,
      servername: cardHost,
      path,
      agent: false,
      ca: test.pki.authorities.tls.certificate.pem,
      ...(from ? { cert: from.certificate.pem, key: from.key.pem } : {}),
      headers,
    });
    asked.end();
    return once(asked, 'response').then(([response]) => {
      response.resume();
      return response.headers.location as string | undefined;
    });
  }

  it('is known by its certificate, and its header is believed', async () => {
    const { certificate } = personOf(test.pki, 'pharmacist').authentication;
    const location = await behindProxy((node) =>
      ask(node.ports.cardLogin, proxys(), login, { 'client-cert': byteSequence(certificate.der) }),
    );
    // The certificate is good; there is no login of that id.
    expect(location).toBe(`https://${portalHost}/card/problem/login-lost`);
  });

  it('that sends no certificate, or two, logs nobody in', async () => {
    const { certificate } = personOf(test.pki, 'pharmacist').authentication;
    const one = byteSequence(certificate.der);
    await behindProxy(async (node) => {
      for (const headers of [{}, { 'client-cert': `${one}, ${one}` }, { 'x-client-cert': one }]) {
        expect(await ask(node.ports.cardLogin, proxys(), login, headers as Record<string, string>)).toBe(
          `https://${portalHost}/card/problem/unreadable`,
        );
      }
    });
  });

  it('is not taken for one without a certificate, or with a card’s', async () => {
    const card = personOf(test.pki, 'pharmacist').authentication;
    const headers = { 'client-cert': byteSequence(card.certificate.der) };
    await behindProxy(async (node) => {
      for (const port of [node.ports.cardLogin, node.ports.portal]) {
        await expect(ask(port, undefined, login, headers)).rejects.toThrow();
        await expect(ask(port, card, login, headers)).rejects.toThrow();
      }
    });
  });

  it('is off unless configured: plain HTTP finds nobody', async () => {
    const asked = httpRequest({ host: '127.0.0.1', port: test.server.ports.cardLogin, path: login });
    asked.end();
    await expect(once(asked, 'response')).rejects.toThrow();
  });
});
