import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sweep } from '../../server/database/sweep.ts';
import { databaseKinds, everythingIn, type TestDatabases, testDatabases } from './server-database.ts';
import { personOf, portalHost, startTestServer, type TestServer } from './server-fixture.ts';
import { besideServer, SoftwareOperator } from './server-operator.ts';
import { type Paper, readPapers } from './server-paper.ts';
import { SoftwarePhone } from './server-software-phone.ts';

const day = 24 * 3_600_000;

describe.each(databaseKinds)('printed sheets on %s', (kind) => {
  let databases: TestDatabases;
  let test: TestServer;
  let operator: SoftwareOperator;
  beforeAll(async () => {
    databases = await testDatabases(kind);
  });
  afterAll(() => databases.stop());
  beforeEach(async () => {
    test = await startTestServer({}, databases);
    operator = await SoftwareOperator.atWork(test, 'operator');
  });
  afterEach(() => test.stop());

  /** Issues sheets and reads the paper, as its owner would: letters and QR code off the rendered page. */
  async function issue(cards = '999001-jpa 2026-04-30'): Promise<Paper[]> {
    const answer = await operator.ask('/sheets', { form: { cards } });
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/pdf' } });
    return readPapers(answer.body, test.directory);
  }
  async function issueOne(): Promise<Paper> {
    const [paper] = await issue();
    if (!paper) throw new Error('no page was printed');
    return paper;
  }
  async function typePassword(phone: SoftwarePhone, password: string): Promise<string> {
    const { path } = await phone.visitor.follow('/phone/initial', { method: 'POST', form: { password } });
    return path;
  }
  const wrong = 'AAAA-AAAA';
  const sheets = () => test.database.rows('select state, wrong_passwords from initial_sheets');

  it('register a phone with QR code and password alone', async () => {
    const { text, address, password } = await issueOne();
    expect(text).toContain('初期登録用QR');
    expect(text).toContain('999001-jpa');
    expect(text).toMatch(/有効期限[\s\S]*\d{4}年\d{1,2}月\d{1,2}日/);
    expect(address).toMatch(new RegExp(`^https://${portalHost}/phone#[\\w-]{43}$`));
    const phone = new SoftwarePhone(test);
    expect(await phone.scan(address)).toBe('/phone/initial');
    const page = await phone.visitor.ask('/phone/initial');
    expect(page.body).toContain('パスワード');
    expect(page.body).not.toContain('999001');
    expect(await typePassword(phone, password.toLowerCase().replace('-', ' '))).toBe('/phone/login');
    expect((await phone.visitor.ask('/phone/login')).body).toContain('value="999001-jpa"');
    expect(await phone.logIn()).toBe('/phone/register');
    expect(await phone.register()).toBe('/phone/label');
    expect(await phone.confirmLabel()).toBe('/phone/done');
    const done = await phone.visitor.ask('/phone/done');
    expect(done.body).toContain('スマートフォンでの手続き(登録)は完了しました。');
    expect(done.body).not.toContain('操作したPC');
    expect(await sheets()).toMatchObject([{ state: 'used' }]);
    // The same phone sees its end, any other that the sheet is used up.
    expect(await phone.scan(address)).toBe('/phone/done');
    expect(await new SoftwarePhone(test).scan(address)).toBe('/phone/stopped/sheet-used');
  });

  it('are kept without secret or password', async () => {
    const { address, password } = await issueOne();
    const all = (await everythingIn(test.database)) + test.log();
    expect(all).not.toContain(new URL(address).hash.slice(1));
    expect(all).not.toContain(password);
    expect(all).not.toContain(password.replace('-', ''));
  });

  it('are locked by the fifth wrong password, for good, and method 2 is offered', async () => {
    const { address, password } = await issueOne();
    const phone = new SoftwarePhone(test);
    await phone.scan(address);
    for (const left of [4, 3, 2, 1]) {
      expect(await typePassword(phone, wrong)).toBe('/phone/initial');
      expect((await phone.visitor.ask('/phone/initial')).body).toContain(`あと${left}回`);
    }
    expect(await typePassword(phone, '')).toBe('/phone/initial');
    expect(await typePassword(phone, wrong)).toBe('/phone/stopped/sheet-locked');
    expect(await typePassword(phone, password)).toBe('/phone/stopped/sheet-locked');
    const other = new SoftwarePhone(test);
    expect(await other.scan(address)).toBe('/phone/stopped/sheet-locked');
    const stopped = await other.visitor.ask('/phone/stopped/sheet-locked');
    expect(stopped).toMatchObject({ status: 410 });
    expect(stopped.body).toContain('登録方法2');
    expect(stopped.body).toContain('HPKIカードを使ってスマートフォンを登録する');
    expect(await sheets()).toMatchObject([{ state: 'locked' }]);
  });

  it('give no more than five attempts to many phones at the same time', async () => {
    const { address } = await issueOne();
    const phones = Array.from({ length: 12 }, () => new SoftwarePhone(test));
    for (const phone of phones) await phone.scan(address);
    await Promise.all(phones.map((phone) => typePassword(phone, wrong)));
    expect(await sheets()).toMatchObject([{ state: 'locked', wrong_passwords: 5 }]);
  });

  it('typed right on two phones at once register exactly one of them', async () => {
    const { address, password } = await issueOne();
    const phones = [new SoftwarePhone(test), new SoftwarePhone(test)];
    for (const phone of phones) await phone.scan(address);
    await Promise.all(phones.map((phone) => typePassword(phone, password)));
    await Promise.all(phones.map((phone) => phone.logIn()));
    const ends = await Promise.all(phones.map((phone) => phone.register().catch(() => 'refused')));
    expect(ends.filter((end) => end === '/phone/label')).toHaveLength(1);
    expect(await test.database.rows('select id from credentials')).toHaveLength(1);
    expect(await sheets()).toMatchObject([{ state: 'used' }]);
  });

  it('count wrong passwords anew after a right one', async () => {
    const { address, password } = await issueOne();
    const phone = new SoftwarePhone(test);
    await phone.scan(address);
    for (let attempt = 0; attempt < 4; attempt += 1) await typePassword(phone, wrong);
    expect(await typePassword(phone, password)).toBe('/phone/login');
    expect(await sheets()).toMatchObject([{ state: 'issued', wrong_passwords: 0 }]);
  });

  it('expire, and method 2 is offered', async () => {
    const { address, password } = await issueOne();
    const phone = new SoftwarePhone(test);
    await phone.scan(address);
    test.advance(90 * day);
    expect(await new SoftwarePhone(test).scan(address)).toBe('/phone/stopped/sheet-expired');
    expect(await typePassword(phone, password)).not.toBe('/phone/login');
    const stopped = await phone.visitor.ask('/phone/stopped/sheet-expired');
    expect(stopped.body).toContain('登録方法2');
  });

  it('can be taken up again after a broken-off registration', async () => {
    const { address, password } = await issueOne();
    const phone = new SoftwarePhone(test);
    await phone.scan(address);
    await typePassword(phone, password);
    expect(await phone.scan(address)).toBe('/phone/login');
    await phone.logIn();
    expect(await phone.scan(address)).toBe('/phone/register');
    test.advance(3_600_000);
    const again = new SoftwarePhone(test);
    expect(await again.scan(address)).toBe('/phone/initial');
    expect(await typePassword(again, password)).toBe('/phone/login');
    await again.logIn();
    expect(await again.register()).toBe('/phone/label');
    // The first phone's half-done registration has ended.
    expect(await phone.visitor.follow('/phone/register')).not.toMatchObject({ path: '/phone/register' });
  });

  it('speak of no PC, wherever the way ends', async () => {
    const { address, password } = await issueOne();
    const begun = async () => {
      const phone = new SoftwarePhone(test);
      await phone.scan(address);
      await typePassword(phone, password);
      return phone;
    };
    const seen: string[] = [];
    const look = async (phone: SoftwarePhone, path: string) => {
      const page = await phone.visitor.follow(path);
      seen.push(/<main[\s\S]*<\/main>/.exec(page.body)?.[0] ?? '');
      return page;
    };
    const first = await begun();
    await look(first, '/phone/login');
    const second = await begun();
    const reopened = await look(first, '/phone/login');
    expect(reopened).toMatchObject({ path: '/phone/stopped/sheet-reopened', status: 410 });
    expect(reopened.body).toContain('この用紙のQRコードが、別の画面またはスマートフォンで開き直されました。');
    await second.logIn();
    await look(second, '/phone/register');
    for (const failure of [
      { name: 'NotSupportedError' },
      { name: 'InvalidStateError' },
      { name: 'NotAllowedError', platformAuthenticator: false },
    ]) {
      const json = { milliseconds: 5000, webauthn: true, platformAuthenticator: true, ...failure };
      await second.visitor.ask('/phone/problem', { json });
      expect(await look(second, '/phone/problem')).toMatchObject({ path: '/phone/problem' });
    }
    test.advance(900_000);
    const over = await look(second, '/phone/register');
    expect(over).toMatchObject({ path: '/phone/stopped/sheet-time-over', status: 410 });
    expect(over.body).toContain('用紙のQRコードをもう一度読み取り、パスワードを入力してください');
    for (const page of seen) {
      expect(page).toContain('<h1');
      expect(page).not.toMatch(/PC|（2）|QRコードを作り直す/);
    }
    // What the page promises.
    expect(await begun().then((phone) => phone.logIn())).toBe('/phone/register');
  });

  it('revoked by an operator are good for nothing, not even in the middle of a registration', async () => {
    const { address, password } = await issueOne();
    const phone = new SoftwarePhone(test);
    await phone.scan(address);
    await typePassword(phone, password);
    await phone.logIn();
    const person = await operator.follow('/search', { form: { number: '999001' } });
    expect(person.body).toContain('有効');
    const revoke = /action="(\/people\/[\w-]+\/sheets\/[\w-]+\/revoke)"/.exec(person.body)?.[1] ?? '';
    expect((await operator.follow(revoke, { form: {} })).body).toContain('取消');
    expect(await phone.register()).toBe('/phone/problem');
    expect(await test.database.rows('select id from credentials')).toEqual([]);
    expect(await new SoftwarePhone(test).scan(address)).toBe('/phone/stopped/sheet-revoked');
  });

  it('are forgotten thirty days after their time, and the person with them', async () => {
    await issueOne();
    const now = test.options.clock?.() ?? Date.now();
    await besideServer(test, (database) => sweep(database, now + 119 * day, 90));
    expect(await sheets()).toHaveLength(1);
    await besideServer(test, (database) => sweep(database, now + 121 * day, 90));
    expect(await sheets()).toEqual([]);
    expect(await test.database.rows('select username from people')).toEqual([]);
  });

  it('issued anew end the ones before', async () => {
    const first = await issueOne();
    const second = await issueOne();
    expect(await new SoftwarePhone(test).scan(first.address)).toBe('/phone/stopped/sheet-revoked');
    expect(await new SoftwarePhone(test).scan(second.address)).toBe('/phone/initial');
  });

  it('come one for each person, in the order of the list', async () => {
    const papers = await issue(
      '999001-jpa 2026-04-30\n\nF999002-jpa,2026/4/1\n９９９００３-jpa 2025-12-01\n',
    );
    expect(papers.map(({ text }) => /\bf?\d{6}-jpa/.exec(text)?.[0])).toEqual([
      '999001-jpa',
      'f999002-jpa',
      '999003-jpa',
    ]);
    expect(new Set(papers.map(({ password }) => password)).size).toBe(3);
  });

  it.each([
    ['999001-jpa 2026-04-30\n999002-jpa 2026-06-01', /2: 発行日が2026-05-01以降のカードには/],
    ['<b>x</b> 2026-04-01', /本人IDの形式ではありません/],
  ])('are not issued for %j, and nobody else’s either', async (cards, words) => {
    const answer = await operator.ask('/sheets', { form: { cards } });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatch(words);
    expect(await sheets()).toEqual([]);
  });

  it('and cards lead to the same person', async () => {
    const { address, password } = (await issue('t00100-jpa 2026-04-30'))[0] as Paper;
    const phone = new SoftwarePhone(test);
    await phone.scan(address);
    await typePassword(phone, password);
    await phone.logIn();
    await phone.register();
    const status = await test
      .visitor()
      .logIn(personOf(test.pki, 'pharmacist').authentication, '/status/start');
    expect(status.body).toContain('スマートフォンが登録されています。');
  });
});
