import { type Bytes, fromHex } from '../der.ts';
import type { AuthorityId, Issued, PersonId, TestPki } from '../pki/index.ts';
import {
  ALL_CONCESSIONS,
  HPKI_ATR,
  HPKI_MAXIMUM_TRIES,
  type HpkiApplicationOptions,
  type HpkiLayout,
  hpkiCardImage,
  NO_CONCESSIONS,
  type OpenscConcessions,
} from './hpki-card.ts';
import type { CardImage, CardTraits } from './image.ts';
import { JPKI_ATR, JPKI_MAXIMUM_TRIES, jpkiCardImage } from './jpki-card.ts';
import { VirtualCard } from './virtual-card.ts';

/** The PIN of every virtual card; four digits, as pharmacists' cards have it. */
export const TEST_PIN = '1234';

/** The signature PIN of a My Number card: 6 to 16 letters and digits. */
export const TEST_JPKI_SIGNATURE_PIN = 'TEST1234';

type HpkiProfile = {
  readonly kind: 'hpki';
  readonly person: PersonId;
  readonly layout?: HpkiLayout;
  readonly interface?: 'contact' | 'contactless';
  /** Applications left out: a card may carry only one of the two. */
  readonly without?: 'authentication' | 'signature';
  readonly triesLeft?: { readonly authentication?: number; readonly signature?: number };
};
type OtherProfile =
  | { readonly kind: 'jpki'; readonly person: PersonId; readonly interface?: 'contact' | 'contactless' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'mute' };
type Profile = (HpkiProfile | OtherProfile) & { readonly about: string };

/** Every card the lab can insert. */
export const PROFILES = {
  pharmacist: { kind: 'hpki', person: 'pharmacist', about: 'pharmacist, layout seen on cards' },
  'pharmacist-guideline-layout': {
    kind: 'hpki',
    person: 'pharmacist',
    layout: 'guideline',
    about: "the same pharmacist, layout of the guideline's example",
  },
  'pharmacist-contactless': {
    kind: 'hpki',
    person: 'pharmacist',
    interface: 'contactless',
    about: 'the same pharmacist on a contactless reader',
  },
  'pharmacist-2': { kind: 'hpki', person: 'pharmacist-2', about: 'a second pharmacist' },
  doctor: { kind: 'hpki', person: 'doctor', about: 'a medical doctor' },
  'no-role': { kind: 'hpki', person: 'no-role', about: 'certificate without hcRole, which is no fault' },
  expired: { kind: 'hpki', person: 'expired', about: 'certificates expired' },
  expiring: { kind: 'hpki', person: 'expiring', about: 'certificates valid for less than 30 days' },
  'not-yet-valid': { kind: 'hpki', person: 'not-yet-valid', about: 'certificates valid from next month on' },
  revoked: { kind: 'hpki', person: 'revoked', about: 'certificates in the revoking CRL' },
  'unknown-ca': {
    kind: 'hpki',
    person: 'unknown-ca',
    about: 'authentication certificate of an authority nobody trusts',
  },
  'pin-locked': {
    kind: 'hpki',
    person: 'pin-locked',
    triesLeft: { authentication: 0 },
    about: 'authentication PIN locked',
  },
  'pin-1-left': {
    kind: 'hpki',
    person: 'pin-1-left',
    triesLeft: { authentication: 1 },
    about: 'one authentication PIN try left',
  },
  'signature-only': {
    kind: 'hpki',
    person: 'signature-only',
    without: 'authentication',
    about: 'no authentication application',
  },
  mynumber: { kind: 'jpki', person: 'mynumber', about: 'My Number card with JPKI' },
  'mynumber-contactless': {
    kind: 'jpki',
    person: 'mynumber',
    interface: 'contactless',
    about: 'My Number card on a contactless reader',
  },
  'foreign-card': { kind: 'foreign', about: 'a transport card: neither HPKI nor JPKI' },
  mute: { kind: 'mute', about: 'no answer to reset: upside down, or broken' },
} as const satisfies Record<string, Profile>;
export type ProfileId = keyof typeof PROFILES;

export function isProfileId(text: string): text is ProfileId {
  return Object.hasOwn(PROFILES, text);
}

