import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateRawSync } from 'node:zlib';
import type { Page } from 'puppeteer-core';
import { buildExtension } from '../../extension/build.ts';
import { shownMark } from '../../extension/panel/parts/use-shown-mark.ts';
import { hpkiCard } from '../e2e/extension/fake-host.ts';
import { associationPage, hosts, portalPage } from '../e2e/extension/fixture-site.ts';
import { discardBuiltExtension, type ExtensionStage, raiseExtensionStage } from '../e2e/extension/stage.ts';
import { extensionAddress } from '../lab/extension.ts';
import { writeBareExtension } from './bare-extension.ts';
import { lookAtChanges } from './content-script.ts';
import { heavyPage, mutationStorm } from './heavy-page.ts';
import { interleave } from './rounds.ts';
import type { Extent, Row, SectionResult } from './row.ts';
import { ratios, summarise } from './statistics.ts';

const ours = 'hpki-navi';
const section = 'extension';

/**
 * The built extension in real Chromium. The host is played by the bench, so that no card's time is in these figures:
 * the whole way with the real host is the journey's.
 */
export async function extensionSection({ quick, say }: Extent): Promise<SectionResult> {
  const folder = await mkdtemp(join(tmpdir(), 'hpki-navi-bench-'));
  const rows: Row[] = [];
  let stage: ExtensionStage | undefined;
  try {
    say('extension: starting the browser');
    stage = await raiseExtensionStage();
    stage.site.pages.set(`${hosts.association}/hpki/`, { html: associationPage });
    stage.site.pages.set(`${hosts.portal}/`, { html: portalPage() });
    stage.host.attachReader();
    stage.host.insert(hpkiCard());
    say('extension: panel');
    rows.push(...(await panel(stage, folder, quick ? 4 : 15)));
    say('extension: error page');
    rows.push(...(await errorPage(stage, quick ? 3 : 11)));
    say('extension: content script');
    rows.push(...(await lookAtChanges(await stage.browser.newPage(), quick ? 7 : 31)));
    rows.push(...(await contentScript(stage, quick ? 1 : 7)));
  } finally {
    await stage?.stop();
    await discardBuiltExtension();
    await rm(folder, { recursive: true, force: true });
  }
  say('extension: size');
  rows.push(...(await size()));
  return { rows, pinAttemptsByHost: 0 };
}

/**
 * From the click on the extension's button until the panel can be used, and, apart from that, until it says what the
 * person presses next. The first needs no host, and mostly no service worker either.
 */
async function panel(stage: ExtensionStage, folder: string, rounds: number): Promise<Row[]> {
  const { browser, page } = stage;
  const bareFolder = join(folder, 'bare');
  await writeBareExtension(bareFolder);
  const bareId = await browser.installExtension(bareFolder);
  await sleep(500);
  const open = async (id: string, told: string) => {
    const extension = (await browser.extensions()).get(id);
    if (!extension) throw new Error('the extension is not loaded');
    await page.bringToFront();
    const clicked = performance.timeOrigin + performance.now();
    await page.triggerExtensionAction(extension);
    const target = await browser.waitForTarget(
      (candidate) =>
        candidate.url().startsWith(`chrome-extension://${id}/`) && candidate.type() !== 'service_worker',
      { timeout: 15_000 },
    );
    const opened = await target.asPage();
    const interactive = (await shownAt(opened)) - clicked;
    await opened.waitForSelector(told, { timeout: 15_000 });
    const verdict = performance.timeOrigin + performance.now() - clicked;
    await opened.close();
    await sleep(200);
    return { interactive, verdict };
  };
  const id = new URL(extensionAddress).hostname;
  const bare = 'an empty panel';
  const verdicts: number[] = [];
  const runs = await interleave(
    {
      [ours]: async () => {
        const { interactive, verdict } = await open(
          id,
          '[data-verdict="ready"] [data-action="start"]:not([disabled])',
        );
        verdicts.push(verdict);
        return interactive;
      },
      [bare]: async () => (await open(bareId, '[data-ready] button')).interactive,
    },
    rounds,
  );
  const own = runs[ours] ?? [];
  return [
    {
      section,
      measure: 'click to panel that can be used',
      subject: ours,
      unit: 'ms',
      value: summarise(own),
    },
    {
      section,
      measure: 'click to panel that can be used',
      subject: bare,
      unit: 'ms',
      value: summarise(runs[bare] ?? []),
      ratio: { to: ours, value: ratios(runs[bare] ?? [], own) },
    },
    {
      section,
      measure: 'click to verdict',
      subject: ours,
      unit: 'ms',
      // The first is the round that warms up.
      value: summarise(verdicts.slice(-own.length)),
      note: 'a new host process and its observations are in it',
    },
  ];
}

/**
 * When the page could be used: by its own clock and mark, so that the time a debugger takes to attach is not counted.
 * Milliseconds since 1970.
 */
