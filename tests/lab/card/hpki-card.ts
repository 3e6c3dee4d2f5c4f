import { createPrivateKey } from 'node:crypto';
import { type Bytes, fromHex } from '../der.ts';
import type { Issued } from '../pki/index.ts';
import {
  applicationInformation,
  applicationTemplate,
  certificateObject,
  objectDirectory,
  passwordObject,
  privateKeyObject,
} from './directory.ts';
import type { Application, CardFile, CardImage, CardTraits } from './image.ts';

/**
 * HPKI cards. Two layouts: the one seen on cards of the association, and the informative example of
 * JAHIS 24-002 (HPKI対応ICカードガイドライン Ver. 3.1, annexes A to D).
 */
export type HpkiLayout = 'observed' | 'guideline';

export const HPKI_AID = {
  signature: fromHex('E828BD080FA000000391000000000001'),
  authentication: fromHex('E828BD080FA000000391000000000002'),
} as const;

export const HPKI_ATR = {
  contact: fromHex('3BF41300008131FE45004E0000A2'),
  contactless: fromHex('3B888001004E0000F781D100E0'),
} as const;

/** Consecutive wrong PINs that lock the card; only the issuer can give a new one. */
export const HPKI_MAXIMUM_TRIES = 15;

/**
 * What OpenSC needs of a card beyond the guideline, each proven by switching it off. Off unless a card is to
 * be read by OpenSC: a reader of our own must not meet a card kinder than real ones.
 */
export type OpenscConcessions = {
  /**
   * EF.DIR, found by SELECT with P1=08. The authentication application stands first: a browser's certificate store
   * that has seen the reader empty knows one slot of it, and OpenSC puts the first application there.
   */
  readonly applicationDirectory: boolean;
  /** File control parameters in the answer to SELECT EF. */
  readonly fileControl: boolean;
  readonly keepPinOnReselect: boolean;
  /** PSO accepts a DigestInfo beside the padded block. */
  readonly padsDigestInfo: boolean;
  /** Two-byte paths in EF.OD and EF.CD in place of the guideline's one-byte paths by SFI. */
  readonly twoBytePaths: boolean;
  /** SELECT with P1=00 and 09. */
  readonly selectByPath: boolean;
};

export const NO_CONCESSIONS: OpenscConcessions = {
  applicationDirectory: false,
  fileControl: false,
  keepPinOnReselect: false,
  padsDigestInfo: false,
  twoBytePaths: false,
  selectByPath: false,
};

export const ALL_CONCESSIONS: OpenscConcessions = {
  applicationDirectory: true,
  fileControl: true,
  keepPinOnReselect: true,
  padsDigestInfo: true,
  twoBytePaths: true,
  selectByPath: true,
};

export type HpkiCardOptions = {
  readonly layout: HpkiLayout;
  readonly atr: Bytes;
  readonly authentication?: HpkiApplicationOptions;
  readonly signature?: HpkiApplicationOptions;
  /** The authorities' certificates, from the issuing one up to the root. */
  readonly concessions: OpenscConcessions;
  readonly traits: Partial<CardTraits>;
};

export type HpkiApplicationOptions = {
  readonly issued: Issued;
  /** DER of the issuing authority and of the root. */
  readonly chain: readonly [issuer: Bytes, root: Bytes];
  readonly pin: string;
  readonly triesLeft: number;
  /** In place of the certificate's own bytes. */
  readonly certificateContent?: Bytes;
};

type Places = {
  readonly objectDirectory: Place;
  readonly applicationInformation: Place;
  readonly authObjects: Place;
  readonly privateKeys: Place;
  readonly certificates: Place;
  readonly pin: Place & { readonly reference: number };
  readonly key: Place & { readonly reference: number };
  readonly certificate: Place;
  readonly issuer: Place;
  readonly root: Place;
  /** Listed in EF.OD, and never written. */
  readonly publicKeys?: Place;
  readonly dataContainers?: Place;
};
type Place = { readonly fid: number; readonly sfi?: number };

/** An allocated file that nobody has written to. */
const NEVER_WRITTEN = new Uint8Array(16);

const PLACES: Record<HpkiLayout, Places> = {
  observed: {
    objectDirectory: { fid: 0x5031, sfi: 0x11 },
    applicationInformation: { fid: 0x5032, sfi: 0x12 },
    authObjects: { fid: 0x0001, sfi: 0x01 },
    privateKeys: { fid: 0x0002, sfi: 0x02 },
    publicKeys: { fid: 0x0003, sfi: 0x03 },
    certificates: { fid: 0x0004, sfi: 0x04 },
    dataContainers: { fid: 0x0005, sfi: 0x05 },
    pin: { fid: 0x0008, sfi: 0x08, reference: 0x88 },
    key: { fid: 0x000c, sfi: 0x0c, reference: 0x0c },
    // Whether real cards read certificates by SFI is not known, so this one does not.
    certificate: { fid: 0x0016 },
    issuer: { fid: 0x0017 },
    root: { fid: 0x0018 },
  },
  guideline: {
    objectDirectory: { fid: 0x5031, sfi: 0x11 },
    applicationInformation: { fid: 0x5032, sfi: 0x12 },
    authObjects: { fid: 0x0013, sfi: 0x13 },
    privateKeys: { fid: 0x0014, sfi: 0x14 },
    certificates: { fid: 0x0015, sfi: 0x15 },
    // FID 0016 is the PIN here and the certificate on observed cards: a reader that guesses, fails.
    pin: { fid: 0x0016, sfi: 0x16, reference: 0x96 },
    key: { fid: 0x0017, sfi: 0x17, reference: 0x17 },
    certificate: { fid: 0x0018, sfi: 0x18 },
    root: { fid: 0x0019, sfi: 0x19 },
    issuer: { fid: 0x001a, sfi: 0x1a },
  },
};

