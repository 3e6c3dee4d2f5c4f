import * as v from 'valibot';
import { observationSchema } from './observations.ts';

/**
 * The wire between extension and host: one JSON object per native message.
 *
 * The extension asks (`hello` first), the host answers each request exactly once with `hello`, `done`, `report-secret` or `failed`
 * carrying the request's id, and sends `observation` whenever it has seen something. Every request has a deadline
 * after which the host answers `failed` with `deadline-exceeded`, whatever hangs.
 */

/** Raised when a message changes its meaning. Added fields and subjects do not raise it. */
export const protocolVersion = 1;

const id = v.pipe(v.number(), v.integer(), v.minValue(1));
const version = v.pipe(v.string(), v.regex(/^\d{1,5}(?:\.\d{1,5}){1,3}$/));
const protocol = v.pipe(v.number(), v.integer(), v.minValue(1));
/** Milliseconds from receipt. */
const deadlineMs = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(120_000));
/** 32 octets as lower-case hexadecimal digits. */
const secret = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const readerName = v.pipe(v.string(), v.maxLength(1024));

/**
 * What the host may do for the person, each after a click: open one of these windows of the system or of the card
 * driver, or start the smart card service. There is no other action and no free-form command.
 */
export const actions = [
  'open-card-tool',
  'open-services',
  'open-device-manager',
  'open-certificate-manager',
  'start-smart-card-service',
] as const;
export type Action = (typeof actions)[number];

export const requestSchema = v.variant('type', [
  /** First message. The answer states the host's versions even when they do not fit: the extension judges. */
  v.object({ type: v.literal('hello'), id, deadlineMs, protocol, extensionVersion: version }),
  /** Observe everything once, then keep reporting changes until the port closes. `done` ends the first round. */
  v.object({ type: v.literal('watch'), id, deadlineMs }),
  /** Observe these once more. A card is not read again by this: only `reread` does that. */
  v.object({
    type: v.literal('observe'),
    id,
    deadlineMs,
    /** Names a host does not know are those of a newer extension: passed over. */
    subjects: v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(64)),
  }),
  /** The person asked: read the card in this reader again, once. */
  v.object({ type: v.literal('reread'), id, deadlineMs, reader: readerName }),
  /** While on, no APDU goes to any card; insertions and removals are still reported. Ends with the port. */
  v.object({ type: v.literal('quiet'), id, deadlineMs, on: v.boolean() }),
  /** The person pressed a button that says what this does. */
  v.object({ type: v.literal('act'), id, deadlineMs, action: v.picklist(actions) }),
  /**
   * The person makes a report: what are this user's tokens made with? Where the host has nothing yet, it keeps what is
   * offered.
   */
  v.object({ type: v.literal('report-secret'), id, deadlineMs, offered: secret }),
]);

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

export type Request = v.InferOutput<typeof requestSchema>;
export type HostEvent = v.InferOutput<typeof eventSchema>;
export type FailureCode = v.InferOutput<typeof failureCode>;

/** @throws v.ValiError when `value` is no request of this protocol. */
export function parseRequest(value: unknown): Request {
  return v.parse(requestSchema, value);
}

/** @throws v.ValiError when `value` is no event of this protocol. */
export function parseEvent(value: unknown): HostEvent {
  return v.parse(eventSchema, value);
}
