import { createPrivateKey } from 'node:crypto';
import { type Bytes, fromHex } from '../der.ts';
import type { Issued } from '../pki/index.ts';
import type { CardImage, CardTraits } from './image.ts';

/** The JPKI application of a My Number card, as OpenSC's driver and public readers of it describe it. */
export const JPKI_AID = fromHex('D392F000260100000001');

export const JPKI_ATR = {
  contact: fromHex('3BE000FF8131FE4514'),
  contactless: fromHex('3B888001000041E0B381A1003B'),
} as const;

export const JPKI_MAXIMUM_TRIES = { authentication: 3, signature: 5 } as const;

export type JpkiCardOptions = {
  readonly atr: Bytes;
  readonly authentication: JpkiUse;
  readonly signature: JpkiUse;
  readonly traits: Partial<CardTraits>;
};

export type JpkiUse = {
  readonly issued: Issued;
  /** DER of the issuing authority. */
  readonly issuer: Bytes;
  readonly pin: string;
  readonly triesLeft: number;
};

/** The image of a My Number card with JPKI's application alone; the others hold personal data. */
export function jpkiCardImage(options: JpkiCardOptions): CardImage {
  const { authentication, signature } = options;
  return {
    atr: options.atr,
    masterFiles: [],
    applications: [
      {
        aid: JPKI_AID,
        files: [
          { kind: 'transparent', fid: 0x000a, content: authentication.issued.certificate.der },
          { kind: 'transparent', fid: 0x000b, content: authentication.issuer },
          // Name and address stand in the signature certificate, so reading it needs the PIN.
          { kind: 'transparent', fid: 0x0001, content: signature.issued.certificate.der, readPin: 0x001b },
          { kind: 'transparent', fid: 0x0002, content: signature.issuer },
          {
            kind: 'pin',
            fid: 0x0018,
            value: authentication.pin,
            minimumLength: 4,
            maximumLength: 4,
            maximumTries: JPKI_MAXIMUM_TRIES.authentication,
            triesLeft: authentication.triesLeft,
          },
          {
            kind: 'pin',
            fid: 0x001b,
            value: signature.pin,
            minimumLength: 6,
            maximumLength: 16,
            maximumTries: JPKI_MAXIMUM_TRIES.signature,
            triesLeft: signature.triesLeft,
          },
          {
            kind: 'key',
            fid: 0x0017,
            privateKey: createPrivateKey(authentication.issued.key.pem),
            pin: 0x0018,
            pinPerUse: false,
          },
          {
            kind: 'key',
            fid: 0x001a,
            privateKey: createPrivateKey(signature.issued.key.pem),
            pin: 0x001b,
            pinPerUse: false,
          },
        ],
      },
    ],
    traits: {
      extendedLength: true,
      selectMethods: [0x02, 0x04],
      partialNames: false,
      fileControl: false,
      keepPinOnReselect: false,
      padsDigestInfo: false,
      signsWithClass80: true,
      shortRead: '9000',
      responsesByGetResponse: false,
      blockedStatus: '63C0',
      emptyVerifyTellsVerified: false,
      ...options.traits,
    },
  };
}
