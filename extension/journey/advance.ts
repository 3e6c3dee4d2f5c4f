import { sameUsername } from '../../common/certificate/username.ts';
import type { GuideErrorId, StepId } from '../../common/guide/index.ts';
import { type LoginFailure, lookedAgain } from '../diagnosis/index.ts';
import type { Effect, JourneyEvent, QrShown, RecognisedPage, Surroundings } from './events.ts';
import { type DrivenControl, isBefore, isPersonalMove, type Journey, noJourney } from './journey.ts';

export interface Advance {
  journey: Journey;
  effects: Effect[];
}

/** The journey through the manual's steps: pure, so that every path of it can be tried without a browser. */
export function advance(journey: Journey, event: JourneyEvent, around: Surroundings): Advance {
  switch (event.type) {
    case 'start':
      return begin(journey, event.tabId);
    case 'next-person':
      return leave(journey);
    case 'cancel':
      return journey.phase === 'stopped' ? stay(journey) : leave(journey);
    case 'login-failed':
      return loginFailed(journey, event, around);
    case 'tab-replaced':
      return stay(event.from === journey.tabId ? { ...journey, tabId: event.tabId } : journey);
    case 'resume':
      return resume(journey, event.tabId);
    case 'card-reread':
      return reread(journey, event);
    default:
      return journey.phase === 'none' || journey.phase === 'stopped'
        ? stay(journey)
        : underWay(journey, event, around);
  }
}

type UnderWayEvent = Exclude<
  JourneyEvent,
  { type: 'start' | 'next-person' | 'cancel' | 'login-failed' | 'tab-replaced' | 'resume' | 'card-reread' }
>;

function underWay(journey: Journey, event: UnderWayEvent, around: Surroundings): Advance {
  switch (event.type) {
    case 'page':
      return event.tabId === journey.tabId ? page(journey, event, around) : stay(journey);
    case 'pressed':
      return event.tabId === journey.tabId ? pressed(journey, event.control, around) : stay(journey);
    case 'not-pressed':
      return event.tabId === journey.tabId ? notPressed(journey, event) : stay(journey);
    case 'navigation':
      return event.tabId === journey.tabId ? navigation(journey, event, around) : stay(journey);
    case 'page-failed':
      return event.tabId === journey.tabId ? pageFailed(journey) : stay(journey);
    case 'login-stopped':
      return event.tabId === journey.tabId ? loginStopped(journey) : stay(journey);
    case 'readers':
      return watchCard(journey, event.readers);
    case 'judged':
      if (journey.failure) return lookAgain(journey, journey.failure, around);
      return journey.step === 'card-auth' && waitsForCard(journey) ? press(journey, around) : stay(journey);
    case 'tab-opened':
      return event.from === journey.tabId && isBefore(journey.step, 'card-auth')
        ? stay({ ...journey, tabId: event.tabId })
        : stay(journey);
    case 'tab-closed':
      return event.tabId === journey.tabId && journey.phase !== 'finished' ? leave(journey) : stay(journey);
    case 'person-at':
      return personAt(journey, event.step, around);
    case 'person-sees':
      if (isBefore(journey.step, 'scan-qr') || journey.phase === 'finished') return stay(journey);
      return event.error === 'other-person'
        ? stop(journey, 'other-person')
        : stay({ ...journey, phase: 'error', error: { id: event.error, data: {} } });
    case 'error-dismissed':
      return journey.phase === 'error'
        ? stay({ ...journey, phase: 'under-way', error: null })
        : stay(journey);
    case 'qr-over':
      return qrOver(journey, around);
  }
}

/** Nobody sees the dialogs and the phone from here; nor, on a site that was changed, the pages after them. */
function personAt(journey: Journey, step: StepId, around: Surroundings): Advance {
  if (journey.phase !== 'under-way') return stay(journey);
  if (journey.step === 'enter-pin' && step === 'scan-qr') return atQr(journey, null, around);
  if (journey.step === 'phone-done' && step === 'finish') return finish(journey, 'person');
  return isPersonalMove(journey.step, step) ? stay({ ...journey, step }) : stay(journey);
}

