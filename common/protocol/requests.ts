import * as v from 'valibot';
import { id, protocol, secret, version } from './fields.ts';

/**
 * The wire between extension and host: one JSON object per native message.
 *
 * The extension asks (`hello` first), the host answers each request exactly once with `hello`, `done`, `report-secret` or `failed`
 * carrying the request's id, and sends `observation` whenever it has seen something. Every request has a deadline
 * after which the host answers `failed` with `deadline-exceeded`, whatever hangs.
 */

/** Raised when a message changes its meaning. Added fields and subjects do not raise it. */
export const protocolVersion = 1;

/** Milliseconds from receipt. */
const deadlineMs = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(120_000));
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
  /**
   * Observe everything once, then keep reporting changes until the port closes. `done` ends the first round. Before it,
   * or before the end of a `quiet`, no card is read: the host may have been started in the middle of a login.
   */
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

export type Request = v.InferOutput<typeof requestSchema>;

/** @throws v.ValiError when `value` is no request of this protocol. */
export function parseRequest(value: unknown): Request {
  return v.parse(requestSchema, value);
}
