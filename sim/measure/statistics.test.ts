import { describe, expect, it } from 'vitest';
import { estimate, studentQuantile } from './statistics.ts';

describe("quantiles of Student's t", () => {
  // Closed forms: tan for one degree of freedom, an algebraic one for two; else NIST/SEMATECH, section 1.3.6.7.2.
  it.each([
    [0.975, 1, Math.tan(Math.PI * 0.475), 9],
    [0.975, 2, (2 * 0.475) / Math.sqrt(2 * 0.975 * 0.025), 9],
    [0.975, 19, 2.093, 3],
    [0.975, 100, 1.984, 3],
    [0.995, 9, 3.25, 3],
    [0.95, 5, 2.015, 3],
    [0.5, 3, 0, 9],
  ])('p = %f with %i degrees of freedom', (p, df, value, digits) => {
    expect(studentQuantile(p, df)).toBeCloseTo(value, digits);
  });

  it.each([0.4, 1, NaN])('refuses p = %f', (p) => {
    expect(() => studentQuantile(p, 3)).toThrow(RangeError);
  });
});

describe('an estimate', () => {
  it('is the mean with the ends of its 95 % interval', () => {
    const { mean, low, high } = estimate([1, 2, 3, 4]);
    // s = 1.29099, t(0.975, 3) = 3.18245
    expect([mean, low, high].map((value) => value.toFixed(4))).toEqual(['2.5000', '0.4457', '4.5543']);
  });

  it('of one value is that value; of none, or with one unknown, unknown', () => {
    expect(estimate([5])).toEqual({ mean: 5, low: 5, high: 5 });
    expect(estimate([])).toEqual({ mean: NaN, low: NaN, high: NaN });
    expect(estimate([1, NaN])).toEqual({ mean: NaN, low: NaN, high: NaN });
  });

  it('of equal values has no width', () => {
    expect(estimate([3, 3, 3])).toEqual({ mean: 3, low: 3, high: 3 });
  });

  it('contains the true mean 19 times in 20', () => {
    // Sums of uniform values by a fixed generator; 2,000 estimates of 5 values each.
    let state = 12345;
    const uniform = (): number => (state = (state * 16807) % 2147483647) / 2147483647;
    const value = (): number => Array.from({ length: 12 }, uniform).reduce((sum, one) => sum + one, 0);
    let hits = 0;
    for (let i = 0; i < 2000; i++) {
      const { low, high } = estimate(Array.from({ length: 5 }, value));
      if (low <= 6 && 6 <= high) hits++;
    }
    // Four standard deviations of a binomial with p = 0.95.
    expect(Math.abs(hits - 1900)).toBeLessThan(4 * Math.sqrt(2000 * 0.95 * 0.05));
  });
});