function begin(journey: Journey, tabId: number): Advance {
  if (journey.phase === 'stopped') return stay(journey);
  return {
    journey: { ...noJourney, phase: 'under-way', step: 'open-site', tabId },
    effects: calm(journey),
  };
}

type PageEvent = Extract<JourneyEvent, { type: 'page' }>;

function page(journey: Journey, event: PageEvent, around: Surroundings): Advance {
  if (journey.phase === 'finished') return stay(journey);
  if (showsSomeoneElse(journey, event, around)) return stop(journey, 'other-person');
  // The page of (4) stays behind the browser's dialogs: seen again, it is no news.
  const behindDialog = journey.quiet && event.documentId === journey.pressedDocument;
  if (behindDialog && (event.page.kind === 'portal-menu' || event.page.kind === 'card-auth'))
    return stay(journey);
  const { frameId, documentId } = event;
  const here: Journey = {
    ...journey,
    frameId,
    documentId,
    navigating: false,
    pageFailed: false,
    unfamiliarPage: false,
    fits: [],
    driftSigns: [],
    otherWay: null,
  };
  const recognised = event.page;
  switch (recognised.kind) {
    case 'association':
      return association(here, recognised);
    case 'association-front':
      return atFrontPage(here);
    case 'portal-menu':
      return atMenu(here, recognised.closed === true);
    case 'card-auth':
      return atCardAuth(here, recognised.closed === true, around);
    case 'qr':
      return atQr(here, expiryHere(recognised, around), around);
    case 'complete':
      return atCompletion(here);
    case 'error':
      return pageError(here, recognised.error, recognised.cause);
    case 'login-refused':
      return loginFailed(here, { tabId: event.tabId, data: { status: recognised.status } }, around);
    case 'other-method':
    case 'unfamiliar':
      if (recognised.kind === 'unfamiliar' && recognised.qr && isQrAfterLogin(journey, recognised.fits)) {
        return atQr(here, expiryHere(recognised.qr, around), around);
      }
      return elsewhere(journey, event, recognised);
  }
}

/** A page of no step: nothing is pressed there, and what is to be done is said. */
function elsewhere(
  journey: Journey,
  { frameId, documentId, signs = [] }: PageEvent,
  recognised: Extract<RecognisedPage, { kind: 'other-method' | 'unfamiliar' }>,
): Advance {
  const whole = frameId === 0;
  // The document of the press stays behind the browser's dialogs, and so does what is around its frame.
  const inPlace = whole && journey.frameId === 0 && documentId !== journey.pressedDocument;
  const left = inPlace && recognised.kind === 'other-method' ? leaveLogin(journey) : stay(journey);
  return {
    ...left,
    journey: {
      ...left.journey,
      // What was to be pressed stood on the page that was there before.
      asked: whole && journey.frameId === 0 ? null : journey.asked,
      pageFailed: journey.pageFailed && !whole,
      unfamiliarPage: whole,
      fits: (whole && recognised.kind === 'unfamiliar' && recognised.fits) || [],
      driftSigns: whole ? signs : journey.driftSigns,
      otherWay: recognised.kind === 'other-method' ? recognised.way : null,
    },
  };
}

/**
 * The card login is over without an end: cards are read again, and the HPKI card may be taken out (another of the
 * portal's ways may ask for another card). At the next press of (4) it is remembered anew.
 */
function leaveLogin(journey: Journey): Advance {
  if (!journey.quiet) return stay(journey);
  const begun = !isBefore(journey.step, 'choose-certificate');
  return {
    journey: { ...journey, quiet: false, card: null, clicked: null, pressedDocument: null },
    effects: [...calm(journey), ...(begun ? perhapsLoggedIn(journey) : [])],
  };
}

/**
 * The QR code is what the login leads to, and nothing is pressed beside it: after the login a page of (7) that keeps an
 * entry of (3) or (4), in its header say, is taken for (7). Beside the end of it all it stays undecided.
 */
