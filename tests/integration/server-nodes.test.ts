import { EventEmitter, once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../server/database/index.ts';
import { type RunningServer, startServer } from '../../server/index.ts';
import { postgresqlTicketSignals } from '../../server/ticket/postgresql-signals.ts';
import { databaseSettings, type TestDatabases, testDatabases } from './server-database.ts';
import { listenToProgress } from './server-event-stream.ts';
import { personOf, readQrCode, startTestServer, type TestServer } from './server-fixture.ts';
import { SoftwarePhone } from './server-software-phone.ts';

describe('several nodes on PostgreSQL', () => {
  let databases: TestDatabases;
  beforeAll(async () => {
    databases = await testDatabases('PostgreSQL');
  });
  afterAll(() => databases.stop());

  describe('of the platform', () => {
    let test: TestServer;
    let nodes: RunningServer[];
    beforeEach(async () => {
      test = await startTestServer({}, databases);
      nodes = [test.server, await startServer(test.options), await startServer(test.options)];
    });
    afterEach(async () => {
      for (const node of nodes.slice(1)) await node.stop();
      await test.stop();
    });
    const node = (index: number) => nodes[index] as RunningServer;

    it('card login on one, phone on the second, the PC’s page served by the third', async () => {
      const pc = test.visitor();
      const { body } = await pc.logIn(personOf(test.pki, 'pharmacist').authentication);
      const events = await listenToProgress(test, node(2), pc);
      const phone = new SoftwarePhone({ ...test, visitor: (agent) => test.visitor(agent).at(node(1)) });
      await events.until('waiting');
      expect(await phone.scan(readQrCode(body))).toBe('/phone/login');
      await events.until('opened');
      await phone.logIn();
      await events.until('logged-in');
      await phone.register();
      await events.until('registered');
      await phone.confirmLabel();
      await events.ended;
      expect(events.statuses).toEqual(['waiting', 'opened', 'logged-in', 'registered', 'done']);
      expect((await pc.at(node(2)).ask('/registration')).body).toContain('登録が完了しました');
    });

    it('pages see by themselves, within seconds, what no signal has told them of', async () => {
      const card = personOf(test.pki, 'pharmacist').authentication;
      const pc = test.visitor();
      await pc.logIn(card);
      const stranger = test.visitor();
      await stranger.follow('/status/phone/start', { method: 'POST', form: {} });
      const streams = [
        await listenToProgress(test, node(2), pc),
        await listenToProgress(test, node(2), stranger, '/sign-in/events'),
      ];
      for (const events of streams) await events.until('waiting');
      // As when a phone has been there and its node's word was lost.
      for (const table of ['tickets', 'sign_ins']) {
        await test.database.rows(`update ${table} set state = 'opened', version = version + 1`);
      }
      await Promise.all(streams.map((events) => events.until('opened')));
      for (const events of streams) events.close();
    }, 30_000);

    it('each request on another node, from the button to the end', async () => {
      let turn = 0;
      const next = () => node(turn++ % nodes.length);
      const pc = test.visitor();
      const { authentication } = personOf(test.pki, 'pharmacist-2');
      const start = await pc.at(next()).ask('/hpki-card/start', { form: {} });
      const card = await pc.at(next()).ask(start.location ?? '', { certificate: authentication });
      const portal = await pc.at(next()).ask(card.location ?? '');
      expect(portal.location).toBe('/registration');
      const { body } = await pc.at(next()).ask('/registration');
      const agent = new SoftwarePhone(test).visitor;
      const { next: login } = JSON.parse(
        (await agent.at(next()).ask('/phone/open', { json: { secret: readQrCode(body).split('#')[1] } }))
          .body,
      ) as { next: string };
      expect(login).toBe('/phone/login');
      expect(await agent.at(next()).ask('/phone/login', { form: {} })).toMatchObject({
        location: '/phone/register',
      });
    });

    it('limits hold over all of them', async () => {
      const phones = nodes.map((server) => test.visitor().at(server));
      const answers = [];
      test.beginWindow(1);
      for (let count = 0; count < 22; count += 1) {
        const visitor = phones[count % phones.length];
        answers.push((await visitor?.ask('/phone/open', { json: { secret: `wrong-${count}` } }))?.status);
      }
      expect(answers.slice(0, 20)).toEqual(Array(20).fill(200));
      expect(answers.slice(20)).toEqual([429, 429]);
    });

    it('go on when the database has been away', async () => {
      const { cluster } = databases;
      const pc = test.visitor();
      const { body } = await pc.logIn(personOf(test.pki, 'pharmacist').authentication);
      const ready = async () => (await test.visitor().at(node(1)).ask('/readyz')).status;
      expect(await ready()).toBe(200);
      await cluster?.crash();
      expect(await ready()).toBe(503);
      expect((await pc.at(node(2)).ask('/registration')).status).toBe(500);
      await cluster?.restart();
      expect(await ready()).toBe(200);
      await new SoftwarePhone({ ...test, visitor: (agent) => test.visitor(agent).at(node(1)) }).registerBy(
        body,
      );
      const events = await listenToProgress(test, node(2), pc);
      await events.until('done');
    });
  });

  it('a connection that breaks in the middle of a transaction fails its request, not the node', async () => {
    const url = (await databases.cluster?.createDatabase()) ?? '';
    const database = await openDatabase(databaseSettings({ kind: 'postgresql', url, connections: 2 }));
    const uncaught: unknown[] = [];
    const listener = (error: unknown) => void uncaught.push(error);
    process.on('uncaughtException', listener);
    try {
      const people = (from: Database) => from.selectFrom('people').selectAll().execute();
      const transaction = database.transaction().execute(async (open) => {
        await people(open);
        await databases.cluster?.crash();
        await people(open);
      });
      await expect(transaction).rejects.toThrow();
      await databases.cluster?.restart();
      expect(await people(database)).toEqual([]);
      expect(uncaught).toEqual([]);
    } finally {
      process.off('uncaughtException', listener);
      await database.destroy();
    }
  });

  describe('signals', () => {
    const ending: (() => Promise<unknown>)[] = [];
    afterEach(async () => {
      for (const end of ending.splice(0).reverse()) await end();
    });

    /** Two nodes' signals, and what they have logged. */
    async function two() {
      const url = (await databases.cluster?.createDatabase()) ?? '';
      const settings = databaseSettings({ kind: 'postgresql', url, connections: 2 });
      const make = async () => {
        const database = await openDatabase(settings);
        ending.push(() => database.destroy());
        const said = new EventEmitter();
        const signals = postgresqlTicketSignals(url, database, {
          info: () => void said.emit('heard'),
          warn: () => void said.emit('lost'),
        });
        ending.push(() => signals.stop());
        await once(said, 'heard');
        return { database, signals, said };
      };
      return [await make(), await make(), url] as const;
    }
    const woken = (signals: Awaited<ReturnType<typeof two>>[0]['signals'], ticket: string) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const unsubscribe = signals.subscribe(ticket, resolve);
      return promise.finally(unsubscribe);
    };

    it('wake those who wait on another node, and only for their ticket', async () => {
      const [one, other] = await two();
      let wrong = 0;
      const unsubscribe = other.signals.subscribe('another', () => {
        wrong += 1;
      });
      const waiting = woken(other.signals, 'ticket');
      one.signals.changed('ticket');
      await waiting;
      unsubscribe();
      expect(wrong).toBe(0);
    });

    it('that are lost do no harm: waiting pages look by themselves, and signals come back', async () => {
      const [one, other] = await two();
      const lost = once(other.said, 'lost');
      const heard = once(other.said, 'heard');
      await databases.cluster?.execute(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'hpki-navi signals'`,
      );
      await lost;
      // Woken though nobody said anything.
      await woken(other.signals, 'ticket');
      await heard;
      const waiting = woken(other.signals, 'ticket');
      one.signals.changed('ticket');
      await waiting;
    });
  });
});
