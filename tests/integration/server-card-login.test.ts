import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type SecureVersion, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cardHost, personOf, portalHost, startTestServer, type TestServer } from './server-fixture.ts';

describe('card login', () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer();
  });
  afterAll(() => test.stop());

  it('leads from the button through the certificate to the QR code, with the username of the card', async () => {
    const { authentication } = personOf(test.pki, 'pharmacist');
    const page = await test.visitor().logIn(authentication);
    expect(page).toMatchObject({ status: 200, path: '/registration' });
    expect(page.body).toContain('<dt>Username</dt><dd>t00100-jpa</dd>');
    expect(page.body).toContain('有効期限');
    expect(page.body).toContain('<svg');
  });

  it.each([
    ['expired', 'expired', 'HPKIカードの有効期限が切れています'],
    ['not-yet-valid', 'not-yet-valid', 'まだ始まっていません'],
    ['unknown-ca', 'unknown-authority', 'この証明書では登録できません'],
    ['mynumber', 'unknown-authority', 'この証明書では登録できません'],
  ] as const)('answers the certificate of %s with a page of its own', async (person, problem, words) => {
    const page = await test.visitor().logIn(test.pki.persons[person].authentication);
    expect(page).toMatchObject({ status: 403, path: `/card/problem/${problem}` });
    expect(page.body).toContain(words);
    expect(page.body).toContain('ブラウザ');
  });

  it('tells a signature certificate apart', async () => {
    const page = await test.visitor().logIn(personOf(test.pki, 'signature-only').signature);
    expect(page).toMatchObject({ status: 403, path: '/card/problem/signature-certificate' });
    expect(page.body).toContain('署名用の証明書');
  });

  it('does not begin without a certificate: the handshake fails with an alert', async () => {
    await expect(test.visitor().logIn(undefined)).rejects.toThrow(/alert handshake failure/);
  });

  it('lets the browser read the alert, however its side of the handshake comes in', async () => {
    // Between the two: octets of the client in small pieces, and more of them after the alert.
    const sent: Buffer[] = [];
    let reset = false;
    const over = Promise.withResolvers<void>();
    const slow = createServer((client) => {
      const { cardLogin: port } = test.server.ports;
      const server = connectTcp({ host: '127.0.0.1', port, allowHalfOpen: true });
      let pieces = Promise.resolve();
      client.on('data', (octets) => {
        // What follows the server's words is the certificate, which is empty, and more that comes after it.
        const size = sent.length === 0 ? octets.length : 16;
        for (let at = 0; at < octets.length; at += size) {
          pieces = pieces.then(() => sleep(20)).then(() => void server.write(octets.subarray(at, at + size)));
        }
      });
      server.on('data', (octets) => {
        sent.push(octets);
        client.write(octets);
      });
      server.on('error', () => {
        reset = true;
      });
      client.on('error', () => {});
      client.on('close', () => void pieces.then(() => sleep(20)).then(() => server.end()));
      server.on('close', over.resolve);
    });
    slow.listen(0, '127.0.0.1');
    await once(slow, 'listening');
    const socket = connect({
      host: '127.0.0.1',
      port: (slow.address() as AddressInfo).port,
      servername: cardHost,
      ca: test.pki.authorities.tls.certificate.pem,
    });
    await expect(once(socket, 'close')).rejects.toThrow(/alert handshake failure/);
    await over.promise;
    await new Promise((done) => slow.close(done));
    // Alert (21) of level fatal (2), handshake_failure (40): RFC 5246 7.2.
    expect([...Buffer.concat(sent).subarray(-7)]).toEqual([21, 3, 3, 0, 2, 2, 40]);
    expect(reset).toBe(false);
  });

  describe('over TLS', () => {
    async function handshake(options: { maxVersion?: SecureVersion; minVersion?: SecureVersion }) {
      const { certificate, key } = personOf(test.pki, 'pharmacist').authentication;
      const socket = connect({
        host: '127.0.0.1',
        port: test.server.ports.cardLogin,
        servername: cardHost,
        ca: test.pki.authorities.tls.certificate.pem,
        cert: certificate.pem,
        key: key.pem,
        ...options,
      });
      await once(socket, 'secureConnect');
      return socket;
    }
    const end = async (socket: TLSSocket) => {
      socket.destroy();
      await once(socket, 'close');
    };

    it('speaks 1.2 only, which is all the cards’ software can sign for', async () => {
      const socket = await handshake({});
      expect(socket.getProtocol()).toBe('TLSv1.2');
      expect(socket.getSharedSigalgs().toSorted()).toEqual(['RSA+SHA256', 'RSA+SHA384']);
      await end(socket);
      await expect(handshake({ minVersion: 'TLSv1.3' })).rejects.toThrow(/alert protocol version/);
    });

    it('asks for the certificate anew each time: nothing is resumed', async () => {
      const first = await handshake({ maxVersion: 'TLSv1.2' });
      const session = first.getSession();
      await end(first);
      const { certificate, key } = personOf(test.pki, 'pharmacist').authentication;
      const second = connect({
        host: '127.0.0.1',
        port: test.server.ports.cardLogin,
        servername: cardHost,
        ca: test.pki.authorities.tls.certificate.pem,
        cert: certificate.pem,
        key: key.pem,
        ...(session ? { session } : {}),
      });
      await once(second, 'secureConnect');
      expect(second.isSessionReused()).toBe(false);
      await end(second);
    });

    it('answers one request for each handshake: a connection outlives the card', async () => {
      const socket = await handshake({});
      let answered = '';
      socket.setEncoding('utf8').on('data', (text: string) => {
        answered += text;
      });
      const request = `GET /login HTTP/1.1\r\nHost: ${cardHost}\r\nConnection: keep-alive\r\n\r\n`;
      socket.write(request + request);
      await once(socket, 'end');
      expect(answered.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
      expect(answered).toMatch(/connection: close/i);
      await end(socket);
    });
  });

  it('believes no certificate that arrives in a header', async () => {
    const { authentication } = personOf(test.pki, 'pharmacist');
    const visitor = test.visitor();
    const start = await visitor.ask('/hpki-card/start', { form: {} });
    const forged = `:${Buffer.from(authentication.certificate.der).toString('base64')}:`;
    const answer = await visitor.ask(start.location ?? '', {
      certificate: test.pki.persons['unknown-ca'].authentication,
      headers: { 'client-cert': forged, 'x-forwarded-client-cert': forged },
    });
    expect(answer.location).toBe(`https://${portalHost}/card/problem/unknown-authority`);
  });

  describe('hand-over to the portal', () => {
    async function untilCode(visitor = test.visitor()) {
      const { authentication } = personOf(test.pki, 'pharmacist');
      const start = await visitor.ask('/hpki-card/start', { form: {} });
      const card = await visitor.ask(start.location ?? '', { certificate: authentication });
      return { visitor, link: card.location ?? '' };
    }

    it('works once', async () => {
      const { visitor, link } = await untilCode();
      const { authentication } = personOf(test.pki, 'pharmacist-2');
      expect(await visitor.follow(link)).toMatchObject({ path: '/registration', status: 200 });
      // The same browser again: what it has is still there. Any other: nothing.
      expect(await visitor.follow(link)).toMatchObject({ path: '/registration', status: 200 });
      expect(await test.visitor().follow(link)).toMatchObject({ path: '/card/problem/login-lost' });
      expect((await test.visitor().logIn(authentication)).body).toContain('t00200-jpa');
    });

    it('is of no use in another browser, not even afterwards in the right one', async () => {
      const { visitor, link } = await untilCode();
      const thief = await untilCode();
      expect(await thief.visitor.follow(link)).toMatchObject({ path: '/card/problem/login-lost' });
      expect(await visitor.follow(link)).toMatchObject({ path: '/card/problem/login-lost' });
    });

    it('ends after a minute', async () => {
      const { visitor, link } = await untilCode();
      test.advance(61_000);
      expect(await visitor.follow(link)).toMatchObject({ path: '/card/problem/login-lost' });
    });

    it('cannot be guessed', async () => {
      const { visitor } = await untilCode();
      const guess = `/card/complete?code=${'A'.repeat(43)}`;
      expect(await visitor.follow(guess)).toMatchObject({ path: '/card/problem/login-lost', status: 403 });
    });
  });

  it('is limited for one username, whichever browser, and others go on', async () => {
    const { authentication } = personOf(test.pki, 'pharmacist');
    const paths = [];
    test.beginWindow(10);
    // The limit counts what this file's other tests have done, too; at most it takes this many.
    for (let count = 0; count < 31; count += 1) paths.push((await test.visitor().logIn(authentication)).path);
    expect(paths.at(-1)).toBe('/card/problem/too-many');
    expect(await test.visitor().logIn(personOf(test.pki, 'doctor').authentication)).toMatchObject({
      path: '/registration',
    });
    test.advance(3_600_000);
    expect(await test.visitor().logIn(authentication)).toMatchObject({ path: '/registration' });
  });

  it('begins only on our own page', async () => {
    const answer = await test
      .visitor()
      .ask('/hpki-card/start', { form: {}, headers: { origin: 'https://evil.example' } });
    expect(answer.status).toBe(403);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('ends the QR code of the person before when another person logs in on the same PC', async () => {
    const visitor = test.visitor();
    await visitor.logIn(personOf(test.pki, 'pharmacist').authentication);
    const before = visitor.cookies.get('__Host-session') ?? '';
    expect((await visitor.logIn(personOf(test.pki, 'pharmacist-2').authentication)).body).toContain(
      't00200-jpa',
    );
    const old = test.visitor();
    old.cookies.set('__Host-session', before);
    expect(await old.follow('/registration')).toMatchObject({ path: '/card/problem/session-ended' });
  });
});
