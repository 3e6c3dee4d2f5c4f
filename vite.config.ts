import { crx, type ManifestV3Export } from '@crxjs/vite-plugin';
import { defineConfig } from 'vite';
import manifest from './manifest.json' with { type: 'json' };

/**
 * Builds the extension from the root manifest. extension/build.ts calls this and then closes the manifest:
 * use that, not `vite build`, for anything that is loaded or shipped.
 */
export default defineConfig({
  publicDir: 'extension/public',
  // Never the development form, whatever NODE_ENV: it names the files of the machine that builds.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  plugins: [
    crx({
      manifest: manifest as ManifestV3Export,
      // One plain script without a loader: nothing of the extension becomes reachable from a page.
      contentScripts: { standaloneFiles: ['extension/content/main.ts'], injectCss: false },
    }),
  ],
  build: {
    target: 'chrome116',
    outDir: 'dist/extension',
    emptyOutDir: true,
    // A page's scripts are asked for at once instead of one after the other; Chromium needs no polyfill for it.
    modulePreload: { polyfill: false },
    // Store reviewers read it, and nobody downloads it over a slow line.
    minify: true,
    rollupOptions: {
      input: {
        'access-denied': 'extension/pages/access-denied.html',
        stopped: 'extension/pages/stopped.html',
        welcome: 'extension/pages/welcome.html',
        guide: 'extension/pages/guide.html',
        report: 'extension/report/index.html',
        support: 'extension/support/index.html',
      },
    },
  },
});
