import type { Page } from 'puppeteer-core';
import type { StepId } from '../../common/guide/index.ts';
import type { Stage } from '../demo/stage.ts';

/** What a person does, by kind. Reading and looking are not counted on either side. */
export interface HumanActions {
  /** Clicks with the PC's mouse. */
  clicks: number;
  /** Keys on the PC's keyboard. */
  keys: number;
  /** QR codes read with the phone's camera. */
  scans: number;
  /** Taps on the phone. */
  taps: number;
  /** Fingers or faces shown to the phone. */
  biometrics: number;
  /** Cards put into a reader. */
  cards: number;
}

export const noActions: HumanActions = { clicks: 0, keys: 0, scans: 0, taps: 0, biometrics: 0, cards: 0 };

export const total = (actions: HumanActions): number =>
  Object.values(actions).reduce((sum: number, count: number) => sum + count, 0);

/**
 * The manual's thirteen steps done by hand, on the shortest way it describes: the association's page is in the
 * bookmarks (one click), the PIN has four digits, nothing goes wrong and nothing has to be looked up.
 */
export const manualActions: Readonly<Record<StepId, Partial<HumanActions>>> = {
  prepare: {},
  // Bookmark; 「セカンド電子証明書」; 「詳細」; 「認証登録サイト（外部）」.
  'open-site': { clicks: 4 },
  'choose-method': { clicks: 1 },
  'card-auth': { cards: 1, clicks: 1 },
  // ① the certificate, ② OK.
  'choose-certificate': { clicks: 2 },
  'enter-pin': { keys: 4, clicks: 1 },
  'scan-qr': { scans: 1 },
  'phone-login': { taps: 1 },
  'phone-register': { taps: 1 },
  'phone-biometric': { biometrics: 1 },
  'phone-label': { taps: 1 },
  'phone-done': {},
  finish: { clicks: 1 },
};

export function manualTotal(): HumanActions {
  const sum = { ...noActions };
  for (const actions of Object.values(manualActions)) {
    for (const [kind, count] of Object.entries(actions)) sum[kind as keyof HumanActions] += count;
  }
  return sum;
}

/**
 * Counts what the automated journey does in the person's place: trusted clicks in the panel and in the tab, keys to
 * the browser's dialogs, taps on the phone. What the extension clicks in the page is not trusted, and so not counted.
 */
export function watchActions(stage: Stage): { counted: () => Promise<HumanActions> } {
  const seen = { ...noActions };
  const panels: Page[] = [];

  const { openPanel } = stage;
  stage.openPanel = async () => {
    const panel = await openPanel();
    seen.clicks += 1; // the extension's button
    panels.push(panel);
    await panel.evaluate(countTrustedClicks);
    return panel;
  };

  const { insert } = stage.lab;
  stage.lab.insert = (...given) => {
    seen.cards += 1;
    return insert.apply(stage.lab, given);
  };

  const { screen } = stage;
  stage.screen = {
    ...screen,
    press: (key) => {
      seen.keys += 1;
      return screen.press(key);
    },
    typeInto: (window, text) => {
      seen.keys += text.length;
      return screen.typeInto(window, text);
    },
  };

  stage.browser.on('targetcreated', (target) => {
    if (target.type() !== 'page' || target.browserContext() === stage.browser.defaultBrowserContext()) return;
    void target.page().then(async (phone) => {
      await phone?.exposeFunction('personTapped', () => {
        seen.taps += 1;
      });
      await phone?.evaluateOnNewDocument(() => {
        const told = window as unknown as { personTapped: () => void };
        addEventListener('click', (event) => event.isTrusted && told.personTapped(), true);
      });
      phone?.on('response', (response) => {
        const { pathname } = new URL(response.url());
        if (pathname === '/phone/registration') seen.biometrics += 1;
      });
    });
    seen.scans += 1; // the phone is taken to read the code
  });

  return {
    async counted() {
      let inPanels = 0;
      for (const panel of panels) {
        if (!panel.isClosed()) inPanels += await panel.evaluate(trustedClicks);
      }
      // (13) closing the browser, which is the person's in both.
      return { ...seen, clicks: seen.clicks + inPanels + 1 };
    },
  };
}

/** Runs in the panel. */
function countTrustedClicks(): void {
  const counter = window as unknown as { trustedClicks?: number };
  counter.trustedClicks = 0;
  addEventListener(
    'click',
    ({ isTrusted }) => {
      if (isTrusted) counter.trustedClicks = (counter.trustedClicks ?? 0) + 1;
    },
    true,
  );
}

/** Runs in the panel. */
function trustedClicks(): number {
  return (window as unknown as { trustedClicks?: number }).trustedClicks ?? 0;
}
