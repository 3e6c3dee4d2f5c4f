import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shownMark } from '../../extension/panel/parts/use-shown-mark.ts';

/** The least an extension with a side panel can be: what the browser itself needs to open one. */
export async function writeBareExtension(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const files = {
    'manifest.json': JSON.stringify({
      manifest_version: 3,
      name: 'bare panel',
      version: '1',
      action: {},
      permissions: ['sidePanel'],
      side_panel: { default_path: 'panel.html' },
      background: { service_worker: 'worker.js' },
    }),
    'worker.js': 'chrome.sidePanel.setPanelBehavior({ openPanelOnActionClick: true });',
    'panel.html':
      '<!doctype html><title>bare</title><main data-ready><button>x</button></main><script src="panel.js"></script>',
    // After the first frame, as ours.
    'panel.js': `requestAnimationFrame(() => setTimeout(() => performance.mark('${shownMark}')));`,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}
