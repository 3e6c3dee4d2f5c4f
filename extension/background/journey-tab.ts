import { isPermittedHost } from '../../common/sites.ts';
import { browser } from '../platform/browser.ts';

/**
 * The tab a journey begins in: the one in front of the person, when there is nothing of theirs in it, else a new one.
 * Undefined when the browser gives none.
 */
export async function tabToWorkIn(windowId: number | null): Promise<number | undefined> {
  const where = windowId === null ? { lastFocusedWindow: true } : { windowId };
  const [front] = await browser.tabs.query({ ...where, active: true });
  if (front?.id !== undefined && (await mayBeReplaced(front.id))) return front.id;
  return (await browser.tabs.create(windowId === null ? {} : { windowId })).id;
}

/** An empty tab, the registration sites, or a page of ours. */
async function mayBeReplaced(tabId: number): Promise<boolean> {
  // The address through webNavigation: reading it from the tab would need the permission to read all of them.
  const frame = await browser.webNavigation.getFrame({ tabId, frameId: 0 }).catch(() => null);
  return frame !== null && isReplaceable(frame.url, browser.runtime.getURL(''));
}

/** @param ownPages the address under which the extension's own pages are */
export function isReplaceable(url: string, ownPages: string): boolean {
  if (url === '' || url === 'about:blank' || /^(?:chrome|edge):\/\/(?:newtab|new-tab-page)/.test(url))
    return true;
  if (url.startsWith(ownPages)) return true;
  return URL.canParse(url) && isPermittedHost(new URL(url).hostname);
}
