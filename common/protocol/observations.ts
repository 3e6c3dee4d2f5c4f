import * as v from 'valibot';
import type { Subject } from './subjects.ts';

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

const startType = v.picklist(['automatic', 'manual', 'trigger', 'disabled']);

/** A service as the system's own list of services tells it. */
export const serviceFacts = v.object({
  state: v.picklist(['running', 'stopped', 'changing', 'absent']),
  startType: v.optional(startType),
});

export const pcscServiceFacts = v.object({
  /** `stopped` with start type `disabled` is the only state that needs an administrator. */
  state: v.picklist(['running', 'stopped', 'absent']),
  startType: v.optional(startType),
  pcscCode: v.optional(pcscCode),
  /** Windows' CertPropSvc, which copies the certificates of cards it knows into the user's store. */
  propagation: v.optional(serviceFacts),
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

/**
 * Who may hold a card that another program has for itself. PC/SC does not say who does: these are programs that have
 * the system's PC/SC library loaded, and the one that holds it is among them or among those not seen.
 */
export const cardHoldersFacts = v.object({
  /** File names only, without our own. */
  candidates: v.pipe(v.array(v.object({ name: text, processes: count })), v.maxLength(32)),
  /** Processes of other users or with more rights, which this user may not look into. */
  unseen: count,
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
  /** `calais`: ATR and mask of the cards this entry is for. */
  atr: v.optional(hex),
  atrMask: v.optional(hex),
});
export const cardDriverFacts = v.object({
  modules: v.pipe(v.array(driverModule), v.maxLength(64)),
  /** The driver's card tools, from the Start menu or its own folder. */
  tools: v.optional(v.pipe(v.array(v.object({ name: text, path: text, how: text })), v.maxLength(16))),
});

/**
 * Where the driver keeps its choice of reader is not known. These are texts in places that could be it; the
 * extension compares them with the readers' names, and what follows is a hint at most.
 */
export const driverReaderFacts = v.object({
  candidates: v.pipe(
    v.array(
      v.object({
        /** Registry value or file, for support. */
        place: text,
        value: text,
        /** How much speaks for this place, from the host's table. */
        confidence: v.picklist(['low', 'medium']),
      }),
    ),
    v.maxLength(64),
  ),
  /** Readers that were connected before, as the system remembers them. */
  formerReaders: v.pipe(v.array(text), v.maxLength(64)),
});

/** What the browser could offer in its chooser. Only certificates of HPKI and JPKI are told one by one. */
export const certificateStoreFacts = v.object({
  store: v.picklist(['windows-my', 'nss']),
  certificates: v.pipe(
    v.array(
      v.object({
        /** SHA-256, as in the card's certificate profile. */
        fingerprint: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
        issuer: text,
        serialNumber: hex,
        notAfter: isoTime,
        /** The store knows where its private key is. */
        privateKey: v.boolean(),
        /** CSP or KSP, and its key container. */
        provider: v.optional(text),
        container: v.optional(text),
      }),
    ),
    v.maxLength(64),
  ),
  /** Certificates of anyone else in the same store. */
  others: count,
  /** NSS: modules of the databases through which a card's certificate could be offered. */
  modules: v.optional(
    v.pipe(v.array(v.object({ name: text, database: text, present: v.boolean() })), v.maxLength(64)),
  ),
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

const runningBrowser = v.object({ name: text, processId: count, startedAt: v.optional(isoTime) });

export const browserSessionFacts = v.object({
  /** Start of the browser process that started the host. */
  startedAt: isoTime,
  processId: count,
  name: text,
  /** Word size of that process. */
  bits: v.optional(v.picklist([32, 64])),
  /** Every browser that runs for this user, by its first process. */
  running: v.optional(v.pipe(v.array(runningBrowser), v.maxLength(32))),
  /** The desktop is shown on another PC: the readers there are not the readers here. */
  remoteDesktop: v.optional(v.boolean()),
  /** By what that is known: a call, a registry value, a variable of the session. */
  remoteBy: v.optional(text),
  /** Why it is not. */
  remoteUnknown: v.optional(unknownReason),
});

/** Administrators' settings of browsers that bear on this product; no others are looked at. */
export const policiesFacts = v.object({
  policies: v.pipe(
    v.array(
      v.object({
        browser: v.picklist(['chrome', 'edge', 'chromium']),
        scope: v.picklist(['machine', 'user']),
        name: v.picklist([
          'NativeMessagingBlocklist',
          'NativeMessagingAllowlist',
          'NativeMessagingUserLevelHosts',
          'ExtensionInstallBlocklist',
          'ExtensionInstallAllowlist',
          'ExtensionInstallForcelist',
          'ExtensionSettings',
          'AutoSelectCertificateForUrls',
        ]),
        /** Lists as they are; a boolean is `true` or `false`; ExtensionSettings' modes as `*=blocked`. */
        values: v.pipe(v.array(text), v.maxLength(64)),
        /** Registry key or file. */
        how: text,
      }),
    ),
    v.maxLength(64),
  ),
});

/** What Node says of a chain that it does not accept (X509_V_ERR_… of OpenSSL, and the host's name). */
export const authorizationErrors = [
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'CERT_SIGNATURE_FAILURE',
  'CERT_NOT_YET_VALID',
  'CERT_HAS_EXPIRED',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'other',
] as const;
export type AuthorizationError = (typeof authorizationErrors)[number];

/** Who vouches for the registration site here: security software that looks inside TLS breaks client certificates. */
export const siteCertificateFacts = v.object({
  host: text,
  subject: distinguishedName,
  issuer: distinguishedName,
  /** The end of the chain the server sent, or of the one Node completed. */
  root: v.optional(distinguishedName),
  /** Node's own list of authorities vouches for it: nobody stands between. */
  publiclyTrusted: v.boolean(),
  /** Why not. Hosts up to 0.1.0 do not tell. */
  authorizationError: v.optional(v.picklist(authorizationErrors)),
  /** This PC's clock minus the server's Date, milliseconds. */
  skewMs: v.optional(v.number()),
});

/** Smart card readers on USB, whether or not PC/SC has a reader for them. */
export const usbReadersFacts = v.object({
  devices: v.pipe(
    v.array(
      v.object({
        /** Four hexadecimal digits each, lower case. */
        vendor: v.pipe(v.string(), v.regex(/^[0-9a-f]{4}$/)),
        product: v.pipe(v.string(), v.regex(/^[0-9a-f]{4}$/)),
        name: v.optional(text),
        /** `class`: USB class 0B. `table`: known by vendor and product. */
        by: v.picklist(['class', 'table']),
        /** The driver the system bound to it, where it tells. */
        driver: v.optional(text),
        /** Windows' problem code (CM_PROB_…): 28 is no driver. */
        problem: v.optional(count),
        how: text,
      }),
    ),
    v.maxLength(64),
  ),
});

function observation<const S extends Subject, F extends v.GenericSchema>(subject: S, facts: F) {
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
  observation('card-holders', cardHoldersFacts),
  observation('card-driver', cardDriverFacts),
  observation('driver-reader', driverReaderFacts),
  observation('certificate-store', certificateStoreFacts),
  observation('usb-readers', usbReadersFacts),
  observation('policies', policiesFacts),
  observation('site-certificate', siteCertificateFacts),
  observation('browser-session', browserSessionFacts),
]);

export type Observation = v.InferOutput<typeof observationSchema>;
export type ObservationOf<S extends Subject> = Extract<Observation, { subject: S }>;
export type FactsOf<S extends Subject> = Extract<
  ObservationOf<S>['result'],
  { outcome: 'observed' }
>['facts'];
export type Reader = v.InferOutput<typeof reader>;
export type CardFacts = v.InferOutput<typeof cardFacts>;
export type CardStop = v.InferOutput<typeof cardStop>;
export type DriverModule = v.InferOutput<typeof driverModule>;
export type ServiceFacts = v.InferOutput<typeof serviceFacts>;
export type UnknownReason = v.InferOutput<typeof unknownReason>;
