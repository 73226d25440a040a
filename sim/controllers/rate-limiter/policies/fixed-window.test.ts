import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { DENIED } from '../policy.ts';
import type { Use } from '../testing/drive.ts';
import { answers, make, mostWithin, NO_DRAW, passages, times, uses } from '../testing/drive.ts';
import { envoyGlobalRateLimit } from './envoy-global-rate-limit.ts';
import { FixedWindow } from './fixed-window.ts';

test('starts to count anew at every multiple of the window', () => {
  const policy = new FixedWindow(2, SECOND);
  expect([100, 200, 300, 999, 1000, 1001, 1002].map((ms) => policy.acquire(ms * MILLISECOND))).toEqual([
    0,
    0,
    DENIED,
    DENIED,
    0,
    0,
    DENIED,
  ]);
});

test('passes twice the limit around a boundary', () => {
  const limit = 10;
  const policy = new FixedWindow(limit, SECOND);
  const burst = [...Array.from({ length: 20 }, () => SECOND - 1), ...Array.from({ length: 20 }, () => SECOND)];
  expect(mostWithin(passages(policy, burst), 2)).toBe(2 * limit);
});

test('never passes more than the limit in a window, nor more than twice it in any stretch as long', () => {
  fc.assert(
    fc.property(times(MILLISECOND, 400), fc.integer({ min: 1, max: 8 }), (nows, limit) => {
      const passed = passages(new FixedWindow(limit, SECOND), nows);
      const perWindow = new Map<number, number>();
      for (const at of passed)
        perWindow.set(Math.floor(at / SECOND), (perWindow.get(Math.floor(at / SECOND)) ?? 0) + 1);
      expect(Math.max(0, ...perWindow.values())).toBeLessThanOrEqual(limit);
      expect(mostWithin(passed, SECOND)).toBeLessThanOrEqual(2 * limit);
    }),
  );
});

/** Answers by counting, for each use, what its window has seen before it. */
function recomputed(history: readonly Use[], limit: number, window: number): number[] {
  const spent: number[] = [];
  const answered: number[] = [];
  history.forEach(({ now, charge }, i) => {
    let inWindow = 0;
    for (let k = 0; k < i; k++) {
      if (Math.floor(history[k].now / window) === Math.floor(now / window)) inWindow += spent[k];
    }
    const passes = inWindow + 1 <= limit;
    spent.push(charge > 0 ? Math.min(charge, limit - inWindow) : Number(passes));
    if (charge === 0) answered.push(passes ? 0 : DENIED);
  });
  return answered;
}

test('equals the count recomputed from the whole history', () => {
  fc.assert(
    fc.property(uses(MILLISECOND, 400), fc.integer({ min: 0, max: 8 }), (steps, limit) => {
      expect(answers(new FixedWindow(limit, SECOND), steps)).toEqual(recomputed(steps, limit, SECOND));
    }),
  );
});

test('counts in the units of the rate limit service', () => {
  const policy = make(envoyGlobalRateLimit, { requestsPerUnit: 1, unit: 'minute' });
  const at = (seconds: number): number => policy.acquire(seconds * SECOND, NO_DRAW);
  expect([at(59), at(59.5), at(60), at(119), at(120)]).toEqual([0, DENIED, 0, DENIED, 0]);
  expect(() => make(envoyGlobalRateLimit, { requestsPerUnit: 1, unit: 'fortnight' })).toThrow();
});
