import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../server/database/index.ts';
import { type RunningServer, startServer } from '../../server/index.ts';
import type { Issued } from '../lab/pki/index.ts';
import { databaseKinds, databaseSettings, type TestDatabases, testDatabases } from './server-database.ts';
import {
  type Answer,
  cardHost,
  myNumberHost,
  personOf,
  readQrCode,
  startTestServer,
  type TestServer,
  type Visitor,
} from './server-fixture.ts';
import { answerTo, assertionTo, SoftwarePhone } from './server-software-phone.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** One thing that a person does. It leads to a page or a host, told by its name; elsewhere when the clock has jumped. */
interface Step {
  go: () => Promise<string>;
  leadsTo: string;
  /** Where the person then is. */
  on: Visitor;
}

interface Flow {
  steps: Step[];
  /** The PC's page meanwhile. */
  page: string;
}

/** Pages on which a flow may end when the clock jumps: each says what to do next. */
const ends = [
  '/card/problem/login-lost',
  '/card/problem/session-ended',
  '/phone/stopped/qr-expired',
  '/phone/stopped/time-over',
  '/phone/stopped/sheet-time-over',
  '/phone/stopped/sign-in-expired',
  '/phone/stopped/qr-unknown',
  '/phone/problem',
  '/phone/sign-in/problem',
  // Over, with a button for another one.
  '/sign-in',
  '/registration',
  // The hand-over is too old, the session is not: the second card again.
  '/link-my-number-card/my-number-card',
  // Registered; only the label's time was up.
  '/phone/done',
];
/** Something to click, or the way to the PC. */
const goesOn = /<form [^>]*action=|<a [^>]*href="\/|<button|PC/;

