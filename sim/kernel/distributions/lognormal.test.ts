import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Draw, rootKey } from '../random.ts';
import { quantileInterval } from '../testing/goodness-of-fit.ts';
import { LOGNORMAL_MAX_P99_RATIO, buildDistribution, lognormalByMeanAndP99 } from './index.ts';

/** The 99th percentile of the standard normal. */
const Z99 = 2.326347874040841;

describe('a lognormal by its mean and p99', () => {
  it('has that mean and that p99, for every ratio from just above 1 to 14.9', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e12, noNaN: true }),
        fc.double({ min: 1.0001, max: 14.9, noNaN: true }),
        (mean, ratio) => {
          const p99 = mean * ratio;
          fc.pre(p99 / mean <= LOGNORMAL_MAX_P99_RATIO);
          const { mu, sigma } = lognormalByMeanAndP99(mean, p99);
          expect(Math.exp(mu + sigma ** 2 / 2) / mean).toBeCloseTo(1, 11);
          expect(Math.exp(mu + sigma * Z99) / p99).toBeCloseTo(1, 11);
        },
      ),
      { seed: 1, numRuns: 1000 },
    );
  });

  it('takes the smaller of the two sigmas that fit', () => {
    const { sigma } = lognormalByMeanAndP99(80, 400);
    expect(sigma).toBeGreaterThan(0);
    expect(sigma).toBeLessThan(Z99);
  });

  it('shows that mean and p99 in a sample', () => {
    const spec = { kind: 'lognormal', ...lognormalByMeanAndP99(80, 400) } as const;
    const distribution = buildDistribution(spec);
    expect(distribution.mean).toBeCloseTo(80, 10);
    const draw = new Draw(rootKey('1'), 'noise', 'backend');
    const rising = Float64Array.from({ length: 200_000 }, (_, i) => distribution.sample(draw.at(0, i, 0))).toSorted();
    const [low, high] = quantileInterval(rising.length, 0.99, 3.29);
    expect(rising[low]).toBeLessThan(400);
    expect(rising[high]).toBeGreaterThan(400);
  });

  it.each([1, 0.5, 0, -2, 14.91, 14.97, 20, Infinity, NaN])('refuses p99/mean = %f', (ratio) => {
    expect(() => lognormalByMeanAndP99(10, 10 * ratio)).toThrow(RangeError);
    expect(() => lognormalByMeanAndP99(10, 10 * ratio)).toThrow('a lognormal needs more than 1 and at most 14.9');
  });

  it('takes the ratio 14.9', () => {
    expect(lognormalByMeanAndP99(1, 14.9).sigma).toBeLessThan(Z99);
  });

  it('refuses a mean that is not positive', () => {
    for (const mean of [0, -1, NaN, Infinity]) {
      expect(() => lognormalByMeanAndP99(mean, 5)).toThrow('mean must be positive and finite');
    }
  });
});
