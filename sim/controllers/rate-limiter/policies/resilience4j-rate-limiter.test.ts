import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { DENIED } from '../policy.ts';
import { make, mostWithin, NO_DRAW, passages, times } from '../testing/drive.ts';
import { AtomicRateLimiter } from './atomic-rate-limiter.ts';
import { Resilience4jRateLimiter, resilience4jRateLimiter } from './resilience4j-rate-limiter.ts';

const CYCLE = 250 * MILLISECOND;

describe('cycles', () => {
  test('are fixed from the making of the limiter on', () => {
    const limiter = new AtomicRateLimiter(1, CYCLE, 0);
    expect(limiter.availablePermissions(CYCLE - 10)).toBe(1);
    expect([CYCLE, CYCLE, 2 * CYCLE, 2 * CYCLE].map((now) => limiter.reservePermission(now))).toEqual([0, -1, 0, -1]);
    expect(limiter.nanosToWait(2 * CYCLE)).toBe(CYCLE);
  });

  test('that pass unused bring nothing beyond one cycle', () => {
    const limiter = new AtomicRateLimiter(3, CYCLE, 0);
    expect(limiter.availablePermissions(100 * CYCLE)).toBe(3);
  });

  test('let twice the limit through around a boundary', () => {
    const limiter = new AtomicRateLimiter(5, CYCLE, 0);
    const around = [CYCLE - 1, CYCLE].flatMap((now) => Array.from({ length: 9 }, () => limiter.reservePermission(now)));
    expect(around.filter((wait) => wait === 0)).toHaveLength(10);
  });

  test('begin for a policy with its first use', () => {
    const policy = new Resilience4jRateLimiter(1, SECOND, 0, true);
    expect(policy.used(123)).toBe(0);
    expect([700, 1500, 1700, 1800].map((ms) => policy.acquire(ms * MILLISECOND))).toEqual([0, DENIED, 0, DENIED]);
  });
});

describe('reservations', () => {
  test('take permissions of cycles to come, as many as the timeout allows', () => {
    const period = 10 * MILLISECOND;
    const limiter = new AtomicRateLimiter(3, period, 12 * MILLISECOND);
    const waits = Array.from({ length: 9 }, (_, i) => limiter.reservePermission(period + i + 1));
    expect(waits).toEqual([0, 0, 0, period - 4, period - 5, period - 6, -1, -1, -1]);
    expect(limiter.availablePermissions(period + 10)).toBe(-3);
  });

  test('of a caller refused take nothing', () => {
    const limiter = new AtomicRateLimiter(1, CYCLE, CYCLE);
    limiter.reservePermission(0);
    limiter.reservePermission(0);
    expect(limiter.reservePermission(0)).toBe(-1);
    expect(limiter.availablePermissions(0)).toBe(-1);
  });

  test('of several permits may span several cycles', () => {
    const limiter = new AtomicRateLimiter(1, CYCLE, 5 * CYCLE);
    expect(limiter.reservePermission(CYCLE, 3)).toBe(2 * CYCLE);
    expect(limiter.availablePermissions(CYCLE)).toBe(-2);
    expect(limiter.availablePermissions(3 * CYCLE)).toBe(0);
  });
});

describe('changes while in use', () => {
  test('a new limit counts from the next cycle on', () => {
    const limiter = new AtomicRateLimiter(1, CYCLE, CYCLE);
    limiter.reservePermission(0);
    limiter.limitForPeriod = 5;
    expect(limiter.availablePermissions(CYCLE - 1)).toBe(0);
    expect(limiter.availablePermissions(CYCLE)).toBe(5);
  });

  test('draining takes what was there at the last use', () => {
    const limiter = new AtomicRateLimiter(5, CYCLE, 0);
    limiter.drainPermissions(0);
    expect(limiter.availablePermissions(0)).toBe(0);
    expect(limiter.availablePermissions(CYCLE)).toBe(5);
  });
});

test('a denied caller is held for the timeout, unless the code is reactive', () => {
  expect(make(resilience4jRateLimiter).deniedAfter).toBe(5 * SECOND);
  expect(make(resilience4jRateLimiter, { blocksDenied: false }).deniedAfter).toBe(0);
});

test('with its defaults limits nothing that a simulation sends', () => {
  const policy = make(resilience4jRateLimiter);
  for (let now = 0; now < 1000; now += 10) expect(policy.acquire(now, NO_DRAW)).toBe(0);
});

test('a charge takes what is at hand and leaves reservations alone', () => {
  const policy = new Resilience4jRateLimiter(4, CYCLE, CYCLE, true);
  policy.charge(0, 2.5);
  expect([0, 0].map((now) => policy.acquire(now))).toEqual([0, CYCLE]);
  policy.charge(0, 100);
  expect(policy.acquire(0)).toBe(CYCLE);
});

/** Permissions of each cycle, spent one by one in a table of all cycles: the first that has one left is taken. */
function recomputed(nows: readonly number[], limit: number, period: number, timeout: number): number[] {
  const spent: number[] = [];
  return nows.map((now) => {
    const current = Math.floor(now / period);
    let cycle = current;
    while ((spent[cycle] ?? 0) >= limit) cycle++;
    const wait = cycle === current ? 0 : cycle * period - now;
    if (wait > timeout) return -1;
    spent[cycle] = (spent[cycle] ?? 0) + 1;
    return wait;
  });
}

test('equals a table of all cycles, and passes at most the limit in each', () => {
  const limits = fc.integer({ min: 1, max: 6 });
  fc.assert(
    fc.property(
      times(1, 300),
      limits,
      fc.integer({ min: 1, max: 400 }),
      fc.nat({ max: 1500 }),
      (nows, limit, period, timeout) => {
        const limiter = new AtomicRateLimiter(limit, period, timeout);
        expect(nows.map((now) => limiter.reservePermission(now))).toEqual(recomputed(nows, limit, period, timeout));

        const policy = new Resilience4jRateLimiter(limit, period, timeout, true);
        const origin = nows[0] ?? 0;
        const passed = passages(policy, nows);
        const perCycle = new Map<number, number>();
        for (const at of passed) {
          const cycle = Math.floor((at - origin) / period);
          perCycle.set(cycle, (perCycle.get(cycle) ?? 0) + 1);
        }
        expect(Math.max(0, ...perCycle.values())).toBeLessThanOrEqual(limit);
        expect(mostWithin(passed, period)).toBeLessThanOrEqual(2 * limit);
      },
    ),
  );
});