const isQrAfterLogin = (journey: Journey, fits: readonly StepId[] = []) =>
  !isBefore(journey.step, 'choose-certificate') && !fits.includes('finish');

/**
 * Rule 6: a name other than the card's ends it, wherever it shows after the login was asked for, and on a QR page
 * always: after a login that failed, such a page is left over from somebody else's.
 */
function showsSomeoneElse(
  journey: Journey,
  { page: { kind }, usernames }: PageEvent,
  around: Surroundings,
): boolean {
  if (kind !== 'qr' && isBefore(journey.step, 'choose-certificate')) return false;
  const expected = journey.card?.username ?? around.card?.username;
  if (!expected || usernames.length === 0) return false;
  return !usernames.some((name) => sameUsername(name, expected));
}

function association(
  journey: Journey,
  { link, why }: Extract<RecognisedPage, { kind: 'association' }>,
): Advance {
  if (!isBefore(journey.step, 'choose-method')) return stay(journey);
  const { tabId, frameId } = journey;
  if (tabId === null) return stay(journey);
  if (link !== null) {
    return {
      journey: { ...journey, asked: null },
      effects: [{ type: 'follow-link', tabId, frameId, url: link }],
    };
  }
  return {
    journey: { ...journey, asked: { control: 'association-link', why: why ?? 'not-found' } },
    effects: [{ type: 'point-out', tabId, frameId, control: 'association-link' }],
  };
}

/** Manual (2): from the menu of the association's pages to the one with the link. No control of ours: rule 3. */
function atFrontPage(journey: Journey): Advance {
  if (!isBefore(journey.step, 'choose-method')) return stay(journey);
  const { tabId, frameId } = journey;
  if (tabId === null) return stay(journey);
  const control = 'second-certificate-page';
  return {
    journey: { ...journey, asked: { control, why: 'on-the-way' } },
    effects: [{ type: 'point-out', tabId, frameId, control }],
  };
}

function atMenu(journey: Journey, closed: boolean): Advance {
  // The menu is also where the portal leads back to after an error: only a journey before its QR goes on here.
  if (!isBefore(journey.step, 'scan-qr') || journey.phase !== 'under-way') return stay(journey);
  if (closed) return askToOpen(journey, 'choose-method');
  if (journey.step === 'choose-method' && hasTheWord(journey)) return stay(journey);
  const { tabId, frameId } = journey;
  if (tabId === null) return stay(journey);
  const again: Journey = { ...journey, step: 'choose-method', card: null, quiet: false, asked: null };
  return {
    journey: again,
    effects: [...calm(journey), { type: 'press', tabId, frameId, control: 'choose-method' }],
  };
}

function atCardAuth(journey: Journey, closed: boolean, around: Surroundings): Advance {
  if (!isBefore(journey.step, 'scan-qr') || journey.phase !== 'under-way') return stay(journey);
  if (closed) return askToOpen(journey, 'card-auth');
  if (journey.step === 'card-auth' && hasTheWord(journey)) return stay(journey);
  const again = press({ ...journey, step: 'card-auth', card: null, quiet: false, asked: null }, around);
  return { ...again, effects: [...calm(journey), ...again.effects] };
}

/** Asked already: the person has the word now. What was closed away and is there now goes on by itself. */
const hasTheWord = ({ asked }: Journey) => asked !== null && asked.why !== 'closed';

/** Never opened from here: the design's rule 3. */
function askToOpen(journey: Journey, control: DrivenControl): Advance {
  const { tabId, frameId } = journey;
  if (tabId === null) return stay(journey);
  const asked = { control, why: 'closed' } as const;
  return {
    journey: { ...journey, step: control, card: null, quiet: false, asked },
    effects: [...calm(journey), { type: 'point-out', tabId, frameId, control }],
  };
}

const waitsForCard = ({ quiet, asked, phase, fits, pageFailed, unfamiliarPage, frameId }: Journey) =>
  !quiet &&
  !asked &&
  !pageFailed &&
  phase === 'under-way' &&
  fits.length === 0 &&
  !(unfamiliarPage && frameId === 0);

