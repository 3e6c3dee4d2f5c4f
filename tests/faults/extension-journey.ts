import type { Page } from 'puppeteer-core';
import { hpkiCard } from '../e2e/extension/fake-host.ts';
import { associationPage, completePage, hosts, portalPage, qrPage } from '../e2e/extension/fixture-site.ts';
import { type ExtensionStage, untilShown } from '../e2e/extension/stage.ts';

/** Where a journey can be when something happens to it. */
export const places = [
  'prepare',
  'choose-certificate',
  'enter-pin',
  'scan-qr',
  'phone-login',
  'finish',
] as const;
export type Place = (typeof places)[number];

/** The journey as far as this step, in a panel that is open. */
export async function walkTo(stage: ExtensionStage, panel: Page, place: Place): Promise<void> {
  stage.site.pages.set(`${hosts.association}/hpki/`, { html: associationPage });
  stage.site.pages.set(`${hosts.portal}/`, { html: portalPage() });
  stage.host.attachReader();
  stage.host.insert(hpkiCard());
  await untilShown(panel, '[data-verdict="ready"]');
  if (place === 'prepare') return;
  await press(panel, 'start');
  await untilShown(panel, '[data-step="choose-certificate"]');
  if (place === 'choose-certificate') return;
  await press(panel, 'certificate-chosen');
  await untilShown(panel, '[data-step="enter-pin"]');
  if (place === 'enter-pin') return;
  await show(stage, '/qr', qrPage());
  await untilShown(panel, '[data-step="scan-qr"]');
  if (place === 'scan-qr') return;
  await press(panel, 'phone-opened');
  await untilShown(panel, '[data-step="phone-login"]');
  if (place === 'phone-login') return;
  await show(stage, '/done', completePage);
  await untilShown(panel, '[data-step="finish"][data-phase="finished"]');
}

/** Without puppeteer's locators: those leave handles behind, which keep what they pressed from being collected. */
export async function press(panel: Page, action: string): Promise<void> {
  const selector = `[data-action="${action}"]:not(:disabled)`;
  await untilShown(panel, selector);
  await panel.$eval(selector, (button) => (button as HTMLElement).click());
}

export async function show(stage: ExtensionStage, path: string, html: string): Promise<void> {
  stage.site.pages.set(`${hosts.portal}${path}`, { html });
  await stage.page.goto(`https://${hosts.portal}${path}`).catch(() => undefined);
}
