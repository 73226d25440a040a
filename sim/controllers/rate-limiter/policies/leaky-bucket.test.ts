import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { DENIED } from '../policy.ts';
import { passages, times } from '../testing/drive.ts';
import { LeakyBucket } from './leaky-bucket.ts';

test('lets the first pass, the next wait in a row, and denies what finds the queue full', () => {
  const policy = new LeakyBucket(10, 3);
  const waits = [0, 0, 0, 0, 0].map((now) => policy.acquire(now));
  expect(waits).toEqual([0, 100 * MILLISECOND, 200 * MILLISECOND, 300 * MILLISECOND, DENIED]);
  // The queue has moved up by one.
  expect(policy.acquire(99 * MILLISECOND)).toBe(DENIED);
  expect(policy.acquire(100 * MILLISECOND)).toBe(300 * MILLISECOND);
});

test('does not save up what was not used', () => {
  const policy = new LeakyBucket(10, 3);
  policy.acquire(0);
  const afterRest = [10, 10].map((second) => policy.acquire(second * SECOND));
  expect(afterRest).toEqual([0, 100 * MILLISECOND]);
});

test('without a queue denies what comes too early', () => {
  expect(passages(new LeakyBucket(10, 0), [0, 1, 99e6, 100e6, 150e6, 200e6])).toEqual([0, 100e6, 200e6]);
});

test('a full queue holds exactly its capacity at odd rates too', () => {
  for (const rate of [3, 7, 0.3, 900, 1 / 3]) {
    const policy = new LeakyBucket(rate, 1000);
    const waits = Array.from({ length: 1002 }, () => policy.acquire(0));
    expect(waits.filter((wait) => wait !== DENIED)).toHaveLength(1001);
    expect(waits[1000]).toBe(Math.ceil((1000 * SECOND) / rate));
  }
});

test('a charge lengthens the queue up to full', () => {
  const policy = new LeakyBucket(10, 3);
  policy.charge(0, 2);
  expect(policy.acquire(0)).toBe(200 * MILLISECOND);
  policy.charge(0, 100);
  expect(policy.used(0)).toBe(1);
  expect(policy.acquire(100 * MILLISECOND)).toBe(300 * MILLISECOND);
});

test('passages are never closer than the rate allows, and in the order of their attempts', () => {
  fc.assert(
    fc.property(times(1, 3e8), fc.integer({ min: 1, max: 50 }), fc.nat({ max: 6 }), (nows, rate, capacity) => {
      const passed = passages(new LeakyBucket(rate, capacity), nows);
      for (let i = 1; i < passed.length; i++) {
        // Waits are rounded up to whole nanoseconds, each for itself.
        expect(passed[i] - passed[i - 1]).toBeGreaterThan(SECOND / rate - 1);
      }
    }),
  );
});

/** Answers from the passages of a first-come queue with one server, worked out anew for each attempt. */
function recomputed(nows: readonly number[], interval: number, capacity: number): number[] {
  const passes: number[] = [];
  return nows.map((now) => {
    const free = passes.length === 0 ? now : Math.max(now, passes[passes.length - 1] + interval);
    if (free - now > capacity * interval) return DENIED;
    passes.push(free);
    return free - now;
  });
}

test('equals the queue recomputed from the whole history', () => {
  const divisors = [1, 2, 4, 5, 8, 10, 16, 20, 25, 40, 50, 100, 200, 250, 500, 1000];
  fc.assert(
    fc.property(times(MILLISECOND, 300), fc.constantFrom(...divisors), fc.nat({ max: 6 }), (nows, rate, capacity) => {
      const policy = new LeakyBucket(rate, capacity);
      expect(nows.map((now) => policy.acquire(now))).toEqual(recomputed(nows, SECOND / rate, capacity));
    }),
  );
});
