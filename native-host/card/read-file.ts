import { readBinary, readBinaryBySfi, selectFile } from './apdu.ts';
import type { FileReference } from './directory.ts';
import { type Answer, type Exchange, ReadingStopped } from './exchange.ts';
import { directoryLimit } from './gate.ts';
import { tlvHeader, tlvsComplete } from './tlv.ts';

/** A longer certificate than any in use (RSA-4096 with kanji names is about 2.5 KiB): not read. */
export const certificateLimit = 8192;

const shortLe = 256;
const extendedLe = 65536;

/** Whether this card takes extended-length reads; learnt at the first one. T=0 can't carry them. */
export interface ReadLength {
  extended: boolean | undefined;
}

/** Opens a file: selects it, or leaves it to the first READ BINARY for a short identifier. */
async function open(exchange: Exchange, file: FileReference): Promise<boolean> {
  if ('sfi' in file) return true;
  return (await exchange.send(selectFile(file.fid))).statusWord === 0x9000;
}

function firstRead(file: FileReference, le: number): Uint8Array {
  return 'sfi' in file ? readBinaryBySfi(file.sfi, le) : readBinary(0, le);
}

/** 9000, or data with a warning: 6282 is the end of the file. */
function carriesData({ data, statusWord }: Answer): boolean {
  return data.length > 0 && (statusWord === 0x9000 || statusWord >> 8 === 0x62);
}

/** The octets of a directory file, undefined when it is not there. */
export async function readDirectoryFile(
  exchange: Exchange,
  file: FileReference,
): Promise<Uint8Array | undefined> {
  if (!(await open(exchange, file))) return undefined;
  let answer = await exchange.send(firstRead(file, shortLe));
  if (!carriesData(answer)) return undefined;
  let octets: Uint8Array = answer.data;
  while (answer.data.length >= shortLe && octets.length < directoryLimit && !tlvsComplete(octets)) {
    answer = await exchange.send(readBinary(octets.length, shortLe));
    if (!carriesData(answer)) break;
    octets = Buffer.concat([octets, answer.data]);
  }
  return octets;
}

export type CertificateFile =
  | { form: 'read'; der: Uint8Array }
  | { form: 'malformed'; code: 'not-der' | 'absent' | 'too-long'; length: number };

/**
 * One DER certificate from its file, cut at the length that DER states; the file may be longer. Extended length
 * first (one command), short reads when the card or its reader refuses that.
 */
export async function readCertificateFile(
  exchange: Exchange,
  file: FileReference,
  length: ReadLength,
): Promise<CertificateFile> {
  if (!(await open(exchange, file))) return { form: 'malformed', code: 'absent', length: 0 };
  if (exchange.protocol === 'T0') length.extended = false;
  let answer: Answer | undefined;
  if (length.extended !== false) {
    answer = await firstExtended(exchange, file);
    length.extended = answer !== undefined;
  }
  answer ??= await exchange.send(firstRead(file, shortLe));
  if (!carriesData(answer)) return { form: 'malformed', code: 'absent', length: answer.data.length };

  let octets: Uint8Array = answer.data;
  const total = certificateLength(octets);
  if (total === undefined) return { form: 'malformed', code: 'not-der', length: octets.length };
  if (total > certificateLimit) return { form: 'malformed', code: 'too-long', length: octets.length };
  while (octets.length < total) {
    answer = await exchange.send(readBinary(octets.length, length.extended ? extendedLe : shortLe));
    if (!carriesData(answer)) return { form: 'malformed', code: 'not-der', length: octets.length };
    octets = Buffer.concat([octets, answer.data]);
  }
  return { form: 'read', der: octets.subarray(0, total) };
}

/** The answer to an extended-length read, or undefined when the card or the reader can't take one. */
async function firstExtended(exchange: Exchange, file: FileReference): Promise<Answer | undefined> {
  try {
    const answer = await exchange.send(firstRead(file, extendedLe));
    return carriesData(answer) ? answer : undefined;
  } catch (error) {
    // A reader that can't carry it says so by some error of its own; the short read shows whether the card is there.
    if (error instanceof ReadingStopped && error.by === 'protocol' && error.code !== undefined)
      return undefined;
    throw error;
  }
}

/** Whole length of the SEQUENCE that starts here, undefined when none does. */
function certificateLength(octets: Uint8Array): number | undefined {
  const header = tlvHeader(octets, 0);
  return header?.tag === 0x30 ? header.end : undefined;
}
