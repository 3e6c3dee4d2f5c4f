import { carriesPin, isEmptyVerify, maskedHex } from './card/apdu.ts';
import { statusText } from './card/status-word.ts';
import type { Bytes } from './der.ts';

/** One APDU as the card saw it. */
export type TraceEntry = {
  readonly reader: string;
  /** Hexadecimal; data that can be a PIN is replaced by asterisks. */
  readonly command: string;
  /** Four hexadecimal digits, or what became of it when there was no answer. */
  readonly status: string;
  /** Bytes of data in the answer, without the status word. */
  readonly bytes: number;
  /** Milliseconds since the lab was started. */
  readonly at: number;
  /** Milliseconds it took. */
  readonly ms: number;
  readonly emptyVerify: boolean;
  readonly pinAttempt: boolean;
};

export type Counts = {
  readonly apdus: number;
  /** Commands that carry a PIN: a VERIFY with data, above all. */
  readonly pinAttempts: number;
  /** VERIFY without data, which asks for the tries left and costs none. */
  readonly emptyVerifies: number;
};

export function countsOf(entries: readonly TraceEntry[]): Counts {
  return {
    apdus: entries.length,
    pinAttempts: entries.filter((entry) => entry.pinAttempt).length,
    emptyVerifies: entries.filter((entry) => entry.emptyVerify).length,
  };
}

/** Keeps the trace of all readers of a lab. */
export class Recorder {
  private kept: TraceEntry[] = [];
  private readonly start = performance.now();

  /** Opens an entry; call the result with the answer, or a word for why there was none. */
  begin(reader: string, command: Bytes): (answer: Bytes | string) => void {
    const at = performance.now() - this.start;
    return (answer) => {
      const sw = typeof answer === 'string' || answer.length < 2 ? undefined : answer.slice(-2);
      this.kept.push({
        reader,
        command: maskedHex(command),
        status:
          typeof answer === 'string'
            ? answer
            : sw === undefined
              ? 'no status word'
              : statusText(((sw[0] ?? 0) << 8) | (sw[1] ?? 0)),
        bytes: typeof answer === 'string' ? 0 : Math.max(0, answer.length - 2),
        at,
        ms: performance.now() - this.start - at,
        emptyVerify: isEmptyVerify(command),
        pinAttempt: carriesPin(command),
      });
    };
  }

  get entries(): readonly TraceEntry[] {
    return this.kept;
  }

  clear(): void {
    this.kept = [];
  }
}
