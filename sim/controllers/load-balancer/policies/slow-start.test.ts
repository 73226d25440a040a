import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { SlowStart, slowStartParameters } from './slow-start.ts';

const config = { slowStartWindow: 60 * SECOND, aggression: 1, minWeightPercent: 0.1 };

function factorAt(age: number, overrides = {}): number {
  const slowStart = new SlowStart({ ...config, ...overrides }, 1);
  slowStart.began(0, 0);
  return slowStart.factor(0, age);
}

describe('slow start', () => {
  it('is off by default', () => {
    const defaults = z.object(slowStartParameters).parse({});
    expect(defaults).toEqual({ slowStartWindow: 0, aggression: 1, minWeightPercent: 0.1 });
    expect(new SlowStart(defaults, 1).running(0)).toBe(false);
  });

  it.each([
    [0, 0.1],
    [5 * SECOND, 0.1],
    [10 * SECOND, 1 / 6],
    [40 * SECOND, 2 / 3],
    [60 * SECOND, 1],
    [600 * SECOND, 1],
  ])('at the age of %d ns has the factor %d', (age, factor) => {
    expect(factorAt(age)).toBe(factor);
  });

  it('counts whole milliseconds, and at least one', () => {
    const floorless = { minWeightPercent: 0, slowStartWindow: 10 * MILLISECOND };
    expect(factorAt(0, floorless)).toBe(0.1);
    expect(factorAt(1.9 * MILLISECOND, floorless)).toBe(0.1);
    expect(factorAt(2 * MILLISECOND, floorless)).toBe(0.2);
  });

  it('grows faster at first the larger the aggression is', () => {
    // (7 s / 10 s)^(1 / 0.9), (8 s / 10 s)^(1 / 0.9), and a square root.
    const window = { slowStartWindow: 10 * SECOND };
    expect(factorAt(7 * SECOND, { ...window, aggression: 0.9 })).toBeCloseTo(0.7 ** (1 / 0.9), 12);
    expect(factorAt(8 * SECOND, { ...window, aggression: 0.9 })).toBeCloseTo(0.8 ** (1 / 0.9), 12);
    expect(factorAt(4.9 * SECOND, { ...window, aggression: 2 })).toBeCloseTo(0.7, 12);
  });

  it.each([0, -1])('takes an aggression of %d for 1', (aggression) => {
    expect(factorAt(30 * SECOND, { aggression })).toBe(0.5);
  });

  it('never lowers a host below the least share, and never falls with age', () => {
    const shares = fc.double({ min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(shares, fc.double({ min: 0.1, max: 5, noNaN: true }), fc.nat(70_000), (least, aggression, ms) => {
        const earlier = factorAt(ms * MILLISECOND, { minWeightPercent: least, aggression });
        const later = factorAt((ms + 7) * MILLISECOND, { minWeightPercent: least, aggression });
        expect(earlier).toBeGreaterThanOrEqual(least);
        expect(later).toBeGreaterThanOrEqual(earlier);
        expect(later).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('runs from the creation of the balancer, and again with each host that begins', () => {
    const slowStart = new SlowStart(config, 2, 0);
    const times = [0, 60, 60.0009, 60.001, 61].map((seconds) => seconds * SECOND);
    expect(times.map((now) => slowStart.running(now))).toEqual([true, true, true, false, false]);
    slowStart.began(1, 100 * SECOND);
    expect(slowStart.running(130 * SECOND)).toBe(true);
    expect(slowStart.factor(0, 130 * SECOND)).toBe(1);
    expect(slowStart.factor(1, 130 * SECOND)).toBe(0.5);
  });
});
