import { execFile } from 'node:child_process';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { everythingIn, sqliteDatabase } from '../integration/server-database.ts';
import { cardHost, personOf, portalHost, readQrCode, Visitor } from '../integration/server-fixture.ts';
import { answerTo, SoftwarePhone } from '../integration/server-software-phone.ts';
import { type Issued, makeTestPki, type TestPki } from '../lab/pki/index.ts';
import { temporaryDirectory } from '../lab/temporary-directory.ts';
import { clusterFaults } from './cluster.ts';
import { killsAtWrites } from './kill-at-write.ts';
import { good, type Outcome, rightIf } from './ledger.ts';
import { journey, newWay, type Way } from './registration.ts';
import { replay } from './replay.ts';
import { type FaultRun, rounds } from './run.ts';
import { lookInto } from './server-database-state.ts';
import { inProcess, searchForPersons } from './server-in-process.ts';
import { ServerProcess } from './server-process.ts';

const area = 'server';
const run = promisify(execFile);

/** Faults of the registration platform: its process, its database, and what is sent to it. */
export async function serverFaults(given: FaultRun): Promise<void> {
  given.say('server');
  const pki = await makeTestPki({ hosts: [portalHost, cardHost] });
  const directory = await temporaryDirectory('server-faults-');
  const living = new ServerProcess(pki, directory.path);
  try {
    await living.start();
    let turn = 0;
    await rounds(
      given,
      [
        ...kills(given, pki),
        ...databaseFaults(given, pki),
        () => clusterFaults(given, pki),
        () => killsAtWrites(given, pki, (body) => withServer(given, pki, body, { started: false })),
        () => replay(given),
        () => mutatedWebAuthn(given),
        () => mutatedCertificates(given),
        () => routes(given),
      ],
      async () => {
        await ordinaryUse(living, turn++);
        given.steadiness.addProcess('registration platform, in ordinary use', living.pid);
      },
    );
    given.ledger.add(
      area,
      'ordinary use of one platform through the whole run',
      turn,
      rightIf({ 'it lives': living.alive }),
    );
    searchForPersons(given, pki, { 'server’s log': living.log });
  } finally {
    await living.kill();
    await directory.remove();
  }
}

/** A registration, and people who look at pages. Past a person's limits the platform's refusal is a page, too. */
async function ordinaryUse(server: ServerProcess, turn: number): Promise<void> {
  const person = (['pharmacist', 'pharmacist-2', 'doctor'] as const)[turn % 3] ?? 'pharmacist';
  await journey(server, newWay(), { person }).catch(() => undefined);
  const visitor = new Visitor(server.running, server.pki);
  for (let visit = 0; visit < 10; visit += 1) {
    await Promise.all(
      ['/', '/hpki-card', '/status', '/registration', '/nowhere'].map((path) => visitor.ask(path)),
    ).catch(() => undefined);
  }
}

/** A server of its own for each fault, gone afterwards; what it logged and kept is searched. */
async function withServer(
  given: FaultRun,
  pki: TestPki,
  body: (server: ServerProcess) => Promise<Outcome>,
  { started = true }: { started?: boolean } = {},
): Promise<Outcome> {
  const directory = await temporaryDirectory('server-faults-');
  const server = new ServerProcess(pki, directory.path);
  try {
    if (started) await server.start();
    const outcome = await body(server);
    searchForPersons(given, pki, { 'server’s log': server.log });
    return outcome;
  } finally {
    await server.kill();
    await run('umount', [join(directory.path, 'small')]).catch(() => undefined);
    await directory.remove();
  }
}

/** Requests of a journey: kill the server beside each. */
const requestsOfJourney = 15;

