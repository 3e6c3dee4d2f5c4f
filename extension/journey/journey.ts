import type { GuideErrorId, StepId } from '../../common/guide/index.ts';
import { stepIds } from '../../common/guide/types.ts';
import type { Clicked, LoginFailure } from '../diagnosis/index.ts';

/** What the extension may press in a page: the two controls of the design's rule 3, and no other. */
export const drivenControls = ['choose-method', 'card-auth'] as const;
export type DrivenControl = (typeof drivenControls)[number];
/** What the person may be asked to press. */
export const askedControls = [...drivenControls, 'association-link', 'second-certificate-page'] as const;
export type AskedControl = (typeof askedControls)[number];

/** The portal's other entries and the initial QR: recognised, explained, never driven. Manual (2), (3). */
export const otherWayIds = ['initial-qr', 'my-number-card', 'my-number-phone', 'change-phone'] as const;
export type OtherWay = (typeof otherWayIds)[number];

/** Why the person is asked to press a control. */
export const whysNotPressed = [
  'not-found',
  'several', // more than one candidate
  'hidden',
  'closed', // behind a closed heading: the person opens it, and the rest goes by itself
  'covered',
  'disabled',
  'no-effect', // pressed, and nothing came of it
  'not-a-link',
  'leads-elsewhere', // to a host that is not listed
  'leads-unseen', // a script in the address: it may lead anywhere
  'on-the-way', // leads to the step's page, and is the person's to press
  'moved', // another one stands there each time it is looked at
] as const;
export type NotPressed = (typeof whysNotPressed)[number];

/** The card as it was when the login began. */
export interface PinnedCard {
  reader: string;
  insertion: number;
  /** Lower case; null when the certificate carries no registration number. */
  username: string | null;
  /** Of the certificate, in hexadecimal. */
  fingerprint: string;
  /** Of the PIN, where the card told. */
  tries: number | null;
}

export interface JourneyError {
  id: GuideErrorId;
  /** What was seen: the net error, the HTTP status. Never personal. */
  data: Readonly<Record<string, string | number>>;
}

export type Phase =
  | 'none' // at (1)
  | 'under-way'
  | 'error' // can be taken up again
  | 'stopped' // only a browser restart leads on
  | 'finished';

/** One registration of one person. Kept for the browser session only. */
export interface Journey {
  phase: Phase;
  step: StepId;
  tabId: number | null;
  /** The frame and the document last recognised. */
  frameId: number;
  documentId: string | null;
  /** Since the press on (4). */
  card: PinnedCard | null;
  /** What was measured at the press on (4). */
  clicked: Clicked | null;
  /** The login that failed, while error 1 is shown. */
  failure: LoginFailure | null;
  /** The login has been asked for, and its end is not seen: no APDU may go to a card. */
  quiet: boolean;
  /** The document in which (4) was last pressed: it stays behind the browser's dialogs and is no new page. */
  pressedDocument: string | null;
  /** A navigation began after the last press. */
  navigating: boolean;
  /** What the person is asked to press, and why. */
  asked: { control: AskedControl; why: NotPressed } | null;
  /** Manual (13): who says that it is complete, the page or, where it was not recognised, the person. */
  completion: 'page' | 'person' | null;
  /** Milliseconds since the epoch. */
  qr: { expiresAt: number | null; shownAt: number } | null;
  error: JourneyError | null;
  /** A page on the way to (4) could not be loaded: the browser shows its own in its place. */
  pageFailed: boolean;
  /** A page on the way that fits no step. */
  unfamiliarPage: boolean;
  /** The steps such a page fits, where it fits several. */
  fits: readonly StepId[];
  /** Names of the manual's signs that such a page shows. Never its text. */
  driftSigns: readonly string[];
  /** A page of another way through the portal. */
  otherWay: OtherWay | null;
}

export const noJourney: Journey = {
  phase: 'none',
  step: 'prepare',
  tabId: null,
  frameId: 0,
  documentId: null,
  card: null,
  clicked: null,
  failure: null,
  quiet: false,
  pressedDocument: null,
  navigating: false,
  asked: null,
  completion: null,
  qr: null,
  error: null,
  pageFailed: false,
  unfamiliarPage: false,
  fits: [],
  driftSigns: [],
  otherWay: null,
};

/** Whether `step` comes before `other` in the manual. */
export function isBefore(step: StepId, other: StepId): boolean {
  return stepIds.indexOf(step) < stepIds.indexOf(other);
}

/** Steps between which the person goes on alone, because no one can see the dialog or the phone from here. */
const personal: readonly (readonly StepId[])[] = [
  ['choose-certificate', 'enter-pin'],
  ['scan-qr', 'phone-login', 'phone-register', 'phone-biometric', 'phone-label', 'phone-done'],
];

export function isPersonalMove(from: StepId, to: StepId): boolean {
  return personal.some((group) => group.includes(from) && group.includes(to));
}
