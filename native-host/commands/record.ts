import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { observationSchema } from '../../common/protocol/index.ts';
import { observationFields } from '../../common/report/redact/fields.ts';
import {
  classes,
  type Redaction,
  type Redactions,
  redactObservation,
  shortToken,
  systemTexts,
  text,
  withTokens,
} from '../../common/report/redact/index.ts';
import type { Inspection } from './inspect.ts';
import { mayBeRecorded } from './recorded-words.ts';

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
 * The fields and classes of a report, but for texts of the system: a recording is made to learn of drivers and places that
 * nobody knows yet, so it keeps, beside known words, what programmers' names are built from (recorded-words.ts). Every
 * other word is a token, as are accounts, also those that are called like a known word. Tokens hold for one recording:
 * two can't be compared. The environment is asked for the account's and the computer's name.
 */
export async function redacted(
  inspection: Inspection,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Inspection> {
  const { format, version, hostVersion, platform, node, backend, at, exitCode } = inspection;
  const names = ['USERNAME', 'USER', 'LOGNAME', 'COMPUTERNAME', 'HOSTNAME', 'USERDOMAIN']
    .map((name) => environment[name]?.toLowerCase() ?? '')
    .filter((name) => name.length >= 3 && name !== 'root');
  const { words, path } = systemTexts((word, before) => mayBeRecorded(word) && !homes.test(before));
  const redactions: Redactions = {
    ...classes,
    words,
    setting: words,
    path,
    program: text((value, digest) =>
      names.some((name) => value.toLowerCase().includes(name))
        ? shortToken('program', digest(value))
        : classes.program(value, digest),
    ),
    atr: productAtr(inspection),
  };
  const around = { ...observationFields, 'result.detail': 'words' } as const;
  const observations = await withTokens(randomBytes(32), (digest) =>
    inspection.observations.map((one) => redactObservation(one, digest, redactions, around)),
  );
  const head = { format, version, hostVersion, platform, node, backend, at, exitCode };
  return { ...head, observations: v.parse(v.array(observationSchema), observations) };
}

/** The folders of accounts: what stands in them is one. */
const homes = /^(?:users|home)[\\/]+$/i;

/**
 * An ATR may carry the chip's own number among its historical bytes. Those that a driver registered for a whole product
 * (Calais) stay, the others are blanked as in a report.
 */
function productAtr({ observations }: Inspection): Redaction {
  const registered = observations.flatMap(({ subject, result }) =>
    subject === 'card-driver' && result.outcome === 'observed'
      ? result.facts.modules.flatMap(({ atr, atrMask }) => (atr ? [{ atr, mask: atrMask }] : []))
      : [],
  );
  return text((value, digest) => {
    const blanked = classes.atr(value, digest);
    if (typeof blanked !== 'string') return undefined;
    const octets = (hex: string) => hex.match(/../g) ?? [];
    const masks = registered.flatMap(({ atr, mask = 'FF'.repeat(atr.length / 2) }) => {
      const bits = octets(mask).map((octet) => Number.parseInt(octet, 16));
      const same = octets(atr).every(
        (octet, at) => ((Number.parseInt(octet, 16) ^ octetAt(value, at)) & (bits[at] ?? 0)) === 0,
      );
      return same && atr.length === value.length ? [bits] : [];
    });
    return octets(blanked)
      .map((octet, at) => (masks.some((bits) => bits[at] === 0xff) ? value.slice(2 * at, 2 * at + 2) : octet))
      .join('');
  });
}

const octetAt = (hex: string, at: number) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16);
