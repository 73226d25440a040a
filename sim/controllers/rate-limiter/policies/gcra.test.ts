import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { DENIED } from '../policy.ts';
import type { Use } from '../testing/drive.ts';
import { answers, make, NO_DRAW, uses } from '../testing/drive.ts';
import { Gcra, gcra, GcraLimiter, NO_RETRY } from './gcra.ts';

describe('the answers of throttled', () => {
  const S = SECOND;
  // rate_test.go TestRateLimit: one a second, and four more at once.
  const timetable: [number, number, number, number, number, boolean][] = [
    // ms, quantity; remaining, reset after, retry after, limited
    [0, 6, 5, 0, NO_RETRY, true],
    [0, 1, 4, S, NO_RETRY, false],
    [0, 1, 3, 2 * S, NO_RETRY, false],
    [0, 1, 2, 3 * S, NO_RETRY, false],
    [0, 1, 1, 4 * S, NO_RETRY, false],
    [0, 1, 0, 5 * S, NO_RETRY, false],
    [0, 1, 0, 5 * S, S, true],
    [3000, 1, 2, 3 * S, NO_RETRY, false],
    [3100, 1, 1, 3.9 * S, NO_RETRY, false],
    [4000, 1, 1, 4 * S, NO_RETRY, false],
    [8000, 1, 4, S, NO_RETRY, false],
    [9500, 1, 4, S, NO_RETRY, false],
    [9500, 0, 4, S, NO_RETRY, false],
    [9500, 2, 2, 3 * S, NO_RETRY, false],
    [9500, 5, 2, 3 * S, 3 * S, true],
  ];
  test('are those of its own timetable', () => {
    const limiter = new GcraLimiter(SECOND, 4);
    const seen = timetable.map(([at, quantity]) => {
      const limited = limiter.rateLimit(at * MILLISECOND, quantity);
      return [at, quantity, limiter.remaining, limiter.resetAfter, limiter.retryAfter, limited];
    });
    expect(seen).toEqual(timetable);
    expect(limiter.limit).toBe(5);
  });

  test('a quantity that never fits is answered as if nothing were used, even when all is', () => {
    const limiter = new GcraLimiter(SECOND, 1);
    limiter.rateLimit(0, 2);
    expect(limiter.rateLimit(0, 3)).toBe(true);
    expect([limiter.remaining, limiter.resetAfter, limiter.retryAfter]).toEqual([2, 0, NO_RETRY]);
  });
});

test('without a burst the rate is kept between any two', () => {
  const policy = make(gcra, { count: 2 });
  expect([0, 1, 499, 500, 501, 1000].map((ms) => policy.acquire(ms * MILLISECOND, NO_DRAW))).toEqual([
    0,
    DENIED,
    DENIED,
    0,
    DENIED,
    0,
  ]);
});

test('the interval is cut to whole nanoseconds, so slightly more than the rate passes', () => {
  const policy = make(gcra, { count: 3, period: '10ns' });
  const passed = Array.from({ length: 900 }, (_, now) => policy.acquire(now, NO_DRAW)).filter((wait) => wait === 0);
  expect(passed).toHaveLength(300);
});

test('refuses a rate above one a nanosecond', () => {
  expect(gcra.check?.({ count: 11, period: 10, maxBurst: 0 })).toContain('count');
  expect(gcra.check?.({ count: 10, period: 10, maxBurst: 0 })).toBeUndefined();
});

/** Answers of a token bucket of the same size, in whole nanoseconds of filling: what GCRA is in other words. */
function bucketOf(history: readonly Use[], interval: number, maxBurst: number): number[] {
  const full = interval * (maxBurst + 1);
  let level = full;
  let last = 0;
  return history.flatMap(({ now, charge }) => {
    level = Math.min(full, level + now - last);
    last = now;
    if (charge > 0) {
      level = Math.max(0, level - charge * interval);
      return [];
    }
    if (level < interval) return [DENIED];
    level -= interval;
    return [0];
  });
}

test('equals a token bucket recomputed from the whole history', () => {
  fc.assert(
    fc.property(uses(1, 300), fc.integer({ min: 1, max: 60 }), fc.nat({ max: 8 }), (steps, halfInterval, maxBurst) => {
      const interval = 2 * halfInterval;
      expect(answers(new Gcra(1, interval, maxBurst), steps)).toEqual(bucketOf(steps, interval, maxBurst));
    }),
  );
});
