import { describe, expect, test } from 'vitest';
import { ERROR, FROM_INSTANCE, makeResult, SERVER_ERROR } from '../../../stack/result.ts';
import { casesOf } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/envoy-retrybudget.json' with { type: 'json' };
import { EnvoyMaxRetries } from './envoy-max-retries.ts';
import { EnvoyRetryBudget } from './envoy-retry-budget.ts';
import { envoy } from './envoy.ts';
import { BUDGET_SPENT, decideRetry, LIMIT_REACHED, NOT_RETRYABLE, RETRY } from './retry-decision.ts';
import { resolve } from './testing/resolve.ts';

interface Params {
  readonly budget_percent?: number;
  readonly min_retry_concurrency?: number;
  readonly max_retries?: number;
  readonly num_retries?: number;
}
interface Input {
  readonly op?: string;
  readonly activeRequests?: number;
  readonly outstandingRetries?: number;
}
interface Expected {
  readonly decision: string;
  readonly limit?: number;
}

const DECISIONS = {
  [RETRY]: 'Yes',
  [NOT_RETRYABLE]: 'No',
  [LIMIT_REACHED]: 'NoRetryLimitExceeded',
  [BUDGET_SPENT]: 'NoOverflow',
};
const FAILURE = makeResult(ERROR, SERVER_ERROR, FROM_INSTANCE);

function policyOf({ budget_percent, min_retry_concurrency, max_retries, num_retries }: Params) {
  return resolve(envoy, {
    numRetries: num_retries ?? 1,
    ...(max_retries === undefined ? {} : { maxRetries: max_retries }),
    ...(budget_percent === undefined && min_retry_concurrency === undefined
      ? {}
      : {
          retryBudget: {
            ...(budget_percent === undefined ? {} : { budgetPercent: `${budget_percent}%` }),
            ...(min_retry_concurrency === undefined ? {} : { minRetryConcurrency: min_retry_concurrency }),
          },
        }),
  });
}

/** A budget with so many attempts under way and so many retries that wait, whatever it would have allowed itself. */
function budgetWith(params: Params, active: number, outstanding: number): EnvoyMaxRetries {
  const budget = policyOf(params).budget!() as EnvoyMaxRetries;
  // Enough calls for any percentage to allow the retries; those that are too many end again.
  const calls = Math.max(active, 1000 * outstanding);
  for (let i = 0; i < calls; i++) budget.began(0);
  for (let i = 0; i < outstanding; i++) expect(budget.tryRetry(0), 'a case that cannot be set up').toBe(true);
  for (let i = active; i < calls; i++) budget.attemptEnded(0, ERROR, true, 0);
  return budget;
}

describe("Envoy's retry budget and limit of retries", () => {
  test.each(casesOf<Params, Input, Expected[]>(vectors))('$case ($source)', ({ params, inputs, expected }) => {
    expect(expected.length).toBe(inputs.length);
    const policy = policyOf(params);
    inputs.forEach((input, i) => {
      const { decision, limit } = expected[i];
      const perCall = input.op === 'failure';
      const budget = perCall ? null : budgetWith(params, input.activeRequests ?? 0, input.outstandingRetries ?? 0);
      if (limit !== undefined) expect(budget!.limit()).toBe(limit);
      expect(DECISIONS[decideRetry(policy, budget, 0, FAILURE, perCall ? i : 0, Infinity)], `input ${i}`).toBe(
        decision,
      );
    });
  });

  test('a retry budget replaces max_retries', () => {
    expect(policyOf({ budget_percent: 20, max_retries: 5 }).budget!()).toBeInstanceOf(EnvoyRetryBudget);
    expect(policyOf({ max_retries: 5 }).budget!()).not.toBeInstanceOf(EnvoyRetryBudget);
  });
});
