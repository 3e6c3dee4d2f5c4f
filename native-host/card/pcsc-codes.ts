/** PC/SC return codes this program tells apart (pcsc-lite pcsclite.h, Windows winerror.h: the same values). */
export const pcsc = {
  success: 0,
  cancelled: 0x80100002,
  invalidHandle: 0x80100003,
  insufficientBuffer: 0x80100008,
  unknownReader: 0x80100009,
  timeout: 0x8010000a,
  sharingViolation: 0x8010000b,
  noSmartcard: 0x8010000c,
  protocolMismatch: 0x8010000f,
  notReady: 0x80100010,
  commError: 0x80100013,
  notTransacted: 0x80100016,
  readerUnavailable: 0x80100017,
  noService: 0x8010001d,
  serviceStopped: 0x8010001e,
  noReadersAvailable: 0x8010002e,
  unsupportedCard: 0x80100065,
  unresponsiveCard: 0x80100066,
  unpoweredCard: 0x80100067,
  resetCard: 0x80100068,
  removedCard: 0x80100069,
} as const;

/** A PC/SC call that did not return SCARD_S_SUCCESS. `code` is unsigned 32 bit. */
export class PcscError extends Error {
  readonly code: number;
  readonly call: string;
  constructor(call: string, code: number, options?: ErrorOptions) {
    super(`${call}: 0x${(code >>> 0).toString(16)}`, options);
    this.name = 'PcscError';
    this.call = call;
    this.code = code >>> 0;
  }
}

export type CardTrouble = 'removed' | 'mute' | 'reset' | 'exclusive' | 'service' | 'protocol';

/** What a failed call means for the reading of a card. */
export function cardTrouble(code: number): CardTrouble {
  switch (code) {
    case pcsc.removedCard:
    case pcsc.noSmartcard:
    case pcsc.unknownReader: // the reader itself was pulled out
    case pcsc.readerUnavailable:
    case 0x80100011: // SCARD_E_INVALID_VALUE: what pcsc-lite says of a reader that was pulled out
    case pcsc.noReadersAvailable:
      return 'removed';
    case pcsc.unresponsiveCard:
    case pcsc.unpoweredCard:
    case pcsc.unsupportedCard:
    case pcsc.timeout:
      return 'mute';
    case pcsc.resetCard:
      return 'reset';
    case pcsc.sharingViolation:
      return 'exclusive';
    case pcsc.noService:
    case pcsc.serviceStopped:
    case pcsc.commError:
    case pcsc.invalidHandle:
    case pcsc.cancelled:
      return 'service';
    default:
      return 'protocol';
  }
}
