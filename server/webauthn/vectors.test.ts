import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Database, openDatabase } from '../database/index.ts';
import { hashOf, newToken } from '../http/tokens.ts';
import { verifyPasskey } from '../operator/passkey.ts';
import { type CeremonyResult, completeRegistration } from '../phone/ceremony.ts';
import type { Platform } from '../platform.ts';
import { putTicket, ticketById } from '../ticket/store.ts';
import { type AssertionResult, type StoredKey, verifyAssertion } from './assertion.ts';
import { challengeIn } from './challenges.ts';
import { attestationWithAnAddress, type PublishedVector, publishedVectors } from './published-vectors.ts';

const origin = 'https://example.org';
const now = Date.UTC(2026, 0, 1);
const phone = { hash: 'phone', kind: 'other' } as const;

let database: Database;
let platform: Platform;
const fetched = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('no network here'));

beforeAll(async () => {
  database = await openDatabase({ kind: 'sqlite', file: ':memory:' });
  platform = { configuration: { portal: { origin } }, database, clock: () => now } as Platform;
  await database.insertInto('people').values({ id: 'person', username: 'person', created_at: now }).execute();
});
afterAll(async () => {
  await database.destroy();
  fetched.mockRestore();
});

type Registration = PublishedVector['registration'];
type Authentication = PublishedVector['authentication'];

const octets = (hex: string) => Buffer.from(hex, 'hex');
const base64url = (hex: string) => octets(hex).toString('base64url');
const named = (name: string) => {
  const vector = publishedVectors.find((one) => one.name === name);
  if (!vector) throw new Error(`no vector ${name}`);
  return vector;
};

