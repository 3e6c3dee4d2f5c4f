import { defineConfig } from 'vitest/config';

// One group after the other: browsers and card readers want the machine for themselves.
// unit: pure code, beside it. integration: real pcscd, OpenSC, databases. e2e: real Chromium under Xvfb.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: [
            '{common,extension,native-host,server}/**/*.test.{ts,tsx}',
            'tests/{lab,bench,faults}/**/*.test.ts',
          ],
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
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
