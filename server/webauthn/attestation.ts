import {
  type VerifiedRegistrationResponse,
  type VerifyRegistrationResponseOpts,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { decodeAttestationObject, isoBase64URL } from '@simplewebauthn/server/helpers';

export type NewCredential = NonNullable<VerifiedRegistrationResponse['registrationInfo']>;

/** Octets of a credential id (WebAuthn Level 3, 5.8.3 and 7.1 step 25). */
const longestId = 1023;

/**
 * The library's verification of a new credential, for phones and passkeys alike. Undefined for an answer that does not
 * hold: the library throws for everything that does not fit, and nobody could do anything about the difference.
 */
export async function verifyNewCredential(
  options: VerifyRegistrationResponseOpts,
): Promise<NewCredential | undefined> {
  try {
    if (hasCertificates(options.response.response.attestationObject)) return undefined;
    const { verified, registrationInfo } = await verifyRegistrationResponse(options);
    if (!verified || !registrationInfo) return undefined;
    const { length } = isoBase64URL.toBuffer(registrationInfo.credential.id);
    return length > 0 && length <= longestId ? registrationInfo : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether an attestation object brings certificates. We ask for none, and a browser then leaves them out (WebAuthn
 * Level 3, 5.1.3); whoever sends them all the same has made the answer by hand. Verified, they would prove nothing that
 * is used here, while the library would read them with its parsers of ASN.1, follow a chain to a root that came with
 * them, and fetch the revocation list from wherever they say. Throws for what is no attestation object.
 */
function hasCertificates(attestationObject: string): boolean {
  const object = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject));
  const format = object.get('fmt');
  // Signed by the new key itself: a browser may leave that as it is.
  if (format === 'packed') return object.get('attStmt').get('x5c') !== undefined;
  return format !== 'none';
}
