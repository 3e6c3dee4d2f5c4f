import type { FastifyReply, FastifyRequest } from 'fastify';
import { prepared } from '../database/index.ts';
import { readToken, setToken } from '../http/cookies.ts';
import { hashOf, newToken } from '../http/tokens.ts';
import type { Platform } from '../platform.ts';
import { statusOf, type TicketStatus } from '../ticket/status.ts';
import { selectTickets, type Ticket } from '../ticket/store.ts';
import { placeOf } from './place.ts';

/** A phone that has opened a QR code, and how things stand. */
export interface PhoneVisit {
  hash: string;
  ticket: Ticket;
  status: TicketStatus;
  /** The page on which it belongs. */
  place: string;
}

/** A phone's page may be looked at again for this long after the ticket's time is up. Milliseconds. */
const afterwards = 30 * 60_000;

export function visitTo(ticket: Ticket, hash: string, now: number): PhoneVisit {
  const status = statusOf(ticket, now);
  const phone = ticket.phone_hash === null ? 'none' : ticket.phone_hash === hash ? 'mine' : 'other';
  return { hash, ticket, status, place: placeOf(status, phone, ticket) };
}

/** What a phone's cookie stands for: `subject` is the id of what its QR code led to. */
export interface PhoneSession {
  hash: string;
  subject: string;
}

export async function phoneSessionOf(
  { database, clock }: Platform,
  request: FastifyRequest,
): Promise<PhoneSession | undefined> {
  const token = readToken(request, 'phone');
  if (!token) return undefined;
  const hash = hashOf(token);
  const session = await database
    .selectFrom('phone_sessions')
    .select(['ticket_id', 'expires_at'])
    .where('token_hash', '=', hash)
    .executeTakeFirst();
  if (!session || clock() >= session.expires_at) return undefined;
  return { hash, subject: session.ticket_id };
}

/** Gives a phone a new cookie. Returns its hash. */
export async function startPhoneSession(
  { database, clock, configuration }: Platform,
  reply: FastifyReply,
  subject: string,
): Promise<string> {
  const token = newToken();
  const lifetime = (configuration.qrSeconds + configuration.phoneSeconds) * 1000 + afterwards;
  await database
    .insertInto('phone_sessions')
    .values({ token_hash: hashOf(token), ticket_id: subject, expires_at: clock() + lifetime })
    .execute();
  setToken(reply, 'phone', token);
  return hashOf(token);
}

/** The visit that a phone's cookie stands for. */
export async function phoneVisit(
  platform: Platform,
  request: FastifyRequest,
): Promise<PhoneVisit | undefined> {
  const token = readToken(request, 'phone');
  if (!token) return undefined;
  const hash = hashOf(token);
  const now = platform.clock();
  const [row] = (await ticketOfPhone(platform.database, { hash })).rows;
  if (!row || now >= row.session_expires_at) return undefined;
  return visitTo(row, hash, now);
}

const ticketOfPhone = prepared((database, { hash }: { hash: string }) =>
  selectTickets(database)
    .innerJoin('phone_sessions', 'phone_sessions.ticket_id', 'tickets.id')
    .select('phone_sessions.expires_at as session_expires_at')
    .where('phone_sessions.token_hash', '=', hash),
);

/** Gives a phone its cookie for a ticket; one that has it already, from the same QR code, keeps it and its place. */
export async function beginVisit(
  platform: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
  ticket: Ticket,
): Promise<PhoneVisit> {
  const present = await phoneVisit(platform, request);
  if (present?.ticket.id === ticket.id) return present;
  const hash = await startPhoneSession(platform, reply, ticket.id);
  return visitTo(ticket, hash, platform.clock());
}