describe.each(databaseKinds)('the clock of a server on %s jumps', (kind) => {
  let databases: TestDatabases;
  let test: TestServer;
  let database: Database;
  let answers: Answer[] = [];
  beforeAll(async () => {
    databases = await testDatabases(kind);
    test = await startTestServer({}, databases);
    database = await openDatabase(databaseSettings(test.database.configuration));
  });
  afterAll(async () => {
    await database.destroy();
    await test.stop();
    await databases.stop();
  });

  /** A browser whose answers are all looked at in the end. */
  function visitor(userAgent?: string): Visitor {
    const browser = test.visitor(userAgent);
    const ask = browser.ask.bind(browser);
    browser.ask = async (...asked) => {
      const answer = await ask(...asked);
      answers.push(answer);
      return answer;
    };
    return browser;
  }
  const newPhone = () => new SoftwarePhone({ ...test, visitor });
  const hpkiCard = () => ({
    host: cardHost,
    certificate: personOf(test.pki, 'pharmacist').authentication,
  });
  const myNumberCard = () => ({
    host: myNumberHost,
    certificate: test.pki.persons.mynumber.authentication as Issued,
  });

  /** From a button over a card's host to a page. `see` gets what it shows. */
  function cardLogin(
    pc: Visitor,
    start: string,
    { host, certificate }: { host: string; certificate: Issued },
    home: string,
    see: (body: string) => void = () => undefined,
  ): Step[] {
    let link = '';
    const followed = async (go: Promise<Answer>) => {
      link = (await go).location ?? '';
      return URL.canParse(link) ? new URL(link).hostname : link;
    };
    return [
      { go: () => followed(pc.ask(start, { form: {} })), leadsTo: host, on: pc },
      {
        go: async () => {
          link = (await pc.ask(link, { certificate })).location ?? '';
          return new URL(link).pathname;
        },
        leadsTo: '/card/complete',
        on: pc,
      },
      {
        go: async () => {
          const { path, body } = await pc.follow(link);
          see(body);
          return path;
        },
        leadsTo: home,
        on: pc,
      },
    ];
  }

  /** What the authenticator is asked for, and its answer. */
  function ceremony<Options>(
    phone: SoftwarePhone,
    paths: { options: string; answer: string },
    answerTo: (options: Options) => unknown,
    leadsTo: string,
  ): Step[] {
    let options: Options;
    const next = ({ body }: Answer) => JSON.parse(body) as Options & { next?: string };
    const on = phone.visitor;
    return [
      {
        go: async () => {
          const given = next(await on.ask(paths.options, { json: {} }));
          options = given;
          return given.next ?? 'options';
        },
        leadsTo: 'options',
        on,
      },
      {
        go: async () => next(await on.ask(paths.answer, { json: answerTo(options) })).next ?? '',
        leadsTo,
        on,
      },
    ];
  }

  function registration(pc: Visitor, phone: SoftwarePhone): Flow {
    const on = phone.visitor;
    const page = '/registration';
    let qr = '';
    return {
      page,
      steps: [
        ...cardLogin(pc, '/hpki-card/start', hpkiCard(), page, (body) => {
          qr = body;
        }),
        { go: () => phone.scan(readQrCode(qr)), leadsTo: '/phone/login', on },
        { go: () => phone.logIn(), leadsTo: '/phone/register', on },
        ...ceremony<PublicKeyCredentialCreationOptionsJSON>(
          phone,
          { options: '/phone/options', answer: '/phone/registration' },
          answerTo,
          '/phone/label',
        ),
        { go: () => phone.confirmLabel(), leadsTo: '/phone/done', on },
        { go: async () => (await pc.follow(page)).path, leadsTo: page, on: pc },
      ],
    };
  }

  function signIn(pc: Visitor, phone: SoftwarePhone): Flow {
    const { key } = phone;
    if (!key) throw new Error('the phone has no key');
    const on = phone.visitor;
    let qr = '';
    return {
      page: '/sign-in',
      steps: [
        {
          go: async () => {
            const { path, body } = await pc.follow('/status/phone/start', { method: 'POST', form: {} });
            qr = body;
            return path;
          },
          leadsTo: '/sign-in',
          on: pc,
        },
        { go: () => phone.scan(readQrCode(qr)), leadsTo: '/phone/sign-in/number', on },
        {
          go: () => phone.typeNumber(/data-number>(\d\d)</.exec(qr)?.[1] ?? ''),
          leadsTo: '/phone/sign-in',
          on,
        },
        ...ceremony<PublicKeyCredentialRequestOptionsJSON>(
          phone,
          { options: '/phone/sign-in/options', answer: '/phone/sign-in/answer' },
          (options) => assertionTo(options, key),
          '/phone/sign-in/done',
        ),
        { go: async () => (await pc.follow('/sign-in')).path, leadsTo: '/status/result', on: pc },
      ],
    };
  }

  function link(pc: Visitor): Flow {
    const page = '/link-my-number-card';
    const done = `${page}/done`;
    return {
      page: `${page}/my-number-card`,
      steps: [
        ...cardLogin(pc, `${page}/start`, hpkiCard(), `${page}/my-number-card`),
        ...cardLogin(pc, `${page}/my-number-card/start`, myNumberCard(), done),
        { go: async () => (await pc.follow(`${page}/my-number-card`)).path, leadsTo: done, on: pc },
      ],
    };
  }

  /** Goes as far as it goes; the clock jumps before one of the steps. Where it ended, undefined when it came through. */
  async function walk(
    { steps }: Flow,
    jumpBefore = -1,
    jump = 0,
  ): Promise<(Step & { place: string }) | undefined> {
    for (const [index, step] of steps.entries()) {
      if (index === jumpBefore) test.advance(jump);
      const place = await step.go();
      if (place !== step.leadsTo) return { ...step, place };
    }
    return undefined;
  }

  /** A flow with a jump at each of its steps, and once more from its beginning in the same browsers. */
  async function jumpEverywhere(jump: number, begin: () => Flow, afterwards: () => Promise<void>) {
    const { length } = begin().steps;
    let through = 0;
    for (let at = 1; at < length; at += 1) {
      answers = [];
      await database.deleteFrom('rate_limits').execute();
      const flow = begin();
      for (const { on } of flow.steps) on.cookies.clear();
      const end = await walk(flow, at, jump);
      if (end) {
        expect([at, end.leadsTo, ends]).toEqual([at, end.leadsTo, expect.arrayContaining([end.place])]);
        expect([end.place, (await end.on.follow(end.place)).body]).toEqual([
          end.place,
          expect.stringMatching(goesOn),
        ]);
        expect((await flow.steps[0]?.on.follow(flow.page))?.body).toMatch(goesOn);
      } else through += 1;
      // A flow that came through left nothing behind that could be in the way of the next: once is enough.
      if (end || at === 1) expect(await walk(begin())).toBeUndefined();
      expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
      await afterwards();
      test.advance(-jump);
    }
    return { through, steps: length - 1 };
  }

  it.each([
    ['an hour back', -hour],
    ['an hour on', hour],
  ])('%s, at each step of a registration', async (_, jump) => {
    const pc = visitor();
    const phone = newPhone();
    const told = () => answers.filter(({ body }) => body === '{"next":"/phone/label"}').length;
    const count = async () => (await database.selectFrom('credentials').select('id').execute()).length;
    let before = await count();
    const { through, steps } = await jumpEverywhere(
      jump,
      () => registration(pc, phone),
      async () => {
        const after = await count();
        expect(after - before).toBe(told());
        before = after;
        const inUse = database.selectFrom('credentials').select('id').where('replaced_at', 'is', null);
        expect(await inUse.execute()).toHaveLength(1);
      },
    );
    if (jump < 0) expect(through).toBe(steps);
  });

  it.each([
    ['an hour back', -hour],
    ['an hour on', hour],
  ])('%s, at each step of a sign-in', async (_, jump) => {
    const pc = visitor();
    const phone = newPhone();
    await phone.registerBy((await pc.logIn(hpkiCard().certificate)).body);
    const { through, steps } = await jumpEverywhere(
      jump,
      () => signIn(pc, phone),
      async () => {
        const taken = database.selectFrom('sign_ins').select('id').where('state', '=', 'taken');
        expect((await taken.execute()).length).toBeGreaterThan(0);
        await database.deleteFrom('sign_ins').execute();
      },
    );
    if (jump < 0) expect(through).toBe(steps);
  });

  it.each([
    ['an hour back', -hour],
    ['an hour on', hour],
    ['a day back', -day],
    ['a day on', day],
  ])('%s, at each step of linking a My Number card', async (_, jump) => {
    const pc = visitor();
    const { through, steps } = await jumpEverywhere(
      jump,
      () => link(pc),
      async () => {
        expect(await database.selectFrom('my_number_cards').selectAll().execute()).toHaveLength(1);
      },
    );
    if (jump < 0) expect(through).toBe(steps);
  });
});

