import { describe, expect, it } from 'vitest';
import type { Issued } from '../lab/pki/index.ts';
import { databaseKinds } from './server-database.ts';
import { disturber } from './server-disturbance.ts';
import { operatorHost, personOf, readQrCode, type TestServer, type Visitor } from './server-fixture.ts';
import { serverForEachTest } from './server-for-each-test.ts';
import { SoftwareOperator } from './server-operator.ts';
import { readPapers } from './server-paper.ts';
import { SoftwarePhone } from './server-software-phone.ts';

/** Every flow with each page reloaded, gone back and opened twice at every step. */
describe.each(databaseKinds)('each page reloaded, gone back and opened twice on %s', (kind) => {
  let test: TestServer;
  let disturb: ReturnType<typeof disturber>;
  serverForEachTest(kind, (started) => {
    test = started;
    disturb = disturber(started);
  });

  const card = () => personOf(test.pki, 'pharmacist').authentication;
  const myNumber = () => test.pki.persons.mynumber.authentication as Issued;
  const numberOn = (page: string) => /data-number>(\d\d)</.exec(page)?.[1] ?? '';
  const inUse = () => test.database.rows('select id from credentials where replaced_at is null');

  async function registeredPhone() {
    const phone = new SoftwarePhone(test);
    await phone.registerBy((await test.visitor().logIn(card())).body);
    return phone;
  }
  async function link(pc = test.visitor()) {
    await pc.logIn(card(), '/link-my-number-card/start');
    await pc.logIn(myNumber(), '/link-my-number-card/my-number-card/start');
  }

  /** Manual (8) to (12) by a new phone, with the PC at its page; `proof`: it signs in once before it is done. */
  async function register(pc: Visitor, qrPage: string, proof = false) {
    const address = readQrCode(qrPage);
    const phone = new SoftwarePhone(test);
    const both = async (here: string) => {
      await disturb.disturbedPhone(phone, here, address);
      await disturb.disturbed(pc, '/registration');
    };
    await disturb.disturbed(pc, '/registration');
    expect(await phone.scan(address)).toBe('/phone/login');
    await both('/phone/login');
    expect(await phone.logIn()).toBe('/phone/register');
    await both('/phone/register');
    expect(await phone.register()).toBe(proof ? '/phone/prove' : '/phone/label');
    if (proof) {
      await both('/phone/prove');
      expect(await phone.signIn('/phone/prove')).toBe('/phone/label');
    }
    await both('/phone/label');
    expect(await phone.confirmLabel()).toBe('/phone/done');
    await both('/phone/done');
    expect(await inUse()).toEqual([{ id: phone.key?.id }]);
    expect((await pc.follow('/registration')).body).toContain('登録が完了しました');
    return phone;
  }

  /** A phone that is there signs in at a PC; `shown`: where the PC is then. */
  async function signIn(pc: Visitor, phone: SoftwarePhone, start: string, at: string, shown: string) {
    const { body } = await pc.follow(start, { method: 'POST', form: {} });
    await disturb.disturbed(pc, at);
    const address = readQrCode(body);
    const number = numberOn(body);
    const both = async (here: string) => {
      await disturb.disturbedPhone(phone, here, address);
      await disturb.disturbed(pc, at);
    };
    if (number === '') {
      expect(await phone.scan(address)).toBe('/phone/sign-in');
    } else {
      expect(await phone.scan(address)).toBe('/phone/sign-in/number');
      await both('/phone/sign-in/number');
      expect(await phone.typeNumber(number)).toBe('/phone/sign-in');
    }
    await both('/phone/sign-in');
    expect(await phone.signIn()).toBe('/phone/sign-in/done');
    await disturb.disturbedPhone(phone, '/phone/sign-in/done', address);
    expect(await pc.follow(at)).toMatchObject({ path: shown, status: 200 });
  }

  it('flow 1: a phone by HPKI card', async () => {
    const pc = test.visitor();
    await register(pc, (await pc.logIn(card())).body);
  });

  it('flow 2: a My Number card by HPKI card', async () => {
    const pc = test.visitor();
    await disturb.disturbed(pc, '/link-my-number-card');
    await pc.logIn(card(), '/link-my-number-card/start');
    await disturb.disturbed(pc, '/link-my-number-card/my-number-card');
    await pc.logIn(myNumber(), '/link-my-number-card/my-number-card/start');
    await disturb.disturbed(pc, '/link-my-number-card/done');
    expect(await test.database.rows('select * from my_number_cards')).toHaveLength(1);
  });

  it('flow 3: a phone by My Number card', async () => {
    await link();
    const pc = test.visitor();
    await disturb.disturbed(pc, '/my-number-card');
    await register(pc, (await pc.logIn(myNumber(), '/my-number-card/start')).body);
  });

  it('flow 4: another phone, by the one before', async () => {
    const old = await registeredPhone();
    const pc = test.visitor();
    await disturb.disturbed(pc, '/change-phone');
    await signIn(pc, old, '/change-phone/phone/start', '/sign-in', '/registration');
    await register(pc, (await pc.follow('/registration')).body, true);
  });

  it.each([
    ['HPKI card', 'hpki-card', card],
    ['My Number card', 'my-number-card', myNumber],
  ] as const)('flow 4: another phone, by %s', async (_, way, certificate) => {
    await registeredPhone();
    await link();
    const pc = test.visitor();
    await disturb.disturbed(pc, '/change-phone');
    const { body, path } = await pc.logIn(certificate(), `/change-phone/${way}/start`);
    expect(path).toBe('/registration');
    expect(body).toContain('t00100-jpa');
    await register(pc, body, true);
  });

  it('flow 5: a phone by a printed sheet', async () => {
    const operator = await SoftwareOperator.atWork(test, 'operator');
    const { body } = await operator.ask('/sheets', { form: { cards: '999001-jpa 2026-04-30' } });
    const [paper] = await readPapers(body, test.directory);
    const { address = '', password = '' } = paper ?? {};
    const phone = new SoftwarePhone(test);
    const at = (here: string) => disturb.disturbedPhone(phone, here, address);
    expect(await phone.scan(address)).toBe('/phone/initial');
    await at('/phone/initial');
    const typed = await phone.visitor.follow('/phone/initial', { method: 'POST', form: { password } });
    expect(typed.path).toBe('/phone/login');
    await at('/phone/login');
    expect(await phone.logIn()).toBe('/phone/register');
    await at('/phone/register');
    expect(await phone.register()).toBe('/phone/label');
    await at('/phone/label');
    expect(await phone.confirmLabel()).toBe('/phone/done');
    await at('/phone/done');
    expect(await inUse()).toEqual([{ id: phone.key?.id }]);
  });

  it('flow 6: the status by phone, and the trial', async () => {
    const phone = await registeredPhone();
    const pc = test.visitor();
    await disturb.disturbed(pc, '/status');
    await signIn(pc, phone, '/status/phone/start', '/sign-in', '/status/result');
    await disturb.disturbed(pc, '/status/result');
    // The trial begins at the result, and whoever goes back there sees it again.
    disturb = disturber(test);
    await signIn(pc, phone, '/status/trial', '/status/trial', '/status/result');
    expect((await pc.follow('/status/result')).body).toContain('このスマートフォンは使えます');
  });

  it('flow 6: the status by card', async () => {
    await registeredPhone();
    const pc = test.visitor();
    await disturb.disturbed(pc, '/status');
    await pc.logIn(card(), '/status/start');
    await disturb.disturbed(pc, '/status/result');
  });

  it('flow 7: an operator signs in, searches, and ends a phone once', async () => {
    await registeredPhone();
    const operator = await SoftwareOperator.atWork(test, 'operator');
    const page = (path: string) => `https://${operatorHost}${path}`;
    await disturb.disturbed(operator.visitor, page('/'));
    const search = () => operator.follow('/search', { form: { number: '00100' } });
    const [found, again] = [await search(), await search()];
    expect(again.path).toBe(found.path);
    const end = /action="(\/people\/[\w-]+\/phone\/end)"/.exec(found.body)?.[1] ?? '';
    const once = await operator.follow(end, { form: {} });
    expect(once.status).toBe(200);
    // Gone back to the page before, and pressed once more, in two tabs.
    await Promise.all([operator.ask(end, { form: {} }), operator.ask(end, { form: {} })]);
    expect(await test.database.rows("select seq from audit_log where act = 'phone-ended'")).toHaveLength(1);
    expect(await inUse()).toEqual([]);
  });
});
