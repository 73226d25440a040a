import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SECOND } from '../../../kernel/time.ts';
import { DENIED } from '../policy.ts';
import type { Use } from '../testing/drive.ts';
import { answers, make, NO_DRAW, passages, TICK, times, uses } from '../testing/drive.ts';
import { TokenBucket, tokenBucket } from './token-bucket.ts';

test('has exactly a rate and a burst', () => {
  expect(Object.keys(tokenBucket.parameters)).toEqual(['rate', 'burst']);
  expect(() => make(tokenBucket, { rate: '60/s', burst: 1.5 })).toThrow();
  expect(() => make(tokenBucket, { rate: 60, burst: 60 })).toThrow();
});

test('starts full, passes the burst at once, then one for each token that comes in', () => {
  const policy = make(tokenBucket, { rate: '60/s', burst: 60 });
  const at = (now: number): number => policy.acquire(now, NO_DRAW);
  for (let i = 0; i < 60; i++) expect(at(0)).toBe(0);
  expect(at(0)).toBe(DENIED);
  expect(at(SECOND / 60 - 2)).toBe(DENIED);
  expect(at(Math.ceil(SECOND / 60))).toBe(0);
  expect(at(Math.ceil(SECOND / 60))).toBe(DENIED);
});

test('a charge takes what there is and leaves no debt', () => {
  const policy = new TokenBucket(10, 5);
  policy.charge(0, 3);
  expect(policy.used(0)).toBe(3 / 5);
  policy.charge(0, 100);
  expect(policy.used(0)).toBe(1);
  // With a debt the next token would be seconds away.
  expect(policy.acquire(SECOND / 10)).toBe(0);
});

test('a denial costs nothing', () => {
  const policy = new TokenBucket(1, 1);
  policy.acquire(0);
  for (let now = 0; now < SECOND; now += SECOND / 100) expect(policy.acquire(now)).toBe(DENIED);
  expect(policy.acquire(SECOND)).toBe(0);
});

test('without a rate only the burst passes', () => {
  expect(passages(new TokenBucket(0, 3), [0, 1, 2, 3, 1e15])).toEqual([0, 1, 2]);
});

test('over any stretch of time at most the burst and the rate times its length pass', () => {
  fc.assert(
    fc.property(
      times(1, 5e7),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 9 }),
      (nows, rate, burst) => {
        const passed = passages(new TokenBucket(rate, burst), nows);
        for (let last = 0; last < passed.length; last++) {
          for (let first = 0; first <= last; first++) {
            // One nanosecond more: a token counts as there once it is less than that away.
            const stretch = passed[last] - passed[first] + 1;
            expect(last - first + 1).toBeLessThanOrEqual(burst + (rate * stretch) / SECOND + 1e-9);
          }
        }
      },
    ),
  );
});

/** The answers worked out from the whole history in whole numbers: billionths of a token. */
function recomputed(history: readonly Use[], rate: bigint, burst: bigint): number[] {
  const token = 1_000_000_000n;
  let level = burst * token;
  let last = 0n;
  return history.flatMap(({ now, charge }) => {
    const came = (BigInt(now) - last) * rate;
    level = level + came > burst * token ? burst * token : level + came;
    last = BigInt(now);
    if (charge > 0) {
      const taken = (BigInt(charge * 2) * token) / 2n;
      level = level > taken ? level - taken : 0n;
      return [];
    }
    if (level < token) return [DENIED];
    level -= token;
    return [0];
  });
}

test('equals the bucket recomputed from the whole history in whole numbers', () => {
  fc.assert(
    fc.property(
      uses(TICK, 400),
      fc.integer({ min: 0, max: 200 }),
      fc.integer({ min: 1, max: 20 }),
      (steps, rate, burst) => {
        // Ticks of which rates make no token within a nanosecond of another, so that Go's rounding does not show.
        expect(answers(new TokenBucket(rate, burst), steps)).toEqual(recomputed(steps, BigInt(rate), BigInt(burst)));
      },
    ),
  );
});
