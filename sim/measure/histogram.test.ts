import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from './histogram.ts';

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

describe('a histogram', () => {
  it('knows quantiles to within the width of its buckets, 1 in 128', () => {
    const values = fc.array(fc.integer({ min: 0, max: 2 ** 53 - 1 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.constantFrom(0.01, 0.5, 0.9, 0.99, 1), (list, q) => {
        const sorted = list.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(0, Math.ceil(q * list.length - 1e-9) - 1)];
        const value = histogramOf(list).quantile(q);
        expect(Math.abs(value - exact)).toBeLessThanOrEqual(exact / 128 + (exact === 0 ? 0 : 1e-9));
      }),
    );
  });

  it('never states a quantile beyond its maximum', () => {
    expect(histogramOf([1000, 1001]).quantile(1)).toBe(1001);
    expect(histogramOf([7]).quantile(0.5)).toBe(7);
  });

  it('counts zeros as zeros', () => {
    const histogram = histogramOf([0, 0, 0, 5]);
    expect([histogram.quantile(0.5), histogram.quantile(0.75), histogram.mean]).toEqual([0, 0, 1.25]);
    expect(histogramOf([100]).quantileAmong(0.5, 9)).toBe(0);
  });

  it('merges by addition', () => {
    const [a, b] = [histogramOf([1, 50, 1e9]), histogramOf([0, 3, 4e12])];
    a.add(b);
    expect(a).toEqual(histogramOf([1, 50, 1e9, 0, 3, 4e12]));
  });

  it('without anything in it has no mean and no quantile', () => {
    const empty = new Histogram();
    expect([empty.mean, empty.quantile(0.5), empty.max]).toEqual([NaN, NaN, 0]);
  });
});
