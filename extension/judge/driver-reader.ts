import { isWindows } from './card-driver.ts';
import { selectedCard } from './card-selection.ts';
import { type Finding, skipped, unknown, warn } from './check.ts';
import { physicalReaders } from './physical-readers.ts';
import type { Situation } from './situation.ts';

/**
 * Error guide 1, second remedy: the reader chosen in the driver's tool against the one that holds the card. Where the
 * driver keeps its choice is not known: what was found in candidate places is a hint, and never more than a warning.
 */
export function judgeDriverReader(situation: Situation): Finding {
  if (!isWindows(situation)) return skipped('driver-reader.not-applicable');
  const physical = physicalReaders(situation).map(({ name }) => name);
  const result = situation.observations['driver-reader']?.result;
  const reader = selectedCard(situation)?.reader.name ?? (physical.length === 1 ? physical[0] : undefined);
  if (result?.outcome === 'observed' && reader !== undefined) {
    const values = result.facts.candidates.map(({ value }) => value);
    if (values.some((value) => sameReader(value, reader)))
      return unknown('driver-reader.hint-same', { reader });
    const readers = [...physical, ...result.facts.formerReaders];
    const selected = values.find((value) => readers.some((other) => sameReader(value, other)));
    if (selected !== undefined) return warn('driver-reader.hint-other', { selected, reader });
  }
  const why = result?.outcome === 'unknown' ? result.reason : 'not-found';
  const count = physical.length;
  return count > 1
    ? unknown('driver-reader.unknown-several', { count, why })
    : unknown('driver-reader.unknown', { why });
}

/** PC/SC adds a number to a reader's name, which changes with the socket it is plugged into. */
function sameReader(one: string, other: string): boolean {
  const withoutSlot = (name: string) => name.trim().replace(/(?: \d{1,2})+$/, '');
  return one.trim() === other.trim() || withoutSlot(one) === withoutSlot(other);
}
