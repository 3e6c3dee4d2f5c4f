import { describe, expect, it } from 'vitest';
import { advance } from './advance.ts';
import type { Effect, JourneyEvent, RecognisedPage, Surroundings } from './events.ts';
import { type Journey, noJourney, type PinnedCard } from './journey.ts';

const tabId = 7;
const now = 1_000_000;
const hanako: PinnedCard = {
  reader: 'r',
  insertion: 3,
  username: 't00100-jpa',
  fingerprint: 'aa',
  tries: 15,
};
const ready: Surroundings = { now, verdict: 'ready', troubles: [], card: hanako };
const blocked: Surroundings = { now, verdict: 'blocked', troubles: [], card: null };

const page = (recognised: RecognisedPage, usernames: string[] = [], documentId = 'd1'): JourneyEvent => ({
  type: 'page',
  tabId,
  frameId: 0,
  documentId,
  page: recognised,
  usernames,
});
const start: JourneyEvent = { type: 'start', tabId };
const menu = page({ kind: 'portal-menu' });
const cardAuth = page({ kind: 'card-auth' });
const pressed: JourneyEvent = { type: 'pressed', tabId, control: 'card-auth' };
const login: JourneyEvent = { type: 'navigation', tabId, frameId: 0, login: true };
const qr = page({ kind: 'qr', expiresAt: now + 300_000 }, ['T00100-JPA'], 'd2');
const complete = page({ kind: 'complete' }, [], 'd3');
const readers = (insertion: number, state: 'present' | 'empty' = 'present'): JourneyEvent => ({
  type: 'readers',
  readers: [{ name: 'r', state, inUse: false, insertion }],
});

function walk(events: JourneyEvent[], around = ready, from: Journey = noJourney) {
  const effects: Effect[] = [];
  let journey = from;
  for (const event of events) {
    const step = advance(journey, event, around);
    journey = step.journey;
    effects.push(...step.effects);
  }
  return { journey, effects };
}

const toLogin = [start, menu, cardAuth, pressed, login];

