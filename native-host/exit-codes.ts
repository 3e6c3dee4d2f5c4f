/**
 * Exit codes, stable: an administrator can ask many PCs by them. 10–14 say how far `inspect` came.
 */
export const exitCode = {
  /** `inspect`: an HPKI authentication certificate was read. Other commands: done. */
  done: 0,
  /** Something unexpected; a line on standard error says what. */
  internal: 1,
  /** The command line was not understood. */
  usage: 2,
  /** Started by an extension that is not one of ours. */
  callerRefused: 3,
  /** `install`, `uninstall`: something could not be written or removed. */
  notInstalled: 4,
  /** `inspect`: the PC/SC service does not run and no reader would start it, or it does not answer. */
  noService: 10,
  /** `inspect`: no reader (Windows Hello and the like are none), or a service that waits for the first one. */
  noReader: 11,
  /** `inspect`: no card in any reader. */
  noCard: 12,
  /** `inspect`: a card is there and could not be read to the end. */
  unreadableCard: 13,
  /** `inspect`: no card with a readable HPKI authentication certificate. */
  noCertificate: 14,
} as const;
