/**
 * Native messaging frames: 32-bit length in the machine's byte order, then that many octets of UTF-8 JSON
 * (Chrome: native messaging, "native messaging host protocol").
 */

/** Chrome takes at most 1 MiB from a host. */
export const maxFrameBytes = 1024 * 1024;

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

export type Frame =
  | { type: 'frame'; octets: Uint8Array }
  /** A frame longer than accepted: its octets are skipped, never held. */
  | { type: 'oversize'; length: number };

/** Cuts a stream of octets into frames, however it is split. Holds at most one frame. */
export class FrameReader {
  readonly #limit: number;
  #header = new Uint8Array(4);
  #headerFilled = 0;
  #body: Uint8Array | undefined;
  #bodyFilled = 0;
  #skip = 0;

  /** `limit`: octets of the longest frame accepted. */
  constructor(limit: number = maxFrameBytes) {
    this.#limit = limit;
  }

  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, rest.length);
        this.#skip -= skipped;
        rest = rest.subarray(skipped);
        continue;
      }
      if (this.#body === undefined) {
        const taken = rest.subarray(0, 4 - this.#headerFilled);
        this.#header.set(taken, this.#headerFilled);
        this.#headerFilled += taken.length;
        rest = rest.subarray(taken.length);
        if (this.#headerFilled < 4) continue;
        this.#headerFilled = 0;
        const length = new DataView(this.#header.buffer).getUint32(0, littleEndian);
        if (length > this.#limit) {
          this.#skip = length;
          frames.push({ type: 'oversize', length });
          continue;
        }
        this.#body = new Uint8Array(length);
        this.#bodyFilled = 0;
      }
      const taken = rest.subarray(0, this.#body.length - this.#bodyFilled);
      this.#body.set(taken, this.#bodyFilled);
      this.#bodyFilled += taken.length;
      rest = rest.subarray(taken.length);
      if (this.#bodyFilled === this.#body.length) {
        frames.push({ type: 'frame', octets: this.#body });
        this.#body = undefined;
      }
    }
    return frames;
  }
}

/** One message as a frame, undefined when it would be longer than a browser takes. */
export function encodeFrame(message: unknown): Uint8Array | undefined {
  const json = Buffer.from(JSON.stringify(message), 'utf8');
  if (json.length > maxFrameBytes) return undefined;
  const frame = Buffer.allocUnsafe(4 + json.length);
  if (littleEndian) frame.writeUInt32LE(json.length);
  else frame.writeUInt32BE(json.length);
  json.copy(frame, 4);
  return frame;
}

/** The JSON in a frame, undefined when it is not UTF-8 or not JSON. */
export function decodeJson(octets: Uint8Array): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(octets)) };
  } catch {
    return undefined;
  }
}
