import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { verifyAuditLog } from '../../server/audit/log.ts';
import { databaseKinds } from './server-database.ts';
import {
  authorities,
  cardHost,
  identity,
  operatorHost,
  personOf,
  portalHost,
  type TestServer,
} from './server-fixture.ts';
import { serverForEachTest } from './server-for-each-test.ts';
import { besideServer, SoftwareOperator } from './server-operator.ts';
import { SoftwarePhone } from './server-software-phone.ts';

describe.each(databaseKinds)('the operators’ console on %s', (kind) => {
  let test: TestServer;
  serverForEachTest(kind, (started) => {
    test = started;
  });

  async function registeredPhone() {
    const { body } = await test.visitor().logIn(personOf(test.pki, 'pharmacist').authentication);
    await new SoftwarePhone(test).registerBy(body);
  }
  const acts = async () =>
    (await test.database.rows('select act from audit_log order by seq')).map(({ act }) => act);
  const verify = () => besideServer(test, verifyAuditLog);

  describe('sign-in', () => {
    it('needs a passkey, made once with a link of the administrator', async () => {
      const operator = await SoftwareOperator.add(test, 'support');
      expect(await operator.follow('/')).toMatchObject({ path: '/sign-in', status: 200 });
      expect(await operator.openLink()).toBe('/enrol/passkey');
      expect((await operator.ask('/enrol/passkey')).body).toContain('support 1');
      expect(await operator.makePasskey()).toBe('/sign-in');
      expect(await operator.openLink()).toBe('/problem/enrolment');
      expect(await operator.signIn()).toBe('/');
      expect((await operator.ask('/')).body).toContain('登録番号または本人ID');
      await operator.follow('/sign-out', { method: 'POST', form: {} });
      expect(await operator.follow('/')).toMatchObject({ path: '/sign-in' });
      expect(await acts()).toEqual(['operator-added', 'operator-enrolled', 'signed-in', 'signed-out']);
    });

    it.each([
      ['for another site', { origin: `https://${portalHost}` }],
      ['without verification', { flags: 0x01 }],
      ['to a challenge that is not open', { challenge: 'A'.repeat(43) }],
    ] as const)('refuses a signature %s', async (_, ceremony) => {
      const operator = await SoftwareOperator.add(test, 'support');
      await operator.openLink();
      await operator.makePasskey();
      expect(await operator.signIn(ceremony)).toBe('/problem/sign-in');
      expect(await operator.follow('/')).toMatchObject({ path: '/sign-in' });
    });

    it('refuses a passkey made without verification', async () => {
      const operator = await SoftwareOperator.add(test, 'support');
      await operator.openLink();
      expect(await operator.makePasskey({ flags: 0x41 })).toBe('/problem/passkey');
    });

    it('ends by itself, and the link after a day', async () => {
      const operator = await SoftwareOperator.atWork(test, 'support');
      const late = await SoftwareOperator.add(test, 'support');
      test.advance(4 * 3_600_000);
      expect(await operator.follow('/')).toMatchObject({ path: '/sign-in' });
      test.advance(20 * 3_600_000);
      expect(await late.openLink()).toBe('/problem/enrolment');
    });

    it('a phone registered by a card is no passkey here', async () => {
      const { body } = await test.visitor().logIn(personOf(test.pki, 'pharmacist').authentication);
      const phone = new SoftwarePhone(test);
      await phone.registerBy(body);
      const operator = await SoftwareOperator.add(test, 'support');
      operator.key = phone.key;
      expect(await operator.signIn()).toBe('/problem/sign-in');
    });
  });

  describe('search', () => {
    it.each(['００１００', 'T00100-JPA'])('finds a person by %s', async (typed) => {
      await registeredPhone();
      const operator = await SoftwareOperator.atWork(test, 'support');
      const page = await operator.follow('/search', { form: { number: typed } });
      expect(page).toMatchObject({ status: 200 });
      expect(page.path).toMatch(/^\/people\/[\w-]{43}$/);
      expect(page.body).toContain('t00100-jpa');
      expect(page.body).toContain('使用中');
      expect(await acts()).toEqual(expect.arrayContaining(['searched', 'person-viewed']));
    });

    it.each(['99999', "' or 1=1 --", '<script>alert(1)</script>'])('finds nobody by %j', async (typed) => {
      await registeredPhone();
      const operator = await SoftwareOperator.atWork(test, 'support');
      const page = await operator.follow('/search', { form: { number: typed } });
      expect(page.body).toContain('見つかりませんでした。');
      expect(page.body).not.toContain('<script>alert');
    });

    it('shows what is registered: phone, My Number card, sheets', async () => {
      await registeredPhone();
      const pc = test.visitor();
      await pc.logIn(personOf(test.pki, 'pharmacist').authentication, '/link-my-number-card/start');
      await pc.logIn(test.pki.persons.mynumber.authentication, '/link-my-number-card/my-number-card/start');
      const operator = await SoftwareOperator.atWork(test, 'operator');
      const page = await operator.follow('/search', { form: { number: '00100' } });
      expect(page.body).toMatch(/iPhone \d{4}-[\s\S]*マイナンバーカード[\s\S]*登録日時 20/);
    });
  });

  it('support reads only: every other act is refused and changes nothing', async () => {
    await registeredPhone();
    const support = await SoftwareOperator.atWork(test, 'support');
    const { path, body } = await support.follow('/search', { form: { number: '00100' } });
    expect(body).not.toContain('取り消す');
    for (const act of [`${path}/phone/end`, `${path}/card/unlink`, `${path}/sheets/x/revoke`, '/sheets']) {
      const answer = await support.follow(act, { form: { cards: '999001-jpa 2026-04-01' } });
      expect(answer).toMatchObject({ path: '/problem/not-allowed', status: 403 });
    }
    for (const page of ['/sheets', '/audit']) {
      expect(await support.follow(page)).toMatchObject({ path: '/problem/not-allowed' });
    }
    expect(await test.database.rows('select * from initial_sheets')).toEqual([]);
    expect(await test.database.rows('select id from credentials where replaced_at is null')).toHaveLength(1);
  });

  it('nobody gets anywhere without being signed in', async () => {
    for (const path of ['/', '/people/x', '/sheets', '/audit']) {
      const answer = await test.visitor().follow(`https://${operatorHost}${path}`);
      expect(answer).toMatchObject({ path: '/sign-in' });
    }
    for (const path of ['/search', '/people/x/phone/end', '/sheets']) {
      const answer = await test.visitor().follow(`https://${operatorHost}${path}`, { form: {} });
      expect(answer).toMatchObject({ path: '/sign-in' });
    }
  });

  it('acts only on its own pages', async () => {
    const operator = await SoftwareOperator.atWork(test, 'operator');
    for (const origin of ['https://evil.example', `https://${portalHost}`]) {
      const answer = await operator.ask('/search', { form: { number: '1' }, headers: { origin } });
      expect(answer.status).toBe(403);
    }
  });

  it('ends a phone, and unlinks a card', async () => {
    await registeredPhone();
    const operator = await SoftwareOperator.atWork(test, 'operator');
    const { path } = await operator.follow('/search', { form: { number: '00100' } });
    const after = await operator.follow(`${path}/phone/end`, { form: {} });
    expect(after.body).not.toContain('使用中');
    expect(await test.database.rows('select id from credentials where replaced_at is null')).toEqual([]);
    const status = await test
      .visitor()
      .logIn(personOf(test.pki, 'pharmacist').authentication, '/status/start');
    expect(status.body).toContain('スマートフォンは登録されていません。');
    // Nothing left to end is no act.
    await operator.follow(`${path}/phone/end`, { form: {} });
    await operator.follow(`${path}/card/unlink`, { form: {} });
    expect((await acts()).filter((act) => act === 'phone-ended' || act === 'card-unlinked')).toEqual([
      'phone-ended',
    ]);
  });

  describe('audit log', () => {
    it('names who did what to whom, without names or numbers of people', async () => {
      await registeredPhone();
      const operator = await SoftwareOperator.atWork(test, 'operator');
      await operator.follow('/search', { form: { number: '00100' } });
      const page = await operator.follow('/audit');
      expect(page.body).toContain('person-viewed');
      const all = JSON.stringify(await test.database.rows('select * from audit_log'));
      expect(all).not.toContain('00100');
      expect(await verify()).toMatchObject({ ok: true });
    });

    it('is unbroken when several write at the same time', async () => {
      const operators = [
        await SoftwareOperator.atWork(test, 'operator'),
        await SoftwareOperator.atWork(test, 'support'),
      ];
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          operators[index % 2]?.follow('/search', { form: { number: String(index) } }),
        ),
      );
      expect(await verify()).toMatchObject({ ok: true, entries: 26 });
    });

    it('is found unbroken while it grows', async () => {
      const operator = await SoftwareOperator.atWork(test, 'support');
      let writing = true;
      const written = (async () => {
        while (writing) await operator.follow('/search', { form: { number: '1' } });
      })();
      try {
        for (let count = 0; count < 30; count += 1) expect(await verify()).toMatchObject({ ok: true });
      } finally {
        writing = false;
        await written;
      }
    });

    it('cannot be changed or shortened in the database', async () => {
      await SoftwareOperator.atWork(test, 'operator');
      await besideServer(test, async (database) => {
        const statements = [
          'update audit_log set act = act',
          'delete from audit_log',
          kind === 'SQLite'
            ? 'insert or replace into audit_log select * from audit_log where seq = 2'
            : 'truncate audit_log',
        ];
        for (const statement of statements) {
          await expect(sql.raw(statement).execute(database)).rejects.toThrow(/append-only/);
        }
      });
    });

    it.each([
      ['changed', "update audit_log set act = 'searched' where seq = 2", { seq: 2, why: 'changed' }],
      ['taken out', 'delete from audit_log where seq = 2', { seq: 2, why: 'missing' }],
      ['cut off', 'delete from audit_log where seq = 3', { seq: 3, why: 'end-missing' }],
      ['exchanged', "update audit_log set previous = 'x' where seq = 3", { seq: 3, why: 'out-of-chain' }],
    ] as const)(
      'shows by verification when an entry was %s past the guard',
      async (_, statement, verdict) => {
        await SoftwareOperator.atWork(test, 'operator');
        await besideServer(test, async (database) => {
          const guards =
            kind === 'SQLite'
              ? ['drop trigger audit_log_no_update', 'drop trigger audit_log_no_delete']
              : ['drop trigger audit_log_append_only on audit_log'];
          for (const guard of guards) await sql.raw(guard).execute(database);
          await sql.raw(statement).execute(database);
        });
        expect(await verify()).toEqual({ ok: false, ...verdict });
      },
    );
  });

  it('is administered by a command, which also verifies the log', async () => {
    const config = join(test.directory, 'server.json');
    await writeFile(
      config,
      JSON.stringify({
        portal: identity(test.pki, portalHost),
        cardLogin: { ...identity(test.pki, cardHost), authorities: authorities(test.pki) },
        operators: identity(test.pki, operatorHost),
        database: test.options.database,
      }),
    );
    const command = (...words: string[]) =>
      new Promise<{ code: number | null; said: string; complained: string }>((resolve, reject) => {
        const child = spawn(process.execPath, ['server/command.ts', '--config', config, ...words], {
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let said = '';
        let complained = '';
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          complained += text;
        });
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          said += text;
        });
        child.once('error', reject);
        child.once('close', (code) => resolve({ code, said, complained }));
      });
    const added = await command('operator', 'add', '試験 太郎', 'support');
    const [id = '', link = ''] = added.said.trim().split('\n');
    expect(link).toMatch(new RegExp(`^https://${operatorHost}/enrol#[\\w-]{43}$`));
    const before = await command('audit', 'verify');
    expect(before).toMatchObject({
      code: 0,
      said: expect.stringMatching(/^1 entries, unbroken\nhead [0-9a-f]{64}/),
    });
    const head = before.said.trim().split(' ').at(-1) ?? '';
    // An id is any 43 letters of base64url, so that it may look like an option: it is an id all the same.
    expect(await command('operator', 'end', `-${id.slice(0, 42)}`)).toMatchObject({
      code: 1,
      complained: 'no operator in service with this id\n',
    });
    expect(await command('operator', 'end', id)).toMatchObject({ code: 0 });
    expect((await command('operator', 'list')).said).toBe(`${id}\tsupport\tended\t試験 太郎\n`);
    expect(await command('audit', 'verify', head)).toMatchObject({ code: 0 });
    expect(await command('audit', 'verify', 'f'.repeat(64))).toMatchObject({ code: 1 });
    expect(await command('operator', 'add', 'x', 'king')).toMatchObject({ code: 2 });
  });
});
