import {
  type Bytes,
  concat,
  contextConstructed,
  contextPrimitive,
  enumerated,
  integer,
  integerFromBytes,
  namedBits,
  octetString,
  sequence,
  tlv,
  utf8String,
} from '../der.ts';

/** The directory files of a cryptographic information application (ISO/IEC 7816-15), in DER. */

const path = (file: Bytes): Bytes => sequence(octetString(file));

/** Which part of EF.OD points to which directory file: the CIO choice's tag numbers. */
export const DIRECTORY_KIND = {
  privateKeys: 0,
  publicKeys: 1,
  certificates: 4,
  dataContainers: 7,
  authObjects: 8,
} as const;

/** EF.OD: one path for each directory file. */
export function objectDirectory(
  entries: readonly (readonly [kind: keyof typeof DIRECTORY_KIND, path: Bytes])[],
): Bytes {
  return concat(...entries.map(([kind, file]) => contextConstructed(DIRECTORY_KIND[kind], path(file))));
}

/** EF.CIAInfo (TokenInfo of PKCS #15). */
export function applicationInformation(serialNumber: Bytes, label: string): Bytes {
  const PRN_GENERATION = 2;
  return sequence(
    integer(1),
    octetString(serialNumber),
    contextPrimitive(0, new TextEncoder().encode(label)),
    namedBits([PRN_GENERATION]),
  );
}

export type PasswordObject = {
  readonly label: string;
  readonly authId: Bytes;
  /** P2 of VERIFY, encoded without sign. */
  readonly reference: number;
  readonly minimumLength: number;
  readonly storedLength: number;
  readonly maximumLength: number;
};

/** One entry of EF.AOD: a local, case-sensitive, initialised UTF-8 password. */
export function passwordObject(password: PasswordObject): Bytes {
  const CASE_SENSITIVE = 0;
  const LOCAL = 1;
  const INITIALIZED = 4;
  const MODIFIABLE = 0;
  const reference = integerFromBytes(Uint8Array.of(password.reference >> 8, password.reference & 0xff));
  return sequence(
    sequence(utf8String(password.label), namedBits([MODIFIABLE])),
    sequence(octetString(password.authId)),
    contextConstructed(
      1,
      sequence(
        namedBits([CASE_SENSITIVE, LOCAL, INITIALIZED]),
        enumerated(2),
        integer(password.minimumLength),
        integer(password.storedLength),
        integer(password.maximumLength),
        contextPrimitive(0, reference.slice(2)),
      ),
    ),
  );
}

export type CertificateObject = {
  readonly label: string;
  /** Shared with the private key that belongs to it. */
  readonly id: Bytes;
  readonly path: Bytes;
};

/** One entry of EF.CD: an X.509 certificate. */
export function certificateObject(certificate: CertificateObject): Bytes {
  return sequence(
    sequence(utf8String(certificate.label)),
    sequence(octetString(certificate.id)),
    contextConstructed(1, sequence(path(certificate.path))),
  );
}

export type PrivateKeyObject = {
  readonly label: string;
  readonly id: Bytes;
  readonly authId: Bytes;
  readonly path: Bytes;
  readonly keyReference: number;
  readonly usage: 'authentication' | 'signature';
  readonly modulusBits: number;
};

/** One entry of EF.PrKD: an RSA private key behind a password. */
export function privateKeyObject(key: PrivateKeyObject): Bytes {
  const PRIVATE = 0;
  const SIGN = 2;
  const NON_REPUDIATION = 9;
  const SENSITIVE = 0;
  const NEVER_EXTRACTABLE = 3;
  return sequence(
    sequence(
      utf8String(key.label),
      namedBits([PRIVATE]),
      octetString(key.authId),
      // userConsent: the PIN counts for one signature.
      ...(key.usage === 'signature' ? [integer(1)] : []),
    ),
    sequence(
      octetString(key.id),
      namedBits(key.usage === 'signature' ? [SIGN, NON_REPUDIATION] : [SIGN]),
      namedBits([SENSITIVE, NEVER_EXTRACTABLE]),
      integer(key.keyReference),
    ),
    contextConstructed(1, sequence(path(key.path), integer(key.modulusBits))),
  );
}

/** One entry of EF.DIR: an application template with its identifier and label. */
export function applicationTemplate(aid: Bytes, label: string): Bytes {
  return tlv(0x61, tlv(0x4f, aid), tlv(0x50, new TextEncoder().encode(label)));
}
