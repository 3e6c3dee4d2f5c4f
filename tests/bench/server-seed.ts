import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { parseConfiguration } from '../../server/configuration/index.ts';
import { type Database, openDatabase, transact } from '../../server/database/index.ts';
import { hashOf, newToken } from '../../server/http/tokens.ts';
import type { ConfigurationInput } from '../../server/index.ts';

export async function openFor(settings: ConfigurationInput['database']): Promise<Database> {
  const { database } = parseConfiguration({
    portal: { certificate: '-', key: '-' },
    cardLogin: { certificate: '-', key: '-', authorities: ['-'] },
    database: settings,
  });
  return await openDatabase(database);
}

/** People who are registered already, in an SQLite file that has its tables. */
export function seedRegistered(file: string, count: number): void {
  const database = new DatabaseSync(file);
  const numbers = `with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${count})`;
  database.exec(`
    pragma synchronous = off;
    begin;
    insert into people (id, username, created_at)
      ${numbers} select 'seed-' || n || '-' || hex(randomblob(12)), 's' || n || '-jpa', 1 from numbers;
    insert into credentials (id, person_id, public_key, counter, transports, aaguid, device_type, backed_up, phone, label,
        registered_at)
      select hex(randomblob(21)), id, hex(randomblob(50)), 0, '["internal"]', '00000000-0000-0000-0000-000000000000',
        'multiDevice', 1, 'iphone', 'iPhone 2026-01-01', 1 from people where username like 's%';
    commit;
    analyze;
    pragma wal_checkpoint(truncate);
  `);
  database.close();
}

/** Phones that have logged in and are about to register, each of a person of its own: the tokens of their cookies. */
export async function seedPhones(database: Database, count: number): Promise<string[]> {
  const now = Date.now();
  const prefix = randomBytes(4).toString('hex');
  const tokens: string[] = [];
  for (let from = 0; from < count; from += 100) {
    const some = Array.from({ length: Math.min(100, count - from) }, (_, index) => ({
      token: newToken(),
      personId: newToken(),
      ticketId: newToken(),
      username: `b${prefix}${from + index}-jpa`,
    }));
    await transact(database, async (transaction) => {
      await transaction
        .insertInto('people')
        .values(some.map(({ personId, username }) => ({ id: personId, username, created_at: now })))
        .execute();
      await transaction
        .insertInto('tickets')
        .values(
          some.map(({ ticketId, personId, token }) => ({
            id: ticketId,
            session_hash: hashOf(newToken()),
            person_id: personId,
            secret_hash: hashOf(newToken()),
            state: 'logged-in' as const,
            created_at: now,
            expires_at: now + 600_000,
            phone_hash: hashOf(token),
            phone_expires_at: now + 3_600_000,
            problem: null,
            credential_id: null,
            version: 1,
            kind: 'registration' as const,
            sheet_id: null,
            attempts: 0,
          })),
        )
        .execute();
      await transaction
        .insertInto('phone_sessions')
        .values(
          some.map(({ token, ticketId }) => ({
            token_hash: hashOf(token),
            ticket_id: ticketId,
            expires_at: now + 3_600_000,
          })),
        )
        .execute();
    });
    tokens.push(...some.map(({ token }) => token));
  }
  return tokens;
}

/** A card login that was begun and is open: its id. */
export async function seedLogin(database: Database): Promise<string> {
  const id = hashOf(newToken());
  await database
    .insertInto('card_logins')
    .values({
      token_hash: id,
      purpose: 'register',
      card: 'hpki',
      session_hash: null,
      expires_at: Date.now() + 900_000,
    })
    .execute();
  return id;
}
