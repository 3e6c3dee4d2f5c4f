import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page, Target, WebWorker } from 'puppeteer-core';
import ids from '../../common/ids.json' with { type: 'json' };

/** The development extension in a real browser: its button, the panel it opens, its service worker. */

export const extensionAddress = `chrome-extension://${ids.extension.development}/`;
/** Milliseconds after which a click has been lost. A panel that came later would be closed by the next one. */
const lostMs = 8_000;

/**
 * Clicks on the extension's button in the window of this tab, until the panel is there. A busy browser now and then
 * loses a click that comes soon after the extension's start; a person would click again, too.
 */
export async function openPanel(browser: Browser, page: Page): Promise<Page> {
  const extension = (await browser.extensions()).get(ids.extension.development);
  if (!extension) throw new Error('the extension is not loaded: run the build');
  const before = new Set(browser.targets());
  const isNewPanel = (target: Target) =>
    !before.has(target) && target.url().startsWith(`${extensionAddress}extension/panel/`);
  for (let clicks = 1; ; clicks += 1) {
    await page.bringToFront();
    await page.triggerExtensionAction(extension);
    try {
      const target = await browser.waitForTarget(isNewPanel, { timeout: lostMs });
      return await target.asPage();
    } catch (error) {
      if (clicks === 4) throw error;
    }
  }
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
