import { X509Certificate } from 'node:crypto';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { startCardLoginHost } from './card/login-host.ts';
import { checkCertificates } from './check-certificates.ts';
import {
  type Configuration,
  ConfigurationError,
  type ConfigurationInput,
  parseConfiguration,
  readPem,
} from './configuration/index.ts';
import { type Database, openDatabase } from './database/index.ts';
import { sweep } from './database/sweep.ts';
import { operationsHost } from './health/operations-host.ts';
import { closeSoon } from './http/close-soon.ts';
import { clearSocket, closeSocketToOthers } from './http/proxied-listener.ts';
import { makeLog } from './log.ts';
import { Metrics } from './metrics/index.ts';
import { operatorHost } from './operator/host.ts';
import { loadAssets } from './pages/assets.ts';
import type { Platform } from './platform.ts';
import { portalHost } from './portal-host.ts';
import { Revocation } from './revocation/index.ts';
import { EventStreams } from './ticket/event-stream.ts';
import { localTicketSignals, type TicketSignals } from './ticket/signals.ts';

export { ConfigurationError, type ConfigurationInput, loadConfiguration } from './configuration/index.ts';

/** The configuration (checked here; configuration/schema.ts says what has a default), and what only code can give. */
export type ServerOptions = (ConfigurationInput | Configuration) & {
  /** Milliseconds since 1970. */
  clock?: () => number;
  /** Where the log goes: JSON lines. Standard output by default. */
  logTo?: Writable;
};

export interface RunningServer {
  /** Public origins, as browsers know them. */
  origins: { portal: string; cardLogin: string; myNumberLogin?: string; operators?: string };
  /** TCP ports this process listens on. */
  ports: {
    portal: number;
    cardLogin: number;
    myNumberLogin?: number;
    operators?: number;
    operations?: number;
  };
  /** For Chromium's `--host-resolver-rules`: leads the public names to these ports. */
  resolverRules: string;
  /** Looks for newer revocation lists now, instead of at the next interval. */
  refreshRevocation(): Promise<void>;
  /** Lets requests end, closes event streams and the database. Safe to call twice. */
  stop(): Promise<void>;
}

/** Milliseconds. */
const sweepInterval = 10 * 60_000;
/** How long a host waits for connections when it ends. Milliseconds. */
const stopTimeout = 10_000;

