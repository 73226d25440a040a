import { describe, expect, test } from 'vitest';
import { ERROR, FROM_INSTANCE, LIMITED, makeResult, RATE_LIMITED, SERVER_ERROR } from '../../../stack/result.ts';
import { ConstantBackoff } from './constant-backoff.ts';
import { FixedRetryBudget } from './fixed-retry-budget.ts';
import { PLAIN_POLICY } from './plain-policy.ts';
import { BUDGET_SPENT, decideRetry, LIMIT_REACHED, NOT_RETRYABLE, RETRY } from './retry-decision.ts';
import { retryOn } from './retry-on.ts';
import { TokenBucketBudget } from './token-bucket-budget.ts';

const error = makeResult(ERROR, SERVER_ERROR, FROM_INSTANCE);
const limited = makeResult(LIMITED, RATE_LIMITED, FROM_INSTANCE);
const policy = { ...PLAIN_POLICY, tries: 3, retryOn: retryOn(['error']), backoff: new ConstantBackoff(0) };

describe('whether a call makes one more retry', () => {
  test('asks the policy first, then the number of tries, and the budget last', () => {
    const empty = new FixedRetryBudget(0);
    expect(decideRetry(policy, empty, 0, limited, 2, 0)).toBe(NOT_RETRYABLE);
    expect(decideRetry(policy, empty, 0, error, 2, Infinity)).toBe(LIMIT_REACHED);
    expect(decideRetry(policy, empty, 0, error, 1, Infinity)).toBe(BUDGET_SPENT);
    expect(decideRetry(policy, null, 0, error, 1, Infinity)).toBe(RETRY);
  });

  test('takes nothing from the budget for a retry that is not made', () => {
    const budget = new TokenBucketBudget(0, 'success', 1, 1);
    decideRetry(policy, budget, 0, limited, 0, Infinity);
    decideRetry(policy, budget, 0, error, 2, Infinity);
    decideRetry(policy, budget, 0, error, 0, 0);
    expect(budget.left()).toBe(1);
    expect(decideRetry(policy, budget, 0, error, 0, Infinity)).toBe(RETRY);
    expect(budget.left()).toBe(0);
  });

  test('keeps to what the budget allowed the call when it began', () => {
    expect(decideRetry(policy, null, 0, error, 0, 1)).toBe(RETRY);
    expect(decideRetry(policy, null, 0, error, 1, 1)).toBe(LIMIT_REACHED);
  });

  test('a policy of one try never retries', () => {
    expect(decideRetry({ ...policy, tries: 1 }, null, 0, error, 0, Infinity)).toBe(LIMIT_REACHED);
  });
});
