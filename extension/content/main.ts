import * as v from 'valibot';
import type { Browser } from 'webextension-polyfill';
import { sites } from '../../common/sites.ts';
import type { RecognisedPage } from '../journey/events.ts';
import type { AskedControl, DrivenControl, NotPressed } from '../journey/journey.ts';
import { type PageReport, pageCommand } from '../messages/page-messages.ts';
import { watchAutoOpen } from './auto-open.ts';
import { isUncovered } from './covered.ts';
import { showsEffect } from './effect.ts';
import { findControl, searchRoots } from './find-control.ts';
import { Highlight, highlightName } from './highlight.ts';
import { whenOpened } from './opener.ts';
import { viewPage } from './page-view.ts';
import { findPressable, regionOf } from './pressable.ts';
import { recognise, signsSeen } from './recognise.ts';
import { isBelow } from './site-map.ts';
import { trustedHost } from './trusted-host.ts';
import { usernamesInText } from './usernames.ts';

declare const chrome: Browser;

/** Milliseconds without a change before a page is looked at again, and the longest wait while it keeps changing. */
const settleTime = 120;
const longestWait = 600;
/** Milliseconds in which a press has to show an effect. */
const effectTime = 2000;
/** Milliseconds for which a control is ringed before it is pressed, so that the person sees what is being clicked. */
const ringTime = 700;
/** Times a control may be another one after it was ringed. */
const attempts = 3;

/** Ends everything here when the extension is updated or removed under the page. */
const life = new AbortController();
const highlight = new Highlight(document);
let reported = '';
let lookTimer: ReturnType<typeof setTimeout> | undefined;
let changedSince: number | null = null;
/** The setting, at hand within a click. */
let autoOpen = false;
/** The press that is about to happen. */
let coming: { control: AskedControl; timer: ReturnType<typeof setTimeout> } | null = null;
/** Judges whether the last press did something. */
let effectTimer: ReturnType<typeof setTimeout> | undefined;
/** Watches what is closed away, until it is opened or the page is another. */
let opening = new AbortController();

const observer = new MutationObserver(changed);
const observed = new WeakSet<Node>();
life.signal.addEventListener('abort', () => {
  observer.disconnect();
  highlight.show(null);
  clearTimeout(lookTimer);
  clearTimeout(effectTimer);
  opening.abort();
  calledOff();
});

chrome.runtime.onMessage.addListener((message: unknown) => {
  const command = v.safeParse(pageCommand, message);
  if (!command.success || life.signal.aborted) return undefined;
  const { type, control } = command.output;
  if (type === 'show-link') return new Promise((resolve) => ringLink(resolve));
  if (type === 'press') ringAndPress(control);
  else pointOut(control);
  return undefined;
});

watchAutoOpen(
  chrome.storage,
  (on) => {
    autoOpen = on;
  },
  life.signal,
);
document.addEventListener('click', (event) => event.isTrusted && clickedByPerson(event), {
  capture: true,
  signal: life.signal,
});
// The page is left: that is an effect.
addEventListener('pagehide', () => clearTimeout(effectTimer), { signal: life.signal });
addEventListener('pageshow', (event) => event.persisted && look(true), { signal: life.signal });

look(true);

function changed(records: MutationRecord[]): void {
  // The ring coming and going is no change of the page.
  if (records.every(isOwnChange)) return;
  changedSince ??= performance.now();
  clearTimeout(lookTimer);
  const waited = performance.now() - changedSince;
  lookTimer = setTimeout(() => look(false), Math.max(0, Math.min(settleTime, longestWait - waited)));
}

/** Recognises the page and tells it, if it is news. */
function look(always: boolean): void {
  changedSince = null;
  if (!isAlive()) {
    life.abort();
    return;
  }
  const roots = searchRoots(document);
  watchEverything(roots);
  const view = viewPage(document, roots);
  const page = recognise(view, Date.now());
  const report: PageReport = {
    type: 'page',
    page,
    usernames: usernamesInText(view.plainText),
    ...(page.kind === 'unfamiliar' ? { signs: signsSeen(view) } : {}),
  };
  highlight.follow();
  watchOpening(page);
  // A frame within says nothing unless it is a step: most are advertisements and counters.
  if (page.kind === 'unfamiliar' && window !== window.top) return;
  const news = JSON.stringify({
    ...report,
    // A countdown in the page ticks: only another end is news.
    page: page.kind === 'qr' ? { ...page, expiresAt: Math.round((page.expiresAt ?? 0) / 10_000) } : page,
  });
  if (news === reported && !always) return;
  reported = news;
  send(report);
}

/** A page may open its accordion by style alone, which no mutation tells of. */
function watchOpening(page: RecognisedPage): void {
  opening.abort();
  opening = new AbortController();
  const control = closedControl(page);
  const found = control && findControl(document, control);
  if (!found || found.found || found.why !== 'closed') return;
  whenOpened(found.behind, () => look(false), opening.signal);
}

