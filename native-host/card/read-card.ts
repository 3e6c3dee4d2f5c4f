import type { CardFacts, CardStop } from '../../common/protocol/index.ts';
import { emptyVerify, selectApplication, selectFile } from './apdu.ts';
import { type ApplicationName, jpkiPin, layouts, objectDirectoryFile } from './applications.ts';
import { CardHold } from './card-hold.ts';
import {
  type FileReference,
  type ObjectDirectory,
  parseCertificateFile,
  parseObjectDirectory,
  parsePasswordReferences,
  sameFile,
} from './directory.ts';
import { Exchange, ReadingStopped } from './exchange.ts';
import { pcscCodeHex } from './hex.ts';
import type { CardPort } from './port.ts';
import {
  type CertificateFile,
  type ReadLength,
  readCertificateFile,
  readDirectoryFile,
} from './read-file.ts';

/** Reads one certificate's fields: read-profile.ts, loaded while the card is busy. */
export type ReadProfile = (der: Uint8Array) => Promise<NonNullable<CardFacts['certificate']>>;

export interface CardReading {
  port: CardPort;
  reader: string;
  insertion: number;
  atr?: string | undefined;
  readProfile: ReadProfile;
  /** Aborted when quiet mode starts: no further APDU is sent and ReadingCalledOff is thrown. */
  calledOff: AbortSignal;
  /** Milliseconds to wait for another program's transaction before the card is called exclusive. */
  transactionMs: number;
  /** Whether the card turned out to be gone: a pull in mid-command first looks like a broken answer. */
  removedMeanwhile?: () => Promise<boolean>;
  /** Called when a transaction that was given up on has been granted, and handed back, after all. */
  onReleased?: () => void;
}

/** What has been learnt so far; kept when the reading stops. */
interface Draft extends Pick<CardFacts, 'applications' | 'layout' | 'pin' | 'extendedLength'> {
  certificate?: CertificateFile;
}

/**
 * Reads a card once, in one short transaction: which application it has, its authentication certificate and the
 * PIN's tries left. No PIN is sent, nothing is written, the card is left as it is. Never throws for anything a
 * card does; what was learnt before it stopped is kept.
 * @throws ReadingCalledOff
 */
export async function readCard(reading: CardReading): Promise<CardFacts> {
  const { reader, insertion, atr, calledOff, readProfile } = reading;
  const exchange = new Exchange(calledOff);
  const draft: Draft = { applications: [] };
  let stopped: CardStop | undefined;
  try {
    await readOnce(reading, exchange, draft);
  } catch (error) {
    if (!(error instanceof ReadingStopped)) throw error;
    const broken = error.by === 'protocol' || error.by === 'mute';
    const gone = broken && (await reading.removedMeanwhile?.());
    stopped = {
      by: gone ? 'removed' : error.by,
      ...(error.code !== undefined && { pcscCode: pcscCodeHex(error.code) }),
      afterApdus: exchange.apdus,
    };
  }
  const { certificate, ...learnt } = draft;
  return {
    reader,
    insertion,
    ...(atr !== undefined && { atr }),
    ...learnt,
    ...(certificate && {
      certificate: certificate.form === 'read' ? await readProfile(certificate.der) : certificate,
    }),
    ...(stopped && { stopped }),
    apdus: exchange.apdus,
    cardMs: exchange.cardMs,
  };
}

/** Another program may reset the card between two commands: once is bad luck and read again, twice is told. */
async function readOnce(reading: CardReading, exchange: Exchange, draft: Draft): Promise<void> {
  const { port, reader, transactionMs, onReleased = () => undefined } = reading;
  const hold = new CardHold({ port, reader, waitMs: transactionMs, onReleased });
  const attempt = async () => {
    await hold.take(exchange);
    await readApplications(exchange, draft);
  };
  try {
    await attempt().catch(async (error) => {
      if (!(error instanceof ReadingStopped) || error.by !== 'reset') throw error;
      await exchange.reconnect();
      for (const key of Object.keys(draft) as (keyof Draft)[]) delete draft[key];
      draft.applications = [];
      await attempt();
    });
  } finally {
    await hold.release();
  }
}

