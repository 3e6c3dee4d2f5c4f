import {
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import type * as v from 'valibot';
import type { OperatorsTable } from '../database/index.ts';
import type { registrationResponseSchema } from '../phone/ceremony.ts';
import type { Platform } from '../platform.ts';
import { verifyNewCredential } from '../webauthn/attestation.ts';
import { algorithms, newChallenge, relyingPartyId, takeChallenge, timeout } from '../webauthn/challenges.ts';
import type { NewOperatorKey } from './store.ts';

/** What the enrolment page needs for navigator.credentials.create(). Any authenticator will do that verifies its owner. */
export async function passkeyOptions(
  platform: Platform,
  origin: string,
  subject: string,
  operator: OperatorsTable,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const challenge = await newChallenge(platform, subject);
  return await generateRegistrationOptions({
    rpName: 'HPKI 登録サイト 運用者',
    rpID: relyingPartyId(origin),
    userName: operator.name,
    userDisplayName: operator.name,
    userID: new Uint8Array(Buffer.from(operator.id, 'base64url')),
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    timeout,
    attestationType: 'none',
    // Sign-in asks for no name, so the key has to be found by the authenticator.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: algorithms,
  });
}

/** The new passkey, undefined when the answer does not hold. */
export async function verifyPasskey(
  platform: Platform,
  origin: string,
  subject: string,
  answer: v.InferOutput<typeof registrationResponseSchema>,
): Promise<NewOperatorKey | undefined> {
  const challenge = await takeChallenge(platform, subject, answer.response.clientDataJSON);
  if (challenge === undefined) return undefined;
  const verified = await verifyNewCredential({
    response: { ...answer, clientExtensionResults: {} } as RegistrationResponseJSON,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: relyingPartyId(origin),
    requireUserVerification: true,
    supportedAlgorithmIDs: algorithms,
  });
  if (!verified) return undefined;
  const { id, publicKey, counter } = verified.credential;
  return {
    id,
    public_key: Buffer.from(publicKey).toString('base64url'),
    counter,
    transports: JSON.stringify(answer.response.transports ?? []),
  };
}
