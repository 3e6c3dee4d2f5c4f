import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../server/index.ts';
import { databaseKinds, everythingIn, type TestDatabases, testDatabases } from './server-database.ts';
import { listenToProgress } from './server-event-stream.ts';
import {
  authorities,
  cardHost,
  identity,
  personOf,
  portalHost,
  readQrCode,
  startTestServer,
  type TestServer,
  Visitor,
} from './server-fixture.ts';
import { serverForEachTest } from './server-for-each-test.ts';
import { answerTo, SoftwarePhone } from './server-software-phone.ts';

describe.each(databaseKinds)('registration on %s', (kind) => {
  let test: TestServer;
  serverForEachTest(kind, (started) => {
    test = started;
  });

  /** A PC whose person has logged in with the card, and its page with the QR code. */
  async function pcWithQr(person: 'pharmacist' | 'pharmacist-2' = 'pharmacist') {
    const pc = test.visitor();
    const { body } = await pc.logIn(personOf(test.pki, person).authentication);
    return { pc, body };
  }

  const rows = (sql: string) => test.database.rows(sql);

  const inUse = () =>
    rows(`select username, label, phone, backed_up from credentials
      join people on people.id = person_id where replaced_at is null order by username`);

  it('goes from the QR code over the phone to the end on both', async () => {
    const { pc, body } = await pcWithQr();
    const phone = new SoftwarePhone(test);
    expect(await phone.scan(readQrCode(body))).toBe('/phone/login');
    expect((await phone.visitor.ask('/phone/login')).body).toMatch(
      /Username[\s\S]*value="t00100-jpa" readonly/,
    );
    expect(await phone.logIn()).toBe('/phone/register');
    expect(await phone.register()).toBe('/phone/label');
    expect((await phone.visitor.ask('/phone/label')).body).toMatch(/value="iPhone \d{4}-\d\d-\d\d"/);
    expect(await phone.confirmLabel()).toBe('/phone/done');
    expect((await phone.visitor.ask('/phone/done')).body).toContain(
      'スマートフォンでの手続き(登録)は完了しました。',
    );
    const end = await pc.follow('/registration');
    expect(end.body).toContain('登録が完了しました');
    // Whichever card it was, or none.
    expect(end.body).toContain('カードを使った場合は、カードリーダーから取り出してください。');
    expect(end.body).not.toContain('HPKIカード');
    expect(await inUse()).toMatchObject([{ username: 't00100-jpa', phone: 'iphone' }]);
  });

  it('asks for a platform authenticator that verifies the person, with both algorithms', async () => {
    const { body } = await pcWithQr();
    const phone = new SoftwarePhone(test);
    await phone.scan(readQrCode(body));
    await phone.logIn();
    expect(await phone.options()).toMatchObject({
      rp: { id: portalHost },
      user: { name: 't00100-jpa' },
      pubKeyCredParams: [{ alg: -7 }, { alg: -257 }],
      timeout: 300_000,
      attestation: 'none',
      authenticatorSelection: {
        authenticatorAttachment: 'platform',
        residentKey: 'preferred',
        userVerification: 'required',
      },
      excludeCredentials: [],
    });
  });

  it('replaces the phone before, after saying so on the phone', async () => {
    await new SoftwarePhone(test).registerBy((await pcWithQr()).body);
    const { body } = await pcWithQr();
    const phone = new SoftwarePhone(test);
    await phone.scan(readQrCode(body));
    expect((await phone.visitor.ask('/phone/login')).body).toContain('前のスマートフォンは使えなくなります');
    await phone.logIn();
    expect((await phone.visitor.ask('/phone/register')).body).toContain(
      '前のスマートフォンは使えなくなります',
    );
    expect((await phone.options()).excludeCredentials).toHaveLength(1);
    // Until the new one works, the old one is in use.
    expect(await inUse()).toHaveLength(1);
    expect(await phone.register()).toBe('/phone/label');
    expect(await inUse()).toHaveLength(1);
    expect(await rows('select id from credentials where replaced_at is not null')).toHaveLength(1);
  });

  it('shows on the status page which phone is registered, and since when', async () => {
    const { authentication } = personOf(test.pki, 'pharmacist');
    const before = await test.visitor().logIn(authentication, '/status/start');
    expect(before).toMatchObject({ path: '/status/result', status: 200 });
    expect(before.body).toContain('スマートフォンは登録されていません。');
    await new SoftwarePhone(test).registerBy((await pcWithQr()).body);
    const after = await test.visitor().logIn(authentication, '/status/start');
    expect(after.body).toContain('スマートフォンが登録されています。');
    expect(after.body).toMatch(/<dd>iPhone \d{4}-\d\d-\d\d<\/dd>[\s\S]*<time datetime="\d{4}-/);
  });

  it('a login for the status shows no QR code, and one for registering no status', async () => {
    const { authentication } = personOf(test.pki, 'pharmacist');
    const pc = test.visitor();
    await pc.logIn(authentication, '/status/start');
    expect(await pc.follow('/registration')).toMatchObject({ path: '/card/problem/session-ended' });
    await pc.logIn(authentication);
    expect(await pc.follow('/status/result')).toMatchObject({ path: '/card/problem/session-ended' });
  });

  describe('QR code', () => {
    it('expired: phone and PC say so, and to start again from (2)', async () => {
      const { pc, body } = await pcWithQr();
      test.advance(600_000);
      const phone = new SoftwarePhone(test);
      expect(await phone.scan(readQrCode(body))).toBe('/phone/stopped/qr-expired');
      const onPhone = await phone.visitor.ask('/phone/stopped/qr-expired');
      const onPc = await pc.follow('/registration');
      for (const page of [onPhone, onPc]) {
        expect(page.status).toBe(410);
        expect(page.body).toContain('QRコードの有効期限が切れました');
        expect(page.body).toContain('再度（2）からやり直してください');
      }
      expect(onPc.body).toContain('href="/"');
    });

    it('expired between opening it and 「ログイン」: the same answer', async () => {
      const { body } = await pcWithQr();
      const phone = new SoftwarePhone(test);
      await phone.scan(readQrCode(body));
      test.advance(600_000);
      expect(await phone.logIn()).toBe('/phone/stopped/qr-expired');
    });

    it('read in time, and the phone’s own time over: both say that, not that it was read too late', async () => {
      const { pc, body } = await pcWithQr();
      const phone = new SoftwarePhone(test);
      await phone.scan(readQrCode(body));
      await phone.logIn();
      test.advance(900_000);
      const onPhone = await phone.visitor.follow('/phone/register');
      expect(onPhone.path).toBe('/phone/stopped/time-over');
      for (const page of [onPhone, await pc.follow('/registration')]) {
        expect(page.status).toBe(410);
        expect(page.body).toContain('時間切れになりました');
        expect(page.body).toContain('QRコードは読み取れましたが、時間内に登録が終わりませんでした。');
        expect(page.body).toContain('再度（2）からやり直してください');
        expect(page.body).not.toContain('読み取らなかった');
      }
    });

    it('read in time: the phone then has its own time', async () => {
      const { body } = await pcWithQr();
      const phone = new SoftwarePhone(test);
      await phone.scan(readQrCode(body));
      test.advance(590_000);
      await phone.logIn();
      test.advance(600_000);
      expect(await phone.register()).toBe('/phone/label');
    });

    it('used twice: the second phone gets a clear answer, the first one goes on', async () => {
      const { body } = await pcWithQr();
      const [first, second] = [new SoftwarePhone(test), new SoftwarePhone(test)];
      await first.scan(readQrCode(body));
      await first.logIn();
      expect(await second.scan(readQrCode(body))).toBe('/phone/stopped/qr-used');
      expect((await second.visitor.ask('/phone/stopped/qr-used')).body).toContain('すでに使われています');
      expect(await second.logIn()).toBe('/phone/stopped/qr-used');
      expect(await first.register()).toBe('/phone/label');
      // After the end too.
      await first.confirmLabel();
      expect(await new SoftwarePhone(test).scan(readQrCode(body))).toBe('/phone/stopped/qr-used');
    });

    it('read again by the phone that is at it: back to where it was', async () => {
      const { body } = await pcWithQr();
      const phone = new SoftwarePhone(test);
      await phone.scan(readQrCode(body));
      await phone.logIn();
      expect(await phone.scan(readQrCode(body))).toBe('/phone/register');
      await phone.register();
      expect(await phone.scan(readQrCode(body))).toBe('/phone/label');
    });

    it('two phones at once: exactly one goes on', async () => {
      const { body } = await pcWithQr();
      const phones = Array.from({ length: 6 }, () => new SoftwarePhone(test));
      expect(new Set(await Promise.all(phones.map((phone) => phone.scan(readQrCode(body)))))).toEqual(
        new Set(['/phone/login']),
      );
      const places = await Promise.all(phones.map((phone) => phone.logIn()));
      expect(places.toSorted()).toEqual(['/phone/register', ...Array(5).fill('/phone/stopped/qr-used')]);
    });

    it('guessed: one and the same answer, and soon none at all', async () => {
      const phone = new SoftwarePhone(test);
      const guesses = ['A'.repeat(43), 'B'.repeat(43), '', 'x', `${'A'.repeat(42)}!`, 'C'.repeat(5000)];
      const answers = [];
      test.beginWindow(1);
      for (const secret of guesses) {
        const { status, body } = await phone.visitor.ask('/phone/open', { json: { secret } });
        answers.push(`${status} ${body}`);
      }
      expect(new Set(answers)).toEqual(new Set(['200 {"next":"/phone/stopped/qr-unknown"}']));
      expect(phone.visitor.cookies.size).toBe(0);
      for (let count = guesses.length; count < 20; count += 1) await phone.scan(`https://x/phone#${count}`);
      expect(await phone.scan('https://x/phone#x')).toBe('/phone/stopped/too-many');
      // Whoever shares the address and has a right one is let in all the same.
      const { body } = await pcWithQr();
      expect(await phone.scan(readQrCode(body))).toBe('/phone/login');
      test.advance(60_000);
      expect(await phone.scan('https://x/phone#x')).toBe('/phone/stopped/qr-unknown');
    });

    it('made anew on the PC: the old one ends, the new one works', async () => {
      const { pc, body } = await pcWithQr();
      const phone = new SoftwarePhone(test);
      await phone.scan(readQrCode(body));
      await phone.logIn();
      const renewed = await pc.follow('/registration/renew', { method: 'POST', form: {} });
      expect(readQrCode(renewed.body)).not.toBe(readQrCode(body));
      expect(await phone.register().catch(() => 'no options')).toBe('no options');
      expect(await phone.scan(readQrCode(body))).toBe('/phone/stopped/qr-cancelled');
      await new SoftwarePhone(test).registerBy(renewed.body);
      expect(await inUse()).toHaveLength(1);
    });

    it('is the same after a reload of the PC’s page', async () => {
      const { pc, body } = await pcWithQr();
      const again = await pc.ask('/registration');
      expect(readQrCode(again.body)).toBe(readQrCode(body));
    });
  });

  describe('ceremony', () => {
    async function phoneAtRegister() {
      const { pc, body } = await pcWithQr();
      const phone = new SoftwarePhone(test);
      await phone.scan(readQrCode(body));
      await phone.logIn();
      return { pc, phone };
    }

    it.each([
      ['without user verification', { flags: 0x41 }, '本人確認をしないまま'],
      ['without user presence', { flags: 0x44 }, '応答を確認できなかった'],
      ['for another site', { origin: 'https://evil.example' }, '応答を確認できなかった'],
      ['for another relying party', { rpId: 'evil.example' }, '応答を確認できなかった'],
      ['of another kind', { type: 'webauthn.get' }, '応答を確認できなかった'],
      ['to a challenge of its own', { challenge: 'A'.repeat(43) }, '時間がたったか'],
    ])(
      'an answer %s is refused, with the reason on phone and PC, and can be tried again',
      async (_, wrong, words) => {
        const { pc, phone } = await phoneAtRegister();
        expect(await phone.register(wrong)).toBe('/phone/problem');
        const onPhone = await phone.visitor.ask('/phone/problem');
        const onPc = await pc.ask('/registration');
        for (const { body } of [onPhone, onPc]) {
          expect(body).toContain('セキュリティキーの登録結果が無効です。');
          expect(body).toContain(words);
        }
        expect(await inUse()).toHaveLength(0);
        expect(await phone.register()).toBe('/phone/label');
        expect(await inUse()).toHaveLength(1);
      },
    );

    it('an answer counts once, and only for the QR code it was asked for', async () => {
      const { phone } = await phoneAtRegister();
      const answer = answerTo(await phone.options());
      const { body } = await pcWithQr('pharmacist-2');
      const other = new SoftwarePhone(test);
      await other.scan(readQrCode(body));
      await other.logIn();
      expect(await other.send(answer)).toBe('/phone/problem');
      expect(await phone.send(answer)).toBe('/phone/label');
      // Sent again, as after a lost reply: where it stands, and nothing twice.
      expect(await phone.send(answer)).toBe('/phone/label');
      expect(await rows('select id from credentials')).toHaveLength(1);
    });

    it('the same answer sent several times at once registers one phone', async () => {
      const { phone } = await phoneAtRegister();
      const answer = answerTo(await phone.options());
      await Promise.all(Array.from({ length: 5 }, () => phone.send(answer)));
      expect(await inUse()).toHaveLength(1);
      expect(await phone.confirmLabel()).toBe('/phone/done');
    });

    it('a credential that is registered for one person cannot be claimed for another', async () => {
      const { phone } = await phoneAtRegister();
      const credentialId = new Uint8Array(32).fill(7);
      await phone.register({ credentialId });
      const { body } = await pcWithQr('pharmacist-2');
      const other = new SoftwarePhone(test);
      await other.scan(readQrCode(body));
      await other.logIn();
      expect(await other.register({ credentialId })).toBe('/phone/problem');
      expect(await inUse()).toMatchObject([{ username: 't00100-jpa' }]);
    });

    it.each([0, 1024])('a credential id of %i octets is refused', async (octets) => {
      const { phone } = await phoneAtRegister();
      expect(await phone.register({ credentialId: new Uint8Array(octets) })).toBe('/phone/problem');
      expect(await inUse()).toEqual([]);
      expect(await phone.register({ credentialId: new Uint8Array(1023).fill(7) })).toBe('/phone/label');
    });

    it('a challenge ends with its time', async () => {
      const { phone } = await phoneAtRegister();
      const answer = answerTo(await phone.options());
      test.advance(361_000);
      expect(await phone.send(answer)).toBe('/phone/problem');
    });

    it.each([
      ['nothing', undefined],
      ['a list', []],
      ['other members', { id: 'x' }],
      ['text that is not base64url', { ...answerTo({ challenge: 'x', rp: {} } as never), id: '"><b>' }],
      [
        'no attestation',
        {
          id: 'eA',
          rawId: 'eA',
          type: 'public-key',
          response: { clientDataJSON: 'e30', attestationObject: '' },
        },
      ],
    ])('%s instead of an answer is refused and breaks nothing', async (_, body) => {
      const { phone } = await phoneAtRegister();
      expect(await phone.send(body ?? {})).toBe('/phone/problem');
      expect(await phone.register()).toBe('/phone/label');
    });

    it('what is not JSON, or too large, is refused', async () => {
      const { phone } = await phoneAtRegister();
      const json = { 'content-type': 'application/json' };
      const huge = await phone.visitor.ask('/phone/registration', { json: 'x'.repeat(100_000) });
      const broken = await phone.visitor.ask('/phone/registration', { method: 'POST', headers: json });
      expect([huge.status, broken.status]).toEqual([413, 400]);
    });

    it('a failure is told to the PC with its likely cause, and ends with the next attempt', async () => {
      const { pc, phone } = await phoneAtRegister();
      const report = {
        name: 'NotAllowedError',
        milliseconds: 5000,
        webauthn: true,
        platformAuthenticator: true,
      };
      await phone.visitor.ask('/phone/problem', { json: report });
      expect((await pc.ask('/registration')).body).toContain('キャンセル操作をした');
      await phone.visitor.ask('/phone/problem', { json: { ...report, platformAuthenticator: false } });
      expect((await pc.ask('/registration')).body).toContain('Security Key Error');
      expect((await phone.visitor.ask('/phone/problem')).body).toContain('Security Key Error');
      await phone.visitor.ask('/phone/attempt', { json: {} });
      expect((await pc.ask('/registration')).body).not.toContain('Security Key Error');
    });
  });

  describe('back, reload and skipping', () => {
    const pages = ['/phone/login', '/phone/register', '/phone/problem', '/phone/label', '/phone/done'];

    it('lead to where the phone is, at every step, and change nothing', async () => {
      const { body } = await pcWithQr();
      const phone = new SoftwarePhone(test);
      const allLeadTo = async (place: string) => {
        for (const page of pages) expect((await phone.visitor.follow(page)).path).toBe(place);
      };
      await allLeadTo('/phone/stopped/qr-unknown');
      await phone.scan(readQrCode(body));
      await allLeadTo('/phone/login');
      await phone.logIn();
      await allLeadTo('/phone/register');
      expect(await phone.logIn()).toBe('/phone/register');
      await phone.register();
      await allLeadTo('/phone/label');
      expect(await phone.logIn()).toBe('/phone/label');
      await phone.confirmLabel();
      await allLeadTo('/phone/done');
      const before = await rows('select * from credentials');
      expect(await phone.logIn()).toBe('/phone/done');
      expect(await phone.confirmLabel('something else')).toBe('/phone/done');
      expect(await rows('select * from credentials')).toEqual(before);
    });

    it('without the label’s 「OK」 the phone is registered all the same', async () => {
      const { pc, body } = await pcWithQr();
      const phone = new SoftwarePhone(test);
      await phone.scan(readQrCode(body));
      await phone.logIn();
      await phone.register();
      test.advance(900_000);
      expect((await pc.ask('/registration')).body).toContain('登録が完了しました');
      expect((await phone.visitor.follow('/phone/label')).path).toBe('/phone/done');
    });

    it('the session on the PC ends', async () => {
      const { pc } = await pcWithQr();
      test.advance(2_700_000);
      expect(await pc.follow('/registration')).toMatchObject({ path: '/card/problem/session-ended' });
    });
  });

  describe('security', () => {
    it('an address that is none is answered with the headers of every page', async () => {
      const { status, headers, body } = await test.visitor().ask('/%zz');
      expect([status, body]).toEqual([400, 'bad request']);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['strict-transport-security']).toBeDefined();
    });

    it('one QR code is told of to some tabs at once, and of more the oldest end', async () => {
      const { pc } = await pcWithQr();
      const streams = [];
      for (let count = 0; count < 9; count += 1) streams.push(await listenToProgress(test, test.server, pc));
      await streams[0]?.ended;
      streams[1]?.close();
      for (const stream of streams.slice(2)) stream.close();
    });

    it('every page forbids inline code, frames, caching and other origins', async () => {
      const { pc } = await pcWithQr();
      for (const path of [
        '/',
        '/hpki-card',
        '/status',
        '/registration',
        '/phone',
        '/change-phone',
        '/nowhere',
      ]) {
        const { headers, body } = await pc.ask(path);
        expect(headers['content-security-policy']).toContain("default-src 'none'");
        expect(headers['content-security-policy']).not.toContain('unsafe');
        expect(headers['strict-transport-security']).toMatch(/max-age=\d{8}/);
        expect(headers['cache-control']).toBe('no-store');
        expect(body).not.toMatch(
          /<script(?![^>]*\ssrc=")|<style|\sstyle=|\son\w+=|https?:\/\/(?!www\.w3\.org)/,
        );
      }
    });

    it('no other site learns from a referrer where someone was', async () => {
      const { pc, body } = await pcWithQr();
      for (const path of ['/', '/registration', '/phone', '/nowhere']) {
        expect((await pc.ask(path)).headers['referrer-policy']).toBe('same-origin');
      }
      const start = await test.visitor().ask('/hpki-card/start', { form: {} });
      const certificate = personOf(test.pki, 'pharmacist').authentication;
      const back = await pc.ask(start.location ?? '', { certificate });
      expect(back.headers['referrer-policy']).toBe('no-referrer');
      // What opens the QR code is behind the #, which is in no referrer, not even our own.
      const { hash, search, pathname } = new URL(readQrCode(body));
      expect([pathname, search]).toEqual(['/phone', '']);
      expect(hash).toHaveLength(44);
    });

    it('cookies are bound to the host, to TLS, and out of reach of scripts', async () => {
      const pc = test.visitor();
      const { headers } = await pc.ask('/hpki-card/start', { form: {} });
      expect(headers['set-cookie']).toEqual([
        expect.stringMatching(/^__Host-login=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
      ]);
    });

    it('neither the log nor the database holds what would let anyone in, nor does the log name a person', async () => {
      const { pc, body } = await pcWithQr();
      const phone = new SoftwarePhone(test);
      const secret = readQrCode(body).split('#')[1] ?? '';
      await phone.registerBy(body);
      await phone.visitor.ask('/phone/problem', { json: { name: 'x'.repeat(5) } });
      const secrets = [secret, ...pc.cookies.values(), ...phone.visitor.cookies.values()];
      expect(secrets.every((value) => value.length === 43)).toBe(true);
      const stored = await everythingIn(test.database);
      const log = test.log();
      expect(log).toContain('"route":"/phone/open"');
      for (const value of secrets) {
        expect(stored).not.toContain(value);
        expect(log).not.toContain(value);
      }
      expect(log).not.toMatch(/00100|jpa|code=|127\.0\.0\.1/);
    });

    it('what a person types as a label is shown as text', async () => {
      const { pc, body } = await pcWithQr();
      const phone = new SoftwarePhone(test);
      await phone.scan(readQrCode(body));
      await phone.logIn();
      await phone.register();
      await phone.confirmLabel('<img src=x onerror=alert(1)>');
      expect((await pc.ask('/registration')).body).toContain('&lt;img src=x onerror=alert(1)&gt;');
    });
  });

  it.each([
    ['POST', '/status/start'],
    ['POST', '/status/phone/start'],
    ['POST', '/status/my-number-card/start'],
    ['GET', '/status/result'],
  ] as const)('checks no registration on a phone: %s %s', async (method, path) => {
    const { visitor } = new SoftwarePhone(test);
    const answer = await visitor.follow(path, method === 'POST' ? { method, form: {} } : {});
    expect(answer).toMatchObject({ path: '/status', status: 200 });
    expect(answer.body).toContain('data-error="pc-only"');
    expect(visitor.cookies.size).toBe(0);
    expect(await rows('select * from card_logins')).toEqual([]);
  });

  it('speaks English to a browser that asks for it, and after the switch', async () => {
    const visitor = test.visitor();
    const english = await visitor.ask('/', { headers: { 'accept-language': 'en-US,en;q=0.9' } });
    expect(english.body).toContain('<html lang="en">');
    expect(english.body).toContain('Register a phone with the HPKI card');
    expect(english.body).toContain(
      '<span class="manual-word" lang="ja">HPKIカードを使ってスマートフォンを登録する</span>',
    );
    await visitor.ask('/?lang=en');
    expect((await visitor.ask('/hpki-card')).body).toContain('<html lang="en">');
  });

  it('lives and is ready', async () => {
    expect(await test.visitor().ask('/healthz')).toMatchObject({ status: 200 });
    expect(await test.visitor().ask('/readyz')).toMatchObject({ status: 200 });
  });

  it('goes on in another process: nothing of a registration is in memory', async () => {
    const { pc, body } = await pcWithQr();
    const phone = new SoftwarePhone(test);
    await phone.scan(readQrCode(body));
    await phone.logIn();
    const answer = answerTo(await phone.options());
    await test.server.stop();
    const second = await startServer(test.options);
    try {
      const elsewhere = (visitor: Visitor) => {
        const same = new Visitor(second, test.pki);
        for (const [name, value] of visitor.cookies) same.cookies.set(name, value);
        return same;
      };
      const phoneThere = elsewhere(phone.visitor);
      const sent = await phoneThere.ask('/phone/registration', { json: answer });
      expect(JSON.parse(sent.body)).toEqual({ next: '/phone/label' });
      await phoneThere.follow('/phone/label', { method: 'POST', form: {} });
      expect((await elsewhere(pc).ask('/registration')).body).toContain('登録が完了しました');
    } finally {
      await second.stop();
    }
  });
});

describe.each(databaseKinds)('a server on %s killed without warning', (kind) => {
  let databases: TestDatabases;
  let test: TestServer;
  beforeAll(async () => {
    databases = await testDatabases(kind);
  });
  afterAll(() => databases.stop());
  const started: ChildProcess[] = [];
  beforeEach(async () => {
    test = await startTestServer({}, databases);
    await test.server.stop();
  });
  afterEach(async () => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
    await test.stop();
  });

  async function startProcess(): Promise<{ process: ChildProcess; server: RunningServer }> {
    const config = join(test.directory, 'server.json');
    await writeFile(
      config,
      JSON.stringify({
        portal: identity(test.pki, portalHost),
        cardLogin: { ...identity(test.pki, cardHost), authorities: authorities(test.pki) },
        database: test.database.configuration,
        log: 'silent',
      }),
    );
    const child = spawn(process.execPath, ['server/main.ts', '--config', config], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    started.push(child);
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { ports } = JSON.parse(line.toString()) as Pick<RunningServer, 'ports'>;
    return { process: child, server: { ...test.server, ports } };
  }

  it('has kept every registration that a phone was told of', async () => {
    const first = await startProcess();
    const there = { ...test, server: first.server, visitor: () => new Visitor(first.server, test.pki) };
    const pc = there.visitor();
    const { body } = await pc.logIn(personOf(test.pki, 'pharmacist').authentication);
    const phone = new SoftwarePhone(there);
    await phone.scan(readQrCode(body));
    await phone.logIn();
    expect(await phone.register()).toBe('/phone/label');
    first.process.kill('SIGKILL');
    await once(first.process, 'exit');

    const second = await startProcess();
    const again = new Visitor(second.server, test.pki);
    const status = await again.logIn(personOf(test.pki, 'pharmacist').authentication, '/status/start');
    expect(status.body).toContain('スマートフォンが登録されています。');
    second.process.kill('SIGTERM');
    const [code] = await once(second.process, 'exit');
    expect(code).toBe(0);
  });
});
