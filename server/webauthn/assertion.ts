import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  type PublicKeyCredentialRequestOptionsJSON,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server';
import * as v from 'valibot';
import type { Platform } from '../platform.ts';
import { base64url, newChallenge, relyingPartyId, takeChallenge, timeout } from './challenges.ts';

/** A key that may sign, as it is stored. */
export interface StoredKey {
  id: string;
  person_id: string;
  public_key: string;
  counter: number;
  /** JSON array of strings. */
  transports: string;
}

type Clocked = Pick<Platform, 'database' | 'clock'>;

/** What a page needs for navigator.credentials.get(). With no `keys` the device offers what it has for this site. */
export async function assertionOptions(
  platform: Clocked,
  origin: string,
  subject: string,
  keys: readonly Pick<StoredKey, 'id' | 'transports'>[],
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const challenge = await newChallenge(platform, subject);
  return await generateAuthenticationOptions({
    rpID: relyingPartyId(origin),
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    timeout,
    userVerification: 'required',
    allowCredentials: keys.map(({ id, transports }) => ({ id, transports: parseTransports(transports) })),
  });
}

/** AuthenticationResponseJSON (WebAuthn Level 3, 5.1) as far as it is used here. Unknown members are passed over. */
export const assertionSchema = v.object({
  id: base64url(1400),
  rawId: base64url(1400),
  type: v.literal('public-key'),
  response: v.object({
    clientDataJSON: base64url(8000),
    authenticatorData: base64url(4000),
    signature: base64url(4000),
    userHandle: v.optional(v.nullable(base64url(200))),
  }),
});
export type Assertion = v.InferOutput<typeof assertionSchema>;

export type AssertionResult =
  | { ok: true; key: StoredKey; counter: number }
  | { ok: false; cause: 'stale' | 'unknown-key' | 'not-verified' | 'rejected' };

/** Verifies an answer of navigator.credentials.get(). `find` gives the key by its credential id. */
export async function verifyAssertion(
  platform: Clocked,
  origin: string,
  subject: string,
  assertion: Assertion,
  find: (credentialId: string) => Promise<StoredKey | undefined>,
): Promise<AssertionResult> {
  const { response } = assertion;
  const challenge = await takeChallenge(platform, subject, response.clientDataJSON);
  if (challenge === undefined) return { ok: false, cause: 'stale' };
  const key = await find(assertion.id);
  if (!key) return { ok: false, cause: 'unknown-key' };
  // Discoverable credentials name their owner; WebAuthn Level 3, 7.2 step 6.
  if (response.userHandle && response.userHandle !== key.person_id) return { ok: false, cause: 'rejected' };
  try {
    const { userHandle: _, ...rest } = response;
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...assertion, response: rest, clientExtensionResults: {} } as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: relyingPartyId(origin),
      credential: {
        id: key.id,
        publicKey: new Uint8Array(Buffer.from(key.public_key, 'base64url')),
        counter: key.counter,
      },
      // Checked below: it has an answer of its own.
      requireUserVerification: false,
    });
    if (!verified) return { ok: false, cause: 'rejected' };
    if (!authenticationInfo.userVerified) return { ok: false, cause: 'not-verified' };
    return { ok: true, key, counter: authenticationInfo.newCounter };
  } catch {
    // The library throws for everything that does not fit; the device can do nothing about the difference.
    return { ok: false, cause: 'rejected' };
  }
}

export function parseTransports(json: string): string[] {
  const result = v.safeParse(v.array(v.string()), JSON.parse(json));
  return result.success ? result.output : [];
}
