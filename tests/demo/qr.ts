import * as jsqr from 'jsqr';
import { PNG } from 'pngjs';
import type { Page } from 'puppeteer-core';

/** Reads the QR code off the page as a camera would: from its pixels. Undefined when there is none in view. */
export async function readQr(page: Page): Promise<string | undefined> {
  const screenshot = await page.screenshot({ type: 'png', optimizeForSpeed: true });
  const { data, width, height } = PNG.sync.read(Buffer.from(screenshot));
  // Dark on light, in every mode of the pages.
  return jsqr.default(new Uint8ClampedArray(data), width, height, { inversionAttempts: 'dontInvert' })?.data;
}
