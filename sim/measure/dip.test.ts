import { describe, expect, it } from 'vitest';
import { Stream, uniform } from '../kernel/random.ts';
import { dip, dipSignificance } from './dip.ts';

describe('the dip', () => {
  it('is a quarter of two places that are equally full, and the least that there can be of evenly spread values', () => {
    expect(dip([0, 0, 0, 0, 1, 1, 1, 1])).toBeCloseTo(0.25, 12);
    expect(dip([1, 2, 3, 4, 5])).toBeCloseTo(0.1, 12);
    expect(dip([3, 3, 3])).toBeCloseTo(1 / 6, 12);
  });

  it('does not depend on place and unit', () => {
    const values = [1, 2, 2.5, 7, 7.5, 8, 12];
    expect(dip(values.map((x) => x * 1000 - 5))).toBeCloseTo(dip(values), 12);
    expect(dip(values.map((x) => -x).toReversed())).toBeCloseTo(dip(values), 12);
  });

  it('lies between 1/(2n) and 1/4', () => {
    const stream = new Stream('1', 'any');
    for (let n = 2; n < 60; n++) {
      const sorted = Array.from({ length: n }, () => uniform(stream)).sort((a, b) => a - b);
      expect(dip(sorted)).toBeGreaterThanOrEqual(1 / (2 * n) - 1e-12);
      expect(dip(sorted)).toBeLessThanOrEqual(0.25);
    }
  });

  it('finds two humps that stand apart, and nothing in evenly spread values', () => {
    const stream = new Stream('1', 'two');
    const around = (middle: number) => middle + uniform(stream);
    const two = Array.from({ length: 20 }, (_, i) => around(i < 7 ? 0 : 4)).sort((a, b) => a - b);
    expect(dipSignificance(dip(two), 20)).toBeLessThan(0.01);
    const even = Array.from({ length: 20 }, (_, i) => i);
    expect(dipSignificance(dip(even), 20)).toBeGreaterThan(0.9);
  });

  it('takes few samples with one hump for two', () => {
    const stream = new Stream('1', 'bell');
    const bell = (): number => Array.from({ length: 12 }, () => uniform(stream)).reduce((a, b) => a + b, 0);
    let found = 0;
    for (let i = 0; i < 300; i++) {
      const sample = Array.from({ length: 20 }, bell).sort((a, b) => a - b);
      if (dipSignificance(dip(sample), 20) < 0.05) found++;
    }
    expect(found).toBeLessThan(12);
  });
});