async function readApplications(exchange: Exchange, draft: Draft): Promise<void> {
  const authentication = await select(exchange, draft, 'hpki-authentication');
  if (authentication === 0x9000) return readHpki(exchange, draft);
  if (authentication === 0x6283) return; // application blocked: it is there, and nothing in it can be used
  if ((await select(exchange, draft, 'hpki-signature')) === 0x9000) return;
  if ((await select(exchange, draft, 'jpki')) === 0x9000) await readJpkiTries(exchange, draft);
}

async function select(exchange: Exchange, draft: Draft, name: ApplicationName): Promise<number> {
  const { statusWord } = await exchange.send(selectApplication(name));
  draft.applications.push({ name, statusWord: statusWordHex(statusWord) });
  return statusWord;
}

async function readHpki(exchange: Exchange, draft: Draft): Promise<void> {
  const od = await readDirectoryFile(exchange, objectDirectoryFile);
  const directory = parseObjectDirectory(od ?? new Uint8Array());
  const layout = layouts.find(
    ({ authenticationObjects, certificates }) =>
      sameFile(directory.authenticationObjects, authenticationObjects) &&
      sameFile(directory.certificates, certificates),
  );
  if (directory.authenticationObjects ?? directory.certificates) draft.layout = layout?.name ?? 'described';

  const aod =
    directory.authenticationObjects && (await readDirectoryFile(exchange, directory.authenticationObjects));
  const [reference] = parsePasswordReferences(aod ?? new Uint8Array());

  const length: ReadLength = { extended: undefined };
  const certificate = await findCertificate(exchange, directory, layout?.certificate, length);
  if (length.extended !== undefined) draft.extendedLength = length.extended;
  draft.certificate = certificate;

  if (reference === undefined) return;
  const { statusWord } = await exchange.send(emptyVerify(reference));
  draft.pin = { reference: octetHex(reference), statusWord: statusWordHex(statusWord) };
}

/** The end-entity certificate, from the first place that holds anything. */
async function findCertificate(
  exchange: Exchange,
  directory: ObjectDirectory,
  known: FileReference | undefined,
  length: ReadLength,
): Promise<CertificateFile> {
  const tried: FileReference[] = [];
  for await (const file of certificatePlaces(exchange, directory, known)) {
    if (!file || tried.some((earlier) => sameFile(earlier, file))) continue;
    tried.push(file);
    const found = await readCertificateFile(exchange, file, length);
    if (found.form === 'read' || found.code !== 'absent') return found;
  }
  return { form: 'malformed', code: 'absent', length: 0 };
}

/** Where such cards keep it, else where the card's own certificate directory says, else the places known. */
async function* certificatePlaces(
  exchange: Exchange,
  directory: ObjectDirectory,
  known: FileReference | undefined,
): AsyncGenerator<FileReference | undefined> {
  yield known;
  const cd = directory.certificates && (await readDirectoryFile(exchange, directory.certificates));
  yield parseCertificateFile(cd ?? new Uint8Array());
  yield* layouts.map(({ certificate }) => certificate);
}

/** My Number card: tries left of the user-authentication PIN. Its certificates are not read. */
async function readJpkiTries(exchange: Exchange, draft: Draft): Promise<void> {
  if ((await exchange.send(selectFile(jpkiPin.fid))).statusWord !== 0x9000) return;
  const { statusWord } = await exchange.send(emptyVerify(jpkiPin.p2));
  draft.pin = { reference: octetHex(jpkiPin.p2), statusWord: statusWordHex(statusWord) };
}

function statusWordHex(statusWord: number): string {
  return statusWord.toString(16).toUpperCase().padStart(4, '0');
}

function octetHex(octet: number): string {
  return octet.toString(16).toUpperCase().padStart(2, '0');
}
