import * as v from 'valibot';

/** What the host asks its card process. The answers' side is in events.ts, so that the process need not load it. */
export const cardCommandSchema = v.variant('type', [
  /** Read the card in this reader once. Answered by one `read` with the same id. */
  v.object({
    type: v.literal('read'),
    id: v.pipe(v.number(), v.integer(), v.minValue(1)),
    reader: v.string(),
    insertion: v.pipe(v.number(), v.integer()),
    atr: v.optional(v.string()),
  }),
  /** Send nothing more to any card; readings end at the next command with `called-off`. */
  v.object({ type: v.literal('call-off') }),
]);

export type CardCommand = v.InferOutput<typeof cardCommandSchema>;

export function parseCardCommand(value: unknown): CardCommand {
  return v.parse(cardCommandSchema, value);
}
