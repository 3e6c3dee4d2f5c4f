import { type Association, registrationNumberRules } from './registration-numbers.ts';

/** The platform's user name is the subject's serialNumber (2.5.4.5) in lower case: 「薬剤師名簿登録番号」 + 「-jpa」, manual (8). */
export interface RegistrationName {
  /** Lower case, as the platform shows it: `t00100-jpa`. */
  username: string;
  association: Association;
  /** Without prefix and suffix: `00100`. */
  registrationNumber: string;
  prefix: 'foreign' | 'ryukyu' | 'test' | null;
}

/**
 * Undefined when `serialNumber` is no registration number: nothing is guessed from a malformed one. `issuer` is the
 * issuing authority's CN; it counts where the number alone does not tell the association.
 */
export function usernameFromSubjectSerialNumber(
  serialNumber: string,
  issuer?: string,
): RegistrationName | undefined {
  for (const { association, form, issuer: ofAuthority, notIssuer, suffix = '' } of registrationNumberRules) {
    if (ofAuthority && !ofAuthority.test(issuer ?? '')) continue;
    if (notIssuer?.test(issuer ?? '')) continue;
    const groups = form.exec(serialNumber)?.groups;
    if (!groups) continue;
    return {
      username: `${serialNumber}${suffix}`.toLowerCase(),
      association,
      registrationNumber: groups['number'] ?? '',
      prefix: prefixMeaning(groups['prefix']),
    };
  }
  return undefined;
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

/**
 * The user names that a number without its suffix, or without its letters too, may stand for, and the typed text itself:
 * what support is told on the telephone is rarely the whole name. At most a few dozen; empty for text that is in no user
 * name.
 */
export function usernameCandidates(typed: string): string[] {
  const text = foldUsername(typed);
  if (!usernameFromSubjectSerialNumber(text)) return [];
  const letters = /^([a-z]*)\d+$/.exec(text)?.[1];
  if (letters === undefined) return [text];
  const prefixes = letters === '' ? ['', 'f', 'r', 'c', 'fc', 'rc', 't', 'test', 'testc'] : [''];
  return prefixes.flatMap((prefix) => ['', '-jpa', '-jma'].map((suffix) => `${prefix}${text}${suffix}`));
}

/** User names are compared without regard to case and to full-width forms. */
export function sameUsername(a: string, b: string): boolean {
  return foldUsername(a) === foldUsername(b);
}

export function foldUsername(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}