function closedControl(page: RecognisedPage): AskedControl | null {
  if (page.kind === 'association') return page.why === 'closed' ? 'association-link' : null;
  if ((page.kind === 'portal-menu' || page.kind === 'card-auth') && page.closed) {
    return page.kind === 'card-auth' ? 'card-auth' : 'choose-method';
  }
  return null;
}

/** Scrolled into view and ringed, then looked for once more: a page may change in between. */
function ringAndPress(control: DrivenControl, attempt = 1): void {
  if (coming?.control === control) return;
  calledOff();
  const found = findPressable(document, control);
  if (!found.found) {
    leaveToPerson(control, found);
    return;
  }
  const { element } = found;
  highlight.show(element);
  ringFor(control, () => press(control, element, attempt));
}

function press(control: DrivenControl, ringed: Element, attempt: number): void {
  const found = findPressable(document, control);
  if (!found.found) {
    leaveToPerson(control, found);
    return;
  }
  const { element } = found;
  // Only what the person was shown is pressed. A page that draws itself anew gets another chance.
  if (element !== ringed) {
    if (attempt < attempts) ringAndPress(control, attempt + 1);
    else leaveToPerson(control, { why: 'moved', region: element });
    return;
  }
  if (!isStillItsPage(control)) {
    leaveToPerson(control, { why: 'moved', region: null });
    return;
  }
  highlight.show(null);
  send({ type: 'pressed', control });
  watchEffect(control);
  if (element instanceof HTMLElement) element.click();
  else element.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
}

/** It may have become another page, or one that fits two steps, since the press was asked for. */
function isStillItsPage(control: DrivenControl): boolean {
  const { kind } = recognise(viewPage(document), Date.now());
  return kind === 'card-auth' || (control === 'choose-method' && kind === 'portal-menu');
}

function leaveToPerson(
  control: DrivenControl,
  { why, region }: { why: NotPressed; region: Element | null },
): void {
  highlight.show(region);
  send({ type: 'not-pressed', control, why });
}

/** Step (2): the answer lets the service worker follow the link. No answer comes from a page that was left. */
function ringLink(shown: (answer: boolean) => void): void {
  calledOff();
  const found = findControl(document, 'association-link');
  if (!found.found) {
    shown(true);
    return;
  }
  // Brings it into view if it is outside, like the others.
  isUncovered(found.element);
  highlight.show(found.element);
  ringFor('association-link', () => shown(true));
}

function ringFor(control: AskedControl, then: () => void): void {
  const timer = setTimeout(() => {
    coming = null;
    if (isAlive()) then();
  }, ringTime);
  coming = { control, timer };
}

function calledOff(): void {
  clearTimeout(coming?.timer);
  coming = null;
}

/** A page may ignore a press that no hand made: then the person is asked, and nothing is pressed a second time. */
function watchEffect(control: DrivenControl): void {
  clearTimeout(effectTimer);
  effectTimer = setTimeout(() => {
    const view = viewPage(document);
    if (!showsEffect(control, view, recognise(view, Date.now()))) {
      send({ type: 'not-pressed', control, why: 'no-effect' });
    }
  }, effectTime);
}

function pointOut(control: AskedControl | null): void {
  calledOff();
  highlight.show(control && regionOf(document, control));
}

function clickedByPerson(event: Event): void {
  if (autoOpen && isBelow(trustedHost(window), sites.portal.host)) send({ type: 'clicked' });
  pressedByPerson(event);
}

/** The person may press (4) alone: the card has to be remembered and left alone just the same. */
function pressedByPerson(event: Event): void {
  const target = event.composedPath()[0];
  if (!(target instanceof Node)) return;
  for (const control of ['choose-method', 'card-auth'] as const) {
    const found = findControl(document, control);
    if (found.found && found.element.contains(target)) {
      calledOff();
      highlight.show(null);
      send({ type: 'pressed', control });
      watchEffect(control);
    }
  }
}

function watchEverything(roots: readonly ParentNode[]): void {
  for (const root of roots) {
    const node = root instanceof Document ? root.documentElement : root;
    if (!node || observed.has(node)) continue;
    observed.add(node);
    observer.observe(node, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
      attributeFilter: [
        'class',
        'style',
        'hidden',
        'open',
        'disabled',
        'value',
        'src',
        'aria-expanded',
        'aria-hidden',
      ],
    });
  }
}

function isOwnChange({ target, addedNodes, removedNodes }: MutationRecord): boolean {
  if (target !== document.documentElement) return false;
  const nodes = [...addedNodes, ...removedNodes];
  return nodes.length > 0 && nodes.every((node) => node.nodeName === highlightName);
}

function send(report: PageReport): void {
  if (isAlive()) chrome.runtime.sendMessage(report).catch(() => undefined);
}

function isAlive(): boolean {
  return Boolean(chrome.runtime?.id);
}
