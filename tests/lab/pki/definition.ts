import type { Name } from './certificate.ts';
import { ROLE_CODE_SYSTEM } from './hc-role.ts';

/**
 * The test PKI as data: which authorities exist and whom they issue to.
 * The profile is that of HPKI and JPKI certificates as far as it is publicly known; every subject says that
 * it is a test, and none of the keys exists anywhere but in the cache of the machine that made it.
 */

/** Raise it when the code that encodes certificates changes; the tables below count by themselves. */
export const PKI_VERSION = 1;

const TEST = [
  ['C', 'JP'],
  ['O', 'hpki-navi test'],
  ['OU', 'not a real CA'],
] as const satisfies Name;

type AuthorityDefinition = {
  readonly subject: Name;
  /** Self-signed when absent. */
  readonly issuer?: string;
  readonly serial: string;
  /** Certificate policy in the authority's own certificate. */
  readonly policy?: string;
};

/** HPKI certificate policies (HPKI-PKI 1.2.392.100495.1.5): `.1.1.` signature, `.1.2.` authentication. */
export const SIGNATURE_POLICY = '1.2.392.100495.1.5.1.1.3.1';
export const AUTHENTICATION_POLICY = '1.2.392.100495.1.5.1.2.3.1';

export const AUTHORITIES = {
  root: { subject: [...TEST, ['CN', 'HPKI test Root CA']], serial: '01' },
  hpkiAuthentication: {
    subject: [...TEST, ['CN', 'HPKI-01-HPKI_JV2-forAuthentication-forIndividual']],
    issuer: 'root',
    serial: '02',
    policy: AUTHENTICATION_POLICY,
  },
  hpkiSignature: {
    subject: [...TEST, ['CN', 'HPKI-01-HPKI_JV2-forNonRepudiation']],
    issuer: 'root',
    serial: '03',
    policy: SIGNATURE_POLICY,
  },
  medisAuthentication: {
    subject: [...TEST, ['CN', 'HPKI-01-MedisAuthCA2-forAuthentication-forIndividual']],
    issuer: 'root',
    serial: '04',
    policy: AUTHENTICATION_POLICY,
  },
  medisSignature: {
    subject: [...TEST, ['CN', 'HPKI-01-MedisSignCA2-forNonRepudiation']],
    issuer: 'root',
    serial: '05',
    policy: SIGNATURE_POLICY,
  },
  // A card is taken for JPKI's by O and OU, so these two stay; the second OU says that it is a test.
  jpkiAuthentication: {
    subject: [
      ['C', 'JP'],
      ['O', 'JPKI'],
      ['OU', 'JPKI for user authentication'],
      ['OU', 'hpki-navi test, not a real CA'],
    ],
    serial: '01',
  },
  jpkiSignature: {
    subject: [
      ['C', 'JP'],
      ['O', 'JPKI'],
      ['OU', 'JPKI for digital signature'],
      ['OU', 'hpki-navi test, not a real CA'],
    ],
    serial: '01',
  },
  // Looks like the HPKI authentication CA in its CN, but nobody was told to trust it.
  unrelated: {
    subject: [
      ['C', 'JP'],
      ['O', 'hpki-navi test unrelated'],
      ['OU', 'not a real CA'],
      ['CN', 'HPKI-01-HPKI_JV2-forAuthentication-forIndividual'],
    ],
    serial: '01',
  },
  tls: { subject: [...TEST, ['CN', 'hpki-navi test TLS CA']], serial: '01' },
} as const satisfies Record<string, AuthorityDefinition>;
export type AuthorityId = keyof typeof AUTHORITIES;

/** Validity relative to the day the PKI was made, in days. */
type Validity = { readonly fromDays: number; readonly toDays: number };
const ONE_YEAR = { fromDays: -35, toDays: 330 } as const satisfies Validity;

