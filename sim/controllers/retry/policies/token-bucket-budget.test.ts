import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { ERROR, OK } from '../../../stack/result.ts';
import { DEPOSIT_EVENTS, TokenBucketBudget } from './token-bucket-budget.ts';

describe('token bucket budget', () => {
  test.prop([
    fc.array(fc.constantFrom('call', 'success', 'failure', 'retry'), { maxLength: 300 }),
    fc.constantFrom(...DEPOSIT_EVENTS),
    fc.integer({ min: 0, max: 20 }),
    fc.integer({ min: 0, max: 10 }),
  ])('over any span the retries cost at most the cap and the deposits of the span', (events, on, cap, tenths) => {
    const budget = new TokenBucketBudget(tenths / 10, on, cap, 1);
    const deposits: number[] = [];
    const retries: number[] = [];
    events.forEach((event, at) => {
      if (event === 'call') budget.began();
      if (event === 'success') budget.ended(0, true);
      if (event === 'failure') budget.ended(0, false);
      if (event === on) deposits.push(at);
      if (event === 'retry' && budget.tryRetry()) retries.push(at);
    });
    for (const from of [0, 50, 150]) {
      const within = (times: number[]) => times.filter((at) => at >= from).length;
      expect(within(retries)).toBeLessThanOrEqual(cap + (tenths / 10) * within(deposits) + 1e-9);
    }
  });

  test('ten successes of a tenth make exactly one retry', () => {
    const budget = new TokenBucketBudget(0.1, 'success', 5, 1);
    while (budget.tryRetry());
    for (let i = 0; i < 9; i++) budget.ended(0, true);
    expect(budget.tryRetry()).toBe(false);
    budget.ended(0, true);
    expect(budget.tryRetry()).toBe(true);
    expect(budget.tryRetry()).toBe(false);
  });

  test('begins full, and holds no more than its cap', () => {
    const budget = new TokenBucketBudget(0.1, 'success', 2, 1);
    for (let i = 0; i < 100; i++) budget.ended(0, true);
    expect(budget.left()).toBe(1);
    expect([budget.tryRetry(), budget.tryRetry(), budget.tryRetry()]).toEqual([true, true, false]);
    expect(new TokenBucketBudget(0.1, 'success', 0, 1).left()).toBe(0);
  });

  test('deposits on success stop when all calls fail, deposits on calls do not', () => {
    const onSuccess = new TokenBucketBudget(0.5, 'success', 1, 1);
    const onCall = new TokenBucketBudget(0.5, 'call', 1, 1);
    const counts = [onSuccess, onCall].map((budget) => {
      let retries = 0;
      for (let i = 0; i < 100; i++) {
        budget.began();
        budget.attemptEnded(0, ERROR, true, 0);
        if (budget.tryRetry()) retries++;
        budget.ended(0, false);
      }
      return retries;
    });
    expect(counts).toEqual([1, 50]);
  });

  test('ignores how attempts end: only the call’s own end counts', () => {
    const budget = new TokenBucketBudget(1, 'success', 1, 1);
    budget.tryRetry();
    budget.attemptEnded(0, OK, false, 0);
    expect(budget.left()).toBe(0);
  });
});
