import { createHmac, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { observationSchema } from '../../common/protocol/index.ts';
import type { Inspection } from './inspect.ts';

/**
 * Takes the person and the place out of an inspection: what identifies is replaced by tokens, the same value by the
 * same token within one recording and by another in the next. Fields that are not listed here are dropped.
 *
 * as-is: says nothing about anyone. text: may hold paths, names of accounts or computers, serial numbers of devices.
 * name: a person, an institution. number: a registration number, its form is kept. hex: digits of the same length.
 */
type Treatment = 'as-is' | 'text' | 'name' | 'number' | 'hex';

const treatments: Readonly<Record<string, Treatment>> = {
  ...each('as-is', [
    'format version hostVersion platform node backend at exitCode subject ms outcome reason state startType pcscCode',
    'insertion inUse atr atrMask layout form kind keyUsage extendedKeyUsage policies hcRoles algorithm bits code length',
    'reference statusWord by afterApdus apdus extendedLength cardMs family present confidence store privateKey others',
    'processId startedAt remoteDesktop browser scope publiclyTrusted skewMs vendor problem notBefore notAfter country',
  ]),
  ...each('text', [
    'name reader path how detail place value container provider database formerReaders values driver host product',
  ]),
};

/** Fields whose treatment depends on where they are: `parent.field`. */
const special: Readonly<Record<string, Treatment>> = {
  'subject.commonName': 'name',
  'subject.organization': 'name',
  'subject.serialNumber': 'number',
  'profile.serialNumber': 'hex',
  'profile.fingerprint': 'hex',
  'certificates.serialNumber': 'hex',
  'certificates.fingerprint': 'hex',
  'certificates.issuer': 'text',
  'issuer.commonName': 'text',
  'issuer.organization': 'text',
  'issuer.serialNumber': 'number',
  'root.commonName': 'text',
  'root.organization': 'text',
  'devices.product': 'as-is',
};

function each(treatment: Treatment, lines: readonly string[]): Record<string, Treatment> {
  return Object.fromEntries(lines.flatMap((line) => line.split(' ')).map((field) => [field, treatment]));
}

/** The environment is asked for the account's and the computer's name, to find them in texts. */
export function redacted(inspection: Inspection, environment: NodeJS.ProcessEnv = process.env): Inspection {
  const tokens = new Tokens(identifyingNames(inspection, environment));
  const walk = (value: unknown, field: string, parent: string): unknown => {
    if (Array.isArray(value)) return value.map((one) => walk(one, field, parent));
    if (typeof value === 'object' && value !== null) {
      const kept = Object.entries(value).map(([name, inner]) => [name, walk(inner, name, field)]);
      return Object.fromEntries(kept.filter(([, inner]) => inner !== undefined));
    }
    const treatment = special[`${parent}.${field}`] ?? treatments[field];
    if (treatment === undefined) return undefined;
    if (typeof value !== 'string' || treatment === 'as-is') return value;
    return tokens.of(treatment, value);
  };
  const observations = inspection.observations.map((one) =>
    v.parse(observationSchema, walk(one, 'observation', '')),
  );
  const { observations: _, ...head } = inspection;
  return { ...(walk(head, '', '') as Omit<Inspection, 'observations'>), observations };
}

/** What must not survive in any text: account, computer, and every name on a certificate. */
function identifyingNames(inspection: Inspection, environment: NodeJS.ProcessEnv): string[] {
  const machine = ['USERNAME', 'USER', 'LOGNAME', 'COMPUTERNAME', 'HOSTNAME', 'USERDOMAIN'].map(
    (name) => environment[name],
  );
  const onCards = inspection.observations.flatMap(({ subject, result }) => {
    if (subject !== 'card' || result.outcome !== 'observed' || result.facts.certificate?.form !== 'read')
      return [];
    const { commonName, serialNumber, organization } = result.facts.certificate.profile.subject;
    return [commonName, serialNumber, organization];
  });
  return [...machine, ...onCards].filter(
    (name) => name !== undefined && name.length >= 3 && name !== 'root',
  ) as string[];
}

class Tokens {
  /** Of this recording alone: tokens of two recordings can't be compared. */
  readonly #key = randomBytes(32);
  readonly #numbers = new Map<string, number>();
  readonly #names: readonly string[];

  constructor(names: readonly string[]) {
    this.#names = [...new Set(names)].sort((a, b) => b.length - a.length);
  }

  of(treatment: Exclude<Treatment, 'as-is'>, value: string): string {
    switch (treatment) {
      case 'hex':
        return this.#hex(value);
      case 'number':
        return this.#registrationNumber(value);
      case 'name':
        return `<name-${this.#count('name', value)}>`;
      case 'text':
        return this.#text(value);
    }
  }

  /** Digits of the same length and case. */
  #hex(value: string): string {
    const digits = createHmac('sha256', this.#key)
      .update(value.toLowerCase())
      .digest('hex')
      .repeat(8)
      .slice(0, value.length);
    return /[a-f]/.test(value) || value.length === 64 ? digits : digits.toUpperCase();
  }

  /** Prefix and association stay, the digits between become a counter: `T00042-jpa` is `T00001-jpa`. */
  #registrationNumber(value: string): string {
    const count = String(this.#count('number', value));
    return value.replace(/\d{3,}/, (digits) => count.padStart(digits.length, '0'));
  }

  #text(value: string): string {
    let text = value;
    for (const name of this.#names) {
      text = text.replaceAll(name, `<name-${this.#count('name', name)}>`);
    }
    return text
      .replace(/(\b[A-Z]:\\Users\\|\/home\/)([^\\/:]+)/gi, (_, before: string, account: string) =>
        account.startsWith('<')
          ? `${before}${account}`
          : `${before}<account-${this.#count('account', account)}>`,
      )
      .replace(/\b(?=[0-9A-F-]*\d)[0-9A-F]{8,}\b/gi, (serial) => `<serial-${this.#count('serial', serial)}>`);
  }

  #count(kind: string, value: string): number {
    const key = `${kind}:${value}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const next = [...this.#numbers.keys()].filter((one) => one.startsWith(`${kind}:`)).length + 1;
    this.#numbers.set(key, next);
    return next;
  }
}
