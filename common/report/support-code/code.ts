import { alphabet, foldCode } from './alphabet.ts';
import { browserTable, causeTable, systemTable } from './tables.ts';

/** What a support code carries. */
export interface SupportCode {
  /** Ids of causes, the leading one first; at most three. */
  causes: string[];
  system: (typeof systemTable)[number];
  browser: (typeof browserTable)[number];
  /** `0.1.0`; null where it is not known. */
  release: string | null;
}

export type DecodedCode =
  | { outcome: 'code'; code: SupportCode }
  | { outcome: 'newer' }
  | { outcome: 'refused'; why: 'length' | 'sign' | 'check' };

/**
 * Twelve signs: layout version, ten signs of content, check character. The content is one number in mixed radix, least
 * significant first: three causes (0: none), system, browser, release. It is multiplied by a constant, so that codes
 * don't begin with a row of equal signs.
 */
const length = 12;
const base = 23n;
const room = base ** 10n;
/** Prime to 23. Never changes within a layout version. */
const factor = 19_073_486_328_125n;
const causeRadix = 600n;
const systemRadix = 6n;
const browserRadix = 6n;
/** major, minor, patch; 0 stands for none of these. */
const releaseRadices = [5, 32, 32] as const;

const layoutVersion = 0;

/** @throws RangeError for an id that is not in the tables. */
export function encodeSupportCode({ causes, system, browser, release }: SupportCode): string {
  const numbers = [0, 1, 2].map((index) => {
    const id = causes[index];
    return id === undefined ? 0n : BigInt(positionOf(causeTable, id) + 1);
  });
  let content = releaseNumber(release);
  content = content * browserRadix + BigInt(positionOf(browserTable, browser));
  content = content * systemRadix + BigInt(positionOf(systemTable, system));
  for (const number of numbers.reverse()) content = content * causeRadix + number;
  const signs = [alphabet.charAt(layoutVersion)];
  let rest = (content * factor) % room;
  for (let index = 0; index < 10; index += 1) {
    signs.push(alphabet.charAt(Number(rest % base)));
    rest /= base;
  }
  return signs.join('') + checkCharacter(signs.join(''));
}

/** Without a network, from what someone reads out. Ids may be those of causes that are no longer in the guide. */
export function decodeSupportCode(typed: string): DecodedCode {
  const code = foldCode(typed);
  if (code.length !== length) return { outcome: 'refused', why: 'length' };
  if ([...code].some((sign) => !alphabet.includes(sign))) return { outcome: 'refused', why: 'sign' };
  if (checkCharacter(code.slice(0, -1)) !== code.at(-1)) return { outcome: 'refused', why: 'check' };
  if (alphabet.indexOf(code.charAt(0)) !== layoutVersion) return { outcome: 'newer' };
  let content = 0n;
  for (const sign of [...code.slice(1, -1)].reverse())
    content = content * base + BigInt(alphabet.indexOf(sign));
  content = (content * inverse) % room;
  const take = (radix: bigint) => {
    const value = content % radix;
    content /= radix;
    return Number(value);
  };
  const numbers = [take(causeRadix), take(causeRadix), take(causeRadix)];
  const system = systemTable[take(systemRadix)];
  const browser = browserTable[take(browserRadix)];
  const release = releaseOf(Number(content));
  const causes = numbers.filter((number) => number > 0).map((number) => causeTable[number - 1]);
  // A release that knows more causes has appended them: the rest is not guessed.
  if (!system || !browser || release === undefined || causes.includes(undefined)) return { outcome: 'newer' };
  return { outcome: 'code', code: { causes: causes as string[], system, browser, release } };
}

/** 「XXXX-XXXX-XXXX」, as it is shown. */
export function shownCode(code: string): string {
  return code.match(/.{1,4}/g)?.join('-') ?? code;
}

/** Weights 2 to 12 of 23: every single error changes it, and so does every exchange of two signs. */
function checkCharacter(signs: string): string {
  const sum = [...signs].reduce((total, sign, index) => total + (index + 2) * alphabet.indexOf(sign), 0);
  return alphabet.charAt(sum % alphabet.length);
}

function positionOf(table: readonly string[], id: string): number {
  const position = table.indexOf(id);
  if (position < 0) throw new RangeError(`not in the tables of the support code: ${id}`);
  return position;
}

function releaseNumber(release: string | null): bigint {
  const parts = release === null ? null : /^(\d+)\.(\d+)(?:\.(\d+))?(?:\.\d+)?$/.exec(release);
  if (!parts) return 0n;
  const values = [1, 2, 3].map((index) => Number(parts[index] ?? 0));
  if (values.some((value, index) => value >= (releaseRadices[index] ?? 0))) return 0n;
  const [major = 0, minor = 0, patch = 0] = values;
  return BigInt((major * releaseRadices[1] + minor) * releaseRadices[2] + patch + 1);
}

/** Undefined for a number no release has. */
function releaseOf(number: number): string | null | undefined {
  if (number === 0) return null;
  const [, minors, patches] = releaseRadices;
  const value = number - 1;
  const major = Math.floor(value / (minors * patches));
  if (major >= releaseRadices[0]) return undefined;
  return `${major}.${Math.floor(value / patches) % minors}.${value % patches}`;
}

const inverse = modularInverse(factor, room);

/** Extended Euclid. */
function modularInverse(value: bigint, modulus: bigint): bigint {
  let [r, nextR] = [modulus, value % modulus];
  let [t, nextT] = [0n, 1n];
  while (nextR !== 0n) {
    const quotient = r / nextR;
    [r, nextR] = [nextR, r - quotient * nextR];
    [t, nextT] = [nextT, t - quotient * nextT];
  }
  return ((t % modulus) + modulus) % modulus;
}