function kills(given: FaultRun, pki: TestPki): (() => Promise<unknown>)[] {
  return Array.from({ length: requestsOfJourney }, (_, index) => index + 1).map((request) => () => {
    const wait = given.random.whole(0, 25);
    return given.ledger.inject(
      area,
      'kill -9 at a request',
      () =>
        withServer(given, pki, async (server) => {
          const way = newWay();
          let killed: Promise<void> | undefined;
          await journey(server, way, {
            beside: (number) => {
              if (number === request) killed = sleep(wait).then(() => server.kill());
            },
          }).catch(() => undefined);
          await (killed ?? server.kill());
          await server.start();
          const after = lookInto(server.databaseFile);
          const lost =
            (way.said !== 'nothing' && after.registered === 0 ? 1 : 0) +
            (way.said === 'done' && after.done === 0 ? 1 : 0);
          await journey(server, newWay()); // the next person's, or the same person's again
          const end = lookInto(server.databaseFile);
          searchForPersons(given, pki, { database: await everythingIn(sqliteDatabase(server.databaseFile)) });
          return rightIf(
            {
              'the database is sound': after.sound && end.sound,
              'one credential is in use': end.inUse === 1,
            },
            lost,
          );
        }),
      { detail: `request ${request}, after ${wait} ms` },
    );
  });
}

function databaseFaults(given: FaultRun, pki: TestPki): (() => Promise<unknown>)[] {
  const inject = (fault: string, detail: string, body: (server: ServerProcess) => Promise<Outcome>) => () =>
    given.ledger.inject(area, fault, () => withServer(given, pki, body), { detail, ms: 90_000 });
  const answered = (way: Way) => way.recorded.every(({ answer }) => answer.status > 0);
  return [
    ...[200, 2_000, 8_000].map((ms) =>
      inject('database locked by another program', `${ms} ms`, async (server) => {
        const way = newWay();
        const other = new DatabaseSync(server.databaseFile);
        other.exec('pragma busy_timeout = 5000');
        other.exec('begin immediate');
        const walked = journey(server, way).catch(() => undefined);
        await sleep(ms);
        other.exec('rollback');
        other.close();
        await walked;
        const alive = server.alive;
        await journey(server, newWay());
        return rightIf({ 'every request answered': answered(way), 'the process lives': alive });
      }),
    ),
    () =>
      given.ledger.inject(
        area,
        'database’s disk full',
        async () => {
          const directory = await temporaryDirectory('server-faults-');
          const small = join(directory.path, 'small');
          await mkdir(small);
          // A file system of its own, so that it can be full; needs root, as the lab does.
          await run('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', small]);
          const server = new ServerProcess(pki, directory.path, join(small, 'registrations.sqlite'));
          try {
            await server.start();
            await run('dd', ['if=/dev/zero', `of=${join(small, 'filler')}`, 'bs=4k']).catch(() => undefined);
            const ways = Array.from({ length: 5 }, newWay);
            for (const way of ways) await journey(server, way).catch(() => undefined);
            const alive = server.alive;
            await rm(join(small, 'filler'));
            await journey(server, newWay());
            const { sound } = lookInto(server.databaseFile);
            return rightIf({
              'every request answered': ways.every(answered),
              'the process lives': alive,
              'the database is sound': sound,
            });
          } finally {
            await server.kill();
            await run('umount', [small]).catch(() => undefined);
            await directory.remove();
          }
        },
        { ms: 60_000 },
      ),
    inject('database moved away', 'and brought back', async (server) => {
      await journey(server, newWay());
      const away = `${server.databaseFile}.away`;
      await rename(server.databaseFile, away);
      const way = newWay();
      await journey(server, way).catch(() => undefined);
      const alive = server.alive;
      await server.kill('SIGTERM');
      await rm(server.databaseFile, { force: true });
      await rename(away, server.databaseFile);
      await server.start();
      await journey(server, newWay());
      return rightIf({
        'every request answered': answered(way),
        'the process lives': alive,
        'the database is sound': lookInto(server.databaseFile).sound,
      });
    }),
  ];
}

type Response = ReturnType<typeof answerTo>;

