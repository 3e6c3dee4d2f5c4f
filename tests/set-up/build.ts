/** Builds what is shipped, for the demo and the tests: the extension and the host's bundle, into dist/. */
import { buildExtension } from '../../extension/build.ts';
import { buildHost } from '../../native-host/build.ts';

export async function build(): Promise<void> {
  await buildExtension({ outDir: 'dist/extension', mode: 'development' });
  await buildHost({ outDir: 'dist/host' });
}

if (import.meta.main) await build();
