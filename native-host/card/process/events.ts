import * as v from 'valibot';
import { cardFacts, reader } from '../../../common/protocol/observations.ts';

/** What the card process, which owns PC/SC, tells the host. */
export const cardEventSchema = v.variant('type', [
  v.object({
    type: v.literal('service'),
    state: v.picklist(['running', 'stopped', 'absent', 'unresponsive']),
    code: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  }),
  v.object({ type: v.literal('readers'), readers: v.array(reader) }),
  v.object({
    type: v.literal('read'),
    id: v.pipe(v.number(), v.integer(), v.minValue(1)),
    outcome: v.variant('result', [
      v.object({ result: v.literal('facts'), facts: cardFacts }),
      v.object({ result: v.literal('called-off') }),
      v.object({ result: v.literal('failed'), detail: v.string() }),
    ]),
  }),
  /** Another program let go of a card that was given up on as `exclusive`. */
  v.object({ type: v.literal('released'), reader: v.string() }),
]);

export type CardEvent = v.InferOutput<typeof cardEventSchema>;

export function parseCardEvent(value: unknown): CardEvent {
  return v.parse(cardEventSchema, value);
}
