import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LatencyHistogram } from './latency-histogram.ts';

function histogramOf(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.insert(value);
  return histogram;
}

test('interpolates within the bin of two digits', () => {
  const samples = Array.from({ length: 50 }, () => 13_000);
  expect(histogramOf(samples).quantile(0.5)).toBe(13_500);
  expect(histogramOf(samples).quantile(0)).toBe(13_000);
  expect(histogramOf(samples).quantile(1)).toBe(14_000);
});

test('finds the bin in which the quantile lies', () => {
  expect(histogramOf([1000, 2000, 3000, 4000, 5000]).quantile(0.5)).toBe(3050);
  expect(histogramOf([0, 0, 0, 7]).quantile(0.5)).toBe(0);
  expect(histogramOf([0, 5]).quantile(1)).toBeCloseTo(5.1, 12);
});

test('between two bins is the upper end of the lower one', () => {
  expect(histogramOf([10, 50]).quantile(0.5)).toBe(11);
});

test('is empty after clearing, and without samples has no quantile', () => {
  const histogram = histogramOf([1, 10, 100_000]);
  histogram.clear();
  expect(histogram.count).toBe(0);
  expect(histogram.quantile(0.5)).toBeNaN();
  histogram.insert(20);
  expect(histogram.quantile(1)).toBe(21);
});

test('is never more than a tenth away from a value of that rank', () => {
  const values = fc.array(fc.integer({ min: 10, max: 1e9 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(values, fc.integer({ min: 0, max: 100 }), (samples, percent) => {
      const sorted = samples.toSorted((a, b) => a - b);
      const rank = Math.max(0, Math.ceil((samples.length * percent) / 100) - 1);
      const quantile = histogramOf(samples).quantile(percent / 100);
      expect(quantile).toBeGreaterThanOrEqual(sorted[rank] / 1.1);
      expect(quantile).toBeLessThanOrEqual(sorted[rank] * 1.1 + 1e-6);
    }),
  );
});