describe('the way through the manual', () => {
  it('begins the login anew when the person goes back from the QR code and in once more', () => {
    const other: PinnedCard = { ...hanako, insertion: 4, fingerprint: 'bb', username: 't00200-jpa' };
    for (const again of [pressed, login]) {
      const { journey, effects } = walk([again], { ...ready, card: other }, walk([...toLogin, qr]).journey);
      expect(journey).toMatchObject({ step: 'choose-certificate', card: other, quiet: true, qr: null });
      expect(effects).toEqual([{ type: 'quiet', on: true }]);
    }
  });

  it('goes from the start to the end', () => {
    const events = [...toLogin, qr, complete];
    const steps = events.map((_, index) => walk(events.slice(0, index + 1)).journey.step);
    expect(steps).toEqual([
      'open-site',
      'choose-method',
      'card-auth',
      'choose-certificate',
      'choose-certificate',
      'scan-qr',
      'finish',
    ]);
    expect(walk(events).journey.phase).toBe('finished');
  });

  it("follows the association's link and presses exactly the two controls", () => {
    const link = page({ kind: 'association', link: 'https://2nds.medis.or.jp/', why: null });
    const { effects } = walk([start, link, ...toLogin.slice(1)]);
    expect(effects).toEqual([
      { type: 'follow-link', tabId, frameId: 0, url: 'https://2nds.medis.or.jp/' },
      { type: 'press', tabId, frameId: 0, control: 'choose-method' },
      { type: 'quiet', on: true },
      { type: 'press', tabId, frameId: 0, control: 'card-auth' },
    ]);
  });

  it('remembers the card and asks for quiet before the press on (4), and ends the quiet at the QR code', () => {
    expect(walk([start, menu, cardAuth]).journey).toMatchObject({ card: hanako, quiet: true });
    const { journey, effects } = walk([...toLogin, qr]);
    expect(journey.quiet).toBe(false);
    expect(effects.slice(-2)).toEqual([
      { type: 'quiet', on: false },
      { type: 'remember-login', fingerprint: 'aa' },
    ]);
  });

  it('waits at (4) until nothing stands in the way, then goes on by itself', () => {
    const waiting = walk([start, menu, cardAuth], blocked);
    expect(waiting.journey).toMatchObject({ step: 'card-auth', quiet: false });
    expect(waiting.effects.filter(({ type }) => type === 'press')).toHaveLength(1);
    const { effects } = advance(waiting.journey, { type: 'judged' }, ready);
    expect(effects).toContainEqual({ type: 'press', tabId, frameId: 0, control: 'card-auth' });
  });

  it('asks the person when the control is not sure, and takes their press as well', () => {
    const not = { type: 'not-pressed', tabId, control: 'card-auth', why: 'several' } as const;
    const asked = walk([start, menu, cardAuth, not]);
    expect(asked.journey).toMatchObject({
      asked: { control: 'card-auth', why: 'several' },
      quiet: false,
      card: null,
    });
    expect(asked.effects.at(-1)).toMatchObject({ type: 'point-out', control: 'card-auth' });
    const again = walk([cardAuth, pressed], ready, asked.journey);
    expect(again.journey).toMatchObject({
      step: 'choose-certificate',
      quiet: true,
      card: hanako,
      asked: null,
    });
  });

  it.each(['choose-method', 'card-auth'] as const)(
    'has the person open what %s is closed away in, and goes on by itself once it is open',
    (control) => {
      const kind = control === 'choose-method' ? 'portal-menu' : 'card-auth';
      const closed = walk([start, page({ kind, closed: true })]);
      expect(closed.journey).toMatchObject({
        step: control,
        asked: { control, why: 'closed' },
        quiet: false,
      });
      expect(closed.effects).toEqual([{ type: 'point-out', tabId, frameId: 0, control }]);
      const opened = walk([page({ kind })], ready, closed.journey);
      expect(opened.journey.asked).toBeNull();
      expect(opened.effects).toContainEqual({ type: 'press', tabId, frameId: 0, control });
    },
  );

  it('follows the link of (2) once the person has opened what it is closed away in', () => {
    const closed = walk([start, page({ kind: 'association', link: null, why: 'closed' })]);
    expect(closed.journey.asked).toEqual({ control: 'association-link', why: 'closed' });
    const url = 'https://2nds.medis.or.jp/';
    const { effects } = walk([page({ kind: 'association', link: url, why: null })], ready, closed.journey);
    expect(effects).toEqual([{ type: 'follow-link', tabId, frameId: 0, url }]);
  });

  it('does not take the open chooser for a press without effect', () => {
    const dead = { type: 'not-pressed', tabId, control: 'card-auth', why: 'no-effect' } as const;
    expect(walk([...toLogin, dead]).journey.step).toBe('choose-certificate');
    expect(walk([...toLogin.slice(0, -1), dead]).journey).toMatchObject({ step: 'card-auth', quiet: false });
  });

  it('drives no page that fits two steps, not even when the card it waited for is there', () => {
    const both = page({ kind: 'unfamiliar', fits: ['card-auth', 'finish'] });
    const waiting = walk([start, cardAuth, both], blocked);
    expect(waiting.journey).toMatchObject({ unfamiliarPage: true, fits: ['card-auth', 'finish'] });
    expect(walk([{ type: 'judged' }], ready, waiting.journey).effects).toEqual([]);
    const again = walk([cardAuth], ready, waiting.journey);
    expect(again.journey).toMatchObject({ unfamiliarPage: false, fits: [] });
    expect(again.effects).toContainEqual({ type: 'press', tabId, frameId: 0, control: 'card-auth' });
  });

  it('takes a page of the QR code that keeps an entry of the menu for the QR code after a login, and only then', () => {
    const expiresAt = now + 300_000;
    const both = page({ kind: 'unfamiliar', fits: ['choose-method', 'scan-qr'], qr: { expiresAt } });
    expect(walk([start, both]).journey).toMatchObject({ step: 'open-site', unfamiliarPage: true });
    const { journey, effects } = walk([...toLogin, both]);
    expect(journey).toMatchObject({ step: 'scan-qr', unfamiliarPage: false, fits: [], qr: { expiresAt } });
    expect(effects.slice(walk(toLogin).effects.length).some(({ type }) => type === 'press')).toBe(false);
    // Its time left goes on: the same page is told again.
    expect(walk([both], ready, journey).journey).toMatchObject({ step: 'scan-qr', unfamiliarPage: false });
    const atTheEnd = page({ kind: 'unfamiliar', fits: ['scan-qr', 'finish'], qr: { expiresAt } });
    expect(walk([...toLogin, atTheEnd]).journey).toMatchObject({ unfamiliarPage: true });
  });

  it('asks for nothing on a page that is none, and presses nothing there; in a frame of such a page it still asks', () => {
    const several: JourneyEvent = { type: 'not-pressed', tabId, control: 'card-auth', why: 'several' };
    const elsewhere = page({ kind: 'unfamiliar' });
    const { journey } = walk([start, cardAuth, several, elsewhere]);
    expect(journey).toMatchObject({ asked: null, unfamiliarPage: true });
    expect(walk([{ type: 'judged' }], ready, journey).effects).toEqual([]);
    const framed = { ...cardAuth, frameId: 4 } as JourneyEvent;
    expect(walk([start, framed, several, elsewhere]).journey.asked).toMatchObject({ why: 'several' });
  });

  it('points out the way from the association’s front page, and goes there for nobody', () => {
    const front = page({ kind: 'association-front' });
    const { journey, effects } = walk([start, front]);
    expect(journey.asked).toEqual({ control: 'second-certificate-page', why: 'on-the-way' });
    expect(effects).toEqual([{ type: 'point-out', tabId, frameId: 0, control: 'second-certificate-page' }]);
    expect(walk([start, menu, front]).journey.asked).toBeNull();
  });

  it('takes a navigation for the effect of a press only in the frame of the press or around it', () => {
    const inFrame: JourneyEvent = { ...menu, frameId: 4 } as JourneyEvent;
    const dead = { type: 'not-pressed', tabId, control: 'choose-method', why: 'no-effect' } as const;
    const moved = (frameId: number): JourneyEvent => ({ type: 'navigation', tabId, frameId, login: false });
    const askedAfter = (...between: JourneyEvent[]) =>
      walk([start, inFrame, ...between, dead]).journey.asked?.why ?? null;
    expect(askedAfter()).toBe('no-effect');
    expect(askedAfter(moved(9))).toBe('no-effect');
    expect(askedAfter(moved(4))).toBeNull();
    expect(askedAfter(moved(0))).toBeNull();
    // The page of (4) has come and waits for the card.
    expect(walk([start, menu, cardAuth, dead], blocked).journey).toMatchObject({
      step: 'card-auth',
      asked: null,
    });
  });

  it('takes the page behind the chooser for no news, a reloaded one for a new try', () => {
    expect(walk([...toLogin, cardAuth, menu]).journey.step).toBe('choose-certificate');
    expect(walk([...toLogin, page({ kind: 'portal-menu' }, [], 'd9')]).journey).toMatchObject({
      step: 'choose-method',
      quiet: false,
    });
  });

  it('lets the person say where the dialogs and the phone are, and nothing else', () => {
    expect(walk([...toLogin, { type: 'person-at', step: 'enter-pin' }]).journey.step).toBe('enter-pin');
    expect(walk([...toLogin, { type: 'person-at', step: 'scan-qr' }]).journey.step).toBe(
      'choose-certificate',
    );
    expect(walk([...toLogin, qr, { type: 'person-at', step: 'phone-label' }]).journey.step).toBe(
      'phone-label',
    );
    expect(walk([...toLogin, qr, { type: 'person-at', step: 'finish' }]).journey.step).toBe('scan-qr');
  });

  it('takes the person’s word for a QR code and an end that it does not recognise, and remembers whose word it was', () => {
    const atPin = walk([...toLogin, { type: 'person-at', step: 'enter-pin' }]).journey;
    const atQr = walk([{ type: 'person-at', step: 'scan-qr' }], ready, atPin);
    expect(atQr.journey).toMatchObject({ step: 'scan-qr', quiet: false, qr: { expiresAt: null } });
    expect(atQr.effects).toEqual([
      { type: 'quiet', on: false },
      { type: 'remember-login', fingerprint: 'aa' },
    ]);
    const done: JourneyEvent[] = [
      { type: 'person-at', step: 'phone-done' },
      { type: 'person-at', step: 'finish' },
    ];
    expect(walk(done, ready, atQr.journey).journey).toMatchObject({
      phase: 'finished',
      completion: 'person',
    });
    expect(walk([...toLogin, qr, complete]).journey.completion).toBe('page');
  });

  it('keeps the place on the phone when the QR page tells its expiry again', () => {
    const { journey } = walk([...toLogin, qr, { type: 'person-at', step: 'phone-biometric' }, qr]);
    expect(journey.step).toBe('phone-biometric');
  });

  it('moves to the tab the link opened, and minds no other', () => {
    const opened = walk([start, { type: 'tab-opened', from: tabId, tabId: 8 }]);
    expect(opened.journey.tabId).toBe(8);
    expect(walk([menu], ready, opened.journey).journey.step).toBe('open-site');
  });

  it('stays with a tab that the browser replaces, at its end too', () => {
    const replaced: JourneyEvent = { type: 'tab-replaced', from: tabId, tabId: 8 };
    const { journey, effects } = walk([...toLogin, replaced]);
    expect(journey).toMatchObject({ tabId: 8, step: 'choose-certificate', quiet: true });
    expect(effects).toEqual(walk(toLogin).effects);
    expect(walk([...toLogin, qr, complete, replaced]).journey).toMatchObject({ phase: 'finished', tabId: 8 });
    expect(walk([start, { ...replaced, from: 99 }]).journey.tabId).toBe(tabId);
  });

  it('begins anew for the next person', () => {
    expect(walk([...toLogin, qr, complete, { type: 'next-person' }]).journey).toEqual(noJourney);
  });

  it('takes "complete" seriously only after a QR code', () => {
    expect(walk([start, menu, complete]).journey.phase).toBe('under-way');
  });

  it('says where a page on the way to (4) could not be loaded, until another one is', () => {
    const failed: JourneyEvent = { type: 'page-failed', tabId };
    const moved: JourneyEvent = { type: 'navigation', tabId, frameId: 0, login: false };
    const { journey, effects } = walk([start, failed]);
    expect(journey).toMatchObject({ step: 'open-site', phase: 'under-way', pageFailed: true });
    expect(effects).toEqual([]);
    for (const event of [moved, menu, page({ kind: 'unfamiliar' })]) {
      expect(walk([event], ready, journey).journey.pageFailed).toBe(false);
    }
    expect(walk([{ type: 'resume', tabId }], ready, journey).journey.pageFailed).toBe(false);
    // The card comes while the browser's own page is there: there is nothing to press.
    const waiting = walk([start, cardAuth, failed], blocked).journey;
    expect(walk([{ type: 'judged' }], ready, waiting).effects).toEqual([]);
    expect(walk([...toLogin, failed]).journey.pageFailed).toBe(false);
    expect(walk([start, { ...failed, tabId: 99 }]).journey.pageFailed).toBe(false);
  });

  it('ends with its tab', () => {
    const { journey, effects } = walk([...toLogin, { type: 'tab-closed', tabId }]);
    expect(journey).toEqual(noJourney);
    expect(effects).toContainEqual({ type: 'quiet', on: false });
    expect(effects).toContainEqual({ type: 'remember-login', fingerprint: 'aa' });
  });

  it('drives nothing without a start', () => {
    expect(walk([menu, cardAuth, pressed, login, qr])).toEqual({ journey: noJourney, effects: [] });
  });
});

