import type { Configuration } from './configuration/index.ts';
import type { Database } from './database/index.ts';
import type { Metrics } from './metrics/index.ts';
import type { Assets } from './pages/assets.ts';
import type { Revocation } from './revocation/index.ts';
import type { TicketSignals } from './ticket/signals.ts';

/** What the routes of one node work with. All that lasts is in the database: any node can go on where another was. */
export interface Platform {
  configuration: Configuration;
  database: Database;
  assets: Assets;
  /** Milliseconds since 1970. */
  clock: () => number;
  signals: TicketSignals;
  /** Undefined where no revocation list is configured. */
  revocation?: Revocation | undefined;
  metrics: Metrics;
  /** Whether this node is about to end: it still answers, but wants no more work. */
  isEnding: () => boolean;
}