/** Step (4), once nothing stands in the way: the card is remembered and left alone before the press. */
function press(journey: Journey, around: Surroundings): Advance {
  const { tabId, frameId } = journey;
  if (tabId === null || (around.verdict !== 'ready' && around.verdict !== 'warning')) return stay(journey);
  return {
    journey: {
      ...journey,
      card: around.card,
      clicked: clickedNow(around),
      quiet: true,
      navigating: false,
      pressedDocument: journey.documentId,
    },
    effects: [
      { type: 'quiet', on: true },
      { type: 'press', tabId, frameId, control: 'card-auth' },
    ],
  };
}

function pressed(journey: Journey, control: DrivenControl, around: Surroundings): Advance {
  if (control === 'choose-method') return stay({ ...journey, asked: null });
  return loginBegun(journey, around);
}

/** From here the browser's dialogs have the card: manual (5) and (6). */
function loginBegun(before: Journey, around: Surroundings): Advance {
  const anew = !isBefore(before.step, 'scan-qr');
  if (anew && before.phase !== 'under-way') return stay(before);
  // Gone back from the QR code's page, and in once more: whoever logs in now, with the card that is there now.
  const journey: Journey = anew
    ? { ...before, step: 'choose-certificate', card: null, clicked: null, qr: null }
    : before;
  const step = isBefore(journey.step, 'choose-certificate') ? 'choose-certificate' : journey.step;
  return {
    journey: {
      ...journey,
      phase: 'under-way',
      step,
      card: journey.card ?? around.card,
      clicked: journey.clicked ?? clickedNow(around),
      failure: null,
      quiet: true,
      pressedDocument: journey.documentId,
      asked: null,
      error: null,
    },
    effects: journey.quiet ? [] : [{ type: 'quiet', on: true }],
  };
}

function notPressed(
  journey: Journey,
  { control, why }: Extract<JourneyEvent, { type: 'not-pressed' }>,
): Advance {
  const { tabId, frameId } = journey;
  // A press that leads to the login shows its chooser over the page that is left: that is its effect.
  if (tabId === null || (why === 'no-effect' && journey.navigating)) return stay(journey);
  if (!isBefore(journey.step, 'scan-qr') || journey.phase !== 'under-way') return stay(journey);
  // The page of (4) has come meanwhile.
  if (control === 'choose-method' && why === 'no-effect' && !isBefore(journey.step, 'card-auth'))
    return stay(journey);
  return {
    journey: { ...journey, step: control, asked: { control, why }, quiet: false, card: null },
    effects: [...calm(journey), { type: 'point-out', tabId, frameId, control }],
  };
}

function navigation(
  journey: Journey,
  { frameId, login }: Extract<JourneyEvent, { type: 'navigation' }>,
  around: Surroundings,
): Advance {
  // Other frames are advertisements and counters.
  if (frameId !== 0 && frameId !== journey.frameId) return stay(journey);
  const moving = { ...journey, navigating: true, pageFailed: journey.pageFailed && frameId !== 0 };
  if (!login || journey.phase !== 'under-way') return stay(moving);
  return loginBegun(moving, around);
}

/** Nothing is under way in the browser's own page. From the login on, what failed is the login, or of no account. */
function pageFailed(journey: Journey): Advance {
  if (journey.phase !== 'under-way' || journey.quiet || !isBefore(journey.step, 'choose-certificate'))
    return stay(journey);
  return stay({
    ...journey,
    navigating: false,
    asked: null,
    pageFailed: true,
    unfamiliarPage: false,
    fits: [],
    otherWay: null,
  });
}

/** Below this many milliseconds the clocks agree: a server's date is in whole seconds, and took its time to come. */
const clocksAgree = 3000;
/** Further back than this many milliseconds no QR code is shown: the PC's clock is wrong, and nobody knows how far. */
const longOver = 10 * 60_000;

