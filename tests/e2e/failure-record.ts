import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { TestContext } from 'vitest';
import type { Stage } from '../demo/stage.ts';
import { panelAddress } from '../lab/extension.ts';

const folder = resolve(import.meta.dirname, '../../.cache/failures');

/** After a test that failed: the screen, the panel and the tabs as they stood, into `.cache/failures`. */
export async function recordFailure({ task }: TestContext, stage: Stage | undefined): Promise<void> {
  if (task.result?.state !== 'fail' || !stage) return;
  await mkdir(folder, { recursive: true });
  const name = join(folder, task.name.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 80));
  await stage.screen.capture(`${name}.png`).catch(() => undefined);
  const targets = stage.browser.targets();
  const panel = targets.find((target) => target.url().startsWith(panelAddress));
  const page = await panel?.asPage().catch(() => undefined);
  const html = await page?.$eval('body', (body) => body.innerHTML).catch(String);
  const tabs = targets.map((target) => `${target.type()} ${target.url().replace(/#.*/, '#…')}`);
  const apdus = stage.lab
    .trace()
    .map(({ at, command, status }) => `${Math.round(at)} ms ${command.slice(0, 40)} → ${status}`);
  const host = `host: ${stage.hostCounts().apdus} of ${apdus.length} APDUs`;
  await writeFile(`${name}.txt`, [...tabs, host, ...apdus, html ?? 'no panel'].join('\n'));
}
