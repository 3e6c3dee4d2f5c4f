/** Chance from a seed: the same seed gives the same faults in the same order. */
export interface Random {
  /** Below 1, from 0 on. */
  next(): number;
  /** A whole number from `least` to `most`, both possible. */
  whole(least: number, most: number): number;
  pick<Value>(values: readonly Value[]): Value;
  shuffled<Value>(values: readonly Value[]): Value[];
  bytes(length: number): Uint8Array;
}

/** mulberry32: 32 bits of state, good enough to choose faults. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    whole,
    pick<Value>(values: readonly Value[]): Value {
      if (values.length === 0) throw new RangeError('nothing to pick from');
      return values[whole(0, values.length - 1)] as Value;
    },
    shuffled<Value>(values: readonly Value[]): Value[] {
      const rest = [...values];
      for (let at = rest.length - 1; at > 0; at -= 1) {
        const other = whole(0, at);
        [rest[at], rest[other]] = [rest[other] as Value, rest[at] as Value];
      }
      return rest;
    },
    bytes: (length) => Uint8Array.from({ length }, () => whole(0, 255)),
  };
}
