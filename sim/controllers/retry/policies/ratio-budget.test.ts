import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { RatioBudget } from './ratio-budget.ts';

const WINDOW = 10 * SECOND;
const uses = fc.array(
  fc.record({
    wait: fc.oneof(fc.nat({ max: 3000 }), fc.constantFrom(1000, 9999, 10_000, 11_000, 60_000)),
    calls: fc.nat({ max: 30 }),
    asks: fc.nat({ max: 30 }),
  }),
  { maxLength: 80 },
);
const ratios = fc.constantFrom(0, 0.1, 0.2, 0.33, 1, 3);

describe('ratio budget', () => {
  test.prop([uses, ratios, fc.constantFrom(0, 0.1, 0.25, 2)])(
    'keeps its promise over every window that ends with a retry',
    (script, ratio, minimum) => {
      const budget = new RatioBudget(ratio, WINDOW, minimum);
      const calls: number[] = [];
      const retries: number[] = [];
      let now = 0;
      for (const use of script) {
        now += use.wait * MILLISECOND;
        for (let i = 0; i < use.calls; i++) {
          budget.began(now);
          calls.push(now);
        }
        for (let i = 0; i < use.asks; i++) {
          if (!budget.tryRetry(now)) continue;
          retries.push(now);
          const recent = (times: number[]) => times.filter((at) => at > now - WINDOW).length;
          expect(recent(retries)).toBeLessThanOrEqual(ratio * recent(calls) + minimum * 10 + 1e-6);
        }
      }
    },
  );

  test.prop([uses, ratios, fc.constantFrom(0, 0.1, 0.25, 2)])(
    'equals counts by slice of the clock, made afresh from all that happened',
    (script, ratio, minimum) => {
      const budget = new RatioBudget(ratio, WINDOW, minimum);
      const calls: number[] = [];
      const retries: number[] = [];
      const since = (times: number[], now: number, slices: number) =>
        times.filter((at) => Math.floor(at / SECOND) > Math.floor(now / SECOND) - slices).length;
      let now = 0;
      for (const use of script) {
        now += use.wait * MILLISECOND;
        for (let i = 0; i < use.calls; i++) {
          budget.began(now);
          calls.push(now);
        }
        for (let i = 0; i < use.asks; i++) {
          const fits = since(retries, now, 11) + 1 <= ratio * since(calls, now, 10) + minimum * 10 + 1e-9;
          expect(budget.tryRetry(now)).toBe(fits);
          if (fits) retries.push(now);
        }
      }
    },
  );

  test('in steady traffic gives a fifth of the calls, but for the slice that it errs on the safe side', () => {
    const budget = new RatioBudget(0.2, WINDOW, 0);
    let retries = 0;
    for (let i = 0; i < 60_000; i++) {
      budget.began(i * MILLISECOND);
      if (budget.tryRetry(i * MILLISECOND)) retries++;
    }
    expect(retries / 60_000).toBeGreaterThan(0.17);
    expect(retries / 60_000).toBeLessThanOrEqual(0.2);
  });

  test('allows the minimum however few the calls', () => {
    const budget = new RatioBudget(0.2, WINDOW, 1);
    let retries = 0;
    while (budget.tryRetry(0)) retries++;
    expect(retries).toBe(10);
    expect(budget.left(0)).toBe(0);
    expect(budget.tryRetry(10.9 * SECOND)).toBe(false);
    expect(budget.tryRetry(11 * SECOND)).toBe(true);
    expect(budget.left(11 * SECOND)).toBe(0.9);
  });

  test('shows nothing left where it allows nothing', () => {
    expect(new RatioBudget(0, WINDOW, 0).left(0)).toBe(0);
  });
});
