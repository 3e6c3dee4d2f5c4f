import type { CDPSession, Page } from 'puppeteer-core';
import { hpkiCard } from '../e2e/extension/fake-host.ts';
import { type ExtensionStage, raiseExtensionStage, untilShown } from '../e2e/extension/stage.ts';
import { atServiceWorker } from '../lab/extension.ts';
import { press, walkTo } from './extension-journey.ts';
import type { Sample, Steadiness } from './steadiness.ts';

/**
 * One browser, panel and service worker that live through a soak, while others are broken beside them. Each turn is
 * another person's registration, and another card put in and out.
 */
export class LivingExtension {
  readonly #stage: ExtensionStage;
  readonly #panel: Page;

  private constructor(stage: ExtensionStage, panel: Page) {
    this.#stage = stage;
    this.#panel = panel;
  }

  static async begin(silentLoginPort: number): Promise<LivingExtension> {
    const stage = await raiseExtensionStage({ silentLoginPort });
    return new LivingExtension(stage, await stage.openPanel());
  }

  async turn(steadiness: Steadiness): Promise<void> {
    const { host } = this.#stage;
    await walkTo(this.#stage, this.#panel, 'finish');
    await press(this.#panel, 'next-person');
    host.insert(hpkiCard({ serialNumber: 'T00200-jpa', name: '00200 JPATEST' }));
    await untilShown(this.#panel, '[data-verdict]');
    host.remove();
    await untilShown(this.#panel, '[data-check="card-present"][data-status="fail"]');
    const session = await this.#panel.createCDPSession();
    steadiness.add('extension: panel', await measured(session, true));
    await session.detach();
    const worker = await atServiceWorker(this.#stage.browser, (session) => measured(session, false));
    steadiness.add('extension: service worker', worker);
  }

  end(): Promise<void> {
    return this.#stage.stop();
  }
}

/** Of a page: its JavaScript heap after a collection, and what it listens to; a worker has no count of the latter. */
async function measured(session: CDPSession, isPage: boolean): Promise<Sample> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const listeners = isPage ? (await session.send('Memory.getDOMCounters')).jsEventListeners : 0;
  return { memoryMiB: usedSize / 2 ** 20, handles: listeners };
}
