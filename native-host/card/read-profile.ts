import { CertificateFormatError, readCertificateProfile } from '../../common/certificate/index.ts';
import type { CardFacts } from '../../common/protocol/index.ts';

/** The fields of one DER certificate from a card. Loads the X.509 reader, so it is imported when first needed. */
export function readProfile(der: Uint8Array): NonNullable<CardFacts['certificate']> {
  try {
    return { form: 'read', profile: readCertificateProfile(der) };
  } catch (error) {
    const code = error instanceof CertificateFormatError ? error.code : 'not-a-certificate';
    return { form: 'malformed', code, length: der.length };
  }
}