/** By this PC's clock, however wrong it is: its time left is the right one then. */
function expiryHere({ expiresAt, bySite }: QrShown, { now, clockSkewMs = 0 }: Surroundings): number | null {
  if (expiresAt === null || !bySite) return expiresAt;
  const here = Math.abs(clockSkewMs) < clocksAgree ? expiresAt : expiresAt + clockSkewMs;
  return here < now - longOver ? null : here;
}

function atQr(journey: Journey, expiresAt: number | null, around: Surroundings): Advance {
  const over = journey.error?.id === 'qr-expired';
  // A page that is still there says nothing new; one with a later end has a new QR code.
  if (over && (expiresAt === null || expiresAt <= around.now)) return stay(journey);
  const first = isBefore(journey.step, 'scan-qr');
  // The login that failed has been made up for.
  const past = over || journey.error?.id === 'access-denied';
  const card = journey.card ?? around.card;
  const known = expiresAt ?? journey.qr?.expiresAt ?? null;
  return {
    journey: {
      ...journey,
      ...(past ? { phase: 'under-way' as const, error: null, failure: null } : {}),
      step: first ? 'scan-qr' : journey.step,
      card,
      quiet: false,
      asked: null,
      qr: { expiresAt: known, shownAt: journey.qr?.shownAt ?? around.now },
    },
    effects: [
      ...calm(journey),
      // A page of (7) without a login under our eyes tells nothing of the card in the reader.
      ...(first && card && journey.clicked
        ? [{ type: 'remember-login' as const, fingerprint: card.fingerprint }]
        : []),
    ],
  };
}

/** Manual (13). A page that says "complete" without a QR before it speaks of something else. */
function atCompletion(journey: Journey): Advance {
  return isBefore(journey.step, 'scan-qr') ? stay(journey) : finish(journey, 'page');
}

function finish(journey: Journey, completion: 'page' | 'person'): Advance {
  return {
    journey: {
      ...journey,
      phase: 'finished',
      step: 'finish',
      completion,
      quiet: false,
      asked: null,
      error: null,
    },
    effects: calm(journey),
  };
}

function pageError(journey: Journey, id: GuideErrorId, cause?: string): Advance {
  // An old page that says "expired" says nothing about a journey that has not come so far.
  if (isBefore(journey.step, 'choose-certificate')) return stay(journey);
  return {
    journey: { ...journey, phase: 'error', quiet: false, error: { id, data: cause ? { cause } : {} } },
    effects: calm(journey),
  };
}

function qrOver(journey: Journey, { now }: Surroundings): Advance {
  const over = journey.qr?.expiresAt != null && journey.qr.expiresAt <= now;
  // Scanned in time, a QR has done its work.
  if (!over || journey.step !== 'scan-qr' || journey.phase !== 'under-way') return stay(journey);
  return stay({ ...journey, phase: 'error', error: { id: 'qr-expired', data: {} } });
}

function loginFailed(
  journey: Journey,
  { tabId, data, browsersPage = false }: Omit<Extract<JourneyEvent, { type: 'login-failed' }>, 'type'>,
  around: Surroundings,
): Advance {
  if (browsersPage && journey.phase === 'none') return stay(journey);
  const effects: Effect[] = browsersPage ? [] : [{ type: 'show-access-denied', tabId }];
  // The guide helps whoever meets the error, on a journey or not.
  if (journey.phase === 'stopped' || (journey.tabId !== null && journey.tabId !== tabId)) {
    return { journey, effects };
  }
  return {
    journey: {
      ...journey,
      phase: 'error',
      step: 'card-auth',
      tabId,
      quiet: false,
      navigating: false,
      asked: null,
      error: { id: 'access-denied', data },
      clicked: null,
      failure: lookedAgain(
        {
          at: around.now,
          clicked: journey.clicked,
          chooserSeen: journey.step === 'enter-pin',
          triesAfter: null,
          atFailure: null,
          seen: [],
        },
        settledLook(around),
      ),
    },
    // The page first: nobody waits for the host to see it.
    effects: [...effects, ...calm(journey), ...rereadCard(journey)],
  };
}

