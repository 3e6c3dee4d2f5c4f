import { sql } from 'kysely';
import {
  type Database,
  prepared,
  type TicketKind,
  type TicketState,
  type TicketsTable,
  transact,
} from '../database/index.ts';
import { derivedToken, hashOf, newToken } from '../http/tokens.ts';
import type { TicketProblem } from './progress.ts';

/** What is read of a ticket: not who may ask for it. */
const columns = [
  'id',
  'person_id',
  'state',
  'expires_at',
  'phone_hash',
  'phone_expires_at',
  'problem',
  'credential_id',
  'version',
  'kind',
  'sheet_id',
  'attempts',
] as const;

/** A ticket with its person's username. */
export type Ticket = Pick<TicketsTable, (typeof columns)[number]> & { username: string };

/** States in which a newer ticket of the same session takes its place. */
const unfinished: TicketState[] = ['waiting', 'opened', 'logged-in', 'proving'];

/**
 * The secret in the QR code, manual (7). It is made from the PC's session token and the ticket's id, so that the PC's
 * page can be reloaded while the database holds no more than its hash.
 */
export function ticketSecret(sessionToken: string, ticketId: string): string {
  return derivedToken(sessionToken, `ticket ${ticketId}`);
}

/** Makes a ticket and cancels the session's unfinished ones. Returns the ids of all that changed. */
export async function createTicket(
  database: Database,
  session: { token: string; personId: string; kind: TicketKind },
  now: number,
  qrMilliseconds: number,
): Promise<string[]> {
  const id = newToken();
  const sessionHash = hashOf(session.token);
  return await transact(database, async (transaction) => {
    const cancelled = await cancelTickets(transaction, sessionHash);
    await putTicket(transaction, {
      id,
      sessionHash,
      personId: session.personId,
      secret: ticketSecret(session.token, id),
      state: 'waiting',
      now,
      expiresAt: now + qrMilliseconds,
      kind: session.kind,
      sheetId: null,
    });
    return [id, ...cancelled];
  });
}

export interface NewTicket {
  id: string;
  sessionHash: string;
  personId: string;
  secret: string;
  state: 'waiting' | 'opened';
  now: number;
  expiresAt: number;
  kind: TicketKind;
  sheetId: string | null;
}

export async function putTicket(transaction: Database, ticket: NewTicket): Promise<void> {
  await transaction
    .insertInto('tickets')
    .values({
      id: ticket.id,
      session_hash: ticket.sessionHash,
      person_id: ticket.personId,
      secret_hash: hashOf(ticket.secret),
      state: ticket.state,
      created_at: ticket.now,
      expires_at: ticket.expiresAt,
      phone_hash: null,
      phone_expires_at: null,
      problem: null,
      credential_id: null,
      version: 1,
      kind: ticket.kind,
      sheet_id: ticket.sheetId,
      attempts: 0,
    })
    .execute();
}

const cancelUnfinished = (database: Database) =>
  database
    .updateTable('tickets')
    .set((eb) => ({ state: 'cancelled' as const, version: eb('version', '+', 1) }))
    .where('state', 'in', unfinished);

/** Cancels a session's unfinished tickets: another person logs in, or a new QR code is asked for. Returns their ids. */
export async function cancelTickets(database: Database, sessionHash: string): Promise<string[]> {
  const rows = await cancelUnfinished(database)
    .where('session_hash', '=', sessionHash)
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

/** Cancels a person's unfinished tickets, all but the one `kept`. */
export async function cancelTicketsOfPerson(
  database: Database,
  personId: string,
  kept: string | null,
): Promise<void> {
  await cancelUnfinished(database)
    .where('person_id', '=', personId)
    .where('id', '!=', kept ?? '')
    .execute();
}

/** Tickets with their persons' usernames. */
export function selectTickets(database: Database) {
  return database
    .selectFrom('tickets')
    .innerJoin('people', 'people.id', 'tickets.person_id')
    .select(columns.map((column) => `tickets.${column}` as const))
    .select('people.username');
}

export async function ticketBySecret(database: Database, secret: string): Promise<Ticket | undefined> {
  return await selectTickets(database).where('secret_hash', '=', hashOf(secret)).executeTakeFirst();
}

export async function ticketById(database: Database, id: string): Promise<Ticket | undefined> {
  return await selectTickets(database).where('tickets.id', '=', id).executeTakeFirst();
}

/** The newest ticket of a session; a cancelled one only when there is no other. */
export async function ticketOfSession(database: Database, sessionHash: string): Promise<Ticket | undefined> {
  return await selectTickets(database)
    .where('session_hash', '=', sessionHash)
    .orderBy(sql`case when tickets.state = 'cancelled' then 1 else 0 end`)
    .orderBy('tickets.created_at', 'desc')
    .executeTakeFirst();
}

/** Changes a ticket only if it is still in one of the states; false when someone else was first. */
async function change(
  database: Database,
  id: string,
  from: TicketState[],
  values: Partial<
    Pick<TicketsTable, 'state' | 'phone_hash' | 'phone_expires_at' | 'problem' | 'credential_id'>
  >,
  phoneHash?: string,
): Promise<boolean> {
  let update = database
    .updateTable('tickets')
    .set((eb) => ({ ...values, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .where('state', 'in', from);
  if (phoneHash !== undefined) update = update.where('phone_hash', '=', phoneHash);
  const { numUpdatedRows } = await update.executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** A phone has opened the QR code's page; nothing is decided yet. */
export function markOpened(database: Database, id: string): Promise<boolean> {
  return change(database, id, ['waiting'], { state: 'opened' });
}

/** 「ログイン」, manual (8): the first phone takes the ticket, for good. */
export function bindPhone(
  database: Database,
  id: string,
  phone: { hash: string; expiresAt: number },
): Promise<boolean> {
  return change(database, id, ['waiting', 'opened'], {
    state: 'logged-in',
    phone_hash: phone.hash,
    phone_expires_at: phone.expiresAt,
    problem: null,
  });
}

/** Notes what went wrong on the phone, or with null that the phone is trying again. */
export function setProblem(
  database: Database,
  ticket: Ticket,
  problem: TicketProblem | null,
): Promise<boolean> {
  const stored = problem === null ? null : JSON.stringify(problem);
  if (ticket.problem === stored) return Promise.resolve(false);
  return change(database, ticket.id, unfinished, { problem: stored });
}

/** Change of phone: the new one's ceremony succeeded; it has to sign in before it counts. */
export function markProving(database: Database, id: string, phoneHash: string): Promise<boolean> {
  return change(database, id, ['logged-in'], { state: 'proving', problem: null }, phoneHash);
}

/** The ceremony succeeded, manual (10). Only the phone that logged in can get here. */
export async function markRegistered(
  database: Database,
  id: string,
  phoneHash: string,
  credentialId: string,
): Promise<boolean> {
  const { numAffectedRows } = await setRegistered(database, { id, phoneHash, credentialId });
  return numAffectedRows === 1n;
}

const setRegistered = prepared((database, ticket: { id: string; phoneHash: string; credentialId: string }) =>
  database
    .updateTable('tickets')
    .set((eb) => ({
      state: 'registered' as const,
      credential_id: ticket.credentialId,
      problem: null,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', ticket.id)
    .where('state', 'in', ['logged-in', 'proving'])
    .where('phone_hash', '=', ticket.phoneHash),
);

/** 「OK」 on the label's page, manual (11). */
export function markDone(database: Database, id: string, phoneHash: string): Promise<boolean> {
  return change(database, id, ['registered'], { state: 'done' }, phoneHash);
}
