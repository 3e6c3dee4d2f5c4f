/** Builds what is shipped, for the demo and the tests: the extension, the host's bundle, the support page; into dist/. */
import { mkdir, writeFile } from 'node:fs/promises';
import { buildExtension } from '../../extension/build.ts';
import { buildSupportPage } from '../../extension/support/build.ts';
import { buildHost } from '../../native-host/build.ts';

export async function build(): Promise<void> {
  await buildExtension({ outDir: 'dist/extension', mode: 'development' });
  await buildHost({ outDir: 'dist/host' });
  await mkdir('dist/support', { recursive: true });
  await writeFile('dist/support/support.html', (await buildSupportPage()).html);
}

if (import.meta.main) await build();
