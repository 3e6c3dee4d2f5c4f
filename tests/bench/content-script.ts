import type { Page } from 'puppeteer-core';
import { bundleProbe } from '../e2e/extension/bundle-probe.ts';
import type { Row } from './row.ts';
import { summarise } from './statistics.ts';

const kinds = ['text', 'buttons', 'spans'] as const;
const nodes = 10_000;
/** Milliseconds promised for every 1,000 nodes that changed. */
const promised = 2;

/**
 * Main-thread time of the content script's look at a page, for every 1,000 nodes that changed: all of them are new
 * before each look, and laid out, as the page does by itself.
 */
export async function lookAtChanges(page: Page, looks: number): Promise<Row[]> {
  const probe = await bundleProbe();
  const rows: Row[] = [];
  for (const kind of kinds) {
    await page.setContent(pageOf(kind));
    const times = (await page.evaluate(`${probe};
      Array.from({ length: ${looks + 2} }, () => {
        const list = document.querySelector('ul');
        list.replaceWith(list.cloneNode(true));
        document.body.getBoundingClientRect();
        return probe.timeOneLook();
      })`)) as number[];
    // The first looks run before the code is compiled.
    const value = summarise(times.slice(2).map((ms) => (ms / nodes) * 1000));
    rows.push({
      section: 'extension',
      measure: `a look at a page, per 1,000 changed nodes of ${kind}`,
      subject: 'hpki-navi',
      unit: 'ms',
      value,
      promise: { text: `under ${promised} ms`, kept: value.median < promised },
    });
  }
  return rows;
}

/** About so many elements and texts, half of each. */
function pageOf(kind: (typeof kinds)[number]): string {
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
  const items = Array.from({ length: nodes / perItem }, (_, index) => item(index));
  return `<!doctype html><title>登録</title><ul>${items.join('')}</ul>`;
}
