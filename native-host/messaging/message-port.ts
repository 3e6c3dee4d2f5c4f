import type { Readable, Writable } from 'node:stream';
import { decodeJson, encodeFrame, FrameReader } from './frames.ts';

export interface MessagePort {
  /**
   * Sends one message. While the other side does not read, messages wait; of those with the same `replaces` key
   * only the newest waits. An end that lets too many wait is given up on: the port closes.
   */
  send(message: unknown, replaces?: string): void;
  /** Resolves when the other side has closed or broken its end. */
  readonly closed: Promise<void>;
}

/** Messages that may wait for an end that does not read: more than a sane one ever asks for at once. */
const waitingLimit = 50_000;

export interface MessageHandlers {
  message(value: unknown): void;
  /** Something that is no JSON message, or one longer than accepted. */
  malformed(detail: string): void;
}

/** Length-prefixed JSON over a pair of streams, with back-pressure both ways. */
export function openMessagePort(
  input: Readable,
  output: Writable,
  handlers: MessageHandlers,
  limit?: number,
): MessagePort {
  const frames = new FrameReader(limit);
  const waiting = new Map<string | symbol, unknown>();
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  let blocked = false;

  input.on('data', (chunk: Uint8Array) => {
    for (const frame of frames.push(chunk)) {
      if (frame.type === 'oversize') {
        handlers.malformed(`a message of ${frame.length} octets is too long`);
        continue;
      }
      const json = decodeJson(frame.octets);
      if (json) handlers.message(json.value);
      else handlers.malformed('not JSON in UTF-8');
    }
  });
  for (const event of ['end', 'close', 'error'] as const) input.on(event, () => close());
  for (const event of ['close', 'error'] as const) output.on(event, () => close());

  output.on('drain', () => {
    blocked = false;
    for (const [key, message] of waiting) {
      if (blocked) break;
      waiting.delete(key);
      write(message);
    }
  });

  function write(message: unknown): void {
    const frame = encodeFrame(message);
    if (!frame) throw new Error('a message is longer than a browser takes');
    // Input goes on being read meanwhile: its end must not be missed.
    blocked = !output.write(frame);
  }

  return {
    closed,
    send(message, replaces) {
      if (!blocked) return write(message);
      const key = replaces ?? Symbol('once');
      waiting.delete(key);
      waiting.set(key, message);
      if (waiting.size > waitingLimit) close();
    },
  };
}
