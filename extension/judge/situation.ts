import type { CardFacts, ObservationOf, UnknownReason } from '../../common/protocol/index.ts';

/** Why there is no host to ask. Each is a reason of the check `host`. */
export type HostFailure =
  | 'not-installed'
  | 'forbidden'
  | 'blocked-by-policy'
  | 'too-old'
  | 'extension-too-old'
  | 'crashed'
  | 'no-answer'
  | 'malformed';

export type HostState =
  | { state: 'connecting' }
  | { state: 'failed'; failure: HostFailure; hostVersion?: string; detail?: string }
  | {
      state: 'connected';
      hostVersion: string;
      platform: 'win32' | 'linux' | 'darwin' | 'other';
      /** What this host can do for the person. */
      actions?: readonly string[];
      /** Everything has been observed once. */
      complete: boolean;
    };

/** Everything has been observed once: what is still missing will not come. */
export const isComplete = (host: HostState) => host.state === 'connected' && host.complete;

/** There is more to come. */
export const isStarting = (host: HostState) =>
  host.state === 'connecting' || (host.state === 'connected' && !host.complete);

/** The latest observation of each subject; of cards, the latest of each reader. */
export interface Observations {
  'pcsc-service'?: ObservationOf<'pcsc-service'>;
  readers?: ObservationOf<'readers'>;
  'card-holders'?: ObservationOf<'card-holders'>;
  'card-driver'?: ObservationOf<'card-driver'>;
  'driver-reader'?: ObservationOf<'driver-reader'>;
  'certificate-store'?: ObservationOf<'certificate-store'>;
  'usb-readers'?: ObservationOf<'usb-readers'>;
  policies?: ObservationOf<'policies'>;
  'site-certificate'?: ObservationOf<'site-certificate'>;
  'browser-session'?: ObservationOf<'browser-session'>;
  cards: CardFacts[];
  /** A card could not be looked at at all. Forgotten with the next change of readers or card. */
  cardUnknown?: UnknownReason;
}

/** What the extension's own fetch of the portal found. */
export type SiteState =
  | { state: 'checking' }
  | {
      state: 'answered';
      status: number;
      /** This PC's clock minus the server's `Date`, milliseconds; absent without the header. */
      skewMs?: number;
    }
  | {
      state: 'failed';
      host: string;
      /** The browser believes it has a network. */
      online: boolean;
      /** Asked not to follow, the network answered with a redirection. */
      redirected: boolean;
    };

export interface BrowserFacts {
  /** As the browser names itself: `Microsoft Edge`. */
  name: string;
  family: 'chrome' | 'edge' | 'chromium' | 'other';
  /** The person left the extension its access to the registration hosts. */
  siteAccess: boolean;
  extensionVersion: string;
}

/** The last card login known to have happened in a browser here. Holds no name. */
export interface CardLogin {
  /** Token of the card's certificate. */
  card: string;
  /** Start of the browser process, ISO 8601, where the host could see it. */
  browserStartedAt: string | null;
  /** Made in the present session of the extension, so in this browser process. */
  thisSession: boolean;
}

export interface Situation {
  /** Milliseconds since the epoch. */
  now: number;
  browser: BrowserFacts;
  host: HostState;
  observations: Observations;
  site: SiteState;
  login: CardLogin | null;
  /** Token of the certificate on the card that is in the reader, made like `CardLogin.card`. */
  cardToken: string | null;
  /** No card is read at present: a registration is between (4) and (7). */
  quiet: boolean;
}
