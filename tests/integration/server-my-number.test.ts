import { describe, expect, it } from 'vitest';
import { sweep } from '../../server/database/sweep.ts';
import type { Issued, PersonId } from '../lab/pki/index.ts';
import { databaseKinds, everythingIn } from './server-database.ts';
import {
  identity,
  myNumberHost,
  personOf,
  portalHost,
  startTestServer,
  type TestServer,
  type Visitor,
} from './server-fixture.ts';
import { serverForEachTest } from './server-for-each-test.ts';
import { besideServer } from './server-operator.ts';
import { SoftwarePhone } from './server-software-phone.ts';

describe.each(databaseKinds)('My Number card on %s', (kind) => {
  let test: TestServer;
  serverForEachTest(kind, (started) => {
    test = started;
  });

  const myNumber = () => test.pki.persons.mynumber.authentication as Issued;
  const firstCard = (pc: Visitor, person: PersonId = 'pharmacist') =>
    pc.logIn(personOf(test.pki, person).authentication, '/link-my-number-card/start');
  const secondCard = (pc: Visitor, certificate: Issued | undefined = myNumber()) =>
    pc.logIn(certificate, '/link-my-number-card/my-number-card/start');
  /** A PC on which both cards of a person have been shown. */
  async function link(person: PersonId = 'pharmacist') {
    const pc = test.visitor();
    await firstCard(pc, person);
    return { pc, end: await secondCard(pc) };
  }
  const rows = (sql: string) => test.database.rows(sql);

  describe('linked with the HPKI card', () => {
    it('is shown after both logins, with username, qualification and time', async () => {
      const pc = test.visitor();
      expect((await pc.ask('/link-my-number-card')).body).toContain('HPKIカードでログイン');
      const middle = await firstCard(pc);
      expect(middle).toMatchObject({ status: 200, path: '/link-my-number-card/my-number-card' });
      expect(middle.body).toContain('<dt>Username</dt><dd>t00100-jpa</dd>');
      expect(middle.body).toContain('<dd>薬剤師</dd>');
      expect(middle.body).not.toContain('置き換わります');
      const end = await secondCard(pc);
      expect(end).toMatchObject({ status: 200, path: '/link-my-number-card/done' });
      expect(end.body).toContain('マイナンバーカードの登録が完了しました');
      expect(end.body).toMatch(/<time datetime="\d{4}-/);
    });

    it('leaves nothing of the card behind but one hash', async () => {
      await link();
      expect(await rows('select person_id, subject_hash from my_number_cards')).toEqual([
        {
          person_id: expect.any(String),
          subject_hash: expect.stringMatching(/^[\w-]{43}$/),
        },
      ]);
      expect(await everythingIn(test.database)).not.toContain('20260101000000TEST');
      expect(test.log()).not.toContain('20260101000000TEST');
    });

    it('stays done: reload, back to the second card, a second tab', async () => {
      const { pc } = await link();
      for (const path of [
        '/link-my-number-card/my-number-card',
        '/link-my-number-card/done',
        '/card/complete?code=x',
      ]) {
        expect(await pc.follow(path)).toMatchObject({ path: '/link-my-number-card/done', status: 200 });
      }
      expect(await pc.follow('/link-my-number-card/my-number-card/start', { form: {} })).toMatchObject({
        path: '/link-my-number-card/done',
      });
    });

    it.each([
      ['back', -3_600_000],
      ['on', 300_000],
    ])('is done when the clock is set %s between the cards', async (_, milliseconds) => {
      const pc = test.visitor();
      await firstCard(pc);
      test.advance(milliseconds);
      expect(await secondCard(pc)).toMatchObject({ path: '/link-my-number-card/done', status: 200 });
      expect(await pc.follow('/link-my-number-card/my-number-card')).toMatchObject({
        path: '/link-my-number-card/done',
      });
    });

    it.each([
      ['', 1000],
      [', also when the clock was set back', -3_600_000],
    ])('replaces the card linked before, after saying so%s', async (_, milliseconds) => {
      await link();
      test.advance(milliseconds);
      const pc = test.visitor();
      expect((await firstCard(pc)).body).toContain('置き換わります');
      expect(await secondCard(pc)).toMatchObject({ path: '/link-my-number-card/done' });
      expect(await rows('select count(*) as n from my_number_cards')).toEqual([
        { n: expect.toSatisfy((n) => Number(n) === 1) },
      ]);
    });

    it('is refused for a second username, and stays with the first', async () => {
      await link('pharmacist');
      const { end } = await link('pharmacist-2');
      expect(end).toMatchObject({ path: '/card/problem/my-number-of-other', status: 403 });
      const registered = await test.visitor().logIn(myNumber(), '/my-number-card/start');
      expect(registered.body).toContain('t00100-jpa');
    });

    it('keeps the person known, also without a phone', async () => {
      await link();
      await test.visitor().logIn(personOf(test.pki, 'pharmacist-2').authentication);
      await besideServer(test, (database) => sweep(database, Date.now() + 3 * 24 * 3_600_000, 90));
      expect(await rows('select username from people')).toEqual([{ username: 't00100-jpa' }]);
      test.advance(3 * 24 * 3_600_000);
      expect((await test.visitor().logIn(myNumber(), '/my-number-card/start')).body).toContain('t00100-jpa');
    });

    it('needs both cards within ten minutes', async () => {
      const pc = test.visitor();
      await firstCard(pc);
      test.advance(10 * 60_000);
      expect(await secondCard(pc)).toMatchObject({ path: '/card/problem/session-ended' });
      expect(await rows('select * from my_number_cards')).toEqual([]);
    });

    it('needs both cards in one session: another HPKI login in between ends it', async () => {
      const pc = test.visitor();
      await firstCard(pc, 'pharmacist');
      const start = await pc.ask('/link-my-number-card/my-number-card/start', { form: {} });
      const back = await pc.ask(start.location ?? '', { certificate: myNumber() });
      const begun = pc.cookies.get('__Host-login') ?? '';
      await firstCard(pc, 'pharmacist-2');
      pc.cookies.set('__Host-login', begun);
      expect(await pc.follow(back.location ?? '')).toMatchObject({ path: '/card/problem/session-ended' });
      expect(await rows('select * from my_number_cards')).toEqual([]);
    });

    it('cannot be linked with the second login alone', async () => {
      expect(await secondCard(test.visitor())).toMatchObject({ path: '/card/problem/session-ended' });
    });
  });

  describe('login', () => {
    it.each([
      ['HPKI card', 'pharmacist', 'authentication', 'my-number-unknown-authority'],
      ['certificate for signatures', 'mynumber', 'signature', 'my-number-signature'],
    ] as const)(
      'refuses the %s',
      async (_, person, use, problem) => {
        const certificate = (test.pki.persons[person] as Record<string, unknown>)[use] as Issued;
        const answer = await test.visitor().logIn(certificate, '/my-number-card/start');
        expect(answer).toMatchObject({ path: `/card/problem/${problem}`, status: 403 });
        expect(answer.body).toContain('ブラウザのウィンドウをすべて閉じて');
      },
      20_000,
    );

    it('does not begin without a certificate', async () => {
      await expect(test.visitor().logIn(undefined, '/my-number-card/start')).rejects.toThrow(/alert/);
    });

    it('cannot be finished with the other card at the other host', async () => {
      await link();
      const pc = test.visitor();
      const start = await pc.ask('/hpki-card/start', { form: {} });
      const elsewhere = new URL(start.location ?? '');
      elsewhere.hostname = myNumberHost;
      const answer = await pc.follow(elsewhere.href, { certificate: myNumber() });
      expect(answer).toMatchObject({ path: '/card/problem/login-lost' });
    });
  });

  describe('to register a phone', () => {
    it('leads to the QR code for the linked person, and on to the end', async () => {
      await link();
      const pc = test.visitor();
      expect((await pc.ask('/my-number-card')).body).toContain('マイナンバーカードで登録');
      const page = await pc.logIn(myNumber(), '/my-number-card/start');
      expect(page).toMatchObject({ status: 200, path: '/registration' });
      expect(page.body).toContain('<dt>Username</dt><dd>t00100-jpa</dd>');
      await new SoftwarePhone(test).registerBy(page.body);
      expect((await pc.follow('/registration')).body).toContain('登録が完了しました');
    });

    it('is refused without a link, with what to do instead, and nobody is noted', async () => {
      const answer = await test.visitor().logIn(myNumber(), '/my-number-card/start');
      expect(answer).toMatchObject({ status: 403, path: '/card/problem/my-number-not-linked' });
      expect(answer.body).toContain('HPKIカードを使ってマイナンバーカードを登録する');
      expect(await rows('select * from people')).toEqual([]);
    });

    it('shows the status as well', async () => {
      await link();
      const page = await test.visitor().logIn(myNumber(), '/status/my-number-card/start');
      expect(page).toMatchObject({ path: '/status/result', status: 200 });
      expect(page.body).toContain('t00100-jpa');
    });
  });
});

describe('a platform without My Number cards', () => {
  it('says so at both entries and serves nothing of it', async () => {
    const test = await startTestServer({ myNumberLogin: undefined });
    try {
      for (const path of ['/my-number-card', '/link-my-number-card']) {
        const { status, body } = await test.visitor().ask(path);
        expect(status).toBe(200);
        expect(body).toContain('準備中');
      }
      const start = await test.visitor().ask('/my-number-card/start', { form: {} });
      expect(start.status).toBe(404);
    } finally {
      await test.stop();
    }
  });

  it('has its name in the policy only where it is', async () => {
    const test = await startTestServer();
    try {
      const policy = String((await test.visitor().ask('/')).headers['content-security-policy']);
      expect(policy).toContain(
        `form-action 'self' https://mahpki-auth.${portalHost} https://${myNumberHost};`,
      );
      expect(identity(test.pki, myNumberHost).certificate).toContain('BEGIN CERTIFICATE');
    } finally {
      await test.stop();
    }
  });
});
