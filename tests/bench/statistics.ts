/** What a number of runs came to. Spread is told by the 10th and 90th percentile: the mean of noisy runs says little. */
export interface Summary {
  median: number;
  p10: number;
  p90: number;
  runs: number;
}

/** @throws RangeError when there is nothing to summarise: a measurement that did not happen is not 0. */
export function summarise(values: readonly number[]): Summary {
  if (values.length === 0) throw new RangeError('no runs to summarise');
  const sorted = values.toSorted((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    p10: quantile(sorted, 0.1),
    p90: quantile(sorted, 0.9),
    runs: sorted.length,
  };
}

/**
 * Ratios of runs made in the same round, and so at the same moment: what loads the machine loads both, and leaves
 * the ratio where it was.
 */
export function ratios(values: readonly number[], to: readonly number[]): Summary {
  if (values.length !== to.length) throw new RangeError('ratios want as many runs on both sides');
  return summarise(values.map((value, round) => value / (to[round] ?? Number.NaN)));
}

/** Linear interpolation between the two nearest; `sorted` ascending and not empty. */
function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}
