import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, CDPSession, Page, Target } from 'puppeteer-core';
import ids from '../../common/ids.json' with { type: 'json' };

/** The development extension in a real browser: its button, the panel it opens, its service worker. */

export const extensionAddress = `chrome-extension://${ids.extension.development}/`;
export const panelAddress = `${extensionAddress}extension/panel/`;

/** Clicks on the extension's button in the window of this tab. The panel it opens is none of the `known` targets. */
export async function openPanel(
  browser: Browser,
  page: Page,
  known: ReadonlySet<Target> = new Set(),
): Promise<Page> {
  const extension = (await browser.extensions()).get(ids.extension.development);
  if (!extension) throw new Error('the extension is not loaded: run the build');
  await page.bringToFront();
  await page.triggerExtensionAction(extension);
  return untilPanelOpens(browser, known);
}

export async function untilPanelOpens(
  browser: Browser,
  known: ReadonlySet<Target> = new Set(),
): Promise<Page> {
  const target = await browser.waitForTarget(
    (candidate) => !known.has(candidate) && candidate.url().startsWith(panelAddress),
  );
  return target.asPage();
}

/** A person can't click before the extension has told the browser what its button does; puppeteer can. */
export async function untilButtonOpensPanel(browser: Browser): Promise<void> {
  const signal = AbortSignal.timeout(15_000);
  while (!(await inServiceWorker<boolean | undefined>(browser, panelOpensOnClick))) {
    signal.throwIfAborted();
    await sleep(20);
  }
}

/** A worker that is just starting has no `chrome` yet. */
const panelOpensOnClick =
  'globalThis.chrome?.sidePanel?.getPanelBehavior().then((behavior) => behavior.openPanelOnActionClick)';

/**
 * The service worker, looked at and let go again. One that a debugger is attached to does not end by itself, as a
 * person's would; and when it is ended, the next one waits for that debugger, which does not know of it.
 */
export async function atServiceWorker<T>(
  browser: Browser,
  look: (session: CDPSession) => Promise<T>,
): Promise<T> {
  const target = await browser.waitForTarget((candidate) => candidate.type() === 'service_worker');
  const session = await target.createCDPSession();
  try {
    return await look(session);
  } finally {
    await session.detach().catch(() => undefined);
  }
}

/** What an expression comes to there, as far as JSON can carry it. */
export function inServiceWorker<T>(browser: Browser, expression: string): Promise<T> {
  return atServiceWorker(browser, async (session) => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value as T;
  });
}

/** Ends the service worker as the browser does with an idle one, and waits until it has ended. `page` is any tab. */
export async function endServiceWorker(page: Page): Promise<void> {
  const session = await page.createCDPSession();
  try {
    await new Promise<void>((resolve, reject) => {
      const ending = new Set<string>();
      session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
        for (const { versionId, scriptURL, runningStatus } of versions) {
          if (ending.has(versionId)) {
            if (runningStatus === 'stopped') resolve();
          } else if (scriptURL.startsWith(extensionAddress) && runningStatus === 'running') {
            ending.add(versionId);
            session.send('ServiceWorker.stopWorker', { versionId }).catch(reject);
          }
        }
      });
      session.send('ServiceWorker.enable').catch(reject);
      setTimeout(reject, 15_000, new Error('the service worker does not end')).unref();
    });
  } finally {
    await session.detach().catch(() => undefined);
  }
}