export type PersonDefinition = {
  readonly subject: Name;
  readonly alternativeName?: Name;
  /** hcRole in words, or none. */
  readonly role?: string;
  readonly validity: Validity;
  readonly authentication?: { readonly issuer: AuthorityId; readonly serial: string };
  readonly signature?: { readonly issuer: AuthorityId; readonly serial: string };
  /** Stands in the revoking CRL of its issuers. */
  readonly revoked?: true;
};

/** A pharmacist of the Japan Pharmaceutical Association: the username is `serialNumber`, number + "-jpa". */
function pharmacist(number: string, serials: readonly [authentication: string, signature: string]) {
  return {
    subject: [
      ['C', 'JP'],
      ['CN', `${number} JPATEST`],
      ['serialNumber', `T${number}-jpa`],
    ],
    role: 'Pharmacist',
    validity: ONE_YEAR,
    authentication: { issuer: 'hpkiAuthentication', serial: serials[0] },
    signature: { issuer: 'hpkiSignature', serial: serials[1] },
  } as const satisfies PersonDefinition;
}

export const PERSONS = {
  // As on the manual's step (5): 00100 JPATEST, 01513B; and step (8): t00100-jpa.
  pharmacist: pharmacist('00100', ['01513B', '01523B']),
  'pharmacist-2': pharmacist('00200', ['01513C', '01523C']),
  expired: { ...pharmacist('00300', ['01513D', '01523D']), validity: { fromDays: -370, toDays: -5 } },
  // Under 30 days left for as long as one generation of the PKI is used.
  expiring: { ...pharmacist('00400', ['01513E', '01523E']), validity: { fromDays: -345, toDays: 20 } },
  'not-yet-valid': { ...pharmacist('00450', ['01513F', '01523F']), validity: { fromDays: 20, toDays: 385 } },
  'pin-locked': pharmacist('00500', ['015140', '015240']),
  'pin-1-left': pharmacist('00600', ['015141', '015241']),
  'signature-only': pharmacist('00700', ['015142', '015242']),
  revoked: { ...pharmacist('00800', ['015143', '015243']), revoked: true },
  'unknown-ca': {
    ...pharmacist('00900', ['015144', '015244']),
    authentication: { issuer: 'unrelated', serial: '015144' },
  },
  doctor: {
    subject: [
      ['C', 'JP'],
      ['CN', 'JMATEST01000'],
      ['serialNumber', 'TESTC01000'],
    ],
    role: 'Medical Doctor',
    validity: ONE_YEAR,
    authentication: { issuer: 'hpkiAuthentication', serial: '015145' },
    signature: { issuer: 'hpkiSignature', serial: '015245' },
  },
  // MEDIS issues certificates without hcRole too, with the facility in O and the subject in kanji beside it.
  'no-role': {
    subject: [
      ['C', 'JP'],
      ['O', 'Test Hospital'],
      ['CN', 'Shiken Hanako'],
      ['serialNumber', 'Test001100'],
    ],
    alternativeName: [
      ['C', 'JP'],
      ['O', '試験病院'],
      ['CN', '試験　花子'],
      ['serialNumber', 'Test001100'],
    ],
    validity: ONE_YEAR,
    authentication: { issuer: 'medisAuthentication', serial: '0A01' },
    signature: { issuer: 'medisSignature', serial: '0B01' },
  },
  mynumber: {
    subject: [
      ['C', 'JP'],
      ['CN', '20260101000000TEST00000000000000001A'],
    ],
    validity: ONE_YEAR,
    authentication: { issuer: 'jpkiAuthentication', serial: '0100A1' },
    signature: { issuer: 'jpkiSignature', serial: '0100B1' },
  },
} as const satisfies Record<string, PersonDefinition>;
export type PersonId = keyof typeof PERSONS;

/** What the cache's name is made of. */
export const DEFINITION = { PKI_VERSION, AUTHORITIES, PERSONS, ROLE_CODE_SYSTEM };