/** What no registration may be accepted with, and what may be refused or accepted but not break anything. */
async function mutatedWebAuthn(given: FaultRun): Promise<void> {
  const { random, ledger, extent } = given;
  const count = extent === 'quick' ? 60 : 600;
  const wrong: [string, Parameters<typeof answerTo>[1]][] = [
    ['not present', { flags: 0x44 }],
    ['not verified', { flags: 0x41 }],
    ['no credential', { flags: 0x05 }],
    ['other origin', { origin: 'https://2nds.medis.or.jp.example.com' }],
    ['other relying party', { rpId: 'medis.or.jp' }],
    ['other type', { type: 'webauthn.get' }],
    ['other challenge', { challenge: Buffer.from(random.bytes(32)).toString('base64url') }],
  ];
  await inProcess(given, async (test) => {
    const fresh = async () => {
      test.advance(3_700_000); // past every rate limit's window
      const page = await test.visitor().logIn(personOf(test.pki, 'pharmacist').authentication);
      const phone = new SoftwarePhone(test);
      await phone.scan(readQrCode(page.body));
      await phone.logIn();
      return phone;
    };
    const credentials = async () => (await test.database.rows('select id from credentials')).length;
    let phone = await fresh();
    for (const [name, ceremony] of wrong) {
      await ledger.inject(
        area,
        'WebAuthn response that lies',
        async () => {
          const before = await credentials();
          const answer = await phone.visitor.ask('/phone/registration', {
            json: answerTo(await phone.options(), ceremony),
          });
          return rightIf({
            refused: (await credentials()) === before,
            'no error of the server': answer.status < 500,
          });
        },
        { detail: name },
      );
    }
    for (let turn = 0; turn < count; turn += 1) {
      if (turn % 20 === 0) phone = await fresh();
      await ledger.inject(area, 'WebAuthn response with octets changed', async () => {
        const { body, status } = await phone.visitor.ask('/phone/options', { json: {} });
        if (status !== 200) {
          phone = await fresh(); // an earlier one was accepted: this phone is through
          return good;
        }
        const json = mutate(given, answerTo(JSON.parse(body)));
        const answer = await phone.visitor.ask('/phone/registration', { json });
        return rightIf({ 'no error of the server': answer.status < 500 });
      });
    }
    const end = await fresh();
    ledger.add(
      area,
      'WebAuthn response with octets changed',
      0,
      rightIf({ 'a true one is taken': (await end.register()) === '/phone/label' }),
    );
  });
}

function mutate({ random }: FaultRun, response: Response): unknown {
  const copy = structuredClone(response) as Response & Record<string, unknown>;
  const field = random.pick(['clientDataJSON', 'attestationObject', 'id', 'structure'] as const);
  if (field === 'structure') {
    const key = random.pick([
      'id',
      'rawId',
      'type',
      'response',
      'clientExtensionResults',
      'authenticatorAttachment',
    ]);
    copy[key] = random.pick([null, 1, '', [], {}, 'x'.repeat(5000), { __proto__: 1 }]);
    return copy;
  }
  if (field === 'id')
    return { ...copy, id: Buffer.from(random.bytes(random.whole(0, 1100))).toString('base64url') };
  const octets = Buffer.from(copy.response[field], 'base64url');
  for (let change = random.whole(1, 4); change > 0; change -= 1)
    octets[random.whole(0, octets.length - 1)] = random.whole(0, 255);
  const cut = random.next() < 0.2 ? octets.subarray(0, random.whole(0, octets.length)) : octets;
  copy.response[field] = cut.toString('base64url');
  return copy;
}

