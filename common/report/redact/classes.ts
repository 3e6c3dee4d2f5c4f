import { usernameFromSubjectSerialNumber } from '../../certificate/username.ts';
import { isPermittedHost } from '../../sites.ts';
import { type Digest, shortToken } from './tokens.ts';
import { isKnownWord } from './vocabulary.ts';

/**
 * What may become of a field of the report. A field without a class is left out; so is a value that is not of its
 * class, `undefined` here.
 */
export type Redaction = (value: unknown, digest: Digest) => unknown;

export const text =
  (redact: (value: string, digest: Digest) => unknown): Redaction =>
  (value, digest) =>
    typeof value === 'string' ? redact(value, digest) : undefined;

const matching = (pattern: RegExp) => text((value) => (pattern.test(value) ? value : undefined));

/** Texts of which those words stay that `stays` says, with the word and separator before each. A report keeps known words alone. */
export function systemTexts(stays: (word: string, before: string) => boolean) {
  return {
    words: text((value, digest) => keptWords(value, /([\s/\\()[\],;=|]+)/, stays, digest)),
    path: text((value, digest) => {
      const drive = /^[A-Za-z]:(?=\\)/.exec(value)?.[0] ?? '';
      return drive + keptWords(value.slice(drive.length), /([/\\]+|[\s,;:="()]+)/, stays, digest);
    }),
  };
}

const { words, path } = systemTexts(isKnownWord);

export const classes = {
  /** One of a closed list of our own. */
  code: matching(/^[A-Za-z0-9][A-Za-z0-9.:_-]{0,63}$/),
  /** Numbers that count or measure, and no others. */
  number: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined),
  flag: (value) => (typeof value === 'boolean' ? value : undefined),
  nothing: (value) => (value === null ? null : undefined),
  /** Points in time, ISO 8601. */
  time: matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z$/),
  version: matching(/^v?\d{1,5}(?:\.\d{1,6}){0,4}$/),
  statusWord: matching(/^[0-9A-F]{2}(?:[0-9A-F]{2})?$/),
  /** Of PC/SC, of Win32, and HRESULTs of Win32 and of Windows' security. */
  pcscCode: matching(/^(?:8010|0000|8007|8009)[0-9A-F]{4}$/),
  /** USB vendor and product. */
  usbId: matching(/^[0-9a-f]{4}$/),
  /** Key usages by name, and policies below the arcs of HPKI, JPKI and PKIX: a longer number could be anybody's. */
  policy: matching(
    /^(?:digitalSignature|nonRepudiation|keyEncipherment|dataEncipherment|keyAgreement|keyCertSign|cRLSign|clientAuth|serverAuth|emailProtection|(?:1\.2\.392\.(?:100495|200149)|1\.3\.6\.1\.5\.5\.7|1\.3\.6\.1\.4\.1\.311|2\.5\.29)(?:\.\d{1,3}){1,10})$/,
  ),
  /** A process's number says nothing outside this PC. */
  zero: (value) => (typeof value === 'number' ? 0 : undefined),
  /** Reader names, provider names and the like: known words stay. */
  words,
  /** A text of another program's settings: a reader's name, or anything. */
  setting: words,
  /** Paths and registry keys: known segments stay. */
  path,
  /**
   * A program by the name of its file: where it lies is left out. A name that could hold more than a product's, such as
   * a number of a person, becomes a token.
   */
  program: text((value, digest) => {
    const file = value.slice(Math.max(value.lastIndexOf('/'), value.lastIndexOf('\\')) + 1);
    return /^(?!.*\d{4})[A-Za-z0-9][A-Za-z0-9 .+()_-]{0,47}$/.test(file)
      ? file
      : shortToken('program', digest(value));
  }),
  /** Who the person is. */
  name: text((value, digest) => shortToken('name', digest(value))),
  registrationNumber: text((value) => registrationPlaceholder(value)),
  /** A certificate's serial number: hexadecimal like it, so that it still is one. */
  serial: text((value, digest) => digest(`serial ${value}`).slice(0, 8).toUpperCase()),
  /** 64 hexadecimal digits that are equal where the fingerprints are. */
  fingerprint: text((value, digest) => digest(`fingerprint ${value}`)),
  opaque: text((value, digest) => shortToken('id', digest(value))),
  atr: text((value) => withoutHistoricalBytes(value)),
  /** ATRs and masks that a driver registered for a whole product. */
  hex: matching(/^(?:[0-9A-F]{2}){0,40}$/),
  host: text((value, digest) => (isPermittedHost(value) ? value : shortToken('host', digest(value)))),
  /** Values of administrators' policies: what bears on this product stays. */
  policyValue: text((value, digest) => policyValue(value, digest)),
  netError: matching(/^ERR_[A-Z0-9_]{1,59}$/),
} as const satisfies Record<string, Redaction>;

export type FieldClass = keyof typeof classes;
export type Redactions = Readonly<Record<FieldClass, Redaction>>;

/**
 * The number itself goes; what the rules look at stays: whether there is one, and of which association. Two persons are
 * told apart by the token of the name and the certificate's.
 */
function registrationPlaceholder(value: string): string {
  switch (usernameFromSubjectSerialNumber(value)?.association) {
    case 'jpa':
      return '0-jpa';
    case 'jma':
      return '0-jma';
    case 'medis':
      return 'TEST0';
    case 'other':
      return '0';
    default:
      return '';
  }
}

function keptWords(
  value: string,
  separator: RegExp,
  stays: (word: string, before: string) => boolean,
  digest: Digest,
): string {
  const parts = value.slice(0, 256).split(separator);
  const words = parts.filter((_, index) => index % 2 === 0 && parts[index] !== '').length;
  let seen = 0;
  return parts
    .map((part, index) => {
      if (index % 2 === 1) return part;
      if (part === '') return '';
      seen += 1;
      return stays(part, `${parts[index - 2] ?? ''}${parts[index - 1] ?? ''}`) ||
        isSlotNumber(part, words - seen)
        ? part
        : shortToken('', digest(part));
    })
    .join('');
}

/** PC/SC ends its names with one or two counters; a version has one dot. A serial number is longer than either. */
function isSlotNumber(word: string, wordsAfter: number): boolean {
  return (wordsAfter < 2 && /^\d{1,2}$/.test(word)) || /^\d\.\d$/.test(word);
}

/**
 * ISO 7816-3: the historical bytes tell the product and may carry the chip's own number. They are blanked unless the
 * card's product is known by them.
 */
function withoutHistoricalBytes(atr: string): string | undefined {
  if (!/^(?:[0-9A-F]{2}){2,33}$/.test(atr)) return undefined;
  if (knownProducts.some((product) => product.test(atr))) return atr;
  const octets = atr.match(/../g) ?? [];
  const at = (index: number) => Number.parseInt(octets[index] ?? '0', 16);
  const historical = at(1) & 0x0f;
  let offset = 2;
  for (let next = at(1) >> 4; next !== 0; ) {
    const bits = [1, 2, 4, 8].filter((bit) => next & bit).length;
    const td = next & 8 ? at(offset + bits - 1) >> 4 : 0;
    offset += bits;
    next = offset < octets.length ? td : 0;
  }
  return octets
    .map((octet, index) => (index >= offset && index < offset + historical ? '00' : octet))
    .join('');
}

/** OpenSC's list of JPKI cards, and the HPKI card's contactless ATR (MIYAKO ID_HPKI). */
const knownProducts = [
  /^3BE000FF8131FE4514$/,
  /^3BDA13FF8131FB468012392F31C173C601C03B$/,
  /^3BC5FF8131FB458073C6010000$/,
  /^3B888001004E0000F781D100E0$/,
];

function policyValue(value: string, digest: Digest): string {
  if (/^(?:\*|true|false|jp\.hpki_navi\.host|[a-p]{32}|(?:\*|[a-p]{32})=[a-z_]{1,32}|[01])$/.test(value))
    return value;
  // AutoSelectCertificateForUrls: JSON with a pattern and a filter. Whether it is about the registration hosts is all.
  const pattern = /^\s*\{\s*"pattern"\s*:\s*"(?:https:\/\/)?(?:\[\*\.\])?([a-z0-9.-]+)/.exec(value)?.[1];
  const ours = pattern && isPermittedHost(pattern) ? `{"pattern":"https://${pattern}"} ` : '';
  return `${ours}${shortToken('value', digest(value))}`;
}
