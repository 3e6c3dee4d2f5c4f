import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';
import { hpkiCard } from '../e2e/extension/fake-host.ts';
import { completePage, qrPage } from '../e2e/extension/fixture-site.ts';
import { silentServer } from '../e2e/extension/silent-server.ts';
import {
  discardBuiltExtension,
  type ExtensionStage,
  raiseExtensionStage,
  untilShown,
  whatIsShown,
} from '../e2e/extension/stage.ts';
import { inServiceWorker, panelAddress } from '../lab/extension.ts';
import { type Place, places, press, show, walkTo } from './extension-journey.ts';
import { LivingExtension } from './extension-life.ts';
import { type Outcome, rightIf } from './ledger.ts';
import { found } from './personal-data.ts';
import { type FaultRun, rounds } from './run.ts';

const area = 'extension';

/**
 * Faults around the built extension in real Chromium. The host is played by the run, so that what the extension was
 * told is known; the pages are made from the manual.
 */
export async function extensionFaults(given: FaultRun): Promise<void> {
  given.say('extension');
  const silent = await silentServer();
  const living = given.extent === 'soak' ? await LivingExtension.begin(silent.port) : undefined;
  try {
    const of = (fault: (given: FaultRun, port: number, place: Place) => Promise<void>) =>
      // Each takes some seconds of browser: the quick run has two places of each, chance says which.
      given.random
        .shuffled(places)
        .slice(0, given.extent === 'quick' ? 2 : places.length)
        .map((place) => () => fault(given, silent.port, place));
    const faults = [
      ...[
        workerEnds,
        hostGone,
        tabClosed,
        cardSwapped,
        panelClosed,
        secondWindow,
        updated,
        browserKilled,
      ].flatMap(of),
      () => nonsense(given, silent.port),
      () => hugeMessages(given, silent.port),
      () => brokenFrames(given, silent.port),
    ];
    await rounds(given, faults, () => living?.turn(given.steadiness) ?? Promise.resolve());
  } finally {
    await living?.end();
    silent.close();
    await discardBuiltExtension();
  }
}

interface Walk {
  stage: ExtensionStage;
  panel: Page;
}

async function inject(
  { ledger }: FaultRun,
  silentLoginPort: number,
  fault: string,
  place: Place,
  body: (walk: Walk) => Promise<Outcome>,
): Promise<void> {
  await ledger.inject(
    area,
    fault,
    async () => {
      const stage = await raiseExtensionStage({ silentLoginPort });
      try {
        const panel = await stage.openPanel();
        await walkTo(stage, panel, place);
        const outcome = await body({ stage, panel });
        ledger.personalData.push(...(await personsOnDisk(stage)));
        return outcome;
      } catch (cause) {
        throw new Error(`${cause instanceof Error ? cause.message : cause}; ${await shown(stage)}`, {
          cause,
        });
      } finally {
        await stage.stop();
      }
    },
    { detail: `at ${place}`, ms: 120_000 },
  );
}

/** What the panels show, for whoever reads why a fault was not survived. */
async function shown({ browser, host }: ExtensionStage): Promise<string> {
  const panels = browser.targets().filter((target) => target.url().startsWith(panelAddress));
  const texts = await Promise.all(panels.map((target) => target.asPage().then(whatIsShown))).catch(
    (cause: unknown) => [String(cause)],
  );
  return `browser ${browser.connected ? 'lives' : 'gone'}, ${host.connections} hosts, panels: ${texts.join(' | ')}`;
}

/** What the extension keeps on the disk holds nobody's name or number, wherever the journey is. */
async function personsOnDisk(stage: ExtensionStage): Promise<string[]> {
  const read = () =>
    inServiceWorker<string>(stage.browser, 'chrome.storage.local.get().then((it) => JSON.stringify(it))');
  const from = performance.now();
  for (;;) {
    try {
      return found(['00100 JPATEST', 't00100-jpa', '00200 JPATEST', 't00200-jpa'], await read()).map(
        (word) => `extension’s storage: ${word}`,
      );
    } catch (error) {
      // After a fault the worker that is found may be the one that is just ending: then the next is asked.
      if (performance.now() - from > 15_000) throw error;
      await sleep(1000);
    }
  }
}

