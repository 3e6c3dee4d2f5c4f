import type { KeyObject } from 'node:crypto';
import type { Bytes } from '../der.ts';

/** What a virtual card is made of. A card is one image and the state machine in `virtual-card.ts`. */
export type CardImage = {
  /** As the reader reports it; absent for a card that does not answer to reset. */
  readonly atr: Bytes | undefined;
  readonly applications: readonly Application[];
  /** Elementary files right under the master file, EF.DIR for one. */
  readonly masterFiles: readonly CardFile[];
  readonly traits: CardTraits;
};

export type Application = {
  /** Application identifier (DF name), 5 to 16 bytes. */
  readonly aid: Bytes;
  readonly files: readonly CardFile[];
};

type FileBase = {
  /** File identifier, two bytes as a number. */
  readonly fid: number;
  /** Short file identifier, 1 to 30, when the file can be read by one. */
  readonly sfi?: number;
};

/** A transparent elementary file. */
export type TransparentFile = FileBase & {
  readonly kind: 'transparent';
  readonly content: Bytes;
  /** File identifier of the PIN that must have been verified before reading. */
  readonly readPin?: number;
};

/** An internal elementary file with a PIN. The tries left are the state machine's, not the image's. */
export type PinFile = FileBase & {
  readonly kind: 'pin';
  /** P2 of VERIFY; undefined when the PIN is addressed by selecting its file and P2=80 (JPKI). */
  readonly reference?: number;
  readonly value: string;
  readonly minimumLength: number;
  readonly maximumLength: number;
  readonly maximumTries: number;
  readonly triesLeft: number;
};

/** An internal elementary file with an RSA private key. */
export type KeyFile = FileBase & {
  readonly kind: 'key';
  /** One-byte key reference for MSE SET, beside the file identifier. */
  readonly reference?: number;
  readonly privateKey: KeyObject;
  /** File identifier of the PIN that protects it. */
  readonly pin: number;
  /** The PIN counts for one signature only (userConsent 1). */
  readonly pinPerUse: boolean;
};

export type CardFile = TransparentFile | PinFile | KeyFile;

export type CardTraits = {
  /** Extended Lc and Le; without it such a command is answered 6700 and chaining is used. */
  readonly extendedLength: boolean;
  /** P1 values of SELECT that the card knows: 00, 01, 02, 03, 04, 08, 09. */
  readonly selectMethods: readonly number[];
  /** SELECT by a shortened AID, with first and next occurrence. */
  readonly partialNames: boolean;
  /** Answers SELECT EF with P2=00 or 04 with file control parameters; otherwise 6A86. */
  readonly fileControl: boolean;
  /** Keeps a verified PIN when the selected application is selected again. */
  readonly keepPinOnReselect: boolean;
  /** PSO: COMPUTE DIGITAL SIGNATURE pads a DigestInfo itself; otherwise it wants the padded block. */
  readonly padsDigestInfo: boolean;
  /** The class 80 signing command on the selected key file, with a DigestInfo. */
  readonly signsWithClass80: boolean;
  /** READ BINARY beyond the end: 6282 with what there is, 6Cxx, or 9000 with what there is. */
  readonly shortRead: '6282' | '6Cxx' | '9000';
  /** Answers with data by 61xx and GET RESPONSE, as over T=0, instead of at once. */
  readonly responsesByGetResponse: boolean;
  /** What an empty VERIFY says for a blocked PIN. */
  readonly blockedStatus: '6983' | '6984' | '63C0';
  /** Whether an empty VERIFY says 9000 after a verified PIN; JPKI's cards go on telling the tries. */
  readonly emptyVerifyTellsVerified: boolean;
};
