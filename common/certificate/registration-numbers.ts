/**
 * How each association writes a person's number into the subject's serialNumber (2.5.4.5), as data. The first rule that
 * fits decides; how sure it is, and why, stands beside it. `form` must match the whole value, without regard to case;
 * `number` is the registration number.
 * F leads for a foreign national, R for a licence of the Ryukyu government (both manual (8), for pharmacists); T, TEST
 * or Test leads in test certificates.
 *
 * A number without a suffix says nothing of its association, and two associations may have given the same one to two
 * people: there the authority that issued the certificate decides. Where it does not tell either, the association is
 * `other`, whose usernames may be those of somebody else: fit to be shown, not to let anyone in.
 */
export interface RegistrationNumberRule {
  association: Association;
  form: RegExp;
  /** Counts only for certificates of an authority of this name (its CN; who issued really is proven by the chain). */
  issuer?: RegExp;
  /** Counts for none of an authority of this name: its numbers are other people's. */
  notIssuer?: RegExp;
  /** Added to make the username. */
  suffix?: string;
}

/** Who issued the card: 日本薬剤師会, 日本医師会, MEDIS; `other` where the number does not tell. */
export type Association = 'jpa' | 'jma' | 'medis' | 'other';

const ofDoctors = /^HPKI-01-HPKI_JV2-/;
const ofMedis = /^HPKI-01-Medis/;

export const registrationNumberRules: readonly RegistrationNumberRule[] = [
  {
    // High confidence: manual (8): number + "-jpa", F and R; JPA test certificate: T20024-jpa.
    association: 'jpa',
    notIssuer: ofMedis,
    form: /^(?<prefix>TEST[A-Z]?|[FRT])?(?<number>\d{1,8})-jpa$/i,
  },
  {
    // Low confidence: counterpart of "-jpa"; none seen.
    association: 'jma',
    notIssuer: ofMedis,
    form: /^(?<prefix>TEST[A-Z]?|[FRT])?(?<number>\d{1,8})-jma$/i,
  },
  {
    // High confidence: JMA test certificate: TESTC20766.
    association: 'jma',
    notIssuer: ofMedis,
    form: /^(?<prefix>TEST)C(?<number>\d{1,8})$/i,
  },
  {
    // High confidence: MEDIS test certificate: Test317044.
    association: 'medis',
    notIssuer: ofDoctors,
    form: /^(?<prefix>TEST)(?<number>\d{1,10})$/i,
  },
  {
    // Low confidence: TESTC20766 without its "TEST"; the suffix as for pharmacists.
    // The association of doctors shares this authority with pharmacists, whose numbers always have their suffix.
    association: 'jma',
    issuer: ofDoctors,
    form: /^(?<prefix>[FR])?(?<number>C?\d{1,8})$/i,
    suffix: '-jma',
  },
  {
    // Low confidence: Test317044 without its "Test".
    association: 'medis',
    issuer: ofMedis,
    form: /^(?<prefix>[FR])?(?<number>\d{1,10})$/i,
  },
  {
    // Low confidence: no evidence.
    // Production numbers without a suffix: nobody outside has seen any, so the association stays open.
    association: 'other',
    form: /^(?<prefix>TEST[A-Z]?|[FRT])?(?<number>[0-9A-Z]{1,20}(?:-[0-9A-Z]{1,10})?)$/i,
  },
];

/** Published CA certificates' names; the first is confirmed for authentication by manual (5) as far as it shows it. */
const jmaAndJpa = 'HPKI-01-HPKI_JV2-forAuthentication-forIndividual';
const medis = 'HPKI-01-MedisAuthCA2-forAuthentication-forIndividual';

/** Values as they stand in certificates, and what must become of them: `null` is no registration number. */
export const registrationNumberVectors: readonly {
  serialNumber: string;
  /** CN of the authority, where it matters. */
  issuer?: string;
  name: {
    username: string;
    association: Association;
    registrationNumber: string;
    prefix: 'foreign' | 'ryukyu' | 'test' | null;
  } | null;
}[] = [
  vector('T00100-jpa', 't00100-jpa', 'jpa', '00100', 'test'),
  vector('T20024-jpa', 't20024-jpa', 'jpa', '20024', 'test'),
  vector('999001-jpa', '999001-jpa', 'jpa', '999001', null),
  vector('999001-JPA', '999001-jpa', 'jpa', '999001', null),
  vector('F123-JPA', 'f123-jpa', 'jpa', '123', 'foreign'),
  vector('R456-jpa', 'r456-jpa', 'jpa', '456', 'ryukyu'),
  vector('123456-jma', '123456-jma', 'jma', '123456', null),
  vector('F123456-jma', 'f123456-jma', 'jma', '123456', 'foreign'),
  vector('TESTC20766', 'testc20766', 'jma', '20766', 'test'),
  vector('Test317044', 'test317044', 'medis', '317044', 'test'),
  vector('317044', '317044', 'other', '317044', null),
  vector('317044', '317044', 'medis', '317044', null, medis),
  vector('317044', '317044-jma', 'jma', '317044', null, jmaAndJpa),
  vector('F20766', 'f20766-jma', 'jma', '20766', 'foreign', jmaAndJpa),
  vector('C20766', 'c20766-jma', 'jma', 'C20766', null, jmaAndJpa),
  vector('T20024-jpa', 't20024-jpa', 'jpa', '20024', 'test', jmaAndJpa),
  vector('TESTC20766', 'testc20766', 'jma', '20766', 'test', jmaAndJpa),
  vector('Test317044', 'test317044', 'medis', '317044', 'test', medis),
  vector('317044', '317044', 'other', '317044', null, 'HPKI-01-Another-forAuthentication-forIndividual'),
  vector('AB12-CD', 'ab12-cd', 'other', 'AB12-CD', null),
  vector('1234567890', '1234567890', 'other', '1234567890', null, jmaAndJpa),
  vector('Test317044', 'test317044', 'other', '317044', 'test', jmaAndJpa),
  vector('TESTC20766', 'testc20766', 'other', '20766', 'test', medis),
  vector('317044-jma', '317044-jma', 'other', '317044-jma', null, medis),
  vector('999001-jpa', '999001-jpa', 'other', '999001-jpa', null, medis),
  ...[
    '',
    '-jpa',
    '<b>1</b>-jpa',
    '1'.repeat(60),
    '00100 -jpa',
    '00100-jpa\n',
    '００１００-jpa',
    'a.b',
    '1-jpa-x',
  ].map((serialNumber) => ({ serialNumber, name: null })),
];

function vector(
  serialNumber: string,
  username: string,
  association: Association,
  registrationNumber: string,
  prefix: 'foreign' | 'ryukyu' | 'test' | null,
  issuer?: string,
) {
  const name = { username, association, registrationNumber, prefix };
  return issuer === undefined ? { serialNumber, name } : { serialNumber, issuer, name };
}
