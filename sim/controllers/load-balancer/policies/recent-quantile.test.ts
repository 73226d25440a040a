import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecentQuantile } from './recent-quantile.ts';

describe('the quantile of recent values', () => {
  it('is the smallest that the share does not exceed', () => {
    const recent = new RecentQuantile(10);
    for (const value of [5, 1, 4, 2, 3]) recent.add(value);
    expect([0, 0.2, 0.21, 0.5, 0.8, 1].map((share) => recent.quantile(share))).toEqual([1, 1, 2, 3, 4, 5]);
  });

  it('is infinite before the first value', () => {
    expect(new RecentQuantile(3).quantile(0.5)).toBe(Infinity);
  });

  it('forgets all but the last so many', () => {
    const shares = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.nat(9), { minLength: 1 }),
        fc.integer({ min: 1, max: 12 }),
        shares,
        (all, window, share) => {
          const recent = new RecentQuantile(window);
          for (const value of all) recent.add(value);
          const sorted = all.slice(-window).toSorted((a, b) => a - b);
          const rank = Math.max(1, Math.ceil(share * sorted.length));
          expect(recent.quantile(share)).toBe(sorted[rank - 1]);
        },
      ),
    );
  });
});