const stepOf = (panel: Page) => panel.$eval('main', (main) => main.getAttribute('data-step'));

/** From here to the end, as if nothing had been. */
async function finishes({ stage, panel }: Walk, place: Place): Promise<boolean> {
  if (place === 'finish') return (await stepOf(panel)) === 'finish';
  if (place === 'prepare') {
    await untilShown(panel, '[data-verdict="ready"]');
    await press(panel, 'start');
    await untilShown(panel, '[data-step="choose-certificate"]');
  }
  if (place !== 'scan-qr' && place !== 'phone-login') await show(stage, '/qr', qrPage());
  if (place !== 'phone-login') await untilShown(panel, '[data-step="scan-qr"]');
  await show(stage, '/done', completePage);
  await untilShown(panel, '[data-step="finish"][data-phase="finished"]');
  return true;
}

async function anotherHost({ host }: ExtensionStage, before: number): Promise<void> {
  for (let waited = 0; waited < 15_000 && host.connections === before; waited += 50) await sleep(50);
}

function workerEnds(given: FaultRun, port: number, place: Place): Promise<void> {
  return inject(given, port, 'service worker ended', place, async (walk) => {
    const { stage, panel } = walk;
    const before = stage.host.connections;
    await stage.endServiceWorker();
    await anotherHost(stage, before);
    await untilShown(panel, `[data-step="${place}"]`);
    return rightIf({ 'the journey goes on to its end': await finishes(walk, place) });
  });
}

function hostGone(given: FaultRun, port: number, place: Place): Promise<void> {
  return inject(given, port, 'host gone and back', place, async (walk) => {
    const { stage, panel } = walk;
    const before = stage.host.connections;
    stage.host.crash();
    await anotherHost(stage, before);
    await untilShown(panel, `[data-step="${place}"]`);
    const asked = stage.host.requests.findLast(({ type }) => type === 'quiet');
    const reading = place === 'choose-certificate' || place === 'enter-pin';
    return rightIf({
      'it is started again': stage.host.connections > before,
      'no card is read at the dialogs': !reading || (asked?.type === 'quiet' && asked.on),
      'the journey goes on to its end': await finishes(walk, place),
    });
  });
}

function tabClosed(given: FaultRun, port: number, place: Place): Promise<void> {
  return inject(given, port, 'tab closed', place, async ({ stage, panel }) => {
    await stage.browser.newPage(); // a window without tabs would close, and the panel with it
    await stage.page.close();
    await sleep(1000);
    // The panel belongs to the window: it stays, and the next registration begins anew.
    const step = panel.isClosed() ? 'closed' : await stepOf(panel);
    const quiet = stage.host.requests.findLast(({ type }) => type === 'quiet');
    return rightIf({
      'the journey is left, or at its end': step === 'prepare' || (place === 'finish' && step === 'finish'),
      'cards are read again': quiet === undefined || (quiet.type === 'quiet' && !quiet.on),
    });
  });
}

function cardSwapped(given: FaultRun, port: number, place: Place): Promise<void> {
  return inject(given, port, 'another person’s card', place, async ({ stage, panel }) => {
    stage.host.insert(hpkiCard({ serialNumber: 'T00200-jpa', name: '00200 JPATEST' }));
    const beforeQr = place === 'choose-certificate' || place === 'enter-pin';
    if (beforeQr) {
      await untilShown(panel, '[data-error]');
      return rightIf({
        'it stops': (await panel.$('[data-error="other-person"], [data-error="card-removed"]')) !== null,
      });
    }
    await sleep(500);
    const stopped = (await panel.$('[data-error="other-person"]')) !== null;
    return rightIf({ 'after the QR code it does not matter': !stopped && (await stepOf(panel)) === place });
  });
}

