import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LeakyTokenBucket } from './leaky-token-bucket.ts';

test('leaks what is not used within the time to live', () => {
  const bucket = new LeakyTokenBucket(3000, 0, 0);
  bucket.put(0, 100);
  expect(bucket.tryGet(0, 1)).toBe(true);
  expect(bucket.tryGet(3000, 1)).toBe(false);
});

test('repays the reserve only when the debit leaves the window', () => {
  const bucket = new LeakyTokenBucket(10_000, 20, 0);
  expect(bucket.tryGet(0, 20)).toBe(true);
  for (let now = 1000; now < 10_000; now += 1000) expect(bucket.tryGet(now, 1)).toBe(false);
  expect(bucket.tryGet(10_000, 20)).toBe(true);
});

test('is in debt where the deposits leave before the debit that used them', () => {
  const bucket = new LeakyTokenBucket(10_000, 0, 0);
  bucket.put(0, 50);
  expect(bucket.tryGet(5000, 50)).toBe(true);
  bucket.put(5000, 10);
  expect(bucket.count(5000)).toBe(10);
  expect(bucket.count(14_000)).toBe(-40);
});

test('takes all or nothing, and never more than was put in plus the reserve', () => {
  const uses = fc.array(fc.record({ wait: fc.nat({ max: 900 }), put: fc.nat({ max: 9 }), get: fc.nat({ max: 9 }) }), {
    maxLength: 80,
  });
  fc.assert(
    fc.property(uses, fc.nat({ max: 20 }), (steps, reserve) => {
      // Within one time to live nothing can have been forgotten.
      const ttl = 100_000_000;
      const bucket = new LeakyTokenBucket(ttl, reserve, 0);
      let now = 0;
      let left = reserve;
      for (const { wait, put, get } of steps) {
        now += wait;
        bucket.put(now, put);
        left += put;
        const fits = get <= left;
        expect(bucket.tryGet(now, get)).toBe(fits);
        if (fits) left -= get;
        expect(bucket.count(now)).toBe(left);
      }
    }),
  );
});

test('refuses negative amounts', () => {
  const bucket = new LeakyTokenBucket(1000, 0, 0);
  expect(() => bucket.put(0, -1)).toThrow(RangeError);
  expect(() => bucket.tryGet(0, -1)).toThrow(RangeError);
});
