import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { DENIED } from '../policy.ts';
import type { Use } from '../testing/drive.ts';
import { answers, mostWithin, passages, times, uses } from '../testing/drive.ts';
import { SlidingWindow } from './sliding-window.ts';

const seconds = (...at: number[]): number[] => at.map((second) => second * SECOND);

test('an entry as old as the window is out', () => {
  expect(passages(new SlidingWindow(1, SECOND, false), [0, SECOND - 1, SECOND, SECOND + 1])).toEqual([0, SECOND]);
});

test('passes the limit in any window, wherever it begins', () => {
  // A fixed window would pass four around the boundary at 10.
  expect(passages(new SlidingWindow(2, 10 * SECOND, false), seconds(9, 9.5, 10, 10.5, 18.9, 19, 19.5))).toEqual(
    seconds(9, 9.5, 19, 19.5),
  );
});

test('denied attempts keep a client out only if they are logged', () => {
  const everySecond = Array.from({ length: 30 }, (_, i) => i * SECOND);
  expect(passages(new SlidingWindow(1, 5 * SECOND, false), everySecond)).toEqual(seconds(0, 5, 10, 15, 20, 25));
  expect(passages(new SlidingWindow(1, 5 * SECOND, true), everySecond)).toEqual([0]);
});

test('a charge takes what there is, and does not put off when it comes back', () => {
  const policy = new SlidingWindow(3, SECOND, false);
  policy.acquire(0);
  policy.charge(500 * MILLISECOND, 10);
  expect(policy.used(500 * MILLISECOND)).toBe(1);
  expect(policy.acquire(SECOND)).toBe(0);
  expect(policy.acquire(SECOND)).toBe(DENIED);
  expect(policy.acquire(1500 * MILLISECOND)).toBe(0);
});

test('charges below one add up', () => {
  const policy = new SlidingWindow(2, SECOND, false);
  policy.charge(0, 0.5);
  expect(policy.used(0)).toBe(0);
  policy.charge(0, 0.5);
  expect(policy.used(0)).toBe(0.5);
});

test('never passes more than the limit in any stretch as long as the window', () => {
  fc.assert(
    fc.property(times(MILLISECOND, 400), fc.integer({ min: 1, max: 8 }), fc.boolean(), (nows, limit, logDenied) => {
      const passed = passages(new SlidingWindow(limit, SECOND, logDenied), nows);
      expect(mostWithin(passed, SECOND)).toBeLessThanOrEqual(limit);
    }),
  );
});

/** Answers from a log of everything, which is never cut. */
function recomputed(history: readonly Use[], limit: number, window: number, logDenied: boolean): number[] {
  const log: number[] = [];
  let owed = 0;
  return history.flatMap(({ now, charge }) => {
    const free = (): number => limit - log.filter((time) => time > now - window).length;
    if (charge > 0) {
      owed += charge;
      for (; owed >= 1; owed--) if (free() > 0) log.push(now);
      return [];
    }
    const passes = free() > 0;
    if (passes || logDenied) log.push(now);
    return [passes ? 0 : DENIED];
  });
}

test('equals the log recomputed from the whole history', () => {
  fc.assert(
    fc.property(uses(MILLISECOND, 400), fc.integer({ min: 0, max: 8 }), fc.boolean(), (steps, limit, logDenied) => {
      const seen = answers(new SlidingWindow(limit, SECOND, logDenied), steps);
      expect(seen).toEqual(recomputed(steps, limit, SECOND, logDenied));
    }),
  );
});
