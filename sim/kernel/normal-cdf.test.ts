import { describe, expect, it } from 'vitest';
import { normalCdf } from './normal-cdf.ts';
import { PLACES, difference, referenceNormalCdf } from './testing/high-precision.ts';
import { Inputs } from './testing/inputs.ts';

describe('normalCdf', () => {
  it('has a relative error below 1e-13 for |x| <= 8', () => {
    const inputs = new Inputs(1);
    const all = [-8, 8, -2, 2, 0, -1.9999999999999998, ...inputs.many(4000, () => inputs.between(-8, 8))];
    for (const x of all) {
      const exact = referenceNormalCdf(x);
      const size = Number(exact) / 2 ** PLACES;
      expect(Math.abs(difference(normalCdf(x), exact)) / size, `at ${x}`).toBeLessThan(1e-13);
    }
  });

  it('is one half in the middle', () => {
    expect(normalCdf(0)).toBe(0.5);
  });

  it('reaches its limits', () => {
    expect([-Infinity, -39, 39, Infinity, NaN].map(normalCdf)).toEqual([0, 0, 1, 1, NaN]);
  });
});
