import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { observationSchema } from '../../common/protocol/index.ts';
import { observationFields } from '../../common/report/redact/fields.ts';
import {
  classes,
  type Digest,
  type Redactions,
  redactObservation,
  shortToken,
  text,
  withTokens,
} from '../../common/report/redact/index.ts';
import { likeReader } from '../observers/driver-reader-places.ts';
import type { Inspection } from './inspect.ts';

/** A recording of a real PC: an inspection without identity, which can be replayed through the judge. */
export interface Recording extends Inspection {
  /** Where the facts come from. `synthetic` recordings name the source of what they show. */
  recorded: { from: 'field' } | { from: 'synthetic'; sources: string[] };
}

/** Writes a redacted recording to a new file. @throws when the file exists: nothing is written over */
export async function writeRecording(inspection: Inspection, file: string): Promise<void> {
  const recording: Recording = { recorded: { from: 'field' }, ...(await redacted(inspection)) };
  await writeFile(file, `${JSON.stringify(recording, null, 2)}\n`, { flag: 'wx' });
}

/**
 * The fields and classes of a report, but for texts of the system. A report keeps known words alone; a recording is
 * made to learn of drivers and places that nobody knows yet, so it keeps what does not say who or which: accounts, the
 * computer, names on the card and long numbers become tokens. These hold for one recording: two can't be compared.
 * The environment is asked for the account's and the computer's name.
 */
export async function redacted(
  inspection: Inspection,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Inspection> {
  const { format, version, hostVersion, platform, node, backend, at, exitCode } = inspection;
  const freeText = withoutIdentity(identifyingNames(inspection, environment));
  const readers = readerNames(inspection);
  const isReader = (value: unknown) =>
    typeof value === 'string' && (readers.has(value) || likeReader.test(value));
  const redactions: Redactions = {
    ...classes,
    words: freeText,
    // Whatever else a program keeps in its settings stays a token: only readers are looked for there.
    setting: (value, digest) => (isReader(value) ? freeText : classes.setting)(value, digest),
    path: freeText,
    version: freeText,
    atr: classes.hex,
  };
  const around = { ...observationFields, 'result.detail': 'words' } as const;
  const observations = await withTokens(randomBytes(32), (digest) =>
    inspection.observations.map((one) => redactObservation(one, digest, redactions, around)),
  );
  const head = { format, version, hostVersion, platform, node, backend, at, exitCode };
  return { ...head, observations: v.parse(v.array(observationSchema), observations) };
}

function readerNames({ observations }: Inspection): ReadonlySet<string> {
  const names = observations.flatMap(({ subject, result }) => {
    if (result.outcome !== 'observed') return [];
    if (subject === 'readers') return result.facts.readers.map(({ name }) => name);
    return subject === 'driver-reader' ? result.facts.formerReaders : [];
  });
  return new Set(names);
}

/** What must not survive in any text: account, computer, and every name on a certificate. Longest first. */
function identifyingNames(inspection: Inspection, environment: NodeJS.ProcessEnv): string[] {
  const machine = ['USERNAME', 'USER', 'LOGNAME', 'COMPUTERNAME', 'HOSTNAME', 'USERDOMAIN'].map(
    (name) => environment[name],
  );
  const onCards = inspection.observations.flatMap(({ subject, result }) => {
    if (subject !== 'card' || result.outcome !== 'observed' || result.facts.certificate?.form !== 'read')
      return [];
    const { commonName, serialNumber, organization } = result.facts.certificate.profile.subject;
    return [commonName, serialNumber, organization];
  });
  return [...machine, ...onCards]
    .filter((name) => name !== undefined)
    .filter((name) => name.length >= 3 && name !== 'root')
    .sort((a, b) => b.length - a.length);
}

/** In one go: what was put in for one is not looked at again for another. */
function withoutIdentity(names: readonly string[]) {
  const identifying = new RegExp(
    [
      ...names.map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')),
      String.raw`(?<=\b[A-Z]:\\Users\\|/home/)[^\\/:]+`,
      String.raw`\b(?=[A-F]*\d)[0-9A-F]{8,}\b`,
    ].join('|'),
    'gi',
  );
  return text((value: string, digest: Digest) =>
    value.replace(identifying, (found) => shortToken('', digest(found))),
  );
}
