import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';
import { hpkiCard } from '../e2e/extension/fake-host.ts';
import { associationPage, completePage, hosts, portalPage, qrPage } from '../e2e/extension/fixture-site.ts';
import { silentServer } from '../e2e/extension/silent-server.ts';
import {
  discardBuiltExtension,
  type ExtensionStage,
  raiseExtensionStage,
  untilShown,
} from '../e2e/extension/stage.ts';
import { type Outcome, rightIf } from './ledger.ts';
import { found } from './personal-data.ts';
import { type FaultRun, rounds } from './run.ts';

const area = 'extension';

/** Where a journey can be when something happens to it. */
const places = ['prepare', 'choose-certificate', 'enter-pin', 'scan-qr', 'phone-login', 'finish'] as const;
type Place = (typeof places)[number];

/**
 * Faults around the built extension in real Chromium. The host is played by the run, so that what the extension was
 * told is known; the pages are made from the manual.
 */
export async function extensionFaults(given: FaultRun): Promise<void> {
  given.say('extension');
  const silent = await silentServer();
  try {
    const of = (fault: (given: FaultRun, port: number, place: Place) => Promise<void>) =>
      // Each takes some seconds of browser: the quick run has two places of each, chance says which.
      given.random
        .shuffled(places)
        .slice(0, given.extent === 'quick' ? 2 : places.length)
        .map((place) => () => fault(given, silent.port, place));
    await rounds(given, [
      ...[workerEnds, hostGone, tabClosed, cardSwapped, panelClosed].flatMap(of),
      () => nonsense(given, silent.port),
      () => browserKilled(given, silent.port),
    ]);
  } finally {
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
        const outcome = await body({ stage, panel: await walkTo(stage, place) });
        ledger.personalData.push(...(await personsOnDisk(stage)));
        return outcome;
      } finally {
        await stage.stop();
      }
    },
    { detail: `at ${place}`, ms: 60_000 },
  );
}

/** What the extension keeps on the disk holds nobody's name or number, wherever the journey is. */
async function personsOnDisk(stage: ExtensionStage): Promise<string[]> {
  const worker = await stage.serviceWorker();
  const kept = await worker.evaluate(async () => {
    const { storage } = (
      globalThis as unknown as { chrome: { storage: { local: { get(): Promise<unknown> } } } }
    ).chrome;
    return JSON.stringify(await storage.local.get());
  });
  return found(['00100 JPATEST', 't00100-jpa', '00200 JPATEST', 't00200-jpa'], kept).map(
    (word) => `extension’s storage: ${word}`,
  );
}

/** The journey as far as this step. */
async function walkTo(stage: ExtensionStage, place: Place): Promise<Page> {
  stage.site.pages.set(`${hosts.association}/hpki/`, { html: associationPage });
  stage.site.pages.set(`${hosts.portal}/`, { html: portalPage() });
  stage.host.attachReader();
  const panel = await stage.openPanel();
  stage.host.insert(hpkiCard());
  await untilShown(panel, '[data-verdict="ready"]');
  if (place === 'prepare') return panel;
  await press(panel, 'start');
  await untilShown(panel, '[data-step="choose-certificate"]');
  if (place === 'choose-certificate') return panel;
  await press(panel, 'certificate-chosen');
  await untilShown(panel, '[data-step="enter-pin"]');
  if (place === 'enter-pin') return panel;
  await show(stage, '/qr', qrPage());
  await untilShown(panel, '[data-step="scan-qr"]');
  if (place === 'scan-qr') return panel;
  await press(panel, 'phone-opened');
  await untilShown(panel, '[data-step="phone-login"]');
  if (place === 'phone-login') return panel;
  await show(stage, '/done', completePage);
  await untilShown(panel, '[data-step="finish"]');
  return panel;
}

const press = (panel: Page, action: string) => panel.locator(`[data-action="${action}"]`).click();

async function show(stage: ExtensionStage, path: string, html: string): Promise<void> {
  stage.site.pages.set(`${hosts.portal}${path}`, { html });
  await stage.page.goto(`https://${hosts.portal}${path}`).catch(() => undefined);
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

function workerEnds(given: FaultRun, port: number, place: Place): Promise<void> {
  return inject(given, port, 'service worker ended', place, async (walk) => {
    const { stage, panel } = walk;
    const before = stage.host.connections;
    await stage.endServiceWorker(() => stage.host.connections > before);
    await untilShown(panel, `[data-step="${place}"]`);
    return rightIf({ 'the journey goes on to its end': await finishes(walk, place) });
  });
}

function hostGone(given: FaultRun, port: number, place: Place): Promise<void> {
  return inject(given, port, 'host gone and back', place, async (walk) => {
    const { stage, panel } = walk;
    const before = stage.host.connections;
    stage.host.crash();
    for (let waited = 0; waited < 15_000 && stage.host.connections === before; waited += 50) await sleep(50);
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

function browserKilled(given: FaultRun, port: number): Promise<void> {
  return given.ledger
    .inject(area, 'browser killed', async () => {
      const stage = await raiseExtensionStage({ silentLoginPort: port });
      try {
        await walkTo(stage, 'choose-certificate');
        stage.browser.process()?.kill('SIGKILL');
        for (let waited = 0; waited < 10_000 && stage.host.open > 0; waited += 50) await sleep(50);
        return rightIf({ 'the host ends with it': stage.host.open === 0 });
      } finally {
        await stage.stop();
      }
    })
    .then(() => undefined);
}
