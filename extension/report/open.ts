import { browser } from '../platform/browser.ts';

/** From the panel: a tab of its own, where there is room to read. */
export async function openReport(): Promise<void> {
  await browser.tabs.create({ url: browser.runtime.getURL('extension/report/index.html') });
}