describe('the right person', () => {
  it.each([
    ['taken out', readers(4, 'empty'), 'card-removed'],
    ['changed, or out and in again', readers(5), 'card-removed'],
    ['gone with its reader', { type: 'readers', readers: [] } as JourneyEvent, 'card-removed'],
  ])('is protected when the card is %s before the QR code', (_, event, id) => {
    const { journey, effects } = walk([...toLogin, event]);
    expect(journey).toMatchObject({ phase: 'stopped', error: { id } });
    expect(effects).toContainEqual({ type: 'show-stopped', tabId });
    expect(effects).toContainEqual({ type: 'quiet', on: false });
  });

  it('is not disturbed by the card that stays, or by one taken out after the QR code', () => {
    expect(walk([...toLogin, readers(3)]).journey.phase).toBe('under-way');
    expect(walk([...toLogin, qr, readers(4, 'empty')]).journey.phase).toBe('under-way');
  });

  it('is stopped when a page shows another user name, before the QR code is taken up', () => {
    const { journey, effects } = walk([...toLogin, page({ kind: 'qr', expiresAt: null }, ['t00200-jpa'])]);
    expect(journey).toMatchObject({ phase: 'stopped', error: { id: 'other-person' }, qr: null });
    expect(effects).toContainEqual({ type: 'show-stopped', tabId });
  });

  it('is stopped when the person sees another user name on the phone', () => {
    const sees: JourneyEvent = { type: 'person-sees', error: 'other-person' };
    const { journey, effects } = walk([...toLogin, qr, { type: 'person-at', step: 'phone-login' }, sees]);
    expect(journey).toMatchObject({ phase: 'stopped', error: { id: 'other-person' } });
    expect(effects).toContainEqual({ type: 'show-stopped', tabId });
    expect(walk([...toLogin, sees]).journey.phase).toBe('under-way');
  });

  it('is stopped by a QR page left over from somebody else after a login that failed', () => {
    const failed: JourneyEvent = { type: 'login-failed', tabId, data: {} };
    const other = page({ kind: 'qr', expiresAt: null }, ['t00200-jpa'], 'd9');
    const { journey, effects } = walk([...toLogin, failed, other]);
    expect(journey).toMatchObject({ phase: 'stopped', error: { id: 'other-person' } });
    expect(effects).toContainEqual({ type: 'show-stopped', tabId });
  });

  it('may take the card out on another way’s page, and is bound to the one that is there on the way back', () => {
    const other = page({ kind: 'other-method', way: 'my-number-card' }, [], 'd5');
    const away = walk([...toLogin, other, readers(4, 'empty'), readers(5, 'empty')]);
    expect(away.journey).toMatchObject({
      phase: 'under-way',
      quiet: false,
      card: null,
      otherWay: 'my-number-card',
    });
    expect(away.effects.slice(-2)).toEqual([
      { type: 'quiet', on: false },
      { type: 'remember-login', fingerprint: 'aa' },
    ]);
    const again: PinnedCard = { ...hanako, insertion: 6 };
    const back = walk([cardAuth], { ...ready, card: again }, away.journey);
    expect(back.journey).toMatchObject({ step: 'card-auth', quiet: true, card: again, otherWay: null });
    expect(back.effects.at(-1)).toMatchObject({ type: 'press', control: 'card-auth' });
  });

  it('is still compared with the card of the login where another way’s page comes after the QR code', () => {
    const other = page({ kind: 'other-method', way: 'change-phone' }, [], 'd5');
    expect(walk([...toLogin, qr, other]).journey).toMatchObject({ step: 'scan-qr', card: hanako });
    const framed = { ...other, frameId: 4 } as JourneyEvent;
    expect(walk([...toLogin, framed]).journey).toMatchObject({ quiet: true, card: hanako });
    const behind = page({ kind: 'other-method', way: 'change-phone' });
    expect(walk([...toLogin, behind]).journey).toMatchObject({ quiet: true, card: hanako });
  });

  it('is not bound to a login that nobody saw begin', () => {
    const failed: JourneyEvent = { type: 'login-failed', tabId, data: {} };
    const remembers = (events: JourneyEvent[]) =>
      walk(events).effects.some(({ type }) => type === 'remember-login');
    expect(remembers([...toLogin, qr])).toBe(true);
    expect(remembers([...toLogin, failed, qr])).toBe(false);
    expect(remembers([start, qr])).toBe(false);
    expect(remembers([...toLogin, failed, pressed, qr])).toBe(true);
  });

  it('is compared without regard to case and width', () => {
    const shown = page({ kind: 'qr', expiresAt: null }, ['Ｔ00100-ＪＰＡ']);
    expect(walk([...toLogin, shown]).journey.step).toBe('scan-qr');
  });

  it('stays stopped until the browser is restarted', () => {
    const stopped = walk([...toLogin, readers(4, 'empty')]).journey;
    for (const event of [start, menu, qr, { type: 'cancel' }, { type: 'resume', tabId }] as JourneyEvent[]) {
      expect(advance(stopped, event, ready).journey.phase).toBe('stopped');
    }
  });
});

