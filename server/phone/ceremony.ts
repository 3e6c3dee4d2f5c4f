import {
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
  type VerifiedRegistrationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import * as v from 'valibot';
import { type PhoneKind, transact } from '../database/index.ts';
import { hashOf, newToken } from '../http/tokens.ts';
import { platformName } from '../pages/layout.ts';
import type { Platform } from '../platform.ts';
import { markRegistered, type Ticket } from '../ticket/store.ts';
import { automaticLabel } from './phone-kind.ts';
import type { ProblemCause } from './problem.ts';

/** COSE ES256 and RS256. Named in both calls: the library's own list differs from version to version. */
const algorithms = [-7, -257];
/** Milliseconds. WebAuthn Level 3, 15.1: 300000 to 600000 where the person is verified. */
const timeout = 300_000;
/** A challenge outlives its ceremony a little, for slow networks. */
const challengeLifetime = timeout + 60_000;
/** Challenges a ticket may have open at a time: a page may be open twice. */
const openChallenges = 8;

/** What the phone's page needs for navigator.credentials.create(), manual (10). */
export async function registrationOptions(
  platform: Platform,
  ticket: Ticket,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { database, clock, configuration } = platform;
  const now = clock();
  const challenge = newToken();
  const inUse = await database
    .selectFrom('credentials')
    .select(['id', 'transports'])
    .where('person_id', '=', ticket.person_id)
    .where('replaced_at', 'is', null)
    .execute();
  await removeOldChallenges(platform, ticket.id, now);
  await database
    .insertInto('challenges')
    .values({ hash: hashOf(challenge), ticket_id: ticket.id, expires_at: now + challengeLifetime })
    .execute();
  return await generateRegistrationOptions({
    rpName: platformName.ja,
    rpID: new URL(configuration.portal.origin).hostname,
    userName: ticket.username,
    userDisplayName: ticket.username,
    userID: new Uint8Array(Buffer.from(ticket.person_id, 'base64url')),
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    timeout,
    attestationType: 'none',
    excludeCredentials: inUse.map(({ id, transports }) => ({ id, transports: parseTransports(transports) })),
    authenticatorSelection: {
      authenticatorAttachment: 'platform',
      residentKey: 'preferred',
      userVerification: 'required',
    },
    preferredAuthenticatorType: 'localDevice',
    supportedAlgorithmIDs: algorithms,
  });
}

async function removeOldChallenges({ database }: Platform, ticketId: string, now: number): Promise<void> {
  const open = await database
    .selectFrom('challenges')
    .select(['hash', 'expires_at'])
    .where('ticket_id', '=', ticketId)
    .orderBy('expires_at', 'desc')
    .execute();
  const old = open.filter(({ expires_at }, index) => index >= openChallenges - 1 || expires_at <= now);
  if (old.length === 0) return;
  await database
    .deleteFrom('challenges')
    .where(
      'hash',
      'in',
      old.map(({ hash }) => hash),
    )
    .execute();
}

const base64url = (most: number) => v.pipe(v.string(), v.maxLength(most), v.regex(/^[A-Za-z0-9_-]*$/));

/** RegistrationResponseJSON (WebAuthn Level 3, 5.1) as far as it is used here. Unknown members are passed over. */
export const registrationResponseSchema = v.object({
  id: base64url(1400),
  rawId: base64url(1400),
  type: v.literal('public-key'),
  response: v.object({
    clientDataJSON: base64url(8000),
    attestationObject: base64url(40_000),
    transports: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(32))), v.maxLength(10))),
  }),
});

export type CeremonyResult = { ok: true; credentialId: string } | { ok: false; cause: ProblemCause };

/**
 * Verifies the phone's answer and, in one transaction, makes it the person's phone in use. When this returns `ok` the
 * registration is on the disk. The phone used before stays on record as replaced.
 */
export async function completeRegistration(
  platform: Platform,
  ticket: Ticket,
  phone: { hash: string; kind: PhoneKind },
  response: v.InferOutput<typeof registrationResponseSchema>,
): Promise<CeremonyResult> {
  const challenge = challengeOf(response.response.clientDataJSON);
  if (challenge === undefined || !(await consumeChallenge(platform, ticket.id, challenge))) {
    return { ok: false, cause: 'stale' };
  }
  const verified = await verify(platform, response, challenge);
  if (!verified) return { ok: false, cause: 'rejected' };
  if (!verified.userVerified) return { ok: false, cause: 'not-verified' };
  const stored = await store(platform, ticket, phone, verified, response.response.transports ?? []);
  if (!stored) return { ok: false, cause: 'rejected' };
  return { ok: true, credentialId: verified.credential.id };
}

/** The challenge inside clientDataJSON: which of the open ones the phone answers to. Proven by the verification. */
function challengeOf(clientDataJson: string): string | undefined {
  try {
    const data: unknown = JSON.parse(Buffer.from(clientDataJson, 'base64url').toString('utf8'));
    const result = v.safeParse(v.object({ challenge: base64url(200) }), data);
    return result.success ? result.output.challenge : undefined;
  } catch {
    return undefined;
  }
}

/** Single use: whoever deletes it has it. */
async function consumeChallenge(platform: Platform, ticketId: string, challenge: string): Promise<boolean> {
  const row = await platform.database
    .deleteFrom('challenges')
    .where('hash', '=', hashOf(challenge))
    .where('ticket_id', '=', ticketId)
    .returning('expires_at')
    .executeTakeFirst();
  return row !== undefined && platform.clock() < row.expires_at;
}

type Verified = NonNullable<VerifiedRegistrationResponse['registrationInfo']>;

async function verify(
  { configuration }: Platform,
  response: v.InferOutput<typeof registrationResponseSchema>,
  challenge: string,
): Promise<Verified | undefined> {
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { ...response, clientExtensionResults: {} } as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: configuration.portal.origin,
      expectedRPID: new URL(configuration.portal.origin).hostname,
      // Checked by the caller, which has an answer of its own for it: here it would be one error among many.
      requireUserVerification: false,
      supportedAlgorithmIDs: algorithms,
    });
    return verified ? registrationInfo : undefined;
  } catch {
    // The library throws for everything that does not fit; the phone can do nothing about the difference.
    return undefined;
  }
}

async function store(
  { database, clock }: Platform,
  ticket: Ticket,
  phone: { hash: string; kind: PhoneKind },
  verified: Verified,
  transports: readonly string[],
): Promise<boolean> {
  const now = clock();
  const { credential } = verified;
  return await transact(database, async (transaction) => {
    const known = await transaction
      .selectFrom('credentials')
      .select('id')
      .where('id', '=', credential.id)
      .executeTakeFirst();
    if (known || !(await markRegistered(transaction, ticket.id, phone.hash, credential.id))) return false;
    await transaction
      .updateTable('credentials')
      .set({ replaced_at: now })
      .where('person_id', '=', ticket.person_id)
      .where('replaced_at', 'is', null)
      .execute();
    await transaction
      .insertInto('credentials')
      .values({
        id: credential.id,
        person_id: ticket.person_id,
        public_key: Buffer.from(credential.publicKey).toString('base64url'),
        counter: credential.counter,
        transports: JSON.stringify(transports),
        aaguid: verified.aaguid,
        device_type: verified.credentialDeviceType,
        backed_up: verified.credentialBackedUp ? 1 : 0,
        phone: phone.kind,
        label: automaticLabel(phone.kind, now),
        registered_at: now,
        replaced_at: null,
      })
      .execute();
    return true;
  });
}

function parseTransports(json: string): string[] {
  const result = v.safeParse(v.array(v.string()), JSON.parse(json));
  return result.success ? result.output : [];
}
