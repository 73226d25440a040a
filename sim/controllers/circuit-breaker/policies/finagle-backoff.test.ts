import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ConstantBackoff,
  DrawSequence,
  EqualJitteredBackoff,
  ExponentialBackoff,
  LinearBackoff,
} from './finagle-backoff.ts';
import type { Backoff } from './finagle-backoff.ts';
import { sameDraw } from './testing/calls.ts';

function waits(backoff: Backoff, count: number): number[] {
  return Array.from({ length: count }, () => backoff.next());
}

describe('back-offs', () => {
  it('constant: always the same', () => {
    expect(waits(new ConstantBackoff(7), 3)).toEqual([7, 7, 7]);
  });

  it('exponential: up to the maximum', () => {
    expect(waits(new ExponentialBackoff(2, 3), 4)).toEqual([2, 6, 18, 54]);
    expect(waits(new ExponentialBackoff(2, 2, 15), 5)).toEqual([2, 4, 8, 15, 15]);
    expect(waits(new ExponentialBackoff(20, 2, 15), 2)).toEqual([15, 15]);
    expect(waits(new ExponentialBackoff(5, 0), 3)).toEqual([5, 0, 0]);
  });

  it('linear: up to the maximum', () => {
    expect(waits(new LinearBackoff(2, 10), 4)).toEqual([2, 12, 22, 32]);
    expect(waits(new LinearBackoff(9, 30, 99), 5)).toEqual([9, 39, 69, 99, 99]);
  });

  it('equal jitter: the start itself, then half and a random half of what doubles', () => {
    const least = new EqualJitteredBackoff(5, 300, new DrawSequence(sameDraw(0)));
    expect(waits(least, 9)).toEqual([5, 5, 10, 20, 40, 80, 160, 300, 300]);
    const most = new EqualJitteredBackoff(500, 30_000, new DrawSequence(sameDraw(0.999)));
    expect(waits(most, 8)).toEqual([500, 999, 1999, 3998, 7996, 15992, 30_000, 30_000]);
  });

  it('equal jitter: never more than the maximum, not even at first', () => {
    expect(waits(new EqualJitteredBackoff(5, 5, new DrawSequence(sameDraw(0.5))), 3)).toEqual([5, 5, 5]);
  });

  it('equal jitter: each wait is from half to the whole of what doubles, capped', () => {
    const draws = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
      minLength: 20,
      maxLength: 20,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e10 }), fc.integer({ min: 1, max: 1e6 }), draws, (start, factor, all) => {
        const maximum = start * factor;
        const backoff = new EqualJitteredBackoff(start, maximum, new DrawSequence({ uniform: (n) => all[n] }));
        expect(backoff.next()).toBe(start);
        for (let n = 0; n < 20; n += 1) {
          const half = start * 2 ** n;
          const wait = backoff.next();
          expect(wait).toBeGreaterThanOrEqual(Math.min(half, maximum));
          expect(wait).toBeLessThanOrEqual(Math.min(2 * half, maximum));
        }
      }),
    );
  });

  it('begin again with the first', () => {
    const draws = new DrawSequence(sameDraw(0));
    const backoffs = [
      new ConstantBackoff(3),
      new ExponentialBackoff(3, 2, 100),
      new LinearBackoff(3, 1),
      new EqualJitteredBackoff(3, 100, draws),
    ];
    for (const backoff of backoffs) {
      const first = waits(backoff, 4);
      backoff.reset();
      expect(waits(backoff, 4)).toEqual(first);
    }
  });

  it('take each draw once, two on one sequence in turn', () => {
    const taken: number[] = [];
    const draws = new DrawSequence({
      uniform: (ordinal) => {
        taken.push(ordinal);
        return 0;
      },
    });
    const one = new EqualJitteredBackoff(1, 1000, draws);
    const other = new EqualJitteredBackoff(1, 1000, draws);
    waits(one, 3);
    waits(other, 3);
    one.reset();
    waits(one, 2);
    expect(taken).toEqual([0, 1, 2, 3, 4]);
  });
});
