import { parseArgs } from 'node:util';
import { ConfigurationError, loadConfiguration, type RunningServer, startServer } from './index.ts';
import { hashOnTheSpot } from './webauthn/hash-on-the-spot.ts';

/** `node server/main.ts --config FILE`. The environment alone will do, too: see configuration/load.ts. */
async function main(): Promise<void> {
  hashOnTheSpot();
  // Whoever reads the log may go away, or its disk be full: nobody's registration has to end for that.
  process.stdout.on('error', () => undefined);
  const { values } = parseArgs({ options: { config: { type: 'string' } } });
  const file = values.config ?? process.env['HPKI_NAVI_CONFIG_FILE'];
  const { HPKI_NAVI_CONFIG_FILE: _, ...environment } = process.env;
  const server = await startServer(await loadConfiguration(file, environment));
  stopOnSignal(server);
  // One line for whoever started it: ports may have been chosen just now.
  process.stdout.write(`${JSON.stringify({ ready: true, origins: server.origins, ports: server.ports })}\n`);
}

function stopOnSignal(server: RunningServer): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      server.stop().catch((error: unknown) => {
        console.error(error);
        process.exitCode = 1;
      });
    });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigurationError ? error.message : error);
  process.exitCode = 1;
});
