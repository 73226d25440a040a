import { expect, test } from 'vitest';
import { FixedRetryBudget } from './fixed-retry-budget.ts';

test('an empty budget never allows a retry, an infinite one always', () => {
  const empty = new FixedRetryBudget(0);
  const infinite = new FixedRetryBudget(100);
  for (let i = 0; i < 200; i++) {
    expect(empty.tryRetry()).toBe(false);
    expect(infinite.tryRetry()).toBe(true);
  }
  expect([empty.left(), infinite.left()]).toEqual([0, 1]);
  expect([empty.balance(0), infinite.balance(0)]).toEqual([0, 100]);
});
