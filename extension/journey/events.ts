import type { GuideErrorId, StepId } from '../../common/guide/index.ts';
import type { PhoneCauseId } from '../../common/guide/phone-settings.ts';
import type { Reader } from '../../common/protocol/index.ts';
import type { Check, Verdict } from '../judge/index.ts';
import type { AskedControl, DrivenControl, NotPressed, OtherWay, PinnedCard } from './journey.ts';

/** What a content script recognised on a page of a permitted host. */
export type RecognisedPage =
  | { kind: 'association'; link: string | null; why: NotPressed | null }
  /** The association's front page, whose menu leads to the page with the link. */
  | { kind: 'association-front' }
  /** `closed`: the control is there behind a closed heading, which the person has to open. */
  | { kind: 'portal-menu' | 'card-auth'; closed?: boolean | undefined }
  | ({ kind: 'qr' } & QrShown)
  | { kind: 'complete' }
  | { kind: 'error'; error: GuideErrorId; cause?: PhoneCauseId | undefined }
  | { kind: 'login-refused'; status: number }
  | { kind: 'other-method'; way: OtherWay }
  /** `fits`: the steps whose signs it shows all of, where these are several; `qr` where (7) is one of them. */
  | { kind: 'unfamiliar'; fits?: StepId[] | undefined; qr?: QrShown | undefined };

/** `expiresAt`: milliseconds since the epoch, null where unknown; `bySite`: by the site's clock, not by this PC's. */
export interface QrShown {
  expiresAt: number | null;
  bySite?: boolean | undefined;
}

/** What the machine needs to know of the PC at this moment. */
export interface Surroundings {
  /** Milliseconds since the epoch. */
  now: number;
  verdict: Verdict;
  /** This PC's clock minus the site's, milliseconds, where it is known. */
  clockSkewMs?: number | undefined;
  /** What is wrong or doubtful. */
  troubles: readonly Check[];
  /** The HPKI card in the reader, when it was read. */
  card: PinnedCard | null;
}

export type JourneyEvent =
  | { type: 'start'; tabId: number }
  | {
      type: 'page';
      tabId: number;
      frameId: number;
      /** Names the document, so that a page seen again is told from a page loaded again. */
      documentId: string | null;
      page: RecognisedPage;
      /** User names the page shows, as it shows them. */
      usernames: string[];
      /** Of a page that fits no step: names of the manual's signs it shows. */
      signs?: readonly string[] | undefined;
    }
  | { type: 'pressed'; tabId: number; control: DrivenControl }
  | { type: 'not-pressed'; tabId: number; control: DrivenControl; why: NotPressed }
  /** A navigation of a frame of the journey's tab began; `login` when it goes to the card login host. */
  | { type: 'navigation'; tabId: number; frameId: number; login: boolean }
  /** Another page than the card login's could not be loaded in a tab. */
  | { type: 'page-failed'; tabId: number }
  /** The card login ended in a net error or an HTTP refusal. */
  | {
      type: 'login-failed';
      tabId: number;
      data: Readonly<Record<string, string | number>>;
      /** The browser's own page tells more than ours, and stays. */
      browsersPage?: boolean;
    }
  /** The navigation to the card login ended and nothing took its place: the browser's stop button. */
  | { type: 'login-stopped'; tabId: number }
  /** The one re-read after a failed login; null when it could not be made. */
  | { type: 'card-reread'; reader: string; insertion: number; tries: number | null }
  | { type: 'readers'; readers: readonly Reader[] }
  /** The judgement changed. */
  | { type: 'judged' }
  /** The association's link opened a tab of its own. */
  | { type: 'tab-opened'; from: number; tabId: number }
  /** A tab that was discarded or prerendered is the same one to the person, and another one to the browser. */
  | { type: 'tab-replaced'; from: number; tabId: number }
  | { type: 'tab-closed'; tabId: number }
  /** The person says where the dialogs or the phone are. */
  | { type: 'person-at'; step: StepId }
  | { type: 'person-sees'; error: GuideErrorId }
  | { type: 'error-dismissed' }
  | { type: 'qr-over' }
  /** Go on from (3)/(4), in this tab. */
  | { type: 'resume'; tabId: number }
  | { type: 'next-person' }
  | { type: 'cancel' };

/** What is to be done. Carried out in order. */
export type Effect =
  | { type: 'follow-link'; tabId: number; frameId: number; url: string }
  | { type: 'open-portal'; tabId: number }
  | { type: 'quiet'; on: boolean }
  | { type: 'press'; tabId: number; frameId: number; control: DrivenControl }
  | { type: 'point-out'; tabId: number; frameId: number; control: AskedControl | null }
  | { type: 'show-access-denied'; tabId: number }
  | { type: 'show-stopped'; tabId: number }
  /** After a failed login, once: how many tries of the PIN are left. */
  | { type: 'reread-card'; reader: string; insertion: number }
  | { type: 'remember-login'; fingerprint: string }
  | { type: 'check-site' };
