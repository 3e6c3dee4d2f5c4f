import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJson, encodeFrame, type Frame, FrameReader, maxFrameBytes } from './frames.ts';

function frame(message: unknown): Uint8Array {
  const octets = encodeFrame(message);
  if (!octets) throw new Error('too long');
  return octets;
}

const values = (frames: Frame[]) =>
  frames.map((one) => (one.type === 'frame' ? decodeJson(one.octets)?.value : one));

describe('frames', () => {
  it('come out as they went in, however the stream is split', () => {
    const message = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 20 })),
        (messages, cuts) => {
          const stream = Buffer.concat(messages.map(frame));
          const reader = new FrameReader();
          const out: Frame[] = [];
          let at = 0;
          for (const cut of [...cuts, stream.length]) {
            out.push(...reader.push(stream.subarray(at, at + cut)));
            at += cut;
          }
          expect(values(out)).toEqual(messages.map((one) => JSON.parse(JSON.stringify(one))));
        },
      ),
    );
  });

  it('that are too long are skipped, and the next one is read', () => {
    const reader = new FrameReader(100);
    const long = frame('x'.repeat(500));
    const stream = Buffer.concat([frame(1), long, frame(2)]);
    const out: Frame[] = [];
    for (const octet of stream) out.push(...reader.push(Uint8Array.of(octet)));
    expect(values(out)).toEqual([1, { type: 'oversize', length: 502 }, 2]);
  });

  it('that claim 4 GiB hold no memory', () => {
    const reader = new FrameReader();
    const before = process.memoryUsage().arrayBuffers;
    expect(reader.push(Buffer.from('FFFFFFFF', 'hex'))).toEqual([{ type: 'oversize', length: 0xffffffff }]);
    for (let sent = 0; sent < 32; sent++) expect(reader.push(new Uint8Array(65536))).toEqual([]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
  });

  it('are not made longer than a browser takes', () => {
    expect(encodeFrame('x'.repeat(maxFrameBytes - 2))).toHaveLength(maxFrameBytes + 4);
    expect(encodeFrame('x'.repeat(maxFrameBytes - 1))).toBeUndefined();
    expect(encodeFrame('薬'.repeat(maxFrameBytes / 2))).toBeUndefined();
  });
});

describe('the JSON in a frame', () => {
  it.each(['', '{', 'undefined', '{"a":1}}'])('%j is none', (text) => {
    expect(decodeJson(Buffer.from(text))).toBeUndefined();
  });

  it('is UTF-8 and nothing else', () => {
    expect(decodeJson(Buffer.from('"薬剤師"'))).toEqual({ value: '薬剤師' });
    expect(decodeJson(Buffer.from([0x22, 0xff, 0x22]))).toBeUndefined();
  });
});