function panelClosed(given: FaultRun, port: number, place: Place): Promise<void> {
  return inject(given, port, 'panel closed and opened', place, async ({ stage, panel }) => {
    await panel.close();
    await sleep(given.random.whole(0, 400));
    const again = await stage.openPanel();
    await untilShown(again, `[data-step="${place}"]`);
    return rightIf({ 'the journey goes on to its end': await finishes({ stage, panel: again }, place) });
  });
}

/** Whatever a broken or hostile host may send. */
function nonsense(given: FaultRun, port: number): Promise<void> {
  return inject(given, port, 'nonsense from the host', 'prepare', async ({ stage, panel }) => {
    const { random } = given;
    for (let turn = 0; turn < 60; turn += 1) {
      stage.host.tellRaw(
        random.pick<unknown>([
          null,
          0,
          '',
          [],
          {},
          'x'.repeat(random.whole(0, 100_000)),
          { type: 'done', id: random.whole(-5, 1e9) },
          {
            type: 'observation',
            observation: { subject: 'card', result: { outcome: 'observed', facts: {} } },
          },
          {
            type: 'observation',
            observation: { subject: random.pick(['readers', 'constructor', '__proto__']), at: '', ms: -1 },
          },
          { type: 'failed', code: 'internal', detail: '<img src=x onerror=alert(1)>' },
        ]),
      );
    }
    await sleep(500);
    const images = await panel.$$eval('img', (found) => found.length);
    await press(panel, 'check-again').catch(() => undefined);
    stage.host.remove();
    stage.host.insert(hpkiCard());
    const shown = await panel.$eval('main', (main) => main.getAttribute('data-verdict'));
    return rightIf({ 'nothing of it is drawn': images === 0, 'the panel lives': shown !== null });
  });
}

/** A second window with a panel of its own: both tell the same, and the journey is the first one's. */
function secondWindow(given: FaultRun, port: number, place: Place): Promise<void> {
  return inject(given, port, 'second window with a panel', place, async (walk) => {
    const { stage, panel } = walk;
    const other = await stage.openWindow();
    await untilShown(other.panel, `[data-step="${place}"]`);
    await untilShown(panel, `[data-step="${place}"]`);
    // A window goes away, with its tab and its panel: not the journey's.
    const closed = given.random.next() < 0.5;
    if (closed) await other.close();
    const through = await finishes(walk, place);
    if (!closed) await untilShown(other.panel, '[data-step="finish"]');
    return rightIf({ 'the journey goes on to its end': through });
  });
}

/**
 * A higher version is put in the old one's place and taken up at once, as when an administrator forces it: browsers
 * otherwise wait until the extension is idle, which it is not while its panel or its host is open. What was kept in
 * memory is gone with the old one, by the browser's own rule, and the registration is begun again; who logged in is
 * kept, and nobody else is let in on that login.
 */
function updated(given: FaultRun, port: number, place: Place): Promise<void> {
  return inject(given, port, 'extension updated', place, async ({ stage }) => {
    await stage.updateExtension('0.1.1');
    const panel = await stage.openPanel();
    const followedUp = await followUp(panel);
    const version = await panel.evaluate(versionOfExtension);
    const loggedIn = place === 'scan-qr' || place === 'phone-login' || place === 'finish';
    if (loggedIn) {
      stage.host.insert(hpkiCard({ serialNumber: 'T00200-jpa', name: '00200 JPATEST' }));
      await untilShown(panel, '[data-check="browser-session"][data-status="fail"]');
      stage.host.insert(hpkiCard());
      await untilShown(panel, '[data-check="browser-session"][data-status="pass"]');
    }
    return rightIf({
      'the new version runs': version === '0.1.1',
      'a finished registration is remembered': followedUp === (place === 'finish'),
      'the journey goes on to its end': await finishes({ stage, panel }, 'prepare'),
    });
  });
}

