/**
 * Main-thread time of the content script's look at a page, for every 1,000 nodes that changed:
 * `node tests/bench/content-script.ts`. Real Chromium; the pages are made here. The limit is 2 ms.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleProbe } from '../e2e/extension/bundle-probe.ts';
import { launchBrowser } from '../lab/browser.ts';

const home = await mkdtemp(join(tmpdir(), 'hpki-navi-bench-'));
const browser = await launchBrowser({ home, userDataDir: join(home, 'profile'), hosts: {} });
try {
  const page = (await browser.pages())[0] ?? (await browser.newPage());
  const probe = await bundleProbe();
  for (const nodes of [1000, 5000, 20_000]) {
    for (const kind of ['text', 'buttons', 'spans'] as const) {
      await page.setContent(pageOf(nodes, kind));
      const times = (await page.evaluate(`${probe};
        Array.from({ length: 15 }, () => {
          // Everything is new each time, and laid out before the look, as the page does by itself.
          const list = document.querySelector('ul');
          list.replaceWith(list.cloneNode(true));
          document.body.getBoundingClientRect();
          return probe.timeOneLook();
        })`)) as number[];
      times.sort((a, b) => a - b);
      const median = times[7] ?? Number.NaN;
      const perThousand = (median / nodes) * 1000;
      process.stdout.write(
        `${kind.padEnd(8)} ${String(nodes).padStart(6)} nodes: ${median.toFixed(2)} ms a look, ${perThousand.toFixed(2)} ms per 1,000\n`,
      );
    }
  }
} finally {
  await browser.close();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
}

/** About so many elements and texts, half of each. */
function pageOf(nodes: number, kind: 'text' | 'buttons' | 'spans'): string {
  const item = (index: number) => {
    const text = `申請状況の照会と各種お手続き ${index}`;
    switch (kind) {
      case 'text':
        return `<li>${text}</li>`;
      case 'buttons':
        return `<li><button>${text}</button></li>`;
      case 'spans':
        return `<li><div><span style="cursor:pointer">${text}</span></div></li>`;
    }
  };
  const perItem = { text: 2, buttons: 3, spans: 4 }[kind];
  return `<!doctype html><title>登録</title><ul>${Array.from({ length: nodes / perItem }, (_, index) => item(index)).join('')}</ul>`;
}
