/**
 * The platform's user name is the subject's serialNumber (2.5.4.5) in lower case: 「薬剤師名簿登録番号」 + 「-jpa」
 * (manual (8)). F leads for a foreign national, R for a licence of the Ryukyu government, T or TEST… in test
 * certificates. Other associations' numbers carry no such suffix in the certificates known (test ones only).
 */
export interface RegistrationName {
  /** Lower case, as the platform shows it: `t00100-jpa`. */
  username: string;
  association: 'jpa' | 'other';
  /** Without prefix and suffix: `00100`. */
  registrationNumber: string;
  prefix: 'foreign' | 'ryukyu' | 'test' | null;
}

const pharmacist = /^(?<prefix>TEST[A-Z]?|[FRT])?(?<number>\d{1,8})-jpa$/i;
const other = /^(?<prefix>TEST[A-Z]?|[FRT])?(?<number>[0-9A-Z]{1,20}(?:-[0-9A-Z]{1,10})?)$/i;

/** Undefined when `serialNumber` is no registration number: nothing is guessed from a malformed one. */
export function usernameFromSubjectSerialNumber(serialNumber: string): RegistrationName | undefined {
  const match = pharmacist.exec(serialNumber) ?? other.exec(serialNumber);
  if (!match?.groups) return undefined;
  return {
    username: serialNumber.toLowerCase(),
    association: pharmacist.test(serialNumber) ? 'jpa' : 'other',
    registrationNumber: match.groups['number'] ?? '',
    prefix: prefixMeaning(match.groups['prefix']),
  };
}

function prefixMeaning(prefix: string | undefined): RegistrationName['prefix'] {
  switch (prefix?.toUpperCase()[0]) {
    case 'F':
      return 'foreign';
    case 'R':
      return 'ryukyu';
    case 'T':
      return 'test';
    default:
      return null;
  }
}

/** User names are compared without regard to case and to full-width forms. */
export function sameUsername(a: string, b: string): boolean {
  return foldUsername(a) === foldUsername(b);
}

function foldUsername(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}
