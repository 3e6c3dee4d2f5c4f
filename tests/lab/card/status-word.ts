/** Status words (ISO 7816-4 section 5.6) that the virtual cards answer. */
export const SW = {
  ok: 0x9000,
  moreData: 0x6100,
  endOfFile: 0x6282,
  verifyFailed: 0x63c0,
  wrongLength: 0x6700,
  logicalChannel: 0x6881,
  secureMessaging: 0x6882,
  lastOfChainExpected: 0x6883,
  chainingUnsupported: 0x6884,
  wrongFileKind: 0x6981,
  securityStatus: 0x6982,
  pinBlocked: 0x6983,
  referenceBlocked: 0x6984,
  conditionsOfUse: 0x6985,
  noCurrentFile: 0x6986,
  wrongData: 0x6a80,
  functionUnsupported: 0x6a81,
  fileNotFound: 0x6a82,
  wrongParameters: 0x6a86,
  referenceNotFound: 0x6a88,
  wrongOffset: 0x6b00,
  wrongLe: 0x6c00,
  unknownInstruction: 0x6d00,
  unknownClass: 0x6e00,
} as const;

/** Four hexadecimal digits, upper case. */
export function statusText(sw: number): string {
  return sw.toString(16).toUpperCase().padStart(4, '0');
}
