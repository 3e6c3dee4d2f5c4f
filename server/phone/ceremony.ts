import {
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import * as v from 'valibot';
import {
  type CredentialsTable,
  type Database,
  lockPerson,
  type PhoneKind,
  prepared,
  transact,
} from '../database/index.ts';
import { useSheet } from '../initial-sheet/store.ts';
import { platformName } from '../pages/layout.ts';
import type { Platform } from '../platform.ts';
import { markProving, markRegistered, type Ticket } from '../ticket/store.ts';
import { type Assertion, assertionOptions, parseTransports, verifyAssertion } from '../webauthn/assertion.ts';
import { type NewCredential, verifyNewCredential } from '../webauthn/attestation.ts';
import {
  algorithms,
  base64url,
  challengeIn,
  countAttempt,
  mostAttempts,
  newChallenge,
  relyingPartyId,
  timeout,
  useChallenge,
} from '../webauthn/challenges.ts';
import { endPhoneInUse } from './ended-phone.ts';
import { automaticLabel } from './phone-kind.ts';
import type { ProblemCause } from './problem.ts';

/** What the phone's page needs for navigator.credentials.create(), manual (10). Undefined after too many attempts. */
export async function registrationOptions(
  platform: Platform,
  ticket: Ticket,
): Promise<PublicKeyCredentialCreationOptionsJSON | undefined> {
  const { database, configuration } = platform;
  // Whoever goes on past the limit makes no challenges; those who come at once are told apart by the count itself.
  if (ticket.attempts >= mostAttempts) return undefined;
  // All at once: what they write shares a commit.
  const [within, challenge, { rows: inUse }] = await Promise.all([
    countAttempt(database, 'tickets', ticket.id),
    newChallenge(platform, ticket.id),
    phonesInUse(database, { personId: ticket.person_id }),
  ]);
  if (!within) {
    await useChallenge(platform, ticket.id, challenge);
    return undefined;
  }
  return await generateRegistrationOptions({
    rpName: platformName.ja,
    rpID: relyingPartyId(configuration.portal.origin),
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

const phonesInUse = prepared((database, { personId }: { personId: string }) =>
  database
    .selectFrom('credentials')
    .select(['id', 'transports'])
    .where('person_id', '=', personId)
    .where('replaced_at', 'is', null),
);

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

/** `next`: the page to go on with. */
export type CeremonyResult = { ok: true; next: string } | { ok: false; cause: ProblemCause };

/**
 * Verifies the phone's answer and, in one transaction, makes it the person's phone in use. When this returns `ok` the
 * registration is on the disk. The phone used before stays on record as replaced. In a change of phone the new one is
 * kept aside first, until it has signed in.
 */
export async function completeRegistration(
  platform: Platform,
  ticket: Ticket,
  phone: { hash: string; kind: PhoneKind },
  response: v.InferOutput<typeof registrationResponseSchema>,
): Promise<CeremonyResult> {
  const challenge = challengeIn(response.response.clientDataJSON);
  if (challenge === undefined) return { ok: false, cause: 'stale' };
  const verified = await verify(platform, response, challenge);
  // A challenge is used up by a wrong answer, too.
  const refuse = async (cause: ProblemCause): Promise<CeremonyResult> => ({
    ok: false,
    cause: (await useChallenge(platform, ticket.id, challenge)) ? cause : 'stale',
  });
  if (!verified) return await refuse('rejected');
  if (!verified.userVerified) return await refuse('not-verified');
  try {
    const transports = response.response.transports ?? [];
    const cause = await store(platform, ticket, phone, challenge, verified, transports);
    if (cause !== undefined) return { ok: false, cause };
  } catch (error) {
    if (error instanceof Refused) return await refuse('rejected');
    throw error;
  }
  return { ok: true, next: ticket.kind === 'change' ? '/phone/prove' : '/phone/label' };
}

function verify(
  { configuration }: Platform,
  response: v.InferOutput<typeof registrationResponseSchema>,
  challenge: string,
): Promise<NewCredential | undefined> {
  const { origin } = configuration.portal;
  return verifyNewCredential({
    response: { ...response, clientExtensionResults: {} } as RegistrationResponseJSON,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: relyingPartyId(origin),
    // Checked by the caller, which has an answer of its own for it: here it would be one error among many.
    requireUserVerification: false,
    supportedAlgorithmIDs: algorithms,
  });
}

/** Undefined when it is stored, else why not. */
async function store(
  { database, clock }: Platform,
  ticket: Ticket,
  phone: { hash: string; kind: PhoneKind },
  challenge: string,
  verified: NewCredential,
  transports: readonly string[],
): Promise<'stale' | 'rejected' | undefined> {
  const now = clock();
  const { credential } = verified;
  const key: NewKey = {
    id: credential.id,
    person_id: ticket.person_id,
    public_key: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    transports: JSON.stringify(transports),
    aaguid: verified.aaguid,
    device_type: verified.credentialDeviceType,
    backed_up: verified.credentialBackedUp ? 1 : 0,
    phone: phone.kind,
  };
  return await transact(database, async (transaction) => {
    await lockPerson(transaction, ticket.person_id);
    if (!(await useChallenge({ database: transaction, clock }, ticket.id, challenge))) return 'stale';
    if (ticket.kind === 'change') {
      if (await isKnown(transaction, key.id)) return 'rejected';
      return (await keepCandidate(transaction, ticket, phone.hash, key, now)) ? undefined : 'rejected';
    }
    if (!(await markRegistered(transaction, ticket.id, phone.hash, key.id))) return 'rejected';
    if (ticket.sheet_id !== null && !(await useSheet(transaction, ticket.sheet_id))) throw new Refused();
    if (!(await putIntoUse(transaction, key, ticket.id, now, null))) throw new Refused();
    return undefined;
  });
}

/** The printed sheet was revoked or replaced meanwhile, or the key is somebody's: nothing of the transaction stays. */
class Refused extends Error {}

/** Of what a phone made, all that is kept until it is put into use. */
type NewKey = Omit<CredentialsTable, 'label' | 'registered_at' | 'replaced_at' | 'last_used_at'>;

async function isKnown(database: Database, id: string): Promise<boolean> {
  return (await credentialOf(database, { id })).rows.length > 0;
}

const credentialOf = prepared((database, { id }: { id: string }) =>
  database.selectFrom('credentials').select('id').where('id', '=', id),
);

async function keepCandidate(
  database: Database,
  ticket: Ticket,
  phoneHash: string,
  key: NewKey,
  now: number,
): Promise<boolean> {
  if (!(await markProving(database, ticket.id, phoneHash))) return false;
  await database
    .insertInto('candidates')
    .values({ ...key, ticket_id: ticket.id, expires_at: ticket.phone_expires_at ?? now })
    .execute();
  return true;
}

/**
 * Makes a key the person's phone in use; the one before stays on record as replaced, and what it began ends. False for a
 * key that is known.
 */
async function putIntoUse(
  database: Database,
  key: NewKey,
  ticketId: string,
  now: number,
  lastUsedAt: number | null,
): Promise<boolean> {
  const credential: CredentialsTable = {
    ...key,
    label: automaticLabel(key.phone, now),
    registered_at: now,
    replaced_at: null,
    last_used_at: lastUsedAt,
  };
  if ((await putFirst(database, credential)).numAffectedRows === 1n) return true;
  // There is a phone in use, or the key is known.
  await endPhoneInUse(database, key.person_id, ticketId, now);
  return (await putNext(database, credential)).numAffectedRows === 1n;
}

const insertCredential = (database: Database, credential: CredentialsTable) =>
  database.insertInto('credentials').values({
    id: credential.id,
    person_id: credential.person_id,
    public_key: credential.public_key,
    counter: credential.counter,
    transports: credential.transports,
    aaguid: credential.aaguid,
    device_type: credential.device_type,
    backed_up: credential.backed_up,
    phone: credential.phone,
    label: credential.label,
    registered_at: credential.registered_at,
    replaced_at: credential.replaced_at,
    last_used_at: credential.last_used_at,
  });

/** Most people have no phone in use yet. */
const putFirst = prepared((database, credential: CredentialsTable) =>
  insertCredential(database, credential).onConflict((conflict) => conflict.doNothing()),
);

/** When another phone was put into use meanwhile, this is an error, with which the transaction begins anew. */
const putNext = prepared((database, credential: CredentialsTable) =>
  insertCredential(database, credential).onConflict((conflict) => conflict.column('id').doNothing()),
);

const candidateOf = (database: Database, ticketId: string) =>
  database.selectFrom('candidates').selectAll().where('ticket_id', '=', ticketId).executeTakeFirst();

/** What the new phone's page needs to sign in for the first time: change of phone. */
export async function provingOptions(
  platform: Platform,
  ticket: Ticket,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const candidate = await candidateOf(platform.database, ticket.id);
  const keys = candidate ? [candidate] : [];
  return await assertionOptions(platform, platform.configuration.portal.origin, ticket.id, keys);
}

/** The new phone has signed in: only now it takes the place of the old one. Undefined when it went well. */
export async function completeProving(
  platform: Platform,
  ticket: Ticket,
  phoneHash: string,
  assertion: Assertion,
): Promise<'stale' | 'rejected' | 'not-verified' | undefined> {
  const { database, clock, configuration } = platform;
  const find = async (id: string) => {
    const candidate = await candidateOf(database, ticket.id);
    return candidate?.id === id ? candidate : undefined;
  };
  const result = await verifyAssertion(platform, configuration.portal.origin, ticket.id, assertion, find);
  if (!result.ok) return result.cause === 'unknown-key' ? 'rejected' : result.cause;
  const now = clock();
  const stored = await transact(database, async (transaction) => {
    await lockPerson(transaction, ticket.person_id);
    if (!(await markRegistered(transaction, ticket.id, phoneHash, result.key.id))) return false;
    const row = await transaction
      .deleteFrom('candidates')
      .where('ticket_id', '=', ticket.id)
      .returningAll()
      .executeTakeFirst();
    if (!row) throw new Error('the candidate is lost');
    const { ticket_id: _, expires_at: __, ...key } = row;
    if (!(await putIntoUse(transaction, { ...key, counter: result.counter }, ticket.id, now, now))) {
      throw new Error('the candidate’s key is somebody’s');
    }
    return true;
  });
  return stored ? undefined : 'stale';
}
