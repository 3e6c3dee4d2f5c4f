import { type Bytes, concat, fromHex } from './der.ts';

/** What can be made to go wrong. `apdu` counts from the moment the fault is set: 1 is the next APDU. */
export type Fault =
  /** The card is pulled in the middle of an APDU: no answer, then no card. */
  | { readonly kind: 'remove-at'; readonly apdu: number }
  /** No answer to one APDU; the reader gives up after its timeout. */
  | { readonly kind: 'mute-at'; readonly apdu: number }
  /** No answer from this APDU on, until `none` or another card. */
  | { readonly kind: 'mute-from'; readonly apdu: number }
  /** A status word in place of the answer. */
  | { readonly kind: 'status-at'; readonly apdu: number; readonly status: number }
  /** An answer of that many bytes, cut or filled up; fewer than two are no answer at all. */
  | { readonly kind: 'length-at'; readonly apdu: number; readonly bytes: number }
  /** Milliseconds for each APDU, and for each byte in either direction. */
  | { readonly kind: 'latency'; readonly perApdu: number; readonly perByte: number }
  /** Every answer says that there is more (61FF), or that Le is wrong (6CFF), for ever. */
  | { readonly kind: 'endless'; readonly status: '61' | '6C' }
  /** Content of the authentication certificate's file on cards inserted from now on. */
  | { readonly kind: 'certificate'; readonly content: CertificateContent }
  /** Another program resets the card. */
  | { readonly kind: 'reset' }
  /** Another program keeps the card to itself, until `release`. */
  | { readonly kind: 'hold'; readonly mode: 'exclusive' | 'transaction' }
  | { readonly kind: 'release' }
  | { readonly kind: 'pcscd-kill' }
  | { readonly kind: 'pcscd-start' }
  /** Ends every fault of the reader and of the certificate's content. */
  | { readonly kind: 'none' };

/** Bytes of that number that mean nothing, or the certificate under a header that lies about its length. */
export type CertificateContent = number | 'longer' | 'shorter' | 'indefinite' | 'huge';

/** The faulty content of a certificate's file, made from the true one. */
export function faultyCertificate(der: Bytes, content: CertificateContent): Bytes {
  if (typeof content === 'number') {
    // Starts like a certificate of that size as far as it can.
    const length = Math.max(0, content - 4);
    const header = Uint8Array.of(0x30, 0x82, (length >> 8) & 0xff, length & 0xff);
    return concat(header, new Uint8Array(length).fill(0x5a)).slice(0, content);
  }
  const body = der.slice(4);
  switch (content) {
    case 'longer':
      return concat(fromHex('3082FFFF'), body);
    case 'shorter':
      return concat(fromHex('30820040'), body);
    case 'indefinite':
      return concat(fromHex('3080'), body, fromHex('0000'));
    case 'huge':
      return concat(fromHex('30847FFFFFFF'), body);
  }
}

const USAGE = {
  'remove-at': 'fault remove-at APDU',
  'mute-at': 'fault mute-at APDU',
  'mute-from': 'fault mute-from APDU',
  'status-at': 'fault status-at APDU SW',
  'length-at': 'fault length-at APDU BYTES',
  latency: 'fault latency MS_PER_APDU [MS_PER_BYTE]',
  endless: 'fault endless 61|6C',
  certificate: 'fault certificate longer|shorter|indefinite|huge|BYTES',
  reset: 'fault reset',
  hold: 'fault hold exclusive|transaction',
  release: 'fault release',
  'pcscd-kill': 'fault pcscd-kill',
  'pcscd-start': 'fault pcscd-start',
  none: 'fault none',
} as const satisfies Record<Fault['kind'], string>;

export const FAULT_USAGE: readonly string[] = Object.values(USAGE);

const number = (text: string | undefined, most: number): number | undefined => {
  const value = text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
  return value !== undefined && value <= most ? value : undefined;
};
const whole = (text: string | undefined, least: number, most: number): number | undefined => {
  const value = number(text, most);
  return value !== undefined && Number.isInteger(value) && value >= least ? value : undefined;
};

/** A fault from the words of a command line; a usage line when it is none. */
export function parseFault(words: readonly string[]): Fault | { readonly usage: string } {
  const [kind = '', first, second, ...more] = words;
  if (!Object.hasOwn(USAGE, kind)) return { usage: FAULT_USAGE.join('; ') };
  const known = kind as Fault['kind'];
  const fault = more.length > 0 ? undefined : build(known, first, second);
  return fault ?? { usage: USAGE[known] };
}

function build(
  kind: Fault['kind'],
  first: string | undefined,
  second: string | undefined,
): Fault | undefined {
  const apdu = whole(first, 1, 1_000_000);
  switch (kind) {
    case 'remove-at':
    case 'mute-at':
    case 'mute-from':
      return apdu === undefined || second !== undefined ? undefined : { kind, apdu };
    case 'status-at':
      return apdu !== undefined && second !== undefined && /^[0-9a-f]{4}$/i.test(second)
        ? { kind, apdu, status: Number.parseInt(second, 16) }
        : undefined;
    case 'length-at': {
      const bytes = whole(second, 0, 65538);
      return apdu === undefined || bytes === undefined ? undefined : { kind, apdu, bytes };
    }
    case 'latency': {
      const perApdu = number(first, 60_000);
      const perByte = second === undefined ? 0 : number(second, 1000);
      return perApdu === undefined || perByte === undefined ? undefined : { kind, perApdu, perByte };
    }
    case 'endless':
      return second === undefined && (first === '61' || first === '6C') ? { kind, status: first } : undefined;
    case 'certificate': {
      if (second !== undefined) return undefined;
      if (first === 'longer' || first === 'shorter' || first === 'indefinite' || first === 'huge')
        return { kind, content: first };
      const bytes = whole(first, 0, 65535);
      return bytes === undefined ? undefined : { kind, content: bytes };
    }
    case 'hold':
      return second === undefined && (first === 'exclusive' || first === 'transaction')
        ? { kind, mode: first }
        : undefined;
    case 'reset':
    case 'release':
    case 'pcscd-kill':
    case 'pcscd-start':
    case 'none':
      return first === undefined ? { kind } : undefined;
  }
}
