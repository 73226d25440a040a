import { describe, expect, it } from 'vitest';
import { isPrecise, parsePoints, widestInterval } from './precision.ts';
import type { SeedResult } from './seed-job.ts';

/** A seed in which the designs have these successes. */
const seed = (...success: number[]) =>
  ({ designs: success.map((one) => ({ figures: { success: one }, fidelity: null })) }) as unknown as SeedResult;

describe('precision', () => {
  it.each([
    ['0.2pp', 0.002],
    ['1 pp', 0.01],
  ])('is read from %s', (text, share) => {
    expect(parsePoints(text)).toBeCloseTo(share, 12);
  });

  it.each(['0.2', '0.2%', '0pp', '-1pp', '200pp', 'pp'])('is not read from %s', (text) => {
    expect(parsePoints(text)).toBeUndefined();
  });

  it('is that of the widest interval of a difference, seed by seed', () => {
    // Differences to the first: always 0.1; and 0.1, 0.2, 0.3, whose interval is 2 * 4.303 * 0.1 / sqrt(3) wide.
    const seeds = [seed(0.5, 0.6, 0.6), seed(0.7, 0.8, 0.9), seed(0.3, 0.4, 0.6)];
    expect(widestInterval(seeds)).toBeCloseTo((2 * 4.302653 * 0.1) / Math.sqrt(3), 6);
  });

  it('of one design is that of its figure', () => {
    expect(widestInterval([seed(0.5), seed(0.6), seed(0.7)])).toBeCloseTo((2 * 4.302653 * 0.1) / Math.sqrt(3), 6);
  });

  it('is never reached by few seeds, however alike', () => {
    const alike = (n: number) => Array.from({ length: n }, () => seed(0.5, 0.6));
    expect(isPrecise(alike(4), 0.001)).toBe(false);
    expect(isPrecise(alike(5), 0.001)).toBe(true);
    expect(isPrecise(alike(5), 0.001, 8)).toBe(false);
    expect(widestInterval(alike(1))).toBe(Infinity);
  });
});
