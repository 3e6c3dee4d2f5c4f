import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page, Target, WebWorker } from 'puppeteer-core';
import ids from '../../common/ids.json' with { type: 'json' };

/** The development extension in a real browser: its button, the panel it opens, its service worker. */

export const extensionAddress = `chrome-extension://${ids.extension.development}/`;

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
  const target = await browser.waitForTarget(
    (candidate) => !known.has(candidate) && candidate.url().startsWith(`${extensionAddress}extension/panel/`),
  );
  return target.asPage();
}

/** A person can't click before the extension has told the browser what its button does; puppeteer can. */
export async function untilButtonOpensPanel(browser: Browser): Promise<void> {
  const worker = await serviceWorker(browser);
  const signal = AbortSignal.timeout(15_000);
  while (!(await worker.evaluate(panelOpensOnClick))) {
    signal.throwIfAborted();
    await sleep(20);
  }
}

export async function serviceWorker(browser: Browser): Promise<WebWorker> {
  const target = await browser.waitForTarget((candidate) => candidate.type() === 'service_worker');
  const worker = await target.worker();
  if (!worker) throw new Error('no service worker');
  return worker;
}

/** Runs in the service worker. */
async function panelOpensOnClick(): Promise<boolean> {
  const { chrome } = globalThis as unknown as {
    chrome: { sidePanel: { getPanelBehavior(): Promise<{ openPanelOnActionClick: boolean }> } };
  };
  return (await chrome.sidePanel.getPanelBehavior()).openPanelOnActionClick;
}
