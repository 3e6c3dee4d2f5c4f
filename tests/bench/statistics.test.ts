import { describe, expect, it } from 'vitest';
import { interleave } from './rounds.ts';
import { ratios, summarise } from './statistics.ts';

describe('summarise', () => {
  it('gives median and percentiles whatever the order', () => {
    expect(summarise([5, 1, 3, 2, 4])).toEqual({ median: 3, p10: 1.4, p90: 4.6, runs: 5 });
    expect(summarise([2, 1])).toMatchObject({ median: 1.5 });
    expect(summarise([7])).toEqual({ median: 7, p10: 7, p90: 7, runs: 1 });
  });

  it('refuses to summarise nothing', () => {
    expect(() => summarise([])).toThrow(RangeError);
  });
});

describe('ratios', () => {
  it('compares runs of the same round: load that hits both leaves them alone', () => {
    expect(ratios([2, 20, 200], [1, 10, 100])).toEqual({ median: 2, p10: 2, p90: 2, runs: 3 });
    expect(() => ratios([1], [1, 2])).toThrow(RangeError);
  });
});

describe('interleave', () => {
  it('runs every peer once a round, each first in turn, and leaves the warm-up out', async () => {
    const order: string[] = [];
    const peer = (name: string) => async () => order.push(name);
    const runs = await interleave({ a: peer('a'), b: peer('b') }, 2);
    expect(order).toEqual(['a', 'b', 'b', 'a', 'a', 'b']);
    expect(runs).toEqual({ a: [4, 5], b: [3, 6] });
  });
});
