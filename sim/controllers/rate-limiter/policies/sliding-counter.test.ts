import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../../kernel/time.ts';
import { DENIED } from '../policy.ts';
import type { Use } from '../testing/drive.ts';
import { answers, mostWithin, passages, times, uses } from '../testing/drive.ts';
import { SlidingCounter } from './sliding-counter.ts';

function fill(policy: SlidingCounter, now: number, attempts: number): void {
  for (let i = 0; i < attempts; i++) expect(policy.acquire(now)).toBe(0);
}

test('weighs the former window by what is left of it: 42 before and 18 now are 49.5 after a quarter', () => {
  const policy = new SlidingCounter(50, MINUTE);
  fill(policy, 0, 42);
  fill(policy, MINUTE, 0);
  const now = MINUTE + 15 * SECOND;
  fill(policy, now, 18);
  // 42 * 0.75 + 18 = 49.5: one more would be 50.5.
  expect(policy.acquire(now)).toBe(DENIED);
  expect(policy.used(now)).toBe(1);
  expect(policy.acquire(now + SECOND)).toBe(0);
});

test('a window without attempts is forgotten', () => {
  const policy = new SlidingCounter(5, SECOND);
  fill(policy, 0, 5);
  expect(policy.acquire(SECOND)).toBe(DENIED);
  fill(policy, 2 * SECOND, 5);
});

test('the window before last counts for nothing, though nobody asked in between', () => {
  const policy = new SlidingCounter(5, SECOND);
  fill(policy, 0, 5);
  fill(policy, 2 * SECOND, 5);
});

test('after a burst at the end of a window passes nearly twice the limit within one length', () => {
  const policy = new SlidingCounter(100, SECOND);
  const atTheEnd = Array.from({ length: 100 }, () => SECOND - 1);
  const spread = Array.from({ length: 1000 }, (_, i) => SECOND + (i * SECOND) / 1000);
  expect(mostWithin(passages(policy, [...atTheEnd, ...spread]), SECOND)).toBeGreaterThan(190);
});

test('never passes more than the limit in a window of the clock, nor twice it in any stretch as long', () => {
  fc.assert(
    fc.property(times(SECOND / 100, 40), fc.integer({ min: 1, max: 8 }), (nows, limit) => {
      const passed = passages(new SlidingCounter(limit, SECOND), nows);
      const perWindow = new Map<number, number>();
      for (const at of passed)
        perWindow.set(Math.floor(at / SECOND), (perWindow.get(Math.floor(at / SECOND)) ?? 0) + 1);
      expect(Math.max(0, ...perWindow.values())).toBeLessThanOrEqual(limit);
      expect(mostWithin(passed, SECOND)).toBeLessThanOrEqual(2 * limit);
    }),
  );
});

/** Answers by counting, for each use, what each of its two windows has seen before it. */
function recomputed(history: readonly Use[], limit: number, window: number): number[] {
  const spent: number[] = [];
  const answered: number[] = [];
  history.forEach(({ now, charge }, i) => {
    const index = Math.floor(now / window);
    const seen = (wanted: number): number =>
      history.slice(0, i).reduce((sum, use, k) => (Math.floor(use.now / window) === wanted ? sum + spent[k] : sum), 0);
    const estimate = (seen(index - 1) * ((index + 1) * window - now)) / window + seen(index);
    const passes = estimate + 1 <= limit;
    spent.push(charge > 0 ? Math.min(charge, Math.max(0, limit - estimate)) : Number(passes));
    if (charge === 0) answered.push(passes ? 0 : DENIED);
  });
  return answered;
}

test('equals the estimate recomputed from the whole history', () => {
  fc.assert(
    fc.property(uses(SECOND / 128, 400), fc.integer({ min: 1, max: 8 }), (steps, limit) => {
      // Attempts alone: charges leave fractions whose sums depend on their order.
      const attempts = steps.filter(({ charge }) => charge === 0);
      expect(answers(new SlidingCounter(limit, SECOND), attempts)).toEqual(recomputed(attempts, limit, SECOND));
    }),
  );
});
