import type { Bytes } from '../der.ts';

/** A command APDU taken apart (ISO 7816-4 section 5.1). */
export type Command = {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  /** Empty in cases 1 and 2. */
  readonly data: Bytes;
  /** Ne: the most bytes wanted back; 0 in cases 1 and 3. */
  readonly expected: number;
  readonly extended: boolean;
};

/** Parses cases 1 to 4, short and extended; undefined when the lengths do not add up (6700). */
export function parseCommand(bytes: Bytes): Command | undefined {
  const [cla, ins, p1, p2, first] = bytes;
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) return undefined;
  const header = { cla, ins, p1, p2 };
  const none = new Uint8Array();
  if (first === undefined) return { ...header, data: none, expected: 0, extended: false };
  if (bytes.length === 5) return { ...header, data: none, expected: first || 256, extended: false };
  if (first !== 0) {
    const data = bytes.slice(5, 5 + first);
    const rest = bytes.length - 5 - first;
    if (rest === 0) return { ...header, data, expected: 0, extended: false };
    if (rest === 1) return { ...header, data, expected: (bytes.at(-1) ?? 0) || 256, extended: false };
    return undefined;
  }
  const word = (offset: number) => ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
  if (bytes.length < 7) return undefined;
  const length = word(5);
  if (bytes.length === 7) return { ...header, data: none, expected: length || 65536, extended: true };
  if (length === 0) return undefined;
  const data = bytes.slice(7, 7 + length);
  const rest = bytes.length - 7 - length;
  if (rest === 0) return { ...header, data, expected: 0, extended: true };
  if (rest === 2) return { ...header, data, expected: word(bytes.length - 2) || 65536, extended: true };
  return undefined;
}

export const INS = {
  verify: 0x20,
  manageSecurity: 0x22,
  changeReference: 0x24,
  performSecurity: 0x2a,
  resetRetryCounter: 0x2c,
  select: 0xa4,
  readBinary: 0xb0,
  getResponse: 0xc0,
} as const;

/** Commands whose data can hold a PIN, whatever else is wrong with them. */
export function carriesPin(command: Bytes): boolean {
  const ins = command[1];
  return (
    command.length > 5 &&
    (ins === INS.verify || ins === 0x21 || ins === INS.changeReference || ins === INS.resetRetryCounter)
  );
}

/** An empty VERIFY: the question for the tries left, which costs none. */
export function isEmptyVerify(command: Bytes): boolean {
  return command[1] === INS.verify && command.length <= 5;
}

/** A command in hexadecimal for a trace, with the data that could be a PIN struck out. */
export function maskedHex(command: Bytes): string {
  const hex = Buffer.from(command).toString('hex').toUpperCase();
  return carriesPin(command) ? `${hex.slice(0, 10)}${'*'.repeat(hex.length - 10)}` : hex;
}
