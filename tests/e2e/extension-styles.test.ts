import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hpkiCard } from './extension/fake-host.ts';
import { hosts } from './extension/fixture-site.ts';
import { silentServer } from './extension/silent-server.ts';
import {
  discardBuiltExtension,
  type ExtensionStage,
  raiseExtensionStage,
  untilShown,
} from './extension/stage.ts';
import { wholeStyles } from './extension/whole-styles.ts';

// Each style is walked from (2) to (13) by the built extension in real Chromium, under the real host names.

let stage: ExtensionStage;
let silent: Awaited<ReturnType<typeof silentServer>>;

beforeAll(async () => {
  silent = await silentServer();
  stage = await raiseExtensionStage({ silentLoginPort: silent.port });
  stage.host.attachReader();
  stage.host.insert(hpkiCard());
});
afterAll(async () => {
  await stage?.stop();
  silent?.close();
  await discardBuiltExtension();
});

const styles = wholeStyles((text) =>
  execFileSync('iconv', ['-f', 'UTF-8', '-t', 'SHIFT_JIS//TRANSLIT'], { input: text }),
);

describe('a site in any style', () => {
  it('has twelve of them', () => {
    expect(Object.keys(styles)).toHaveLength(12);
  });

  it.each(Object.entries(styles))('%s: is walked through all steps', async (_, { pages }) => {
    const { site, page } = stage;
    site.pages.clear();
    for (const [address, content] of Object.entries(pages)) site.pages.set(address, content);
    const visited = site.visited.length;
    const panel = await stage.openPanel();
    try {
      await untilShown(panel, '[data-verdict="ready"] [data-action="start"]');
      await panel.locator('[data-action="start"]').click();
      await untilShown(panel, '[data-step="choose-certificate"]');
      // Nothing was pressed that leads elsewhere.
      expect(site.visited.slice(visited)).not.toContain(`${hosts.portal}/x`);
      await page.goto(`https://${hosts.portal}/qr`);
      await untilShown(panel, '[data-step="scan-qr"]');
      await page.goto(`https://${hosts.portal}/done`);
      await untilShown(panel, '[data-step="finish"][data-phase="finished"]');
      await panel.locator('[data-action="next-person"]').click();
      await untilShown(panel, '[data-step="prepare"]');
    } finally {
      await panel.close();
      await page.goto('about:blank');
    }
  });
});
