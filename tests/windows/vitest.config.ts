import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Apart from the other projects: `npm test` needs no Wine. One file at a time: each has a Windows of its own. */
export default defineConfig({
  test: {
    name: 'windows',
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['tests/windows/**/*.test.ts'],
    globalSetup: ['tests/windows/windows-machine.ts'],
    testTimeout: 300_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
});
