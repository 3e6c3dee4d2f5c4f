import * as v from 'valibot';
import { cardFacts, reader } from '../../../common/protocol/observations.ts';

/** Between the host and its card process: the host asks, the process that owns PC/SC answers. */

const id = v.pipe(v.number(), v.integer(), v.minValue(1));

export const cardCommandSchema = v.variant('type', [
  /** Read the card in this reader once. Answered by one `read` with the same id. */
  v.object({
    type: v.literal('read'),
    id,
    reader: v.string(),
    insertion: v.pipe(v.number(), v.integer()),
    atr: v.optional(v.string()),
  }),
  /** Send nothing more to any card; readings end at the next command with `called-off`. */
  v.object({ type: v.literal('call-off') }),
]);

export const cardEventSchema = v.variant('type', [
  v.object({
    type: v.literal('service'),
    state: v.picklist(['running', 'stopped', 'absent', 'unresponsive']),
    code: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  }),
  v.object({ type: v.literal('readers'), readers: v.array(reader) }),
  v.object({
    type: v.literal('read'),
    id,
    outcome: v.variant('result', [
      v.object({ result: v.literal('facts'), facts: cardFacts }),
      v.object({ result: v.literal('called-off') }),
      v.object({ result: v.literal('failed'), detail: v.string() }),
    ]),
  }),
  /** Another program let go of a card that was given up on as `exclusive`. */
  v.object({ type: v.literal('released'), reader: v.string() }),
]);

export type CardCommand = v.InferOutput<typeof cardCommandSchema>;
export type CardEvent = v.InferOutput<typeof cardEventSchema>;

export function parseCardCommand(value: unknown): CardCommand {
  return v.parse(cardCommandSchema, value);
}

export function parseCardEvent(value: unknown): CardEvent {
  return v.parse(cardEventSchema, value);
}