/** Runs in the panel. */
function versionOfExtension(): string {
  const { chrome } = globalThis as unknown as {
    chrome: { runtime: { getManifest(): { version: string } } };
  };
  return chrome.runtime.getManifest().version;
}

/** The whole browser dies, and comes back with the same profile; a finished registration is still known to be one. */
function browserKilled(given: FaultRun, port: number, place: Place): Promise<void> {
  return inject(given, port, 'browser killed and started again', place, async ({ stage }) => {
    stage.browser.process()?.kill('SIGKILL');
    for (let waited = 0; waited < 10_000 && stage.host.open > 0; waited += 50) await sleep(50);
    const ended = stage.host.open === 0;
    stage.host.browserStartedAt = '2026-11-23T01:00:00.000Z';
    await stage.startBrowser();
    const panel = await stage.openPanel();
    const followedUp = await followUp(panel);
    // No login outlives the browser's process: another person may begin.
    stage.host.insert(hpkiCard({ serialNumber: 'T00200-jpa', name: '00200 JPATEST' }));
    await untilShown(panel, '[data-check="browser-session"][data-status="pass"]');
    stage.host.insert(hpkiCard());
    return rightIf({
      'the host ends with it': ended,
      'a finished registration is remembered': followedUp === (place === 'finish'),
      'the journey goes on to its end': await finishes({ stage, panel }, 'prepare'),
    });
  });
}

/** After a finished registration the panel speaks of it first. Whether it did. */
async function followUp(panel: Page): Promise<boolean> {
  await untilShown(panel, '[data-verdict="ready"]');
  const finished = (await panel.$('[data-after-finish]')) !== null;
  if (finished) await press(panel, 'next-person');
  return finished;
}

/** Well formed, and as large as the browser takes (1 MiB from a host), many at once. */
function hugeMessages(given: FaultRun, port: number): Promise<void> {
  return inject(given, port, 'messages of up to 1 MiB from the host', 'choose-certificate', async (walk) => {
    const { stage, panel } = walk;
    for (let turn = 0; turn < 20; turn += 1) {
      const filler = 'あ'.repeat(given.random.whole(100_000, 340_000));
      stage.host.tellRaw(
        given.random.pick<unknown>([
          { type: 'failed', id: 1, code: 'internal', detail: filler },
          { type: 'observation', observation: { subject: 'readers', at: filler } },
          [filler],
        ]),
      );
    }
    await untilShown(panel, '[data-step="choose-certificate"]');
    return rightIf({ 'the journey goes on to its end': await finishes(walk, 'choose-certificate') });
  });
}

/** What is no message at all: the browser itself ends such a host, and the extension starts the next. */
function brokenFrames(given: FaultRun, port: number): Promise<void> {
  const frames: Record<string, (random: FaultRun['random']) => Uint8Array> = {
    'ends in mid-frame': () => Buffer.concat([lengthOf(1000), Buffer.from('{"type":')]),
    'frame of 64 MiB': () => Buffer.concat([lengthOf(2 ** 26), Buffer.alloc(2 ** 21, 0x20)]),
    'no JSON': (random) => Buffer.concat([lengthOf(64), random.bytes(64)]),
    'empty frame': () => lengthOf(0),
  };
  return (async () => {
    for (const [name, frame] of given.random.shuffled(Object.entries(frames))) {
      await inject(given, port, `broken frames from the host`, 'enter-pin', async (walk) => {
        const { stage, panel } = walk;
        const before = stage.host.connections;
        stage.host.tellOctets(frame(given.random));
        await sleep(300);
        stage.host.crash();
        for (let waited = 0; waited < 15_000 && stage.host.connections === before; waited += 50)
          await sleep(50);
        await untilShown(panel, '[data-step="enter-pin"]');
        return rightIf({
          [`it is started again (${name})`]: stage.host.connections > before,
          [`the journey goes on to its end (${name})`]: await finishes(walk, 'enter-pin'),
        });
      });
    }
  })();
}

function lengthOf(octets: number): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32LE(octets);
  return header;
}