describe('nodes whose clocks are two seconds apart', () => {
  let databases: TestDatabases;
  let test: TestServer;
  let ahead: RunningServer;
  beforeAll(async () => {
    databases = await testDatabases('PostgreSQL');
    test = await startTestServer({}, databases);
    const { clock = Date.now } = test.options;
    ahead = await startServer({ ...test.options, clock: () => clock() + 2000 });
  });
  afterAll(async () => {
    await ahead.stop();
    await test.stop();
    await databases.stop();
  });

  it.each([
    ['from the one ahead to the one behind', 0, true, '/registration'],
    ['from the one behind to the one ahead', 0, false, '/registration'],
    ['after 57 seconds', 57_000, false, '/registration'],
    ['too late', 60_000, false, '/card/problem/login-lost'],
  ])('hand a card login over: %s', async (_, milliseconds, fromAhead, place) => {
    const [first, second] = fromAhead ? [ahead, test.server] : [test.server, ahead];
    const pc = test.visitor();
    const start = await pc.at(second).ask('/hpki-card/start', { form: {} });
    const certificate = personOf(test.pki, 'pharmacist').authentication;
    const handOver = await pc.at(first).ask(start.location ?? '', { certificate });
    test.advance(milliseconds);
    expect(await pc.at(second).follow(handOver.location ?? '')).toMatchObject({ path: place });
  });

  it('let a phone go from one to the other with each request', async () => {
    const pc = test.visitor();
    const { body } = await pc.at(ahead).logIn(personOf(test.pki, 'pharmacist').authentication);
    const phone = new SoftwarePhone(test);
    const there = new SoftwarePhone({ ...test, visitor: () => phone.visitor.at(ahead) });
    await phone.scan(readQrCode(body));
    expect(await there.logIn()).toBe('/phone/register');
    const options = await phone.options();
    expect(await there.send(answerTo(options))).toBe('/phone/label');
    expect(await phone.confirmLabel()).toBe('/phone/done');
    expect((await pc.follow('/registration')).body).toContain('登録が完了しました');
  });
});
