import * as v from 'valibot';
import {
  type CardFacts,
  type FactsOf,
  type Observation,
  observationSchema,
  type Reader,
  type Subject,
} from '../../common/protocol/index.ts';
import { startsWithReader, virtualReaderKind } from '../../common/readers/index.ts';
import { chosenBackend } from '../card/backends/chosen.ts';
import { isHeld } from '../card/desk.ts';
import { exitCode } from '../exit-codes.ts';
import { type CardDesk, startQuietDesk } from '../host.ts';
import { LookingProcess } from '../looking/client.ts';
import {
  cardObservation,
  listServiceMs,
  readersObservation,
  serviceObservation,
} from '../observers/desk-observations.ts';
import { observeOnce, surroundings } from '../observers/index.ts';
import { ownCommand } from '../own-command.ts';
import { hostVersion } from '../version.ts';
import { within } from '../within.ts';

/** What `inspect --json` prints: one object, stable. */
export const inspectionSchema = v.object({
  format: v.literal('hpki-navi-inspection'),
  version: v.literal(1),
  hostVersion: v.string(),
  platform: v.string(),
  node: v.string(),
  backend: v.picklist(['koffi', 'pcsclite']),
  at: v.pipe(v.string(), v.isoTimestamp()),
  observations: v.array(observationSchema),
  /** As documented in exit-codes.ts. */
  exitCode: v.number(),
});
export type Inspection = v.InferOutput<typeof inspectionSchema>;

/** Milliseconds until an inspection ends with what it has. */
const inspectMs = 15_000;

export interface InspectOptions {
  /** Look at nothing that needs the network. */
  offline?: boolean;
  /** Started already, while this module was being loaded. */
  cards?: CardDesk;
}

/** Looks at everything once and ends. */
export async function inspect({
  offline = false,
  cards = startQuietDesk(),
}: InspectOptions = {}): Promise<Inspection> {
  const at = new Date();
  const { desk } = cards;
  const looked = desk.known.then(() => desk.settled());
  const looking = new LookingProcess({ command: ownCommand('looking-process') });
  const { observers, service } = surroundings({ onlyBrowsers: true, looking, offline });
  const listing = service().catch(() => undefined);
  const [others] = await Promise.all([
    Promise.all(observers.filter(({ whenHeld }) => !whenHeld).map(observeOnce)),
    within(listServiceMs, listing),
    within(inspectMs, looked),
  ]);
  const held = desk.cards.some(isHeld) ? observers.filter(({ whenHeld }) => whenHeld) : [];
  const holders = await Promise.all(held.map(observeOnce));
  const listed = await Promise.race([listing, undefined]); // as far as it has come
  cards.end();
  looking.end();
  const backend = chosenBackend();
  const observations: Observation[] = [
    serviceObservation(backend, desk.service ?? { type: 'service', state: 'unresponsive' }, listed),
    readersObservation(backend, desk.readers),
    ...desk.cards.map((seen) => cardObservation(backend, seen)),
    ...holders,
    ...others,
  ];
  return {
    format: 'hpki-navi-inspection',
    version: 1,
    hostVersion,
    platform: process.platform,
    node: process.version,
    backend,
    at: at.toISOString(),
    observations,
    exitCode: inspectionExitCode(observations),
  };
}

/** How far the inspection came; no judgement on validity or PIN. */
export function inspectionExitCode(
  observations: readonly Observation[],
  platform: string = process.platform,
): number {
  const facts = <S extends Subject>(subject: S): FactsOf<S>[] =>
    observations.flatMap(({ subject: seen, result }) =>
      seen === subject && result.outcome === 'observed' ? [result.facts as FactsOf<S>] : [],
    );
  const [service] = facts('pcsc-service');
  if (service?.state !== 'running') {
    const waits = service && startsWithReader(service, platform === 'win32');
    return waits ? exitCode.noReader : exitCode.noService;
  }
  const readers = facts('readers')
    .flatMap((list) => list.readers)
    .filter(({ name }) => virtualReaderKind(name) === undefined);
  if (readers.length === 0) return exitCode.noReader;
  const cards = facts('card');
  if (cards.some(hasAuthenticationCertificate)) return exitCode.done;
  const unread = ({ name, state }: Reader) =>
    state === 'present' && !cards.some(({ reader }) => reader === name);
  if (readers.some(unread) || cards.some(({ stopped }) => stopped !== undefined)) {
    return exitCode.unreadableCard;
  }
  return cards.length === 0 ? exitCode.noCard : exitCode.noCertificate;
}

function hasAuthenticationCertificate({ certificate, applications }: CardFacts): boolean {
  return (
    certificate?.form === 'read' &&
    applications.some(({ name, statusWord }) => name === 'hpki-authentication' && statusWord === '9000')
  );
}
