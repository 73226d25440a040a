import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { DENIED } from '../policy.ts';
import { make, mostWithin, NO_DRAW, passages, TICK, times, uses } from '../testing/drive.ts';
import { EnvoyTokenBucket, envoyTokenBucket, EnvoyTokenBucketPolicy } from './envoy-token-bucket.ts';

test('gives all or nothing, or whole tokens in part', () => {
  const bucket = new EnvoyTokenBucket(10, 1);
  expect([bucket.consume(0, 20), bucket.consume(0, 9), bucket.consume(0, 1)]).toEqual([0, 9, 1]);
  expect(bucket.consume(999 * MILLISECOND, 1)).toBe(0);
  expect(bucket.consume(5999 * MILLISECOND, 6)).toBe(0);
  expect(bucket.consume(6 * SECOND, 6)).toBe(6);
  expect(bucket.consume(8.5 * SECOND, 5, true)).toBe(2);
});

test('names the time of a whole token, in whole milliseconds, though most of one is there', () => {
  const bucket = new EnvoyTokenBucket(16, 16);
  expect(bucket.consume(0, 18, true)).toBe(16);
  expect(bucket.consume(62 * MILLISECOND, 1, true)).toBe(0);
  expect(bucket.nextTokenAvailable()).toBe(63 * MILLISECOND);
  expect(bucket.consume(63 * MILLISECOND, 2, true)).toBe(1);
});

test('has a token at once where one is left', () => {
  const bucket = new EnvoyTokenBucket(10, 5);
  expect(bucket.consume(0, 20, true)).toBe(10);
  expect(bucket.nextTokenAvailable()).toBe(200 * MILLISECOND);
  expect(bucket.consume(400 * MILLISECOND, 1)).toBe(1);
  expect(bucket.nextTokenAvailable()).toBe(0);
});

test('fills in the time for which it was full after the next burst: twice the maximum passes', () => {
  const bucket = new EnvoyTokenBucket(5, 1);
  expect(bucket.consume(100 * SECOND, 5)).toBe(5);
  expect(bucket.consume(100 * SECOND, 5)).toBe(5);
  expect(bucket.consume(100 * SECOND, 1)).toBe(0);
});

test('as a policy it is made at its first use, with the defaults of Envoy', () => {
  const policy = make(envoyTokenBucket);
  const passed = passages(
    policy,
    Array.from({ length: 300 }, () => 1000 * SECOND),
  );
  expect(passed).toHaveLength(100);
  expect(policy.acquire(1000.1 * SECOND, NO_DRAW)).toBe(0);
});

test('a charge takes what there is and no more', () => {
  const policy = new EnvoyTokenBucketPolicy(4, 1);
  policy.charge(0, 2.5);
  expect(policy.acquire(0)).toBe(0);
  policy.charge(0, 100);
  expect([policy.acquire(0), policy.acquire(SECOND)]).toEqual([DENIED, 0]);
});

test('passes at most twice the maximum and what comes in, over any stretch', () => {
  fc.assert(
    fc.property(
      times(TICK, 600),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 9 }),
      (nows, rate, most) => {
        const passed = passages(new EnvoyTokenBucketPolicy(most, rate), nows);
        for (const length of [1, 8, 64, 512, 4096]) {
          expect(mostWithin(passed, length * TICK)).toBeLessThanOrEqual(2 * most + (rate * length) / 512);
        }
      },
    ),
  );
});

test('equals the bucket recomputed from the whole history in whole numbers', () => {
  fc.assert(
    fc.property(
      uses(TICK, 600),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 9 }),
      (steps, rate, most) => {
        const policy = new EnvoyTokenBucketPolicy(most, rate);
        // 1024ths of a token, so that halves of ticks are whole.
        const token = 1024;
        let level = most * token;
        let since = steps[0]?.now ?? 0;
        for (const { now, charge } of steps) {
          if (level < most * token) {
            level = Math.min(most * token, level + ((now - since) / TICK) * rate * 2);
            since = now;
          }
          if (charge > 0) {
            policy.charge(now, charge);
            level = Math.max(0, level - charge * token);
            continue;
          }
          expect(policy.used(now)).toBe(level < token ? 1 : (most * token - level) / (most * token));
          expect(policy.acquire(now)).toBe(level < token ? DENIED : 0);
          if (level >= token) level -= token;
        }
      },
    ),
  );
});
