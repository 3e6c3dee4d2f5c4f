import * as v from 'valibot';

/**
 * What the host can see of the PC, as facts. Which fact means what is decided by the extension.
 * Every observation says when it was made, how, how long it took, and, where it could not be made, why.
 */

/** Hexadecimal, upper case, no separators, most significant octet first. */
const hex = v.pipe(v.string(), v.regex(/^(?:[0-9A-F]{2})*$/));
const text = v.pipe(v.string(), v.maxLength(1024));
const isoTime = v.pipe(v.string(), v.isoTimestamp());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** PC/SC return code as eight upper-case hexadecimal digits: `80100069`. */
const pcscCode = v.pipe(v.string(), v.regex(/^[0-9A-F]{8}$/));

export const pcscServiceFacts = v.object({
  /** `stopped` with start type `disabled` is the only state that needs an administrator. */
  state: v.picklist(['running', 'stopped', 'absent']),
  startType: v.optional(v.picklist(['automatic', 'manual', 'trigger', 'disabled'])),
  pcscCode: v.optional(pcscCode),
});

export const reader = v.object({
  /** As PC/SC names it. May carry the reader's serial number: never leaves the PC unredacted. */
  name: text,
  /** The decoded state of SCardGetStatusChange, no card access involved. */
  state: v.picklist(['empty', 'present', 'mute', 'exclusive', 'unavailable']),
  /** Another program has a connection (shared) to the card. */
  inUse: v.boolean(),
  atr: v.optional(hex),
  /** Counts insertions and removals (high word of the PC/SC event state): another number, another insertion. */
  insertion: count,
});
export const readersFacts = v.object({ readers: v.pipe(v.array(reader), v.maxLength(64)) });

export const distinguishedName = v.object({
  commonName: v.optional(text),
  serialNumber: v.optional(text),
  organization: v.optional(text),
  country: v.optional(text),
});

/** The fields of common/certificate's CertificateProfile. */
export const certificateProfile = v.object({
  kind: v.picklist([
    'hpki-authentication',
    'hpki-signature',
    'jpki-authentication',
    'jpki-signature',
    'other',
  ]),
  subject: distinguishedName,
  issuer: distinguishedName,
  serialNumber: hex,
  notBefore: isoTime,
  notAfter: isoTime,
  keyUsage: v.array(text),
  extendedKeyUsage: v.array(text),
  policies: v.array(text),
  hcRoles: v.array(text),
  publicKey: v.object({ algorithm: v.picklist(['rsa']), bits: count }),
  fingerprint: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

/** Why reading a card ended early. */
export const cardStop = v.object({
  by: v.picklist([
    'removed', // taken out while being read
    'mute', // no answer to reset, or none to a command within its time
    'reset', // another program reset it, and again after reconnecting
    'exclusive', // another program holds it alone
    'timeout', // the deadline passed; the card process was ended
    'service', // PC/SC went away
    'protocol', // the answer is no valid response
    'refused', // the gate in front of the card refused a command
  ]),
  pcscCode: v.optional(pcscCode),
  /** Number of APDUs answered before it. */
  afterApdus: count,
});

export const application = v.object({
  name: v.picklist(['hpki-authentication', 'hpki-signature', 'jpki']),
  /** Status word of SELECT: `9000`, `6A82`, `6283`. */
  statusWord: v.pipe(hex, v.length(4)),
});

export const cardFacts = v.object({
  reader: text,
  insertion: count,
  atr: v.optional(hex),
  /** Applications asked for, in this order; a name that is missing was not asked. */
  applications: v.array(application),
  /** Which of the two known file layouts the card's own directory described. */
  layout: v.optional(v.picklist(['observed', 'guideline', 'described'])),
  /** The authentication certificate of the card (its signature certificate is never read). */
  certificate: v.optional(
    v.variant('form', [
      v.object({ form: v.literal('read'), profile: certificateProfile }),
      v.object({
        form: v.literal('malformed'),
        code: v.picklist(['not-der', 'not-a-certificate', 'unsupported-key', 'absent', 'too-long']),
        /** Octets read. */
        length: count,
      }),
    ]),
  ),
  /** Answer to the empty VERIFY: `63CX` is X tries left, `9000` verified already, `6983`/`6984` locked. */
  pin: v.optional(v.object({ reference: v.pipe(hex, v.length(2)), statusWord: v.pipe(hex, v.length(4)) })),
  stopped: v.optional(cardStop),
  apdus: count,
  extendedLength: v.optional(v.boolean()),
  /** Milliseconds spent waiting for the card, within the observation's own duration. */
  cardMs: v.pipe(v.number(), v.minValue(0)),
});

/** A driver library: PKCS#11 module, or on Windows also CSP, KSP. */
export const driverModule = v.object({
  kind: v.picklist(['pkcs11', 'csp', 'ksp', 'calais', 'uninstall-entry']),
  /** `hpki`: the HPKI card driver. `jpki`: the My Number client software. `stand-in`: OpenSC and the like. */
  family: v.picklist(['hpki', 'jpki', 'stand-in', 'unknown']),
  name: text,
  /** May hold a user name: never leaves the PC unredacted. */
  path: v.optional(text),
  version: v.optional(text),
  bits: v.optional(v.picklist([32, 64])),
  /** Where it was found: a table row of the host, e.g. `nss:pkcs11.txt`. */
  how: text,
  /** The file exists where it is registered. */
  present: v.boolean(),
});
export const cardDriverFacts = v.object({ modules: v.pipe(v.array(driverModule), v.maxLength(64)) });

export const browserSessionFacts = v.object({
  /** Start of the browser process that started the host. */
  startedAt: isoTime,
  processId: count,
  name: text,
});

/** Why something could not be observed. */
export const unknownReason = v.picklist([
  'not-supported-here', // no way to look on this system: shown as skipped
  'no-permission',
  'timeout',
  'service-unavailable',
  'not-found',
  'failed',
]);

function observation<const S extends string, F extends v.GenericSchema>(subject: S, facts: F) {
  return v.object({
    subject: v.literal(subject),
    at: isoTime,
    /** Duration in milliseconds. */
    ms: v.pipe(v.number(), v.minValue(0)),
    /** API, file or command it comes from, for support. */
    how: text,
    result: v.variant('outcome', [
      v.object({ outcome: v.literal('observed'), facts }),
      v.object({ outcome: v.literal('unknown'), reason: unknownReason, detail: v.optional(text) }),
    ]),
  });
}

export const observationSchema = v.variant('subject', [
  observation('pcsc-service', pcscServiceFacts),
  observation('readers', readersFacts),
  observation('card', cardFacts),
  observation('card-driver', cardDriverFacts),
  observation('browser-session', browserSessionFacts),
]);

export type Observation = v.InferOutput<typeof observationSchema>;
export type Subject = Observation['subject'];
export type ObservationOf<S extends Subject> = Extract<Observation, { subject: S }>;
export type FactsOf<S extends Subject> = Extract<
  ObservationOf<S>['result'],
  { outcome: 'observed' }
>['facts'];
export type Reader = v.InferOutput<typeof reader>;
export type CardFacts = v.InferOutput<typeof cardFacts>;
export type CardStop = v.InferOutput<typeof cardStop>;
export type DriverModule = v.InferOutput<typeof driverModule>;
export type UnknownReason = v.InferOutput<typeof unknownReason>;

/** All subjects, in the order in which a person would look. */
export const subjects = [
  'pcsc-service',
  'readers',
  'card',
  'card-driver',
  'browser-session',
] as const satisfies Subject[];
