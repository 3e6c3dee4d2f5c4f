import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { verifyAuditLog } from '../../server/audit/log.ts';
import { hashOf, newToken } from '../../server/http/tokens.ts';
import { startServer } from '../../server/index.ts';
import { databaseKinds, everythingIn, type TestDatabases } from './server-database.ts';
import { listenToProgress } from './server-event-stream.ts';
import {
  authorities,
  cardHost,
  identity,
  personOf,
  portalHost,
  readQrCode,
  type TestServer,
  Visitor,
} from './server-fixture.ts';
import { serverForEachTest } from './server-for-each-test.ts';
import { besideServer, SoftwareOperator } from './server-operator.ts';
import { SoftwarePhone } from './server-software-phone.ts';

const run = promisify(execFile);
const server = resolve(import.meta.dirname, '../../server');

describe.each(databaseKinds)('operation on %s', (kind) => {
  let databases: TestDatabases;
  let test: TestServer;
  serverForEachTest(
    kind,
    (started, from) => {
      test = started;
      databases = from;
    },
    { operations: {} },
  );

  async function register(person: 'pharmacist' | 'pharmacist-2') {
    const pc = test.visitor();
    const { body } = await pc.logIn(personOf(test.pki, person).authentication);
    const phone = new SoftwarePhone(test);
    await phone.registerBy(body);
    return { pc, phone };
  }
  const status = async (visitor: Visitor) =>
    (await visitor.logIn(personOf(test.pki, 'pharmacist').authentication, '/status/start')).body;

  async function configurationFile(database: typeof test.options.database) {
    const file = join(test.directory, 'operate.json');
    await writeFile(
      file,
      JSON.stringify({
        portal: identity(test.pki, portalHost),
        cardLogin: { ...identity(test.pki, cardHost), authorities: authorities(test.pki) },
        database,
      }),
    );
    return file;
  }

  async function operate(...words: string[]) {
    const file = await configurationFile(test.database.configuration);
    const child = spawn(process.execPath, [join(server, 'operate.ts'), '--config', file, ...words]);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const [code] = await once(child, 'close');
    return { code, answer: output === '' ? undefined : (JSON.parse(output) as Record<string, unknown>) };
  }

  /** Runs a command of OPERATIONS.md as it is written there, from its first words, with these values in it. */
  async function asWritten(words: string, values: Record<string, string>) {
    const document = await readFile(join(server, 'OPERATIONS.md'), 'utf8');
    const command = [...document.matchAll(/^(node server.*?)(?: +#.*)?$|`([^`\n]+)`/gm)]
      .map(([, line, span]) => line ?? span ?? '')
      .find((text) => text.startsWith(words));
    if (command === undefined) throw new Error(`OPERATIONS.md has no command ${words}`);
    const [program = '', ...rest] = command
      .split(' ')
      .map((word) => values[word.replace(/[[\]]/g, '')] ?? word)
      .filter((word) => word !== '');
    const path = [dirname(process.execPath), databases.cluster?.programs, process.env['PATH']];
    return await run(program, rest, {
      cwd: dirname(server),
      env: { ...process.env, PATH: path.filter(Boolean).join(':') },
    });
  }

  it('a backup made while it runs is restored as written, with everyone registered and an unbroken audit log', async () => {
    await register('pharmacist');
    await SoftwareOperator.atWork(test, 'operator');
    const copy = join(test.directory, 'backup');
    const { configuration } = test.database;
    const file = await configurationFile(configuration);
    const { stdout } = await asWritten('node server/command.ts --config FILE audit verify', {
      FILE: file,
      HEAD: '',
    });
    const head = stdout.trim().split(' ').at(-1) ?? '';
    const { cluster } = databases;
    let restored = configuration;
    if (cluster && configuration.kind === 'postgresql') {
      await asWritten('pg_dump', { TARGET: copy, URL: configuration.url });
      await register('pharmacist-2');
      await test.server.stop();
      const url = await cluster.createDatabase('restored');
      await asWritten('pg_restore', { TARGET: copy, URL: url });
      restored = { ...configuration, url };
    } else if (configuration.kind === 'sqlite') {
      await asWritten('node server/operate.ts --config FILE backup', { FILE: file, TARGET: copy });
      expect((await stat(copy)).mode & 0o777).toBe(0o600);
      await register('pharmacist-2');
      await test.server.stop();
      for (const end of ['', '-wal', '-shm']) await rm(`${configuration.file}${end}`, { force: true });
      await copyFile(copy, configuration.file);
      await chmod(configuration.file, 0o600);
    }
    const verified = await asWritten('node server/command.ts --config FILE audit verify', {
      FILE: await configurationFile(restored),
      HEAD: head,
    });
    expect(verified.stdout).toContain('unbroken');
    const second = await startServer({ ...test.options, database: restored });
    try {
      const visitor = new Visitor(second, test.pki);
      expect(await status(visitor)).toContain('スマートフォンが登録されています。');
      const later = await visitor.logIn(personOf(test.pki, 'pharmacist-2').authentication, '/status/start');
      expect(later.body).toContain('スマートフォンは登録されていません。');
    } finally {
      await second.stop();
    }
  });

  /** A phone in the middle of a trial, another one at a printed sheet. The ids of these QR codes. */
  async function phonesAtQrCodes(pc: Visitor, phone: SoftwarePhone): Promise<string[]> {
    await pc.logIn(personOf(test.pki, 'pharmacist').authentication, '/status/start');
    const trial = await pc.follow('/status/trial', { method: 'POST', form: {} });
    await phone.scan(readQrCode(trial.body));
    await phone.visitor.ask('/phone/sign-in/options', { json: {} });
    const [person] = await test.database.rows(`select id from people where username = 't00100-jpa'`);
    const secret = newToken();
    const sheet = {
      id: newToken(),
      person_id: String(person?.['id']),
      secret_hash: hashOf(secret),
      password_salt: '',
      password_hash: '',
      wrong_passwords: 0,
      state: 'issued' as const,
      issued_at: Date.now(),
      issued_by: 'operator',
      expires_at: Date.now() + 3_600_000,
    };
    await besideServer(test, (database) => database.insertInto('initial_sheets').values(sheet).execute());
    await new SoftwarePhone(test).scan(`https://x/phone#${secret}`);
    const ids = await test.database.rows('select id from sign_ins union select id from initial_sheets');
    return ids.map(({ id }) => String(id));
  }
  const rowsOf = (ids: readonly string[]) => {
    const list = ids.map((id) => `'${id}'`).join();
    return test.database.rows(
      `select ticket_id from phone_sessions where ticket_id in (${list})
       union all select ticket_id from challenges where ticket_id in (${list})`,
    );
  };

  it('a person is forgotten with everything that belongs to them, others stay', async () => {
    await register('pharmacist-2');
    await register('pharmacist');
    const { pc, phone } = await register('pharmacist');
    const [person] = await test.database.rows(`select id from people where username = 't00100-jpa'`);
    const credentials = await test.database.rows(
      `select id from credentials where person_id = '${person?.['id']}'`,
    );
    expect(credentials).toHaveLength(2);
    const traces = await phonesAtQrCodes(pc, phone);
    expect(await rowsOf(traces)).toHaveLength(3);
    const forgotten = await operate('forget', 'T00100-JPA');
    expect(forgotten).toMatchObject({ code: 0, answer: { ok: true } });
    expect(await rowsOf(traces)).toEqual([]);
    expect(await test.database.rows('select actor, act, subject, detail from audit_log')).toEqual([
      { actor: 'command', act: 'person-forgotten', subject: forgotten.answer?.['entry'], detail: '{}' },
    ]);
    expect(await besideServer(test, verifyAuditLog)).toMatchObject({ ok: true, entries: 1 });
    const left = await everythingIn(test.database);
    expect(left).toContain('t00200-jpa');
    for (const trace of ['00100', person?.['id'], ...credentials.map(({ id }) => id)]) {
      expect(left).not.toContain(String(trace));
    }
    // Nor in pages that are free, or in copies made from now on.
    if (kind === 'SQLite') {
      const copy = join(test.directory, 'afterwards.sqlite');
      expect(await operate('backup', copy)).toMatchObject({ code: 0 });
      const octets = (await readFile(copy)).toString('latin1');
      expect(octets).toContain('t00200-jpa');
      expect(octets).not.toContain('t00100-jpa');
    }
    expect(await pc.follow('/registration')).toMatchObject({ path: '/card/problem/session-ended' });
    expect(await operate('forget', 't00100-jpa')).toMatchObject({ code: 1, answer: { ok: false, rows: 0 } });
    expect(await status(test.visitor())).toContain('スマートフォンは登録されていません。');
  });

  it('a person is forgotten while rows of theirs still come', async () => {
    await register('pharmacist');
    const [person] = await test.database.rows('select id from people');
    let coming = true;
    const rows = besideServer(test, async (database) => {
      const values = { person_id: String(person?.['id']), purpose: 'status' as const, hc_role: null };
      while (coming) {
        const times = { created_at: Date.now(), expires_at: Date.now() + 60_000 };
        await database
          .insertInto('sessions')
          .values({ ...values, ...times, token_hash: hashOf(newToken()), linked: 0 })
          .execute()
          .catch(() => undefined); // forgotten
        await sleep(1);
      }
    });
    try {
      expect(await operate('forget', 't00100-jpa')).toMatchObject({ code: 0, answer: { ok: true } });
    } finally {
      coming = false;
      await rows;
    }
    expect(await test.database.rows('select * from sessions')).toEqual([]);
  });

  it('what is over is removed in time, at the latest with the next start', async () => {
    await register('pharmacist-2');
    await register('pharmacist');
    await register('pharmacist');
    // Who logs in and never registers.
    await test.visitor().logIn(personOf(test.pki, 'doctor').authentication);
    const count = async (table: string) => (await test.database.rows(`select * from ${table}`)).length;
    const sweepAfter = async (days: number) => {
      test.advance(days * 86_400_000);
      await (await startServer(test.options)).stop();
    };
    expect(await count('credentials')).toBe(3);
    if (kind === 'SQLite') await test.server.stop();
    await sweepAfter(2);
    for (const table of [
      'card_logins',
      'hand_overs',
      'sessions',
      'tickets',
      'phone_sessions',
      'challenges',
    ]) {
      expect([table, await count(table)]).toEqual([table, 0]);
    }
    expect(await count('people')).toBe(2);
    expect(await count('credentials')).toBe(3);
    await sweepAfter(89);
    expect(await count('credentials')).toBe(2);
    expect(await count('people')).toBe(2);
  });

  it('checks a configuration before it is used', async () => {
    expect(await operate('check')).toMatchObject({ code: 0, answer: { ok: true } });
    expect((await operate('nonsense')).code).toBe(2);
  });

  it.each<[string, (server: TestServer['options']) => object, RegExp]>([
    [
      'a key of another certificate',
      ({ portal, cardLogin }) => ({ portal: { ...portal, key: cardLogin.key } }),
      /portal.certificate and portal.key: .*mismatch/,
    ],
    [
      'a file that is not there',
      ({ portal }) => ({ portal: { ...portal, certificate: '/nowhere/portal.crt' } }),
      /portal.certificate: ENOENT/,
    ],
    [
      'an authority that is none',
      ({ cardLogin, portal }) => ({ cardLogin: { ...cardLogin, authorities: [portal.certificate] } }),
      /cardLogin.authorities\[0\]: .*not-an-authority/s,
    ],
    [
      'a list of nobody’s',
      ({ cardLogin }) => ({ cardLogin: { ...cardLogin, authorities: ['-----BEGIN NOTHING-----'] } }),
      /cardLogin.authorities\[0\]: no certificate in it/,
    ],
  ])('refuses %s before the database is touched, and says where', async (_, change, words) => {
    const options = { ...test.options, ...change(test.options) };
    await expect(startServer(options)).rejects.toThrow(words);
  });

  describe('metrics, health and readiness', () => {
    const ask = async (path: string) => {
      const asked = httpRequest({
        host: '127.0.0.1',
        port: test.server.ports.operations,
        path,
        agent: false,
      });
      asked.end();
      const [response] = await once(asked, 'response');
      let body = '';
      for await (const part of response.setEncoding('utf8')) body += part;
      return { status: response.statusCode as number, body };
    };

    it('are on an address of their own, and name nobody', async () => {
      const { phone } = await register('pharmacist');
      await test.visitor().logIn(personOf(test.pki, 'expired').authentication);
      const { status: code, body } = await ask('/metrics');
      expect(code).toBe(200);
      expect(body).toContain(
        'hpki_navi_http_requests_total{host="portal",method="POST",route="/phone/registration",status="200"} 1',
      );
      expect(body).toContain('hpki_navi_card_logins_total{card="hpki",outcome="accepted"} 1');
      expect(body).toContain('hpki_navi_card_logins_total{card="hpki",outcome="expired"} 1');
      expect(body).toMatch(/^process_cpu_seconds_total /m);
      expect(body).toMatch(/^nodejs_eventloop_lag_seconds /m);
      expect(body).not.toMatch(/t00100|-jpa|127\.0\.0\.1/);
      for (const secret of phone.visitor.cookies.values()) expect(body).not.toContain(secret);
      // Addresses nobody has written a page for count as one: who asks for many cannot fill the memory.
      for (let count = 0; count < 5; count += 1) await test.visitor().ask(`/nowhere-${count}`);
      expect((await ask('/metrics')).body).toContain('route="none",status="404"} 5');
      expect((await ask('/healthz')).status).toBe(200);
      expect((await ask('/readyz')).status).toBe(200);
    });

    it('are not there for the public', async () => {
      expect((await test.visitor().ask('/metrics')).status).toBe(404);
    });
  });

  it('told to end under load, it answers all that it has let in', async () => {
    const pc = test.visitor();
    await pc.logIn(personOf(test.pki, 'pharmacist').authentication);
    const events = await listenToProgress(test, test.server, pc);
    await events.until('waiting');
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    const get = (path: string) =>
      new Promise<string>((done) => {
        const asked = httpsRequest(
          {
            host: '127.0.0.1',
            port: test.server.ports.portal,
            servername: portalHost,
            path,
            agent,
            ca: test.pki.authorities.tls.certificate.pem,
            headers: { host: portalHost },
          },
          (response) => {
            response.resume().on('end', () => done(String(response.statusCode)));
            response.on('error', () => done('broken'));
          },
        );
        // A refused connection is for the proxy to take elsewhere; one that breaks in mid-answer is a loss.
        asked.on('error', (error: NodeJS.ErrnoException) =>
          done(error.code === 'ECONNREFUSED' || !asked.reusedSocket ? (error.code ?? 'lost') : 'idle-closed'),
        );
        asked.end();
      });
    const outcomes: string[] = [];
    let going = true;
    const load = Array.from({ length: 4 }, async () => {
      while (going) {
        const outcome = await get('/hpki-card');
        outcomes.push(outcome);
        if (outcome !== '200') return;
      }
    });
    while (outcomes.length < 40) await get('/healthz');
    await test.server.stop();
    going = false;
    await Promise.all(load);
    agent.destroy();
    await events.ended;
    expect(outcomes.filter((outcome) => outcome === '200').length).toBeGreaterThanOrEqual(40);
    expect(outcomes.filter((outcome) => outcome === 'broken' || /^[45]/.test(outcome))).toEqual([]);
  });

  it('while it drains, it answers but is not ready, and the browser’s next connection is another', async () => {
    const draining = await startServer({
      ...test.options,
      database: test.database.configuration,
      drainSeconds: 1,
    });
    const visitor = new Visitor(draining, test.pki);
    expect((await visitor.ask('/readyz')).status).toBe(200);
    const stopped = draining.stop();
    expect(await visitor.ask('/readyz')).toMatchObject({ status: 503, body: '{"status":"ending"}' });
    expect(await visitor.ask('/hpki-card')).toMatchObject({ status: 200, headers: { connection: 'close' } });
    await stopped;
    await expect(visitor.ask('/readyz')).rejects.toThrow();
  });

  it('logs nothing about a person, whatever goes wrong', async () => {
    const { phone, pc } = await register('pharmacist');
    await test.visitor().logIn(personOf(test.pki, 'signature-only').signature);
    await test.visitor().logIn(test.pki.persons['unknown-ca'].authentication);
    await phone.visitor.ask('/phone/registration', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    await test.visitor().ask('/registration?name=t00100-jpa&secret=abc');
    // The database goes from under it.
    if (databases.cluster) {
      await databases.cluster.crash();
      await pc.ask('/registration');
      await databases.cluster.restart();
    }
    const log = test.log();
    expect(log.split('\n').filter(Boolean).length).toBeGreaterThan(10);
    for (const line of log.split('\n').filter(Boolean)) expect(JSON.parse(line)).toHaveProperty('level');
    expect(log).not.toMatch(/00100|00700|jpa|JPATEST|127\.0\.0\.1|secret=|Mozilla|\+81/i);
    for (const value of [...phone.visitor.cookies.values(), ...pc.cookies.values()])
      expect(log).not.toContain(value);
  });
});

it('the systemd unit hardens what can be hardened', async () => {
  const unit = await readFile(join(server, 'hpki-navi-server.service'), 'utf8');
  for (const directive of [
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    'PrivateTmp=yes',
    'PrivateDevices=yes',
    'CapabilityBoundingSet=',
    'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6',
    'SystemCallFilter=@system-service',
  ]) {
    expect(unit).toContain(`\n${directive}`);
  }
  const copy = join('/tmp', `hpki-navi-server-${process.pid}.service`);
  await writeFile(copy, unit);
  try {
    const { stdout } = await run('systemd-analyze', ['security', '--offline=true', '--json=short', copy]);
    const findings = JSON.parse(stdout) as { set: boolean | null; name: string; exposure: string | null }[];
    const open = findings.filter(({ set, exposure }) => set === false && Number(exposure) >= 0.2);
    // It serves the public's network: that much stays open. V8 makes code at run time, which MemoryDenyWriteExecute would forbid.
    expect(open.map(({ name }) => name).toSorted()).toEqual([
      'IPAddressDeny=',
      'PrivateNetwork=',
      'RestrictAddressFamilies=~AF_(INET|INET6)',
    ]);
  } finally {
    await rm(copy);
  }
});
