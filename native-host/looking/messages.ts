import * as v from 'valibot';
import { observationSchema, serviceFacts } from '../../common/protocol/observations.ts';
import { actions } from '../../common/protocol/requests.ts';

/** Between the host and its looking process: the host asks, the process that calls Windows answers. */

const id = v.pipe(v.number(), v.integer(), v.minValue(1));

export const lookingRequestSchema = v.variant('type', [
  v.object({ type: v.literal('look'), id, subject: v.string(), browserId: v.number() }),
  v.object({ type: v.literal('services'), id }),
  v.object({ type: v.literal('act'), id, action: v.picklist(actions) }),
]);

export const lookingAnswerSchema = v.variant('type', [
  v.object({ type: v.literal('seen'), id, observation: observationSchema }),
  v.object({
    type: v.literal('services'),
    id,
    ...serviceFacts.entries,
    propagation: serviceFacts,
  }),
  v.object({
    type: v.literal('acted'),
    id,
    outcome: v.picklist(['done', 'action-unavailable', 'no-permission']),
  }),
  v.object({ type: v.literal('failed'), id, detail: v.pipe(v.string(), v.maxLength(500)) }),
]);

export type LookingRequest = v.InferOutput<typeof lookingRequestSchema>;
export type LookingAnswer = v.InferOutput<typeof lookingAnswerSchema>;
export type ActionOutcome = (LookingAnswer & { type: 'acted' })['outcome'];
