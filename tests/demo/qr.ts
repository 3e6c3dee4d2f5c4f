import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as jsqr from 'jsqr';
import { PNG } from 'pngjs';
import type { Page } from 'puppeteer-core';

const run = promisify(execFile);

/** Reads the QR code off the page as a camera would: from its pixels. Undefined when there is none in view. */
export async function readQr(page: Page): Promise<string | undefined> {
  return readPng(Buffer.from(await page.screenshot({ type: 'png', optimizeForSpeed: true })));
}

/** Reads the QR code off the first sheet of a PDF. Undefined when there is none on it. */
export async function readPrintedQr(pdf: string): Promise<string | undefined> {
  const { stdout } = await run('pdftoppm', ['-r', '110', '-png', '-singlefile', pdf], {
    encoding: 'buffer',
    maxBuffer: 64 * 1024 * 1024,
  });
  return readPng(stdout);
}

function readPng(png: Buffer): string | undefined {
  const { data, width, height } = PNG.sync.read(png);
  // Dark on light, in every mode of the pages and on paper.
  return jsqr.default(new Uint8ClampedArray(data), width, height, { inversionAttempts: 'dontInvert' })?.data;
}
