import type { Observation } from '../../protocol/index.ts';
import type { FieldClass, Redactions } from './classes.ts';
import { factFields, observationFields, situationFields } from './fields.ts';
import type { Digest } from './tokens.ts';
import { redactFields } from './walk.ts';

export { classes, type Redaction, type Redactions, systemTexts, text } from './classes.ts';
export { type Digest, shortToken, withTokens } from './tokens.ts';

/** What the extension's rules judge, seen from here: only that there are observations in it. */
interface Situation {
  observations: object;
}

/**
 * A situation with nothing personal in it, which the rules judge as they judge the original. What does not fit the
 * report's schema afterwards is sorted out when it is parsed.
 */
export function redactSituation(situation: Situation, digest: Digest): unknown {
  const { observations, ...rest } = situation;
  const {
    cards = [],
    cardUnknown,
    ...subjects
  } = observations as {
    cards?: unknown[];
    cardUnknown?: string;
    [subject: string]: unknown;
  };
  return {
    ...(redactFields(rest, situationFields, digest) as object),
    observations: {
      cards: redactFields(cards.slice(0, 8), listOf(factFields.card), digest),
      ...(cardUnknown === undefined ? {} : { cardUnknown }),
      list: Object.values(subjects).flatMap((observation) => {
        const redacted = redactObservation(observation as Observation, digest);
        return redacted ? [redacted] : [];
      }),
    },
  };
}

/** One observation; undefined for a subject that has no allow list. `around`: fields that are not the facts. */
export function redactObservation(
  observation: Observation,
  digest: Digest,
  redactions?: Redactions,
  around: Readonly<Record<string, FieldClass>> = observationFields,
): unknown {
  const fields = Object.hasOwn(factFields, observation.subject) ? factFields[observation.subject] : undefined;
  if (!fields) return undefined;
  const { result } = observation;
  const kept = redactFields(observation, around, digest, redactions) as { result: object };
  if (result.outcome !== 'observed') return kept;
  const facts = redactFields(result.facts, fields, digest, redactions);
  return { ...kept, result: { ...kept.result, facts } };
}

/** The same fields, for every item of a list. */
function listOf<C>(fields: Readonly<Record<string, C>>): Record<string, C> {
  return Object.fromEntries(Object.entries(fields).map(([path, fieldClass]) => [`[].${path}`, fieldClass]));
}