/** Starts one node of the registration platform: portal with phone pages, and card login host. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { clock = Date.now, logTo = process.stdout, ...input } = options;
  const configuration = parseConfiguration(input);
  const { portal, cardLogin, myNumberLogin, operators } = configuration;
  const authorities = await checkCertificates(configuration);
  const log = makeLog(configuration.log, logTo);
  const database = await openDatabase(configuration.database, (error) =>
    log.warn({ cause: error.message }, 'a connection to the database was lost'),
  );
  const streams = new EventStreams();
  let ending = false;
  const closing: (() => Promise<unknown>)[] = [() => database.destroy()];
  try {
    const signals = await ticketSignals(configuration, database, log);
    closing.push(() => signals.stop());
    const revocation = await startRevocation(configuration, { database, clock, log });
    closing.push(async () => revocation?.stop());
    const beside = revocation?.addressesBeside(Object.values(authorities).flat()) ?? [];
    if (beside.length > 0) {
      throw new ConfigurationError(
        beside.map((url) => `revocation.lists: ${url}: of none of the authorities`),
      );
    }
    const platform: Platform = {
      configuration,
      database,
      clock,
      assets: await loadAssets(),
      signals,
      revocation,
      metrics: new Metrics({ openStreams: () => streams.size, revocation, clock }),
      isEnding: () => ending,
    };
    const server = await portalHost(platform, streams, { loggerInstance: log });
    closing.push(() => end(server));
    await listenOn(server, 'portal', portal.listen);
    const card = await startCardLoginHost(
      platform,
      'hpki',
      { ...cardLogin, authorities: authorities.hpki },
      { loggerInstance: log },
    );
    closing.push(() => card.stop());
    const myNumber =
      myNumberLogin &&
      (await startCardLoginHost(
        platform,
        'my-number',
        { ...myNumberLogin, authorities: authorities['my-number'] },
        { loggerInstance: log },
      ));
    if (myNumber) closing.push(() => myNumber.stop());
    const operatorConsole = operators && (await operatorHost(platform, operators, { loggerInstance: log }));
    if (operatorConsole && operators) {
      closing.push(() => end(operatorConsole));
      await listenOn(operatorConsole, 'console', operators.listen);
    }

    const operations = configuration.operations
      ? await operationsHost(platform, { loggerInstance: log })
      : undefined;
    if (operations && configuration.operations) {
      closing.push(() => end(operations));
      await listenOn(operations, 'operations', configuration.operations.listen);
    }

    const sweepNow = () =>
      sweep(database, clock(), configuration.replacedPhoneDays).catch((error: unknown) =>
        log.error({ err: error }, 'sweep failed'),
      );
    let swept = sweepNow();
    const sweeping = setInterval(() => {
      swept = sweepNow();
    }, sweepInterval).unref();
    closing.push(async () => {
      clearInterval(sweeping);
      await swept;
    });

    const ports = {
      portal: portOf(server),
      cardLogin: card.port,
      ...(myNumber ? { myNumberLogin: myNumber.port } : {}),
      ...(operatorConsole ? { operators: portOf(operatorConsole) } : {}),
      ...(operations ? { operations: portOf(operations) } : {}),
    };
    const origins = {
      portal: portal.origin,
      cardLogin: cardLogin.origin,
      ...(myNumberLogin ? { myNumberLogin: myNumberLogin.origin } : {}),
      ...(operators ? { operators: operators.origin } : {}),
    };
    const stop = async () => {
      if (!ending && configuration.drainSeconds > 0) {
        ending = true;
        log.info('ending');
        await sleep(configuration.drainSeconds * 1000);
      }
      ending = true;
      streams.stop();
      for (const close of closing.splice(0).reverse()) await close();
    };
    return {
      origins,
      ports,
      resolverRules: Object.entries(ports)
        .flatMap(([name, port]) => {
          const origin = origins[name as keyof typeof origins];
          return origin ? [[origin, port] as const] : [];
        })
        .map(([origin, port]) => `MAP ${new URL(origin).hostname} 127.0.0.1:${port}`)
        .join(','),
      refreshRevocation: async () => revocation?.refresh(),
      stop,
    };
  } catch (error) {
    for (const close of closing.reverse()) await close();
    throw error;
  }
}

const end = (host: FastifyInstance) => closeSoon(host.server, stopTimeout, () => host.close());

function portOf({ server }: FastifyInstance): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

async function startRevocation(
  { revocation: settings }: Configuration,
  parts: { database: Database; clock: () => number; log: Logger },
): Promise<Revocation | undefined> {
  if (!settings) return undefined;
  const sources = settings.lists.map(async ({ url, authority }) => ({
    url,
    authority: new X509Certificate(await readPem(authority)),
  }));
  const revocation = new Revocation(settings, await Promise.all(sources), parts);
  await revocation.start();
  return revocation;
}

async function listenOn(
  server: FastifyInstance,
  name: string,
  { host, port, proxy }: Configuration['portal']['listen'],
): Promise<void> {
  const listenTextResolver = () => `${name} listens`;
  if (proxy?.kind !== 'unix') {
    await server.listen({ host, port, listenTextResolver });
    return;
  }
  await clearSocket(proxy.path);
  await server.listen({ path: proxy.path, listenTextResolver });
  await closeSocketToOthers(proxy.path);
}

async function ticketSignals(
  { database: settings }: Configuration,
  database: Database,
  log: Logger,
): Promise<TicketSignals> {
  if (settings.kind === 'sqlite') return localTicketSignals();
  const { postgresqlTicketSignals } = await import('./ticket/postgresql-signals.ts');
  return postgresqlTicketSignals(settings.url, database, log);
}
