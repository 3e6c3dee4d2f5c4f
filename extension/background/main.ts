import * as v from 'valibot';
import type { Runtime } from 'webextension-polyfill';
import { isPermittedUrl } from '../../common/sites.ts';
import { pageReport } from '../messages/page-messages.ts';
import { panelPortName } from '../messages/panel-port.ts';
import { browser, sidePanel } from '../platform/browser.ts';
import { Controller } from './controller.ts';
import { Panels } from './panels.ts';

// Listeners are added before anything is awaited: an event that woke this worker is delivered only to those.
const panels = new Panels();
const controller = Controller.start(panels);

void sidePanel?.setPanelBehavior({ openPanelOnActionClick: true });
// A click in the moments after installation, before the line above has taken effect.
browser.action.onClicked.addListener(({ windowId }) => {
  if (windowId !== undefined) void sidePanel?.open({ windowId });
});

browser.runtime.onConnect.addListener((port) => {
  if (port.name !== panelPortName || !isOwnPage(port.sender)) return port.disconnect();
  panels.add(
    port,
    (command) => void controller.then((it) => it.command(command)),
    () => void controller.then((it) => it.detached()),
  );
});

browser.runtime.onMessage.addListener((message: unknown, sender: Runtime.MessageSender) => {
  const parsed = v.safeParse(pageReport, message);
  const tabId = sender.tab?.id;
  if (!parsed.success || tabId === undefined || !isPermittedUrl(sender.url ?? '')) return undefined;
  // Within the person's click, and before anything is awaited: the browser allows it only then.
  const windowId = sender.tab?.windowId;
  if (parsed.output.type === 'clicked') {
    if (windowId !== undefined) void sidePanel?.open({ windowId }).catch(() => undefined);
    return undefined;
  }
  const { frameId = 0 } = sender;
  const { documentId = null } = sender as { documentId?: string };
  const report = parsed.output;
  void controller.then((it) => it.report(report, { tabId, frameId, documentId }));
  return undefined;
});

browser.webNavigation.onBeforeNavigate.addListener(({ frameId, tabId, url }) => {
  void controller.then((it) => it.navigationBegan({ tabId, frameId, url }));
});

browser.webNavigation.onErrorOccurred.addListener((details) => {
  const { frameId, tabId, url } = details;
  const { error } = details as { error?: string };
  if (error) void controller.then((it) => it.navigationFailed({ tabId, frameId, url }, error));
});

browser.webNavigation.onCreatedNavigationTarget.addListener(({ sourceTabId, tabId }) => {
  void controller.then((it) => it.journey({ type: 'tab-opened', from: sourceTabId, tabId }));
});

browser.tabs.onReplaced.addListener((tabId, from) => {
  void controller.then((it) => it.journey({ type: 'tab-replaced', from, tabId }));
});

browser.tabs.onRemoved.addListener((tabId) => {
  void controller.then((it) => it.journey({ type: 'tab-closed', tabId }));
});

browser.windows.onFocusChanged.addListener((windowId) => {
  if (windowId !== browser.windows.WINDOW_ID_NONE) void controller.then((it) => it.cameBack());
});

browser.storage.onChanged.addListener((changes, area) => {
  if (area !== 'managed' && !(area === 'local' && 'settings' in changes)) return;
  void controller.then((it) => it.settingsChanged());
});

browser.runtime.onInstalled.addListener(({ reason }) => {
  if (reason === 'install') void welcome();
});

browser.permissions.onAdded.addListener(siteAccessChanged);
browser.permissions.onRemoved.addListener(siteAccessChanged);
browser.runtime.onStartup.addListener(() => void controller.then((it) => it.browserStarted()));
globalThis.addEventListener('online', () => void controller.then((it) => it.checkSiteAgain()));
globalThis.addEventListener('offline', () => void controller.then((it) => it.checkSiteAgain()));

/** Once, after an installation from a store; a copy loaded by a developer is left alone. */
async function welcome(): Promise<void> {
  const { installType } = await browser.management.getSelf();
  if (installType === 'development') return;
  await browser.tabs.create({ url: browser.runtime.getURL('extension/pages/welcome.html') });
}

function siteAccessChanged(): void {
  void controller.then((it) => it.command({ type: 'site-access-changed' }));
}

/** A page of this extension, not a content script in someone else's. */
function isOwnPage(sender: Runtime.MessageSender | undefined): boolean {
  return sender?.url?.startsWith(browser.runtime.getURL('')) ?? false;
}