async function shownAt(page: Page): Promise<number> {
  const mark = await page.waitForFunction(
    (name) => {
      const [entry] = performance.getEntriesByName(name);
      return entry && performance.timeOrigin + entry.startTime;
    },
    { timeout: 15_000 },
    shownMark,
  );
  return Number(await mark.jsonValue());
}

/** From going to the card login without a certificate until Chrome's error, and until the page that explains it. */
async function errorPage(stage: ExtensionStage, rounds: number): Promise<Row[]> {
  const { page } = stage;
  const chrome: number[] = [];
  const explained: number[] = [];
  for (let round = -1; round < rounds; round += 1) {
    await page.goto('about:blank');
    const start = performance.timeOrigin + performance.now();
    await page.goto(`https://${hosts.cardLogin}/login`).catch(() => undefined);
    const failed = performance.timeOrigin + performance.now() - start;
    const denied = await stage.tabAt(`${extensionAddress}extension/pages/access-denied.html`);
    const shown = (await shownAt(denied)) - start;
    if (round < 0) continue;
    chrome.push(failed);
    explained.push(shown);
  }
  return [
    {
      section,
      measure: 'card login refused to page that explains it',
      subject: ours,
      unit: 'ms',
      value: summarise(explained.map((ms, round) => ms - (chrome[round] ?? 0))),
    },
    {
      section,
      measure: 'navigation to net error (before it)',
      subject: 'Chromium',
      unit: 'ms',
      value: summarise(chrome),
    },
  ];
}

const nodes = 10_000;
const storm = { frames: 60, perFrame: 100 };

/** The same page where the content script runs and where it does not, in turns. */
async function contentScript(stage: ExtensionStage, rounds: number): Promise<Row[]> {
  const html = heavyPage(nodes);
  stage.site.pages.set(`${hosts.portal}/bench`, { html });
  const elsewhere = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(html);
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  const { port } = elsewhere.address() as AddressInfo;
  try {
    const without = 'the same page, no content script';
    const loads: Record<string, number[]> = { [ours]: [], [without]: [] };
    const storms: Record<string, number[]> = { [ours]: [], [without]: [] };
    const late: Record<string, number[]> = { [ours]: [], [without]: [] };
    const visit = async (subject: string, address: string, counted: boolean) => {
      const page = await stage.browser.newPage();
      try {
        await page.bringToFront();
        await page.goto(address, { waitUntil: 'load' });
        await sleep(700);
        const load = await taskMs(page);
        const result = await page.evaluate(mutationStorm, storm.frames, storm.perFrame);
        await sleep(500);
        if (!counted) return;
        loads[subject]?.push(load);
        storms[subject]?.push((await taskMs(page)) - load);
        late[subject]?.push(result.late);
      } finally {
        await page.close();
      }
    };
    for (let round = -1; round < rounds; round += 1) {
      await visit(ours, `https://${hosts.portal}/bench`, round >= 0);
      await visit(without, `http://127.0.0.1:${port}/bench`, round >= 0);
    }
    const rows = (measure: string, values: Record<string, number[]>): Row[] =>
      [without, ours].map((subject) => ({
        section,
        measure,
        subject,
        unit: 'ms' as const,
        value: summarise(values[subject] ?? []),
        ...(subject === ours
          ? { ratio: { to: without, value: ratios(values[ours] ?? [], values[without] ?? []) } }
          : {}),
      }));
    return [
      ...rows(`main thread's work to load a page of ${nodes} elements`, loads),
      ...rows(`main thread's work in a storm of ${storm.frames * storm.perFrame * 2} changes`, storms),
      {
        section,
        measure: 'steps of the storm more than 50 ms late',
        subject: ours,
        unit: 'count',
        value: summarise(late[ours] ?? []),
        note: `without the content script: ${summarise(late[without] ?? []).median}`,
      },
    ];
  } finally {
    elsewhere.closeAllConnections();
    await new Promise((resolve) => elsewhere.close(resolve));
  }
}

/** Milliseconds of tasks on the page's main thread so far, content scripts among them. */
async function taskMs(page: Page): Promise<number> {
  const { TaskDuration = Number.NaN } = await page.metrics();
  return TaskDuration * 1000;
}

/** What a store would send: each file deflated, as in a zip. */
async function size(): Promise<Row[]> {
  const outDir = await mkdtemp(join(tmpdir(), 'hpki-navi-built-'));
  try {
    await buildExtension({ outDir, mode: 'development' });
    const files = await readdir(outDir, { recursive: true, withFileTypes: true });
    let packed = 0;
    let unpacked = 0;
    for (const file of files.filter((entry) => entry.isFile())) {
      const octets = await readFile(join(file.parentPath, file.name));
      unpacked += octets.length;
      packed += deflateRawSync(octets, { level: 9 }).length + 100;
    }
    const row = (measure: string, octets: number): Row => ({
      section,
      measure,
      subject: ours,
      unit: 'KiB',
      value: summarise([octets / 1024]),
    });
    return [row('package, zipped', packed), row('package, on disk', unpacked)];
  } finally {
    await rm(outDir, { recursive: true, force: true });
  }
}
