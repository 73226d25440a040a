import { describe, expect, it } from 'vitest';
import { linearScale, logarithmicScale, tickTexts, tightScale } from './scale.ts';

describe('a scale', () => {
  it('ends at round numbers around the values', () => {
    const { low, high, ticks, at } = linearScale([0.13, 0.87]);
    expect([low, high, ticks]).toEqual([0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]]);
    expect(at(0.5)).toBe(0.5);
    expect(linearScale([97.2, 99.9]).ticks).toEqual([97, 98, 99, 100]);
  });

  it('has room around a single value', () => {
    const { at, low, high } = linearScale([50, 50]);
    expect(low).toBeLessThan(50);
    expect(high).toBeGreaterThan(50);
    expect(at(50)).toBeCloseTo(0.5, 6);
    expect(linearScale([0]).ticks).toContain(0);
  });

  it('along x ends where the values do', () => {
    const { at, ticks } = tightScale([3, 17]);
    expect([at(3), at(17)]).toEqual([0, 1]);
    expect(ticks).toEqual([5, 10, 15]);
  });

  it('of factors gives each factor the same length', () => {
    const { at, ticks } = logarithmicScale([1, 10_000]);
    expect(at(100)).toBeCloseTo(0.5, 12);
    expect(ticks).toEqual([1, 10, 100, 1000, 10_000]);
    expect(logarithmicScale([1, 50]).ticks).toEqual([1, 2, 5, 10, 20, 50]);
  });

  it('writes its ticks with the same decimals', () => {
    expect(tickTexts([0, 0.25, 0.5])).toEqual(['0.00', '0.25', '0.50']);
    expect(tickTexts([1, 2])).toEqual(['1', '2']);
  });
});
