import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll } from 'vitest';
import { hpkiCard } from './fake-host.ts';
import { associationPage, hosts, portalPage, qrPage } from './fixture-site.ts';
import { KeptStages } from './kept-stages.ts';
import { type SilentServer, silentServer } from './silent-server.ts';
import {
  discardBuiltExtension,
  type ExtensionStage,
  type ExtensionStageOptions,
  untilShown,
} from './stage.ts';

/** The stages of a file of tests, and the ways over them that more than one file takes. They end with the file. */

const stages = new KeptStages();
/** Where the browser's dialogs would be open: a login waits there until it is hung up, as a cancelled one ends. */
export let silent: SilentServer;

beforeAll(async () => {
  silent = await silentServer();
});
afterAll(async () => {
  await stages.stop();
  silent.close();
  await discardBuiltExtension();
});

export async function raise(options: ExtensionStageOptions = {}): Promise<ExtensionStage> {
  const stage = await stages.raise(options);
  stage.site.pages.set(`${hosts.association}/hpki/`, { html: associationPage });
  stage.site.pages.set(`${hosts.portal}/`, { html: portalPage() });
  return stage;
}

/** With a card login that stays where the browser's dialogs would be. */
export async function raiseAtDialogs(): Promise<ExtensionStage> {
  silent.waitAgain();
  return raise({ silentLoginPort: silent.port });
}

/** From no reader to the press that starts it. */
export async function begin(at: ExtensionStage): Promise<Page> {
  at.host.attachReader();
  const panel = await at.openPanel();
  at.host.insert(hpkiCard());
  await untilShown(panel, '[data-verdict="ready"]');
  await press(panel, 'start');
  return panel;
}

/** As far as (5): started, (2)–(4) driven, the browser's dialogs open. */
export async function walkToDialogs(at: ExtensionStage): Promise<Page> {
  const panel = await begin(at);
  await untilShown(panel, '[data-step="choose-certificate"]');
  return panel;
}

export async function walkToQr(at: ExtensionStage, page = qrPage()): Promise<{ panel: Page; tab: Page }> {
  const panel = await walkToDialogs(at);
  const tab = await show(at, '/qr', page);
  return { panel, tab };
}

/** What the person's tab shows next. */
export async function show(at: ExtensionStage, path: string, html: string): Promise<Page> {
  at.site.pages.set(`${hosts.portal}${path}`, { html });
  await at.page.goto(`https://${hosts.portal}${path}`).catch(() => undefined);
  return at.page;
}

export async function press(panel: Page, action: string): Promise<void> {
  await panel.locator(`[data-action="${action}"]`).click();
}

export const attribute = (page: Page, selector: string, name: string) =>
  page.$eval(selector, (element, wanted) => element.getAttribute(wanted), name);
export const text = (page: Page) => page.$eval('body', (body) => (body as HTMLElement).innerText);

/** For what the page does not show: checked on each turn until it is so. */
export async function until(holds: () => boolean): Promise<void> {
  const signal = AbortSignal.timeout(10_000);
  while (!holds()) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const untilConnections = (host: ExtensionStage['host'], count: number) =>
  until(() => host.connections >= count);
