import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { sql } from 'kysely';
import pg from 'pg';
import type { Database } from '../database/index.ts';
import type { TicketSignals } from './signals.ts';

const channel = 'hpki_navi_ticket';

/** Milliseconds. While the database cannot tell, those who wait look by themselves this often. */
const lookWhileDeaf = 2_000;
/** Between attempts to listen again. */
const reconnectEvery = 1_000;
/** A connection that broke without a word (a firewall, a cable) is found by asking it. */
const proveEvery = 15_000;
const proofTimeout = 5_000;

interface Reporter {
  warn(details: object, message: string): void;
  info(message: string): void;
}

/**
 * Signals between nodes by LISTEN/NOTIFY. What a signal says is only "look": nothing depends on one that is lost.
 * While this node cannot listen it wakes its waiting pages every two seconds, and all of them once when it can again.
 */
export function postgresqlTicketSignals(url: string, database: Database, log: Reporter): TicketSignals {
  const node = randomUUID();
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  const wakeAll = () => {
    for (const name of emitter.eventNames()) emitter.emit(name);
  };

  let stopped = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let deaf: NodeJS.Timeout | undefined = setInterval(wakeAll, lookWhileDeaf).unref();

  const lost = (from: pg.Client, error?: Error) => {
    if (client !== from) return;
    client = undefined;
    clearTimeout(timer);
    void from.end().catch(() => undefined);
    if (stopped) return;
    if (!deaf) {
      log.warn({ cause: error?.message }, 'signals between nodes are lost; waiting pages look by themselves');
      deaf = setInterval(wakeAll, lookWhileDeaf).unref();
    }
    timer = setTimeout(() => void listen(), reconnectEvery).unref();
  };

  const listen = async () => {
    const next = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: proofTimeout,
      query_timeout: proofTimeout,
      keepAlive: true,
      application_name: 'hpki-navi signals',
    });
    client = next;
    next.on('error', (error) => lost(next, error));
    next.on('end', () => lost(next));
    next.on('notification', ({ payload = '' }) => {
      const [from, ticketId = ''] = payload.split(' ');
      if (from !== node) emitter.emit(ticketId);
    });
    try {
      await next.connect();
      await next.query(`listen ${channel}`);
      if (client !== next) return;
      clearInterval(deaf);
      deaf = undefined;
      log.info('signals between nodes are heard');
      // Whatever was said meanwhile.
      wakeAll();
      prove(next);
    } catch (error) {
      lost(next, error instanceof Error ? error : undefined);
    }
  };

  const prove = (listening: pg.Client) => {
    timer = setTimeout(() => {
      listening.query('select 1').then(
        () => client === listening && prove(listening),
        (error: Error) => lost(listening, error),
      );
    }, proveEvery).unref();
  };

  // What changes while a notification is on its way goes with the next one.
  const waiting = new Set<string>();
  let telling = false;
  const tell = async () => {
    if (telling) return;
    telling = true;
    try {
      while (waiting.size > 0 && !stopped) {
        const payloads = [...waiting].map((ticketId) => `${node} ${ticketId}`);
        waiting.clear();
        await sql`select pg_notify(${channel}, payload) from unnest(${payloads}::text[]) as payload`.execute(
          database,
        );
      }
    } catch (error) {
      log.warn({ cause: error instanceof Error ? error.message : undefined }, 'a signal was not sent');
    } finally {
      telling = false;
    }
  };

  void listen();
  return {
    changed(ticketId) {
      emitter.emit(ticketId);
      waiting.add(ticketId);
      void tell();
    },
    subscribe(ticketId, listener) {
      emitter.on(ticketId, listener);
      return () => void emitter.off(ticketId, listener);
    },
    async stop() {
      stopped = true;
      clearInterval(deaf);
      clearTimeout(timer);
      const last = client;
      client = undefined;
      await last?.end().catch(() => undefined);
    },
  };
}
