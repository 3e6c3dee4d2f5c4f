/**
 * Builds what is shipped, for the demo and the tests: the extension, the host's bundle, the support page, and the script
 * of the platform's pages; into dist/.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { buildExtension } from '../../extension/build.ts';
import { buildSupportPage } from '../../extension/support/build.ts';
import { buildHost } from '../../native-host/build.ts';
import { clientScript } from '../../server/pages/bundle.ts';
import { supportPageFile } from '../../server/support/support-page.ts';

export async function build(): Promise<void> {
  await buildExtension({ outDir: 'dist/extension', mode: 'development' });
  await buildHost({ outDir: 'dist/host' });
  await clientScript();
  await mkdir(dirname(supportPageFile), { recursive: true });
  await writeFile(supportPageFile, (await buildSupportPage()).html);
}

if (import.meta.main) await build();
