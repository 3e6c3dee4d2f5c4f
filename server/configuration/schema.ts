import * as v from 'valibot';
import { policies } from '../../common/certificate/index.ts';
import { sites } from '../../common/sites.ts';

/** `https://host` or `https://host:port`, as browsers send it in `Origin`. */
const origin = v.pipe(
  v.string(),
  v.url(),
  v.check((value) => {
    const url = new URL(value);
    return url.protocol === 'https:' && url.origin === value;
  }, 'must be an https origin without a path'),
);

/** PEM text, or the path of a file with it. */
const pem = v.pipe(v.string(), v.nonEmpty());

/**
 * A TLS-terminating proxy in front. What it says of the client (RFC 9440's Client-Cert, X-Forwarded-For) is believed,
 * so nobody else may reach the listener: it is a Unix socket, or it wants a certificate of an authority made for proxies
 * alone. Without this such headers mean nothing.
 */
const proxy = v.optional(
  v.variant('kind', [
    v.strictObject({ kind: v.literal('unix'), path: v.pipe(v.string(), v.nonEmpty()) }),
    v.strictObject({ kind: v.literal('mtls'), authority: pem }),
  ]),
);

/** Where the process listens. Apart from the public origin: a resolver or a proxy may stand between. Port 0: any free one. */
const listen = v.optional(
  v.strictObject({
    proxy,
    host: v.optional(v.string(), '127.0.0.1'),
    port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65535)), 0),
  }),
  {},
);

/** http, https, or file (for what another program keeps up to date). */
const listAddress = v.pipe(v.string(), v.url(), v.regex(/^(?:https?|file):/));

const text = v.strictObject({ ja: v.string(), en: v.string() });

const seconds = (fallback: number) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(86_400)), fallback);

export const configurationSchema = v.strictObject({
  /** Portal for the PC and pages for the phone: TLS without client certificates. */
  portal: v.strictObject({
    origin: v.optional(origin, `https://${sites.portal.host}`),
    listen,
    certificate: pem,
    key: pem,
  }),
  /** The host that asks for the card's certificate. */
  cardLogin: v.strictObject({
    origin: v.optional(origin, `https://${sites.cardLogin.host}`),
    listen,
    certificate: pem,
    key: pem,
    /** CA certificates, roots and issuing CAs, all of them: none is taken from the client. */
    authorities: v.pipe(v.array(pem), v.nonEmpty()),
    /** Certificate policies (RFC 5280 4.2.1.4), one of which the certificate must carry. */
    policies: v.optional(v.array(v.string()), () => [...policies.hpkiAuthentication]),
  }),
  /** The host that asks for the My Number card's certificate. Without it, what needs that card is not offered. */
  myNumberLogin: v.optional(
    v.strictObject({
      origin: v.optional(origin, `https://${sites.myNumberLogin.host}`),
      listen,
      certificate: pem,
      key: pem,
      /** CA certificates of JPKI for user authentication, roots and issuing CAs. */
      authorities: v.pipe(v.array(pem), v.nonEmpty()),
      policies: v.optional(v.array(v.string()), () => [...policies.jpkiAuthentication]),
    }),
  ),
  /** The operators' console: sign-in by passkey. Without it there is none, and no printed sheets. */
  operators: v.optional(
    v.strictObject({
      origin: v.optional(origin, `https://${sites.operators.host}`),
      listen,
      certificate: pem,
      key: pem,
    }),
  ),
  /** Printed sheets for card holders, 登録方法1. */
  initialSheets: v.optional(
    v.strictObject({
      /** Days until a sheet's QR code ends. */
      days: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(366)), 90),
      /** A font with Japanese letters, and its name inside a collection. */
      font: v.optional(v.string(), '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'),
      fontName: v.optional(v.string(), 'NotoSansCJKjp-Regular'),
    }),
    {},
  ),
  database: v.variant('kind', [
    v.strictObject({ kind: v.literal('sqlite'), file: v.pipe(v.string(), v.nonEmpty()) }),
    v.strictObject({
      kind: v.literal('postgresql'),
      url: v.pipe(v.string(), v.nonEmpty()),
      /** Most connections of one node. */
      connections: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 10),
    }),
  ]),
  /** Revocation of cards' certificates. Without it none is looked up. */
  revocation: v.optional(
    v.strictObject({
      /** Where each authority's list is. No other address is ever asked. */
      lists: v.pipe(v.array(v.strictObject({ authority: pem, url: listAddress })), v.nonEmpty()),
      /** How often newer ones are looked for. */
      refreshSeconds: seconds(3600),
      /** How long after its nextUpdate a list still counts when no newer one can be had. */
      graceSeconds: v.optional(
        v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(30 * 86_400)),
        86_400,
      ),
    }),
  ),
  /** How long a QR code can be read. Manual (7). */
  qrSeconds: seconds(600),
  /** How long the phone may take from 「ログイン」 to the end, manual (8)–(12). */
  phoneSeconds: seconds(900),
  /** How long a card login on the PC is good for. */
  sessionSeconds: seconds(2700),
  /** A sentence above every page: that this is a demonstration, or when the service rests. */
  notice: v.optional(text),
  /** Metrics, health and readiness over plain HTTP, for those who run the platform alone. Not there unless it is asked for. */
  operations: v.optional(v.strictObject({ listen })),
  /** How long a node that is told to end goes on answering, so that a proxy can turn to the others. */
  drainSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(300)), 0),
  /** How long a phone that was replaced stays on record: the same credential must not be registered again. */
  replacedPhoneDays: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3650)), 90),
  log: v.optional(v.picklist(['silent', 'error', 'warn', 'info', 'debug']), 'info'),
});

/** As written in a file, with defaults left out. */
export type ConfigurationInput = v.InferInput<typeof configurationSchema>;
export type Configuration = v.InferOutput<typeof configurationSchema>;

/** Thrown for a configuration that cannot be used; the message names the places, never the values. */
export class ConfigurationError extends Error {
  readonly places: readonly string[];
  constructor(places: readonly string[], options?: ErrorOptions) {
    super(`configuration: ${places.join('; ')}`, options);
    this.name = 'ConfigurationError';
    this.places = places;
  }
}

/** @throws ConfigurationError */
export function parseConfiguration(input: unknown): Configuration {
  const result = v.safeParse(configurationSchema, input);
  if (result.success) return result.output;
  throw new ConfigurationError(
    result.issues.map((issue) => `${v.getDotPath(issue) ?? '(top)'}: ${issue.kind} ${issue.type}`),
  );
}