/** Back to (4): in the page that is still there, the person goes on when they like. */
function loginStopped(journey: Journey): Advance {
  const { tabId, frameId, step, phase, quiet, unfamiliarPage } = journey;
  const inDialogs = step === 'choose-certificate' || step === 'enter-pin';
  if (tabId === null || phase !== 'under-way' || !quiet || !inDialogs) return stay(journey);
  const control = 'card-auth';
  const left = leaveLogin(journey);
  return {
    journey: {
      ...left.journey,
      step: control,
      asked: unfamiliarPage ? null : { control, why: 'no-effect' },
      navigating: false,
    },
    effects: [
      ...left.effects,
      ...(unfamiliarPage ? [] : [{ type: 'point-out', tabId, frameId, control } as const]),
    ],
  };
}

/** Only when there is something to compare with, and once. */
function rereadCard({ card, clicked }: Journey): Effect[] {
  if (!card || clicked?.tries == null) return [];
  return [{ type: 'reread-card', reader: card.reader, insertion: card.insertion }];
}

function reread(
  journey: Journey,
  { reader, insertion, tries }: Extract<JourneyEvent, { type: 'card-reread' }>,
): Advance {
  const { card, failure } = journey;
  // Another card tells nothing about the one of the login.
  if (!failure || card?.reader !== reader || card.insertion !== insertion) return stay(journey);
  return stay({ ...journey, failure: { ...failure, triesAfter: tries } });
}

function lookAgain(journey: Journey, failure: LoginFailure, around: Surroundings): Advance {
  const looked = lookedAgain(failure, settledLook(around));
  return stay(looked === failure ? journey : { ...journey, failure: looked });
}

const settledLook = ({ troubles, verdict }: Surroundings) => ({ troubles, settled: verdict !== 'checking' });

const clickedNow = ({ now, card, troubles }: Surroundings) => ({
  at: now,
  tries: card?.tries ?? null,
  troubles,
});

/** On from (4), which the portal reaches through (3). */
function resume(journey: Journey, tabId: number): Advance {
  if (journey.phase === 'stopped' || journey.phase === 'finished') return stay(journey);
  return {
    journey: { ...noJourney, phase: 'under-way', step: 'choose-method', tabId },
    effects: [...calm(journey), { type: 'open-portal', tabId }],
  };
}

type ReaderSeen = Extract<JourneyEvent, { type: 'readers' }>['readers'][number];

/**
 * Rule 6: the card of the click on (4) has to stay until the QR is there. Of one that was out meanwhile nobody knows
 * whose it is: cards are not read now.
 */
function watchCard(journey: Journey, readers: readonly ReaderSeen[]): Advance {
  const { card, quiet } = journey;
  if (!card || !quiet || journey.phase !== 'under-way') return stay(journey);
  const reader = readers.find(({ name }) => name === card.reader);
  const gone = !reader || reader.state === 'empty' || reader.state === 'unavailable';
  return gone || reader.insertion !== card.insertion ? stop(journey, 'card-removed') : stay(journey);
}

function stop(journey: Journey, id: 'other-person' | 'card-removed'): Advance {
  const { tabId } = journey;
  return {
    journey: { ...journey, phase: 'stopped', quiet: false, qr: null, asked: null, error: { id, data: {} } },
    effects: [
      ...calm(journey),
      ...perhapsLoggedIn(journey),
      ...(tabId === null ? [] : [{ type: 'show-stopped' as const, tabId }]),
    ],
  };
}

/** Back to (1). */
function leave(journey: Journey): Advance {
  const effects = [...calm(journey), ...(journey.quiet ? perhapsLoggedIn(journey) : [])];
  return { journey: noJourney, effects };
}

/** A login whose end was not seen may have succeeded, and then it outlives the card. */
function perhapsLoggedIn({ card }: Journey): Effect[] {
  return card ? [{ type: 'remember-login', fingerprint: card.fingerprint }] : [];
}

/** Ends what a journey asked of the host. */
function calm({ quiet }: Journey): Effect[] {
  return quiet ? [{ type: 'quiet', on: false }] : [];
}

function stay(journey: Journey): Advance {
  return { journey, effects: [] };
}
