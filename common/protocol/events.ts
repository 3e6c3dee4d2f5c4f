import * as v from 'valibot';
import { id, protocol, secret, version } from './fields.ts';
import { observationSchema } from './observations.ts';

// What the host answers and tells. Apart from the requests: a host's first answer is out before it is needed there.

export const failureCode = v.picklist([
  'malformed-message', // not JSON, or not of this protocol
  'hello-first',
  'protocol-mismatch', // any request but hello after versions that do not fit
  'deadline-exceeded',
  'quiet', // a read was asked for while quiet is on
  'unknown-reader',
  'action-unavailable', // not on this system, or what it opens was not found
  'no-permission', // the system refused the action; or nothing can be kept on it
  'internal',
]);

export const eventSchema = v.variant('type', [
  v.object({
    type: v.literal('hello'),
    id,
    protocol,
    hostVersion: version,
    platform: v.picklist(['win32', 'linux', 'darwin', 'other']),
    /** For the report: `v24.21.0`, `x64`. */
    node: v.pipe(v.string(), v.maxLength(64)),
    arch: v.pipe(v.string(), v.maxLength(32)),
    /** Which PC/SC backend reads cards. */
    backend: v.picklist(['koffi', 'pcsclite']),
    /** Actions this system has. Absent: none. */
    actions: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(64))),
  }),
  v.object({ type: v.literal('observation'), observation: observationSchema }),
  v.object({ type: v.literal('done'), id }),
  v.object({ type: v.literal('report-secret'), id, secret }),
  v.object({
    type: v.literal('failed'),
    /** Absent when the request's id could not be read. */
    id: v.optional(id),
    code: failureCode,
    detail: v.optional(v.pipe(v.string(), v.maxLength(1024))),
  }),
]);

export type HostEvent = v.InferOutput<typeof eventSchema>;
export type FailureCode = v.InferOutput<typeof failureCode>;

/** @throws v.ValiError when `value` is no event of this protocol. */
export function parseEvent(value: unknown): HostEvent {
  return v.parse(eventSchema, value);
}
