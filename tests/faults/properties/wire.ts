import fc from 'fast-check';
import * as v from 'valibot';
import { eventSchema, requestSchema } from '../../../common/protocol/index.ts';
import { decodeJson, encodeFrame, FrameReader } from '../../../native-host/messaging/frames.ts';
import { must, type Property, property } from './property.ts';

const limit = 4096;
const octets = fc.uint8Array({ maxLength: 600 });
const lengths = fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 20 });

/** Cuts octets into pieces of these lengths, over and over. */
function* pieces(whole: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, turn = 0; at < whole.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield whole.subarray(at, at + size);
    at += size;
  }
}

const request = fc.record(
  {
    type: fc.constantFrom('hello', 'watch', 'observe', 'reread', 'quiet'),
    id: fc.oneof(fc.integer(), fc.double()),
    deadlineMs: fc.integer({ min: -1, max: 130_000 }),
    protocol: fc.integer(),
    extensionVersion: fc.oneof(fc.constant('0.1.0'), fc.string()),
    subjects: fc.array(fc.oneof(fc.constantFrom('readers', 'card', 'pcsc-service'), fc.string())),
    reader: fc.string(),
    on: fc.boolean(),
  },
  { requiredKeys: ['type'] },
);

export const wireProperties: readonly Property[] = [
  property('framing: any octets in any pieces', 4, fc.tuple(octets, lengths), ([whole, sizes]) => {
    const reader = new FrameReader(limit);
    let held = 0;
    for (const piece of pieces(whole, sizes)) {
      for (const frame of reader.push(piece)) {
        if (frame.type === 'frame') held += frame.octets.length;
        else must(frame.length > limit, 'an accepted length is told as too long');
      }
    }
    must(held <= whole.length, 'more octets came out than went in');
  }),
  property(
    'framing: messages come out as they went in',
    3,
    fc.tuple(fc.array(fc.jsonValue(), { maxLength: 5 }), lengths),
    ([messages, sizes]) => {
      const whole = Buffer.concat(messages.map((message) => encodeFrame(message) ?? new Uint8Array()));
      const reader = new FrameReader();
      const seen = [...pieces(whole, sizes)].flatMap((piece) => reader.push(piece));
      must(seen.length === messages.length, 'a message was lost or made up');
      for (const [index, frame] of seen.entries()) {
        const json = frame.type === 'frame' ? JSON.stringify(decodeJson(frame.octets)?.value) : undefined;
        must(json === JSON.stringify(messages[index]), 'a message was changed');
      }
    },
  ),
  property('frames: any octets as JSON', 3, octets, (body) => {
    decodeJson(body);
  }),
  property('protocol: any JSON as request or event', 4, fc.jsonValue({ maxDepth: 4 }), (value) => {
    v.safeParse(requestSchema, value);
    v.safeParse(eventSchema, value);
  }),
  property('protocol: what is like a request', 4, request, (value) => {
    const parsed = v.safeParse(requestSchema, value);
    if (!parsed.success) return;
    const { id, deadlineMs } = parsed.output;
    must(Number.isInteger(id) && id >= 1 && deadlineMs >= 1 && deadlineMs <= 120_000, 'limits of the schema');
    const again = v.safeParse(requestSchema, parsed.output);
    must(
      again.success && JSON.stringify(again.output) === JSON.stringify(parsed.output),
      'parsing twice differs',
    );
  }),
];
