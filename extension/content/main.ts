import * as v from 'valibot';
import type { Browser } from 'webextension-polyfill';
import type { DrivenControl } from '../journey/journey.ts';
import { type PageReport, pageCommand } from '../messages/page-messages.ts';
import { findControl, isUncovered, searchRoots } from './find-control.ts';
import { Highlight } from './highlight.ts';
import { viewPage } from './page-view.ts';
import { recognise } from './recognise.ts';
import { usernamesInText } from './usernames.ts';

declare const chrome: Browser;

/** Milliseconds without a change before a page is looked at again, and the longest wait while it keeps changing. */
const settleTime = 120;
const longestWait = 600;
/** Milliseconds in which a press has to show an effect. */
const effectTime = 2000;

/** Ends everything here when the extension is updated or removed under the page. */
const life = new AbortController();
const highlight = new Highlight(document);
let reported = '';
let lookTimer: ReturnType<typeof setTimeout> | undefined;
let changedSince: number | null = null;
let changes = 0;

const observer = new MutationObserver(changed);
const observed = new WeakSet<Node>();
life.signal.addEventListener('abort', () => {
  observer.disconnect();
  highlight.show(null);
  clearTimeout(lookTimer);
});

chrome.runtime.onMessage.addListener((message: unknown) => {
  const command = v.safeParse(pageCommand, message);
  if (!command.success || life.signal.aborted) return undefined;
  if (command.output.type === 'press') press(command.output.control);
  else pointOut(command.output.control);
  return undefined;
});

// The person may press (4) alone: the card has to be remembered and left alone just the same.
document.addEventListener('click', (event) => event.isTrusted && pressedByPerson(event), {
  capture: true,
  signal: life.signal,
});
addEventListener('pageshow', (event) => event.persisted && look(true), { signal: life.signal });

look(true);

function changed(): void {
  changes += 1;
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
  watchEverything();
  const view = viewPage(document);
  const page = recognise(view, Date.now());
  const report: PageReport = { type: 'page', page, usernames: usernamesInText(view.plainText) };
  highlight.follow();
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

function press(control: DrivenControl): void {
  const found = findControl(document, control);
  if (!found.found) {
    highlight.show(found.region);
    send({ type: 'not-pressed', control, why: found.why });
    return;
  }
  if (!isUncovered(found.element)) {
    highlight.show(found.element);
    send({ type: 'not-pressed', control, why: 'covered' });
    return;
  }
  highlight.show(null);
  send({ type: 'pressed', control });
  watchEffect(control);
  if (found.element instanceof HTMLElement) found.element.click();
  else found.element.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
}

/** A page may ignore a press that no hand made: then the person is asked. */
function watchEffect(control: DrivenControl): void {
  const before = changes;
  const timer = setTimeout(() => {
    if (changes === before) send({ type: 'not-pressed', control, why: 'no-effect' });
  }, effectTime);
  addEventListener('pagehide', () => clearTimeout(timer), { once: true, signal: life.signal });
}

function pointOut(control: DrivenControl | 'association-link' | null): void {
  if (!control) {
    highlight.show(null);
    return;
  }
  const found = findControl(document, control);
  highlight.show(found.found ? found.element : found.region);
}

function pressedByPerson(event: Event): void {
  const target = event.composedPath()[0];
  if (!(target instanceof Node)) return;
  for (const control of ['choose-method', 'card-auth'] as const) {
    const found = findControl(document, control);
    if (found.found && found.element.contains(target)) {
      highlight.show(null);
      send({ type: 'pressed', control });
    }
  }
}

function watchEverything(): void {
  for (const root of searchRoots(document)) {
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

function send(report: PageReport): void {
  if (isAlive()) chrome.runtime.sendMessage(report).catch(() => undefined);
}

function isAlive(): boolean {
  return Boolean(chrome.runtime?.id);
}