/** A true certificate with bits changed: its signature is no longer its authority's. */
async function mutatedCertificates(given: FaultRun): Promise<void> {
  const { random, ledger, extent } = given;
  await inProcess(given, async (test) => {
    const { authentication } = personOf(test.pki, 'pharmacist');
    const sessions = async () => (await test.database.rows('select token_hash from sessions')).length;
    for (let turn = 0; turn < (extent === 'quick' ? 40 : 400); turn += 1) {
      test.advance(61_000);
      await ledger.inject(area, 'client certificate with octets changed', async () => {
        const before = await sessions();
        const der = Buffer.from(authentication.certificate.der);
        for (let change = random.whole(1, 3); change > 0; change -= 1) {
          const at = random.whole(0, der.length - 1);
          der[at] = (der[at] ?? 0) ^ (1 << random.whole(0, 7));
        }
        const pem = `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
        const certificate: Issued = {
          ...authentication,
          certificate: { ...authentication.certificate, der, pem },
        };
        // What the client's own library refuses never gets there; that is no failure of the server.
        const status = await test
          .visitor()
          .logIn(certificate)
          .then(
            (answer) => answer.status,
            () => 0,
          );
        return rightIf({
          'nobody is let in': (await sessions()) === before,
          'no error of the server': status < 500,
        });
      });
    }
    const { body } = await test.visitor().logIn(authentication);
    ledger.add(
      area,
      'client certificate with octets changed',
      0,
      rightIf({ 'the true one is let in': body.includes('<svg') }),
    );
  });
}

const methods = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE'] as const;
const knownPaths = [
  '/',
  '/hpki-card',
  '/hpki-card/start',
  '/registration',
  '/registration/events',
  '/status',
  '/phone/open',
  '/phone/login',
  '/phone/options',
  '/phone/registration',
  '/phone/register',
  '/phone/label',
  '/phone/done',
  '/health/live',
  '/health/ready',
  '/assets/main.js',
];

/** Any request to any route. Each is answered, and none makes the server fail. */
async function routes(given: FaultRun): Promise<void> {
  const { random, ledger, extent } = given;
  const cases = { quick: 600, full: 6_000, soak: 12_000 }[extent];
  const path = fc.oneof(
    fc.constantFrom(...knownPaths),
    fc
      .tuple(fc.constantFrom(...knownPaths), fc.webQueryParameters())
      .map(([base, query]) => `${base}?${query}`),
    fc.webPath(),
    fc
      .tuple(fc.constantFrom(...knownPaths), fc.string({ maxLength: 20 }))
      .map(([base, rest]) => `${base}/${encodeURIComponent(rest)}`),
  );
  const headerText = fc.string({ maxLength: 60 }).map((text) => text.replace(/[^\x20-\x7e]/g, ''));
  const request = fc.record({
    path,
    method: fc.constantFrom(...methods),
    body: fc.oneof(
      fc.record({ json: fc.jsonValue() }),
      fc.record({
        form: fc.dictionary(fc.string({ maxLength: 10 }), fc.string({ maxLength: 200 }), { maxKeys: 5 }),
      }),
      fc.constant({}),
    ),
    headers: fc.dictionary(
      fc.constantFrom(
        'origin',
        'referer',
        'accept-language',
        'accept',
        'content-type',
        'cookie',
        'x-forwarded-for',
        'client-cert',
        'range',
        'if-none-match',
      ),
      headerText,
      { maxKeys: 4 },
    ),
  });
  await inProcess(given, async (test) => {
    const visitor = test.visitor();
    const seed = random.whole(0, 2 ** 31 - 1);
    const outcome = await fc
      .assert(
        fc.asyncProperty(request, async ({ path: address, method, body, headers }) => {
          test.advance(5_000);
          const sent = method === 'GET' || method === 'HEAD' ? {} : body;
          // Event streams have no end: whoever asked is told by the head of the answer; not asked here.
          if (address.includes('events')) return;
          if (address.startsWith('//')) return; // another host's, by the rules for addresses
          const { status } = await visitor.ask(address, { method, headers, ...sent });
          if (status >= 500 && status !== 503) throw new Error(`${method} ${address}: ${status}`);
        }),
        { numRuns: cases, seed, interruptAfterTimeLimit: 600_000 },
      )
      .then(
        () => good,
        (error: Error): Outcome => ({
          survived: true,
          right: false,
          lost: 0,
          detail: `seed ${seed}: ${error.message.slice(0, 800)}`,
        }),
      );
    ledger.add('hostile input', 'any request to any route', cases, outcome);
  });
}
