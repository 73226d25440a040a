import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PartitionedLimiter } from './partitioned-limiter.ts';

function acquireMany(limiter: PartitionedLimiter, name: string, attempts: number): number {
  let passed = 0;
  for (let i = 0; i < attempts; i++) if (limiter.acquire(name)) passed++;
  return passed;
}

test('lets one partition use all, and the other its share on top: the sum exceeds the limit', () => {
  const limiter = new PartitionedLimiter(10, { batch: 0.3, live: 0.7 });
  expect(acquireMany(limiter, 'batch', 20)).toBe(10);
  expect(acquireMany(limiter, 'live', 20)).toBe(7);
  expect(limiter.inFlight()).toBe(17);
});

test('at the total lets nobody beyond his share', () => {
  const limiter = new PartitionedLimiter(10, { batch: 0.3, live: 0.7 });
  expect(acquireMany(limiter, 'batch', 3)).toBe(3);
  expect(acquireMany(limiter, 'live', 7)).toBe(7);
  expect([limiter.acquire('batch'), limiter.acquire('live')]).toEqual([false, false]);
});

test('rounds shares up, to at least one', () => {
  const limiter = new PartitionedLimiter(10, { a: 0.01, b: 0.34, c: 0 });
  expect(['a', 'b', 'c'].map((name) => limiter.limitOf(name))).toEqual([1, 4, 1]);
});

test('callers of no partition pass only below the total', () => {
  const limiter = new PartitionedLimiter(2, { known: 1 });
  expect(acquireMany(limiter, 'stranger', 5)).toBe(2);
  expect(acquireMany(limiter, 'known', 5)).toBe(2);
});

test('refuses shares that are none, or too much together', () => {
  expect(() => new PartitionedLimiter(10, {})).toThrow(RangeError);
  expect(() => new PartitionedLimiter(10, { a: 1.5 })).toThrow(RangeError);
  expect(() => new PartitionedLimiter(10, { a: 0.6, b: 0.6 })).toThrow(RangeError);
});

test('refuses exactly at the total and at the own share', () => {
  const step = fc.record({ name: fc.constantFrom('a', 'b'), acquires: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 10 }), (steps, limit) => {
      const limiter = new PartitionedLimiter(limit, { a: 0.25, b: 0.5 });
      const inFlight = { a: 0, b: 0 };
      const share = { a: Math.max(1, Math.ceil(limit / 4)), b: Math.max(1, Math.ceil(limit / 2)) };
      for (const { name, acquires } of steps as { name: 'a' | 'b'; acquires: boolean }[]) {
        if (acquires) {
          const passes = inFlight.a + inFlight.b < limit || inFlight[name] < share[name];
          expect(limiter.acquire(name)).toBe(passes);
          if (passes) inFlight[name]++;
        } else if (inFlight[name] > 0) {
          limiter.release(name);
          inFlight[name]--;
        }
        expect(limiter.inFlight()).toBe(inFlight.a + inFlight.b);
      }
    }),
  );
});
