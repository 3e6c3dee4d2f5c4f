import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Purpose } from '../database/index.ts';
import { clearToken, readToken, setToken } from '../http/cookies.ts';
import { hashOf, newToken } from '../http/tokens.ts';
import type { Platform } from '../platform.ts';
import { cancelTickets } from '../ticket/store.ts';

/** A person who has logged in with the card in this browser. */
export interface Session {
  token: string;
  hash: string;
  personId: string;
  username: string;
  purpose: Purpose;
  /** The qualification in the HPKI card's certificate, as it is written there: `Pharmacist`. */
  hcRole: string | null;
  createdAt: number;
  /** Whether a My Number card was linked in it. */
  linked: boolean;
  expiresAt: number;
}

/** Both cards are shown within this time. Milliseconds. */
const linkLifetime = 10 * 60_000;

/** Starts a session for one purpose. Whoever was logged in in this browser before is logged out, the QR code too. */
export async function startSession(
  platform: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
  person: { personId: string; purpose: Purpose; hcRole?: string | null },
): Promise<string> {
  const { database, clock, configuration } = platform;
  await endSession(platform, request, reply);
  const now = clock();
  const token = newToken();
  await database
    .insertInto('sessions')
    .values({
      token_hash: hashOf(token),
      person_id: person.personId,
      purpose: person.purpose,
      hc_role: person.hcRole ?? null,
      created_at: now,
      linked: 0,
      expires_at: now + (person.purpose === 'link' ? linkLifetime : configuration.sessionSeconds * 1000),
    })
    .execute();
  setToken(reply, 'session', token);
  return token;
}

/** The session of a request, for the purpose that the login was made for. */
export async function sessionOf(
  platform: Platform,
  request: FastifyRequest,
  purpose: Purpose,
): Promise<Session | undefined> {
  const session = await anySessionOf(platform, request);
  return session?.purpose === purpose ? session : undefined;
}

/** The session of a request, whatever for. */
export async function anySessionOf(
  { database, clock }: Platform,
  request: FastifyRequest,
): Promise<Session | undefined> {
  const token = readToken(request, 'session');
  if (!token) return undefined;
  const row = await database
    .selectFrom('sessions')
    .innerJoin('people', 'people.id', 'sessions.person_id')
    .selectAll('sessions')
    .select('people.username')
    .where('sessions.token_hash', '=', hashOf(token))
    .executeTakeFirst();
  if (!row || clock() >= row.expires_at) return undefined;
  return {
    token,
    hash: hashOf(token),
    personId: row.person_id,
    username: row.username,
    purpose: row.purpose,
    hcRole: row.hc_role,
    createdAt: row.created_at,
    linked: row.linked === 1,
    expiresAt: row.expires_at,
  };
}

/** Ends the browser's session and cancels its unfinished QR code. */
export async function endSession(
  { database, signals }: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const token = readToken(request, 'session');
  if (!token) return;
  clearToken(reply, 'session');
  await database.deleteFrom('sessions').where('token_hash', '=', hashOf(token)).execute();
  for (const id of await cancelTickets(database, hashOf(token))) signals.changed(id);
}
