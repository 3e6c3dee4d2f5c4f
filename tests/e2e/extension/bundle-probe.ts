import { join } from 'node:path';
import { build } from 'vite';

/** The detection probe as one script, which sets `probe` in a page. */
export async function bundleProbe(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      lib: { entry: join(import.meta.dirname, 'detection-probe.ts'), name: 'probe', formats: ['iife'] },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  const chunk = output && 'output' in output ? output.output[0] : undefined;
  if (!chunk || !('code' in chunk)) throw new Error('the probe was not built');
  return chunk.code;
}
