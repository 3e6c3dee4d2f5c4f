import type { Browser } from 'webextension-polyfill';
import polyfill from 'webextension-polyfill';

/** The part of the side panel's interface that webextension-polyfill does not know (Chrome and Edge 116). */
interface SidePanel {
  setPanelBehavior(behavior: { openPanelOnActionClick: boolean }): Promise<void>;
  open(options: { windowId: number }): Promise<void>;
}

declare const chrome: { sidePanel?: SidePanel };

export const browser: Browser = polyfill;

/** Undefined where the browser has no side panel. */
export const sidePanel: SidePanel | undefined = chrome.sidePanel;