export type CardOptions = {
  /** All concessions to OpenSC, or some; none by default. */
  readonly opensc?: boolean | Partial<OpenscConcessions>;
  /** Extended Lc and Le; true by default. */
  readonly extendedLength?: boolean;
  /** Content of the authentication certificate's file in place of the certificate. */
  readonly certificateContent?: Bytes;
  readonly traits?: Partial<CardTraits>;
};

// A FeliCa card as PC/SC readers report it (PC/SC part 3: RID A000000306, standard 11, name 003B).
const FELICA_ATR = fromHex('3B8F8001804F0CA0000003061100 3B0000000042');

/** Makes a new card of a profile, in the state it leaves the issuer: counters as the profile says. */
export function makeCard(pki: TestPki, id: ProfileId, options: CardOptions = {}): VirtualCard {
  return new VirtualCard(imageOf(pki, PROFILES[id], options));
}

function imageOf(pki: TestPki, profile: Profile, options: CardOptions): CardImage {
  const traits: Partial<CardTraits> = {
    ...(options.extendedLength === undefined ? {} : { extendedLength: options.extendedLength }),
    ...options.traits,
  };
  switch (profile.kind) {
    case 'hpki':
      return hpkiImage(pki, profile, options, traits);
    case 'jpki': {
      const person = pki.persons[profile.person];
      const use = (which: 'authentication' | 'signature', pin: string) => {
        const issued = present(person[which], profile.person);
        return {
          issued,
          issuer: issuerOf(pki, issued).certificate.der,
          pin,
          triesLeft: JPKI_MAXIMUM_TRIES[which],
        };
      };
      return jpkiCardImage({
        atr: JPKI_ATR[profile.interface ?? 'contact'],
        authentication: use('authentication', TEST_PIN),
        signature: use('signature', TEST_JPKI_SIGNATURE_PIN),
        traits,
      });
    }
    case 'foreign':
      return strangerImage(FELICA_ATR, traits);
    case 'mute':
      return strangerImage(undefined, traits);
  }
}

function hpkiImage(
  pki: TestPki,
  profile: HpkiProfile,
  options: CardOptions,
  traits: Partial<CardTraits>,
): CardImage {
  const person = pki.persons[profile.person];
  const use = (which: 'authentication' | 'signature'): HpkiApplicationOptions => {
    const issued = present(person[which], profile.person);
    return {
      issued,
      chain: [issuerOf(pki, issued).certificate.der, pki.authorities.root.certificate.der],
      pin: TEST_PIN,
      triesLeft: profile.triesLeft?.[which] ?? HPKI_MAXIMUM_TRIES,
      ...(which === 'authentication' && options.certificateContent !== undefined
        ? { certificateContent: options.certificateContent }
        : {}),
    };
  };
  return hpkiCardImage({
    layout: profile.layout ?? 'observed',
    atr: HPKI_ATR[profile.interface ?? 'contact'],
    ...(profile.without === 'authentication' ? {} : { authentication: use('authentication') }),
    ...(profile.without === 'signature' ? {} : { signature: use('signature') }),
    concessions: concessionsOf(options.opensc),
    traits,
  });
}

function concessionsOf(choice: CardOptions['opensc']): OpenscConcessions {
  if (choice === true) return ALL_CONCESSIONS;
  return choice === undefined || choice === false ? NO_CONCESSIONS : { ...NO_CONCESSIONS, ...choice };
}

function strangerImage(atr: Bytes | undefined, traits: Partial<CardTraits>): CardImage {
  return {
    atr,
    applications: [],
    masterFiles: [],
    traits: {
      extendedLength: false,
      selectMethods: [0x00, 0x02, 0x04],
      partialNames: false,
      fileControl: false,
      keepPinOnReselect: false,
      padsDigestInfo: false,
      signsWithClass80: false,
      shortRead: '6282',
      responsesByGetResponse: false,
      blockedStatus: '6983',
      emptyVerifyTellsVerified: true,
      ...traits,
    },
  };
}

function present(issued: Issued | undefined, person: PersonId): Issued {
  if (issued === undefined) throw new Error(`the test PKI has no such certificate for ${person}`);
  return issued;
}

function issuerOf(pki: TestPki, issued: Issued) {
  const wanted = JSON.stringify(issued.issuer);
  const ids = Object.keys(pki.authorities) as AuthorityId[];
  const id = ids.find((candidate) => JSON.stringify(pki.authorities[candidate].subject) === wanted);
  if (id === undefined) throw new Error('the test PKI has no such authority');
  return pki.authorities[id];
}
