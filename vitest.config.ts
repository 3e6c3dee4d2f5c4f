import { defineConfig } from 'vitest/config';

// One group after the other. Files of tests wait as well as compute: three at a time keep two cores busy.
// unit: pure code, beside it. integration: real pcscd, OpenSC, databases. e2e: real Chromium under Xvfb.
export default defineConfig({
  test: {
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: [
            '{common,extension,native-host,server}/**/*.test.{ts,tsx}',
            'tests/{lab,bench,faults}/**/*.test.ts',
          ],
          // Pure code needs no process of its own for each file.
          isolate: false,
          // A guard against what hangs, not a promise: the machine may be busy.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          sequence: { groupOrder: 1 },
          include: ['tests/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          sequence: { groupOrder: 2 },
          include: ['tests/e2e/**/*.test.ts'],
          // Only for a panel that was asked for and never opened (puppeteer's wait for a target): a click on the
          // extension's button in its first moments can get lost. Any other failure counts.
          retry: { count: 2, condition: /Timed out after waiting/ },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
