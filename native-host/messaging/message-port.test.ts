import { PassThrough, Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { decodeJson, encodeFrame, FrameReader } from './frames.ts';
import { openMessagePort } from './message-port.ts';

/** An end that reads nothing until told to. */
function slowOutput() {
  const taken: Uint8Array[] = [];
  let resume: () => void = () => undefined;
  const output = new Writable({
    highWaterMark: 64,
    write(chunk, _encoding, done) {
      taken.push(chunk);
      resume = done;
    },
  });
  const messages = () => {
    const reader = new FrameReader();
    return taken.flatMap((chunk) =>
      reader.push(chunk).map((frame) => (frame.type === 'frame' ? decodeJson(frame.octets)?.value : frame)),
    );
  };
  return { output, messages, readOne: () => resume() };
}

describe('a message port', () => {
  it('tells messages and what is none, and goes on', async () => {
    const input = new PassThrough();
    const got: unknown[] = [];
    openMessagePort(
      input,
      new PassThrough(),
      { message: (value) => got.push(value), malformed: (detail) => got.push(`! ${detail}`) },
      100,
    );
    input.write(encodeFrame({ a: 1 }));
    input.write(Buffer.from('010000007B', 'hex'));
    input.write(encodeFrame('x'.repeat(200)));
    input.write(encodeFrame({ b: 2 }));
    await turn();
    expect(got).toEqual([{ a: 1 }, '! not JSON in UTF-8', '! a message of 202 octets is too long', { b: 2 }]);
  });

  it('keeps for an end that does not read what it has not had, of some kinds only the newest', async () => {
    const { output, messages, readOne } = slowOutput();
    const port = openMessagePort(new PassThrough(), output, {
      message: () => undefined,
      malformed: () => undefined,
    });
    port.send({ answer: 'x'.repeat(100) });
    for (let count = 1; count <= 1000; count++) port.send({ readers: count }, 'readers');
    port.send({ answer: 'last' });
    for (let step = 0; step < 5; step++) {
      readOne();
      await turn();
    }
    expect(messages()).toEqual([{ answer: 'x'.repeat(100) }, { readers: 1000 }, { answer: 'last' }]);
  });

  it('hears requests, and the end, of an end that does not read', async () => {
    const { output } = slowOutput();
    const input = new PassThrough();
    const got: unknown[] = [];
    const port = openMessagePort(input, output, {
      message: (value) => got.push(value),
      malformed: () => undefined,
    });
    port.send({ answer: 'x'.repeat(100) });
    input.end(encodeFrame({ request: 1 }));
    await expect(port.closed).resolves.toBeUndefined();
    expect(got).toEqual([{ request: 1 }]);
  });

  it('gives up on an end that asks and asks and never reads', async () => {
    const { output } = slowOutput();
    const port = openMessagePort(new PassThrough(), output, {
      message: () => undefined,
      malformed: () => undefined,
    });
    for (let count = 0; count <= 60_000; count++) port.send({ answer: count });
    await expect(port.closed).resolves.toBeUndefined();
  });

  it('closes when either end does', async () => {
    for (const which of ['input', 'output'] as const) {
      const ends = { input: new PassThrough(), output: new PassThrough() };
      const port = openMessagePort(ends.input, ends.output, {
        message: () => undefined,
        malformed: () => undefined,
      });
      ends[which].destroy();
      await expect(port.closed).resolves.toBeUndefined();
    }
  });
});