/** How EF.OD and EF.CD of a layout name a file: by file identifier, or one byte with the SFI (SFI × 8). */
function pathOf(place: Place, layout: HpkiLayout, twoBytes: boolean): Bytes {
  return layout === 'guideline' && !twoBytes && place.sfi !== undefined
    ? Uint8Array.of(place.sfi << 3)
    : Uint8Array.of(place.fid >> 8, place.fid & 0xff);
}

function application(
  use: 'authentication' | 'signature',
  layout: HpkiLayout,
  options: HpkiApplicationOptions,
  twoBytePaths: boolean,
): Application {
  const places = PLACES[layout];
  const pathTo = (place: Place) => pathOf(place, layout, twoBytePaths);
  const privateKey = createPrivateKey(options.issued.key.pem);
  const id = Uint8Array.of(0x01);
  const authId = Uint8Array.of(places.pin.fid & 0xff);
  const file = (place: Place, content: Bytes): CardFile => ({ kind: 'transparent', ...place, content });
  const [issuer, root] = options.chain;
  return {
    aid: HPKI_AID[use],
    files: [
      file(
        places.objectDirectory,
        objectDirectory([
          ['privateKeys', pathTo(places.privateKeys)],
          ...(places.publicKeys ? ([['publicKeys', pathTo(places.publicKeys)]] as const) : []),
          ['certificates', pathTo(places.certificates)],
          ...(places.dataContainers ? ([['dataContainers', pathTo(places.dataContainers)]] as const) : []),
          ['authObjects', pathTo(places.authObjects)],
        ]),
      ),
      file(
        places.applicationInformation,
        applicationInformation(fromHex(options.issued.serial), 'HPKI Application'),
      ),
      file(
        places.authObjects,
        passwordObject({
          label: 'PIN',
          authId,
          reference: places.pin.reference,
          minimumLength: 4,
          storedLength: layout === 'observed' ? 0 : 16,
          maximumLength: 16,
        }),
      ),
      file(
        places.privateKeys,
        privateKeyObject({
          label: 'Private key of HPKI',
          id,
          authId,
          path: pathTo(places.key),
          keyReference: places.key.reference,
          usage: use,
          modulusBits: 2048,
        }),
      ),
      ...(places.publicKeys ? [file(places.publicKeys, NEVER_WRITTEN)] : []),
      file(
        places.certificates,
        new Uint8Array(
          Buffer.concat([
            certificateObject({ label: 'HPKI END ENTITY CERTIFICATE', id, path: pathTo(places.certificate) }),
            certificateObject({
              label: 'MHLW CA CERTIFICATE',
              id: Uint8Array.of(0x02),
              path: pathTo(places.root),
            }),
            certificateObject({
              label: 'HPKI CA CERTIFICATE',
              id: Uint8Array.of(0x03),
              path: pathTo(places.issuer),
            }),
          ]),
        ),
      ),
      ...(places.dataContainers ? [file(places.dataContainers, NEVER_WRITTEN)] : []),
      {
        kind: 'pin',
        ...places.pin,
        value: options.pin,
        minimumLength: 4,
        maximumLength: 16,
        maximumTries: HPKI_MAXIMUM_TRIES,
        triesLeft: options.triesLeft,
      },
      { kind: 'key', ...places.key, privateKey, pin: places.pin.fid, pinPerUse: use === 'signature' },
      file(places.certificate, options.certificateContent ?? options.issued.certificate.der),
      file(places.issuer, issuer),
      file(places.root, root),
    ],
  };
}

/** The image of an HPKI card with one or both of the applications. */
export function hpkiCardImage(options: HpkiCardOptions): CardImage {
  const { concessions, layout } = options;
  const applications = (['signature', 'authentication'] as const).flatMap((use) => {
    const chosen = options[use];
    return chosen === undefined ? [] : [application(use, layout, chosen, concessions.twoBytePaths)];
  });
  return {
    atr: options.atr,
    applications,
    masterFiles: concessions.applicationDirectory
      ? [{ kind: 'transparent', fid: 0x2f00, content: directoryOf([...applications].reverse()) }]
      : [],
    traits: {
      extendedLength: true,
      selectMethods: [
        0x02,
        0x04,
        ...(concessions.applicationDirectory ? [0x08] : []),
        ...(concessions.selectByPath ? [0x00, 0x09] : []),
      ],
      partialNames: true,
      fileControl: concessions.fileControl,
      keepPinOnReselect: concessions.keepPinOnReselect,
      padsDigestInfo: concessions.padsDigestInfo,
      signsWithClass80: layout === 'observed',
      shortRead: '6282',
      responsesByGetResponse: false,
      blockedStatus: '6983',
      emptyVerifyTellsVerified: true,
      ...options.traits,
    },
  };
}

function directoryOf(applications: readonly Application[]): Bytes {
  const label = ({ aid }: Application) => (aid.at(-1) === 0x01 ? 'HPKI Signature' : 'HPKI Authentication');
  return new Uint8Array(Buffer.concat(applications.map((one) => applicationTemplate(one.aid, label(one)))));
}
