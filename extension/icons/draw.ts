import { readFile, writeFile } from 'node:fs/promises';
import { launch } from 'puppeteer-core';

/** Draws extension/public/icons/*.png from icon.svg. Run by hand when the drawing changes. */
const drawing = await readFile(new URL('icon.svg', import.meta.url), 'utf8');
const browser = await launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
  pipe: true,
});
try {
  const page = await browser.newPage();
  for (const size of [16, 32, 48, 128]) {
    await page.setViewport({ width: size, height: size });
    await page.setContent(
      `<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${drawing}`,
    );
    const png = await page.screenshot({ omitBackground: true });
    await writeFile(new URL(`../public/icons/${size}.png`, import.meta.url), png);
  }
} finally {
  await browser.close();
}
