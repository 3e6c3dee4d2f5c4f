import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../server/index.ts';
import { endPhone } from '../../server/operator/people.ts';
import { mostAttempts } from '../../server/webauthn/challenges.ts';
import { databaseKinds, type TestDatabases, testDatabases } from './server-database.ts';
import { listenToProgress } from './server-event-stream.ts';
import { personOf, readQrCode, startTestServer, type TestServer, type Visitor } from './server-fixture.ts';
import { serverForEachTest } from './server-for-each-test.ts';
import { besideServer } from './server-operator.ts';
import { SoftwarePhone } from './server-software-phone.ts';

describe.each(databaseKinds)('signing in with the phone on %s', (kind) => {
  let test: TestServer;
  serverForEachTest(kind, (started) => {
    test = started;
  });

  const cardOf = (person: 'pharmacist' | 'pharmacist-2') => personOf(test.pki, person).authentication;
  async function registeredPhone(person: 'pharmacist' | 'pharmacist-2' = 'pharmacist') {
    const { body } = await test.visitor().logIn(cardOf(person));
    const phone = new SoftwarePhone(test);
    await phone.registerBy(body);
    return phone;
  }
  const begin = (pc: Visitor, start: string) => pc.follow(start, { method: 'POST', form: {} });
  const numberOn = (page: string) => /data-number>(\d\d)</.exec(page)?.[1] ?? '';
  const wrongFor = (page: string) => String((Number(numberOn(page)) + 1) % 100).padStart(2, '0');
  /** A PC that shows a sign-in's QR code, and the phone at the button 「ログイン」. */
  async function untilButton(phone: SoftwarePhone, start: string, pc = test.visitor()) {
    const page = await begin(pc, start);
    const opened = await phone.scan(readQrCode(page.body));
    return { pc, page, opened, at: await phone.typeNumber(numberOn(page.body)) };
  }
  const inUse = () => test.database.rows('select id from credentials where replaced_at is null');

  describe('to check the registration', () => {
    it('shows it on the PC, and that the phone works', async () => {
      const phone = await registeredPhone();
      const { pc, page, opened, at } = await untilButton(phone, '/status/phone/start');
      expect(page).toMatchObject({ path: '/sign-in', status: 200 });
      expect([opened, at]).toEqual(['/phone/sign-in/number', '/phone/sign-in']);
      expect(await phone.signIn()).toBe('/phone/sign-in/done');
      expect((await phone.visitor.ask('/phone/sign-in/done')).body).toContain('ログインできました');
      const result = await pc.follow('/sign-in');
      expect(result).toMatchObject({ path: '/status/result', status: 200 });
      expect(result.body).toContain('t00100-jpa');
      expect(result.body).toContain('このスマートフォンは使えます');
      // Once only, and a reload shows the result again.
      expect(await pc.follow('/sign-in')).toMatchObject({ path: '/status/result' });
    });

    it('lets in only the browser that it was begun in', async () => {
      const phone = await registeredPhone();
      const { pc } = await untilButton(phone, '/status/phone/start');
      await phone.signIn();
      expect(await test.visitor().follow('/sign-in')).toMatchObject({ path: '/card/problem/login-lost' });
      expect(await pc.follow('/sign-in')).toMatchObject({ path: '/status/result' });
    });

    it('needs the number on the PC; the third wrong one ends it', async () => {
      const phone = await registeredPhone();
      const pc = test.visitor();
      const page = await begin(pc, '/status/phone/start');
      await phone.scan(readQrCode(page.body));
      expect(await phone.typeNumber(wrongFor(page.body))).toBe('/phone/sign-in/number');
      expect((await phone.visitor.ask('/phone/sign-in/number')).body).toContain('番号と違います');
      expect(await phone.typeNumber('')).toBe('/phone/sign-in/number');
      expect(await phone.typeNumber(wrongFor(page.body))).toBe('/phone/stopped/sign-in-cancelled');
      expect(await phone.typeNumber(numberOn(page.body))).toBe('/phone/stopped/sign-in-cancelled');
      const stopped = await phone.visitor.ask('/phone/stopped/sign-in-cancelled');
      expect(stopped.status).toBe(410);
      expect(stopped.body).toContain('違う番号が続けて入力されたか');
      expect(stopped.body).toContain('「QRコードを作り直す」を押し');
      expect(stopped.body).not.toContain('（2）');
      expect((await pc.follow('/sign-in')).body).toContain('取り消されました');
    });

    it('cannot be answered before the number was typed, nor by another phone after it', async () => {
      const phone = await registeredPhone();
      const other = await registeredPhone('pharmacist-2');
      const pc = test.visitor();
      const page = await begin(pc, '/status/phone/start');
      const address = readQrCode(page.body);
      await phone.scan(address);
      await other.scan(address);
      expect(await phone.visitor.ask('/phone/sign-in/options', { json: {} })).toMatchObject({ status: 409 });
      await phone.typeNumber(numberOn(page.body));
      expect(await other.typeNumber(numberOn(page.body))).toBe('/phone/stopped/sign-in-used');
      expect(await other.visitor.ask('/phone/sign-in/options', { json: {} })).toMatchObject({ status: 409 });
      expect(await phone.signIn()).toBe('/phone/sign-in/done');
    });

    it('can be begun so many times with one QR code', async () => {
      const phone = await registeredPhone();
      await untilButton(phone, '/status/phone/start');
      await besideServer(test, (database) =>
        database
          .updateTable('sign_ins')
          .set({ attempts: mostAttempts - 1 })
          .execute(),
      );
      const ask = () => phone.visitor.ask('/phone/sign-in/options', { json: {} });
      expect(await ask()).toMatchObject({ status: 200 });
      expect(await ask()).toMatchObject({ status: 429, body: '{"next":"/phone/stopped/too-many"}' });
    });

    it('by two phones at once: exactly one goes on', async () => {
      const phones = [await registeredPhone(), await registeredPhone('pharmacist-2')];
      const pc = test.visitor();
      const page = await begin(pc, '/status/phone/start');
      const address = readQrCode(page.body);
      for (const phone of phones) await phone.scan(address);
      const ways = await Promise.all(phones.map((phone) => phone.typeNumber(numberOn(page.body))));
      expect(ways.toSorted()).toEqual(['/phone/sign-in', '/phone/stopped/sign-in-used']);
      const winner = phones[ways.indexOf('/phone/sign-in')];
      expect(await winner?.signIn()).toBe('/phone/sign-in/done');
      expect((await pc.follow('/sign-in')).body).toContain(
        winner === phones[0] ? 't00100-jpa' : 't00200-jpa',
      );
    });

    it.each([
      ['of another site', { origin: 'https://evil.example' }, /確認できなかった/],
      ['without verification', { flags: 0x01 }, /本人確認をしないまま/],
      ['to a challenge that is not open', { challenge: 'A'.repeat(43) }, /画面を開いてから時間がたった/],
      ['of a registration', { type: 'webauthn.create' }, /確認できなかった/],
    ] as const)('refuses an answer %s, on phone and PC', async (_, ceremony, words) => {
      const phone = await registeredPhone();
      const { pc } = await untilButton(phone, '/status/phone/start');
      expect(await phone.signIn('/phone/sign-in', ceremony)).toBe('/phone/sign-in/problem');
      expect((await phone.visitor.ask('/phone/sign-in/problem')).body).toMatch(words);
      expect((await pc.follow('/sign-in')).body).toMatch(words);
      expect(await phone.signIn()).toBe('/phone/sign-in/done');
    });

    it('asks a phone for the keys that it says are its own, of those in use', async () => {
      const old = await registeredPhone();
      const phone = await registeredPhone();
      const asked = async (keys: unknown) => {
        await untilButton(phone, '/status/phone/start');
        const { body } = await phone.visitor.ask('/phone/sign-in/options', { json: { keys } });
        const { allowCredentials } = JSON.parse(body) as { allowCredentials: { id: string }[] };
        return allowCredentials.map(({ id }) => id);
      };
      expect(await asked([phone.key?.id, old.key?.id, 'A'.repeat(43)])).toEqual([phone.key?.id]);
      expect(await asked(undefined)).toEqual([]);
      expect(await asked(Array(9).fill(phone.key?.id))).toEqual([]);
      expect(await asked(['no base64url!'])).toEqual([]);
    });

    it('refuses a phone that was replaced', async () => {
      const old = await registeredPhone();
      await registeredPhone();
      await untilButton(old, '/status/phone/start');
      expect(await old.signIn()).toBe('/phone/sign-in/problem');
      expect((await old.visitor.ask('/phone/sign-in/problem')).body).toContain(
        '新しい登録に置き換わっている',
      );
    });

    it('refuses a signature by another key', async () => {
      const phone = await registeredPhone();
      const other = await registeredPhone('pharmacist-2');
      await untilButton(phone, '/status/phone/start');
      const forged = { ...phone.key, privateKey: other.key?.privateKey } as NonNullable<typeof phone.key>;
      expect(await phone.signIn('/phone/sign-in', {}, forged)).toBe('/phone/sign-in/problem');
    });

    it('refuses a copied key: its counter does not go on', async () => {
      const phone = await registeredPhone();
      const signIn = async (counter: number) => {
        await untilButton(phone, '/status/phone/start');
        return await phone.signIn('/phone/sign-in', { counter });
      };
      expect(await signIn(5)).toBe('/phone/sign-in/done');
      for (const counter of [5, 4, 0]) expect(await signIn(counter)).toBe('/phone/sign-in/problem');
      expect(await signIn(6)).toBe('/phone/sign-in/done');
    });

    it('ends with its QR code, and can be begun again', async () => {
      const phone = await registeredPhone();
      const pc = test.visitor();
      const page = await begin(pc, '/status/phone/start');
      test.advance(600_000);
      expect(await phone.scan(readQrCode(page.body))).toBe('/phone/stopped/sign-in-expired');
      const stopped = await phone.visitor.ask('/phone/stopped/sign-in-expired');
      expect(stopped.body).toContain('「QRコードを作り直す」を押し');
      expect(stopped.body).not.toContain('（2）');
      const over = await pc.follow('/sign-in');
      expect(over).toMatchObject({ status: 410 });
      expect(over.body).toContain('action="/status/phone/start"');
      expect((await begin(pc, '/status/phone/start')).status).toBe(200);
    });

    it('begun anew goes on with the new one, also when the clock was set back', async () => {
      const phone = await registeredPhone();
      const { pc, page } = await untilButton(phone, '/status/phone/start');
      test.advance(-3_600_000);
      const anew = await begin(pc, '/status/phone/start');
      expect(anew).toMatchObject({ path: '/sign-in', status: 200 });
      expect(readQrCode(anew.body)).not.toBe(readQrCode(page.body));
      expect(await phone.scan(readQrCode(page.body))).toBe('/phone/stopped/sign-in-cancelled');
      await phone.scan(readQrCode(anew.body));
      await phone.typeNumber(numberOn(anew.body));
      expect(await phone.signIn()).toBe('/phone/sign-in/done');
      expect(await pc.follow('/sign-in')).toMatchObject({ path: '/status/result' });
    });

    it.each([
      ['', 0],
      [', also when the clock was set back', -3_600_000],
    ])(
      'begun anew before the PC took the one before lets nobody in by that one%s',
      async (_, milliseconds) => {
        const phone = await registeredPhone();
        const { pc, page } = await untilButton(phone, '/status/phone/start');
        expect(await phone.signIn()).toBe('/phone/sign-in/done');
        test.advance(milliseconds);
        const anew = await begin(pc, '/status/phone/start');
        expect(anew).toMatchObject({ path: '/sign-in', status: 200 });
        expect(readQrCode(anew.body)).not.toBe(readQrCode(page.body));
        expect(await pc.follow('/sign-in')).toMatchObject({ path: '/sign-in' });
      },
    );

    it('done, and the clock set back before the PC took it: the PC goes on', async () => {
      const phone = await registeredPhone();
      const { pc } = await untilButton(phone, '/status/phone/start');
      await phone.signIn();
      test.advance(-3_600_000);
      expect(await pc.follow('/sign-in')).toMatchObject({ path: '/status/result', status: 200 });
    });

    it('followed by two tabs of one browser at once leads both on', async () => {
      const phone = await registeredPhone();
      const { pc } = await untilButton(phone, '/status/phone/start');
      const other = test.visitor();
      for (const [name, value] of pc.cookies) other.cookies.set(name, value);
      await phone.signIn();
      const tabs = [pc, other];
      const pages = await Promise.all(tabs.map((tab) => tab.follow('/sign-in')));
      const first = pages.findIndex(({ path }) => path === '/status/result');
      const late = pages[1 - first];
      expect(late).toMatchObject({ path: '/sign-in', status: 200 });
      expect(late?.headers['refresh']).toBe('1');
      expect(late?.body).toContain('ログインしています');
      // The browser has one set of cookies for both.
      expect(await tabs[first]?.follow('/sign-in')).toMatchObject({ path: '/status/result' });
      // Without the answer that brought them it ends with its time.
      test.advance(3 * 60_000);
      expect(await tabs[1 - first]?.follow('/sign-in')).toMatchObject({ path: '/card/problem/login-lost' });
    });

    it('stays where it is when pages are reloaded or opened twice', async () => {
      const phone = await registeredPhone();
      const { pc, page } = await untilButton(phone, '/status/phone/start');
      expect(await phone.scan(readQrCode(page.body))).toBe('/phone/sign-in');
      for (const path of ['/phone/sign-in/number', '/phone/sign-in/done', '/phone/sign-in/problem']) {
        expect(await phone.visitor.follow(path)).toMatchObject({ path: '/phone/sign-in' });
      }
      await phone.signIn();
      expect(await phone.scan(readQrCode(page.body))).toBe('/phone/sign-in/done');
      expect(await phone.typeNumber(numberOn(page.body))).toBe('/phone/sign-in/done');
      expect(await pc.follow('/sign-in')).toMatchObject({ path: '/status/result' });
    });
  });

  describe('as a trial', () => {
    async function atStatus() {
      const pc = test.visitor();
      await pc.logIn(cardOf('pharmacist'), '/status/start');
      return pc;
    }

    it('shows on phone and PC that the registered phone works', async () => {
      const phone = await registeredPhone();
      const pc = await atStatus();
      const before = await pc.follow('/status/result');
      expect(before.body).toContain('まだログインしたことがありません');
      expect(before.body).toContain('<dt>種類</dt><dd>iPhone</dd>');
      const page = await begin(pc, '/status/trial');
      expect(numberOn(page.body)).toBe('');
      expect(await phone.scan(readQrCode(page.body))).toBe('/phone/sign-in');
      expect(await phone.signIn()).toBe('/phone/sign-in/done');
      expect((await phone.visitor.ask('/phone/sign-in/done')).body).toContain(
        'HPKIカードの代わりにお使いいただけます',
      );
      const after = await pc.follow('/status/trial');
      expect(after).toMatchObject({ path: '/status/result' });
      expect(after.body).toContain('このスマートフォンは使えます');
    });

    it('by two phones with one synced key at once: exactly one goes on', async () => {
      const phone = await registeredPhone();
      const twin = new SoftwarePhone(test);
      twin.key = phone.key;
      const page = await begin(await atStatus(), '/status/trial');
      for (const each of [phone, twin]) await each.scan(readQrCode(page.body));
      const ways = await Promise.all([phone.signIn(), twin.signIn()]);
      expect(ways.filter((way) => way === '/phone/sign-in/done')).toHaveLength(1);
      expect(await test.database.rows("select id from sign_ins where state = 'done'")).toHaveLength(1);
    });

    it('tells another person’s phone', async () => {
      await registeredPhone();
      const other = await registeredPhone('pharmacist-2');
      const pc = await atStatus();
      const page = await begin(pc, '/status/trial');
      await other.scan(readQrCode(page.body));
      expect(await other.signIn()).toBe('/phone/sign-in/problem');
      expect((await other.visitor.ask('/phone/sign-in/problem')).body).toContain(
        '別の本人IDで登録されています',
      );
    });

    it('is not to be had without a login', async () => {
      expect(await begin(test.visitor(), '/status/trial')).toMatchObject({
        path: '/card/problem/session-ended',
      });
    });
  });

  describe('to change the phone', () => {
    /** The new phone, up to where it has to sign in once. */
    async function untilProof(qrPage: string) {
      const phone = new SoftwarePhone(test);
      await phone.scan(readQrCode(qrPage));
      await phone.logIn();
      expect(await phone.register()).toBe('/phone/prove');
      return phone;
    }

    it('by the old one: it ends only when the new one has signed in', async () => {
      const old = await registeredPhone();
      const { pc } = await untilButton(old, '/change-phone/phone/start');
      await old.signIn();
      const page = await pc.follow('/sign-in');
      expect(page).toMatchObject({ path: '/registration', status: 200 });
      expect(page.body).toContain('t00100-jpa');
      const phone = await untilProof(page.body);
      expect(await inUse()).toEqual([{ id: old.key?.id }]);
      expect((await phone.visitor.ask('/phone/prove')).body).toContain(
        '前のスマートフォンはそのまま使えます',
      );
      expect((await pc.follow('/registration')).body).toContain('もう一度生体認証');
      expect(await phone.signIn('/phone/prove')).toBe('/phone/label');
      expect(await inUse()).toEqual([{ id: phone.key?.id }]);
      expect(await phone.confirmLabel()).toBe('/phone/done');
      expect((await pc.follow('/registration')).body).toContain('登録が完了しました');
      expect(await test.database.rows('select * from candidates')).toEqual([]);
    });

    it('by a card: the same', async () => {
      const old = await registeredPhone();
      const { body } = await test.visitor().logIn(cardOf('pharmacist'), '/change-phone/hpki-card/start');
      const phone = await untilProof(body);
      expect(await inUse()).toEqual([{ id: old.key?.id }]);
      await phone.signIn('/phone/prove');
      expect(await inUse()).toEqual([{ id: phone.key?.id }]);
    });

    /** Whoever has the phone has begun a change with it, and has its QR page at hand. */
    async function begunBy(phone: SoftwarePhone) {
      const { pc } = await untilButton(phone, '/change-phone/phone/start');
      await phone.signIn();
      return { pc, page: await pc.follow('/sign-in') };
    }

    it.each([
      [
        'ended by an operator',
        (id: string) => besideServer(test, (database) => endPhone(database, id, 'o', Date.now())),
      ],
      ['replaced by its owner', () => registeredPhone()],
    ])('begun by a phone that is %s meanwhile, goes no further', async (_, end) => {
      const stolen = await registeredPhone();
      const { pc, page } = await begunBy(stolen);
      const [{ id = '' } = {}] = await test.database.rows('select id from people');
      await end(String(id));
      const inUseThen = await inUse();
      const thiefs = new SoftwarePhone(test);
      expect(await thiefs.scan(readQrCode(page.body))).toMatch(/^\/phone\/stopped\//);
      expect(await pc.follow('/registration/renew', { method: 'POST', form: {} })).toMatchObject({
        path: '/card/problem/session-ended',
      });
      expect(await inUse()).toEqual(inUseThen);
    });

    it('signed in for, but not yet gone on with by the PC, when the phone is replaced: it does not go on', async () => {
      const stolen = await registeredPhone();
      const { pc } = await untilButton(stolen, '/change-phone/phone/start');
      await stolen.signIn();
      const owners = await registeredPhone();
      expect((await pc.follow('/sign-in')).path).not.toBe('/registration');
      expect(await inUse()).toEqual([{ id: owners.key?.id }]);
    });

    it('keeps the old one when the new one fails, or is given up', async () => {
      const old = await registeredPhone();
      const pc = test.visitor();
      const { body } = await pc.logIn(cardOf('pharmacist'), '/change-phone/hpki-card/start');
      const phone = await untilProof(body);
      expect(await phone.signIn('/phone/prove', { flags: 0x01 })).toBe('/phone/prove/problem');
      expect((await phone.visitor.ask('/phone/prove/problem')).body).toContain('本人確認をしないまま');
      expect((await pc.follow('/registration')).body).toContain('本人確認をしないまま');
      test.advance(900_000);
      expect(await phone.visitor.follow('/phone/prove')).toMatchObject({ path: '/phone/stopped/time-over' });
      expect(await inUse()).toEqual([{ id: old.key?.id }]);
      await untilButton(old, '/status/phone/start');
      expect(await old.signIn()).toBe('/phone/sign-in/done');
    });

    it('stays where it is when the new phone reloads, goes back or opens a second tab', async () => {
      await registeredPhone();
      const { body } = await test.visitor().logIn(cardOf('pharmacist'), '/change-phone/hpki-card/start');
      const phone = await untilProof(body);
      for (const path of [
        '/phone/login',
        '/phone/register',
        '/phone/label',
        '/phone/done',
        '/phone/prove/problem',
      ]) {
        expect(await phone.visitor.follow(path)).toMatchObject({ path: '/phone/prove' });
      }
      await phone.signIn('/phone/prove');
      expect(await phone.visitor.follow('/phone/prove')).toMatchObject({ path: '/phone/label' });
      expect(await phone.visitor.ask('/phone/prove/options', { json: {} })).toMatchObject({ status: 409 });
    });

    it('is offered on its page by phone and both cards', async () => {
      const { body } = await test.visitor().ask('/change-phone');
      for (const way of ['phone', 'hpki-card', 'my-number-card']) {
        expect(body).toContain(`action="/change-phone/${way}/start"`);
      }
    });
  });

  it('keeps numbers, secrets and keys out of the log', async () => {
    const phone = await registeredPhone();
    const { page } = await untilButton(phone, '/status/phone/start');
    await phone.signIn();
    expect(test.log()).not.toContain(new URL(readQrCode(page.body)).hash.slice(1));
    expect(test.log()).not.toContain(phone.key?.id);
    expect(test.log()).not.toContain('t00100');
  });
});

describe('signing in with the phone over several nodes', () => {
  let databases: TestDatabases;
  let test: TestServer;
  let nodes: RunningServer[];
  beforeAll(async () => {
    databases = await testDatabases('PostgreSQL');
    test = await startTestServer({}, databases);
    nodes = [test.server, await startServer(test.options), await startServer(test.options)];
  });
  afterAll(async () => {
    for (const node of nodes.slice(1)) await node.stop();
    await test.stop();
    await databases.stop();
  });
  const node = (index: number) => nodes[index] as RunningServer;

  it('begun on one, the phones on the second, followed on the third', async () => {
    const onSecond = () =>
      new SoftwarePhone({ ...test, visitor: (agent) => test.visitor(agent).at(node(1)) });
    const old = onSecond();
    await old.registerBy((await test.visitor().logIn(personOf(test.pki, 'pharmacist').authentication)).body);
    const pc = test.visitor();
    const page = await pc.follow('/change-phone/phone/start', { method: 'POST', form: {} });
    const events = await listenToProgress(test, node(2), pc, '/sign-in/events');
    await events.until('waiting');
    await old.scan(readQrCode(page.body));
    await events.until('opened');
    await old.typeNumber(/data-number>(\d\d)</.exec(page.body)?.[1] ?? '');
    await events.until('confirmed');
    expect(await old.signIn()).toBe('/phone/sign-in/done');
    await events.ended;
    expect(events.statuses).toEqual(['waiting', 'opened', 'confirmed', 'done']);
    const qr = await pc.at(node(2)).follow('/sign-in');
    expect(qr).toMatchObject({ path: '/registration', status: 200 });
    const changed = await listenToProgress(test, node(0), pc);
    const phone = onSecond();
    await phone.scan(readQrCode(qr.body));
    await phone.logIn();
    await phone.register();
    await changed.until('proving');
    expect(await phone.signIn('/phone/prove')).toBe('/phone/label');
    await changed.until('registered');
    await phone.confirmLabel();
    await changed.ended;
    expect(changed.statuses.slice(-2)).toEqual(['registered', 'done']);
  });
});