describe('errors', () => {
  const denied: JourneyEvent = {
    type: 'login-failed',
    tabId,
    data: { netError: 'ERR_BAD_SSL_CLIENT_AUTH_CERT' },
  };

  it('shows error guide 1, ends the quiet, and goes on from (4)', () => {
    const { journey, effects } = walk([...toLogin, denied]);
    expect(journey).toMatchObject({
      phase: 'error',
      step: 'card-auth',
      error: { id: 'access-denied' },
      quiet: false,
    });
    expect(effects.slice(-3)).toEqual([
      { type: 'show-access-denied', tabId },
      { type: 'quiet', on: false },
      { type: 'reread-card', reader: 'r', insertion: 3 },
    ]);
    const resumed = walk([{ type: 'resume', tabId }], ready, journey);
    expect(resumed.effects).toContainEqual({ type: 'open-portal', tabId });
    expect(walk([menu, cardAuth, pressed], ready, resumed.journey).journey.step).toBe('choose-certificate');
  });

  it('leaves the browser’s page where that says more, and still ends the quiet and leads on', () => {
    const odd: JourneyEvent = {
      type: 'login-failed',
      tabId,
      data: { netError: 'ERR_CERT_DATE_INVALID' },
      browsersPage: true,
    };
    const { journey, effects } = walk([...toLogin, odd]);
    expect(journey).toMatchObject({ phase: 'error', error: { id: 'access-denied' }, quiet: false });
    expect(effects).toContainEqual({ type: 'quiet', on: false });
    expect(effects.map(({ type }) => type)).not.toContain('show-access-denied');
    expect(walk([odd])).toEqual({ journey: noJourney, effects: [] });
  });

  it('is back at (4) when the login was stopped by hand, and reads cards again', () => {
    const stopped: JourneyEvent = { type: 'login-stopped', tabId };
    const { journey, effects } = walk([...toLogin, stopped]);
    expect(journey).toMatchObject({
      phase: 'under-way',
      step: 'card-auth',
      asked: { control: 'card-auth', why: 'no-effect' },
      card: null,
      quiet: false,
    });
    expect(effects.slice(-3)).toEqual([
      { type: 'quiet', on: false },
      { type: 'remember-login', fingerprint: 'aa' },
      { type: 'point-out', tabId, frameId: 0, control: 'card-auth' },
    ]);
    // The page that was left behind is no new try; the person's press is.
    expect(walk([cardAuth], ready, journey).effects).toEqual([]);
    expect(walk([pressed], ready, journey).journey).toMatchObject({
      step: 'choose-certificate',
      quiet: true,
    });
    // Gone to another page meanwhile: there is nothing to press there.
    const gone = walk([...toLogin, page({ kind: 'unfamiliar' }, [], 'd5'), stopped]).journey;
    expect(gone).toMatchObject({ step: 'card-auth', asked: null, unfamiliarPage: true, quiet: false });
    expect(walk([{ type: 'judged' }], ready, gone).effects).toEqual([]);
    expect(walk([...toLogin, qr, stopped]).journey.step).toBe('scan-qr');
    expect(walk([...toLogin, { ...stopped, tabId: 99 }]).journey.quiet).toBe(true);
  });

  it('compares the tries of the PIN before and after, on the same insertion only', () => {
    const { journey } = walk([...toLogin, denied]);
    expect(journey.failure).toMatchObject({ clicked: { tries: 15 }, triesAfter: null });
    const reread = (insertion: number): JourneyEvent => ({
      type: 'card-reread',
      reader: 'r',
      insertion,
      tries: 14,
    });
    expect(walk([reread(4)], ready, journey).journey.failure?.triesAfter).toBeNull();
    expect(walk([reread(3)], ready, journey).journey.failure?.triesAfter).toBe(14);
  });

  it('reads no card again where there is nothing to compare with', () => {
    const failed: JourneyEvent = { type: 'login-failed', tabId, data: {} };
    expect(walk([failed]).effects.map(({ type }) => type)).not.toContain('reread-card');
  });

  it('keeps in mind what was wrong since the login failed', () => {
    const { journey } = walk([...toLogin, denied]);
    const noCard = { check: 'card-present', reason: 'card-present.none', status: 'fail', data: {} } as const;
    const without: Surroundings = { ...blocked, troubles: [noCard] };
    const seen = walk([{ type: 'judged' }], without, journey).journey;
    expect(walk([{ type: 'judged' }], ready, seen).journey.failure?.seen).toEqual([noCard]);
  });

  it('forgets a login that failed once the QR code of the right person is there', () => {
    const failed: JourneyEvent = { type: 'login-failed', tabId, data: {} };
    expect(walk([...toLogin, failed, qr]).journey).toMatchObject({
      phase: 'under-way',
      step: 'scan-qr',
      error: null,
    });
  });

  it('helps whoever meets the error without a journey, and leaves a journey in another tab alone', () => {
    expect(walk([denied]).journey).toMatchObject({ phase: 'error', tabId });
    const other = walk([...toLogin, { ...denied, tabId: 99 }]);
    expect(other.journey.phase).toBe('under-way');
    expect(other.effects.at(-1)).toEqual({ type: 'show-access-denied', tabId: 99 });
  });

  it('takes an HTTP refusal of the login for the same', () => {
    const refused = page({ kind: 'login-refused', status: 403 });
    expect(walk([...toLogin, refused]).journey.error).toEqual({
      id: 'access-denied',
      data: { status: 403 },
    });
  });

  it.each([
    ['ahead', 20 * 60_000],
    ['behind', -20 * 60_000],
  ])('counts the QR code down rightly on a PC whose clock is %s', (_, clockSkewMs) => {
    const around: Surroundings = { ...ready, clockSkewMs };
    const atSite = now - clockSkewMs + 300_000;
    const named = page({ kind: 'qr', expiresAt: atSite, bySite: true }, [], 'd2');
    expect(walk([...toLogin, named], around).journey.qr?.expiresAt).toBe(now + 300_000);
    const left = page({ kind: 'qr', expiresAt: now + 300_000 }, [], 'd2');
    expect(walk([...toLogin, left], around).journey.qr?.expiresAt).toBe(now + 300_000);
  });

  it('does not call a QR code over by a clock that is wrong nobody knows how far', () => {
    const named = page({ kind: 'qr', expiresAt: now - 3_600_000, bySite: true }, [], 'd2');
    expect(walk([...toLogin, named]).journey.qr?.expiresAt).toBeNull();
  });

  it('lets the QR code expire by the clock, unless it was scanned', () => {
    const later = { ...ready, now: now + 400_000 };
    const shown = walk([...toLogin, qr]).journey;
    const over = advance(shown, { type: 'qr-over' }, later).journey;
    expect(over.error?.id).toBe('qr-expired');
    // The page that is still there says nothing new; one that was reloaded has a new code.
    expect(advance(over, qr, later).journey.error?.id).toBe('qr-expired');
    const anew = page({ kind: 'qr', expiresAt: later.now + 300_000 }, ['T00100-JPA'], 'd9');
    expect(advance(over, anew, later).journey).toMatchObject({
      phase: 'under-way',
      step: 'scan-qr',
      error: null,
      qr: { expiresAt: later.now + 300_000 },
    });
    expect(advance(shown, { type: 'qr-over' }, ready).journey.phase).toBe('under-way');
    const scanned = walk([{ type: 'person-at', step: 'phone-login' }], ready, shown).journey;
    expect(advance(scanned, { type: 'qr-over' }, later).journey.phase).toBe('under-way');
  });

  it('shows error guide 2 when the person or the page tells of it, and goes on where it was', () => {
    const told = walk([...toLogin, qr, { type: 'person-sees', error: 'invalid-registration' }]);
    expect(told.journey).toMatchObject({ phase: 'error', step: 'scan-qr' });
    expect(walk([{ type: 'error-dismissed' }], ready, told.journey).journey).toMatchObject({
      phase: 'under-way',
      error: null,
    });
    const seen = page({ kind: 'error', error: 'invalid-registration' });
    expect(walk([...toLogin, qr, seen]).journey.error?.id).toBe('invalid-registration');
  });

  it('is over when the PC says complete after all', () => {
    const told: JourneyEvent = { type: 'person-sees', error: 'invalid-registration' };
    expect(walk([...toLogin, qr, told, complete]).journey).toMatchObject({ phase: 'finished', error: null });
  });

  it('minds no error of a page before the login', () => {
    expect(walk([start, page({ kind: 'error', error: 'qr-expired' })]).journey.phase).toBe('under-way');
  });
});
