import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoundedTokenBucket } from './bounded-token-bucket.ts';

test('starts empty', () => {
  expect(new BoundedTokenBucket(10).tryGet(1)).toBe(false);
});

test('equals the bounded walk recomputed from the whole history, and stays within its limit', () => {
  const uses = fc.array(fc.record({ put: fc.nat({ max: 12 }), get: fc.nat({ max: 12 }) }), { maxLength: 60 });
  fc.assert(
    fc.property(uses, fc.nat({ max: 15 }), (steps, limit) => {
      const bucket = new BoundedTokenBucket(limit);
      const walk = [0];
      for (const { put, get } of steps) {
        bucket.put(put);
        const filled = Math.min(limit, walk[walk.length - 1] + put);
        expect(bucket.tryGet(get)).toBe(get <= filled);
        walk.push(get <= filled ? filled - get : filled);
        expect(bucket.count).toBe(walk[walk.length - 1]);
      }
    }),
  );
});

test('refuses negative amounts', () => {
  expect(() => new BoundedTokenBucket(1).put(-1)).toThrow(RangeError);
  expect(() => new BoundedTokenBucket(1).tryGet(-1)).toThrow(RangeError);
});