/** Makes a challenge one that was given to `subject`. */
async function open(subject: string, challenge: string): Promise<void> {
  await database
    .insertInto('challenges')
    .values({ hash: hashOf(challenge), ticket_id: subject, expires_at: now + 60_000 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** A ticket whose phone has logged in, and is about to register. Made anew only when it was used up. */
let unused: string | undefined;
async function ticketInUse() {
  if (unused === undefined) {
    unused = newToken();
    await putTicket(database, {
      id: unused,
      sessionHash: unused,
      personId: 'person',
      secret: unused,
      state: 'waiting',
      now,
      expiresAt: now + 600_000,
      kind: 'registration',
      sheetId: null,
    });
    await database
      .updateTable('tickets')
      .set({ state: 'logged-in', phone_hash: phone.hash, phone_expires_at: now + 600_000 })
      .where('id', '=', unused)
      .execute();
  }
  const ticket = await ticketById(database, unused);
  if (!ticket) throw new Error('no ticket');
  return ticket;
}

const answerOf = (id: string, { clientDataJSON, attestationObject }: Registration) => ({
  id: base64url(id),
  rawId: base64url(id),
  type: 'public-key' as const,
  response: { clientDataJSON: base64url(clientDataJSON), attestationObject: base64url(attestationObject) },
});

/** What the phone's registration comes to, and under which id it is stored; nothing of it stays. */
async function tryToRegister(
  vector: PublishedVector,
  changed: Partial<Registration> = {},
  id = vector.credentialId,
): Promise<{ verdict: string; stored: string[] }> {
  const registration = { ...vector.registration, ...changed };
  const ticket = await ticketInUse();
  await open(ticket.id, base64url(registration.challenge));
  const result = await completeRegistration(platform, ticket, phone, answerOf(id, registration));
  await database.deleteFrom('challenges').execute();
  const stored = await database.deleteFrom('credentials').returning('id').execute();
  expect(stored.length).toBe(result.ok ? 1 : 0);
  if (result.ok) unused = undefined;
  return { verdict: verdict(result), stored: stored.map((row) => row.id) };
}

const register = async (vector: PublishedVector, changed: Partial<Registration> = {}) =>
  (await tryToRegister(vector, changed)).verdict;

/** The key that a vector registers: what is left of the attestation object after the credential id. */
function keyOf({ credentialId, registration }: PublishedVector): StoredKey {
  const [, key = ''] = registration.attestationObject.split(credentialId);
  return {
    id: base64url(credentialId),
    person_id: 'person',
    public_key: base64url(key),
    counter: 0,
    transports: '[]',
  };
}

async function signIn(
  vector: PublishedVector,
  changed: Partial<Authentication> = {},
  id = vector.credentialId,
): Promise<string> {
  const { challenge, clientDataJSON, authenticatorData, signature } = {
    ...vector.authentication,
    ...changed,
  };
  await open('sign-in', base64url(challenge));
  const response = {
    clientDataJSON: base64url(clientDataJSON),
    authenticatorData: base64url(authenticatorData),
    signature: base64url(signature),
  };
  const key = keyOf(vector);
  const assertion = { id: base64url(id), rawId: base64url(id), type: 'public-key' as const, response };
  const result = await verifyAssertion(platform, origin, 'sign-in', assertion, (asked) =>
    Promise.resolve(asked === key.id ? key : undefined),
  );
  await database.deleteFrom('challenges').execute();
  return verdict(result);
}

const verdict = (result: CeremonyResult | AssertionResult) => (result.ok ? 'ok' : result.cause);

/**
 * What each vector has to come to. Whoever was not verified (UV clear) is told so. Registration takes ES256 and RS256
 * only, and no certificates of authenticators: none are asked for. A page in someone's frame is none of ours. Sign-in
 * takes the algorithm from the key as it was registered: that ES384 and its like would verify does no harm, since no
 * such key gets that far.
 */
const verdicts: Record<string, { registration: string; authentication: string }> = {
  'none.ES256': { registration: 'not-verified', authentication: 'not-verified' },
  'packed-self.ES256': { registration: 'ok', authentication: 'not-verified' },
  'none.ES256.crossOrigin': { registration: 'stale', authentication: 'stale' },
  'none.ES256.topOrigin': { registration: 'stale', authentication: 'stale' },
  'none.ES256.long-credential-id': { registration: 'not-verified', authentication: 'ok' },
  'packed.ES256': { registration: 'rejected', authentication: 'ok' },
  'packed.ES384': { registration: 'rejected', authentication: 'ok' },
  'packed.ES512': { registration: 'rejected', authentication: 'not-verified' },
  'packed.RS256': { registration: 'rejected', authentication: 'not-verified' },
  'packed.EdDSA': { registration: 'rejected', authentication: 'not-verified' },
  'packed.Ed448': { registration: 'rejected', authentication: 'rejected' },
  'tpm.ES256': { registration: 'rejected', authentication: 'ok' },
  'android-key.ES256': { registration: 'rejected', authentication: 'not-verified' },
  'apple.ES256': { registration: 'rejected', authentication: 'not-verified' },
  'fido-u2f.ES256': { registration: 'rejected', authentication: 'not-verified' },
};

/** An attestation object of format none for the same new key: what a browser makes of it, since none is asked for. */
function withoutStatement({ registration }: PublishedVector): string {
  const { attestationObject } = registration;
  const data = attestationObject.slice(attestationObject.indexOf(hexOf('authData')));
  return `a363${hexOf('fmt')}64${hexOf('none')}67${hexOf('attStmt')}a068${data}`;
}
const hexOf = (text: string) => Buffer.from(text).toString('hex');

/** The data of the authenticator within an attestation object starts with the hash of the RP id. */
const rpIdHash = createHash('sha256').update('example.org').digest('hex');

describe('the published vectors of WebAuthn Level 3', () => {
  it('are all judged here', () => {
    expect(publishedVectors.map(({ name }) => name)).toEqual(Object.keys(verdicts));
  });

  it.each(publishedVectors)('$name registers as it should', async (vector) => {
    expect(await register(vector)).toBe(verdicts[vector.name]?.registration);
  });

  it.each(publishedVectors)('$name signs in as it should', async (vector) => {
    expect(await signIn(vector)).toBe(verdicts[vector.name]?.authentication);
  });
});

/** What the same new keys come to without a statement, as a browser sends them: by UV and algorithm alone. */
const unattested: Record<string, string> = {
  'none.ES256': 'not-verified',
  'packed-self.ES256': 'ok',
  'packed.ES256': 'ok',
  'packed.ES384': 'rejected',
  'packed.ES512': 'rejected',
  'packed.RS256': 'ok',
  'packed.EdDSA': 'rejected',
  'packed.Ed448': 'rejected',
  'tpm.ES256': 'ok',
  'android-key.ES256': 'ok',
  'apple.ES256': 'not-verified',
  'fido-u2f.ES256': 'not-verified',
};

describe('an attestation that was not asked for', () => {
  it.each(Object.entries(unattested))('left out, %s comes to: %s', async (name, expected) => {
    const vector = named(name);
    expect(await register(vector, { attestationObject: withoutStatement(vector) })).toBe(expected);
  });

  it('makes the server fetch nothing, whatever its certificates name', async () => {
    const vector = named('android-key.ES256');
    const changed = { attestationObject: attestationWithAnAddress };
    expect(await register(vector, changed)).toBe('rejected');
    await open('operator', base64url(vector.registration.challenge));
    const answer = answerOf(vector.credentialId, { ...vector.registration, ...changed });
    expect(await verifyPasskey(platform, origin, 'operator', answer)).toBeUndefined();
    expect(fetched).not.toHaveBeenCalled();
  });
});

/** The same places in every run: one octet changed in some of them, cut short, and more at the end. */
function* variants(hex: string, seed: string): Generator<{ what: string; hex: string; at: number }> {
  const whole = octets(hex);
  const draw = (what: string, below: number) =>
    createHash('sha256').update(`${seed} ${what}`).digest().readUInt32BE() % below;
  for (let index = 0; index < 8; index++) {
    const at = draw(`place ${index}`, whole.length);
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ (1 + draw(`mask ${index}`, 255));
    yield { what: `octet ${at} changed`, hex: changed.toString('hex'), at };
  }
  for (const at of [0, draw('cut', whole.length), whole.length - 1]) {
    yield { what: `cut to ${at}`, hex: whole.subarray(0, at).toString('hex'), at };
  }
  yield { what: 'octets after it', hex: `${hex}0000`, at: whole.length };
}

/** A clientDataJSON with members changed, or left out. */
const client = (hex: string, changed: object) =>
  hexOf(JSON.stringify({ ...(JSON.parse(octets(hex).toString()) as object), ...changed }));

/** What a clientDataJSON must not say, whatever else holds: `create` and `get` alike. */
const lies = (otherType: string) => ({
  'the other type': { type: otherType },
  'no type': { type: undefined },
  'another origin': { origin: 'https://example.org.example' },
  'another port': { origin: `${origin}:8443` },
  'no origin': { origin: undefined },
  'a frame of another site': { crossOrigin: true },
  'a site around ours': { topOrigin: 'https://example.com' },
  'another challenge': { challenge: Buffer.alloc(32, 1).toString('base64url') },
  'no challenge': { challenge: undefined },
  'a challenge that is no text': { challenge: 1 },
});

/** All that are not refused for their frame already. Ed448 never signs in; the others do, but for what is changed. */
const sound = publishedVectors.filter(({ name }) => verdicts[name]?.authentication !== 'stale');

/**
 * Whether a changed ECDSA signature still holds the two numbers. Then it is the same signature in a wrong envelope: the
 * library is not strict about DER, and nobody can make another sign-in of it.
 */
function holdsTheSame({ authentication, algorithm }: PublishedVector, signature: string): boolean {
  if (!algorithm.startsWith('ES')) return false;
  const whole = octets(authentication.signature);
  // SEQUENCE, its length (ES512: in two octets), INTEGER, its length.
  const first = algorithm === 'ES512' ? 3 : 2;
  const second = first + 2 + (whole[first + 1] ?? 0);
  return [first, second].every((at) => {
    const number = whole.subarray(at + 2, at + 2 + (whole[at + 1] ?? 0)).toString('hex');
    return signature.includes(number.replace(/^00/, ''));
  });
}

describe('a sign-in with anything changed in it', () => {
  // That the person was not verified is only told when everything else holds: these must not get that far.
  it.each(sound)('$name is never accepted', async (vector) => {
    const { authentication } = vector;
    for (const field of ['clientDataJSON', 'authenticatorData', 'signature'] as const) {
      for (const { what, hex } of variants(authentication[field], `${vector.name} ${field}`)) {
        const challenge = challengeIn(
          base64url(field === 'clientDataJSON' ? hex : authentication.clientDataJSON),
        );
        // It may even answer to a challenge of ours: the signature still tells.
        if (challenge !== undefined) await open('sign-in', challenge);
        const result = await signIn(vector, { [field]: hex });
        if (field === 'signature' && holdsTheSame(vector, hex)) continue;
        expect([field, what, result]).toEqual([field, what, expect.stringMatching(/^(rejected|stale)$/)]);
      }
    }
    for (const [what, lie] of Object.entries(lies('webauthn.create'))) {
      const clientDataJSON = client(authentication.clientDataJSON, lie);
      const result = await signIn(vector, { clientDataJSON });
      expect([what, result]).toEqual([what, expect.stringMatching(/^(rejected|stale)$/)]);
    }
    const [first = 0] = octets(vector.credentialId);
    const otherId = Buffer.from([first ^ 1, ...octets(vector.credentialId).subarray(1)]).toString('hex');
    expect(await signIn(vector, {}, otherId)).toBe('unknown-key');
    const other = sound.find(({ name }) => name !== vector.name)?.authentication.signature ?? '';
    expect(await signIn(vector, { signature: other })).toBe('rejected');
    expect(await signIn(vector, { challenge: '01'.repeat(32) })).toBe('stale');
  });
});

/** `signed`: attestation none signs nothing, so what it says about site, type and challenge has to be read. */
const registering = publishedVectors
  .filter(({ name }) => verdicts[name]?.registration !== 'stale')
  .flatMap((vector) => [
    { ...vector, signed: vector.name === 'packed-self.ES256' },
    ...(unattested[vector.name] === 'ok'
      ? [
          {
            ...vector,
            name: `${vector.name} without its statement`,
            registration: { ...vector.registration, attestationObject: withoutStatement(vector) },
            signed: false,
          },
        ]
      : []),
  ]);

describe('a registration with anything changed in it', () => {
  it.each(registering)('$name never counts for another site, type or challenge', async (vector) => {
    const { registration, signed } = vector;
    const told = JSON.parse(octets(registration.clientDataJSON).toString()) as Record<string, unknown>;
    const { type, challenge } = told;
    for (const { what, hex } of variants(registration.clientDataJSON, `${vector.name} clientDataJSON`)) {
      const result = await register(vector, { clientDataJSON: hex });
      if (result !== 'ok') continue;
      expect([what, signed]).toEqual([what, false]);
      const accepted: unknown = JSON.parse(octets(hex).toString());
      expect(accepted).toMatchObject({ type, challenge, origin });
      expect(accepted).not.toMatchObject({ crossOrigin: true });
    }
    const { attestationObject } = registration;
    const data = attestationObject.indexOf(rpIdHash) / 2;
    for (const { what, hex, at } of variants(attestationObject, `${vector.name} attestationObject`)) {
      const result = await register(vector, { attestationObject: hex });
      if (result !== 'ok') continue;
      // What follows the object is passed over.
      if (signed) expect([what, at]).toEqual([what, octets(attestationObject).length]);
      expect(
        octets(hex)
          .subarray(data, data + 32)
          .toString('hex'),
      ).toBe(rpIdHash);
    }
    // The hash, and after it the flags for presence, verification and a new key (WebAuthn Level 3, 6.1).
    for (const [at, flag] of [[0], [13], [31], [32, 0x01], [32, 0x04], [32, 0x40]] as const) {
      const changed = octets(attestationObject);
      const octet = changed[data + at] ?? 0;
      changed[data + at] = flag === undefined ? octet ^ 0x10 : octet & ~flag;
      const result = await register(vector, { attestationObject: changed.toString('hex') });
      expect([at, flag, result]).toEqual([at, flag, expect.stringMatching(/^(rejected|not-verified)$/)]);
    }
    for (const [what, lie] of Object.entries(lies('webauthn.get'))) {
      const clientDataJSON = client(registration.clientDataJSON, lie);
      const result = await register(vector, { clientDataJSON });
      expect([what, result]).toEqual([what, expect.stringMatching(/^(rejected|stale)$/)]);
    }
    expect(await register(vector, { challenge: '01'.repeat(32) })).toBe('stale');
  });

  it('is stored under the id that the authenticator gave, whatever the page says', async () => {
    const vector = named('packed-self.ES256');
    const { stored } = await tryToRegister(vector, {}, 'ff'.repeat(32));
    expect(stored).toEqual([base64url(vector.credentialId)]);
  });
});
