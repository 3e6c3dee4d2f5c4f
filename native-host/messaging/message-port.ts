import type { Readable, Writable } from 'node:stream';
import { decodeJson, encodeFrame, FrameReader } from './frames.ts';

export interface MessagePort {
  /**
   * Sends one message. While the other side does not read, messages wait; of those with the same `replaces` key
   * only the newest waits, so what waits is bounded by the number of keys.
   */
  send(message: unknown, replaces?: string): void;
  /** Resolves when the other side has closed or broken its end. */
  readonly closed: Promise<void>;
}

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
    if (!blocked && input.isPaused()) input.resume();
  });

  function write(message: unknown): void {
    const frame = encodeFrame(message);
    if (!frame) throw new Error('a message is longer than a browser takes');
    if (!output.write(frame)) {
      blocked = true;
      // Who does not read our answers gets none: no further request is taken until there is room.
      input.pause();
    }
  }

  return {
    closed,
    send(message, replaces) {
      if (!blocked) return write(message);
      const key = replaces ?? Symbol('once');
      waiting.delete(key);
      waiting.set(key, message);
    },
  };
}
