import { median } from '../measure/statistics.ts';

/**
 * Medians of several measurements taken in turn, in things a second: so that a slow spell of the machine, or a fast first
 * run, does not fall on one of them alone.
 */
export function medianRates(counts: readonly (() => number)[], rounds = 5): number[] {
  const rates: number[][] = counts.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    counts.forEach((count, i) => {
      const start = performance.now();
      const things = count();
      // The first round warms up.
      if (round > 0) rates[i].push((things * 1000) / (performance.now() - start));
    });
  }
  return rates.map(median);
}
