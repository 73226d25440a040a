import { kindOf } from '../../../stack/result.ts';
import type { Result } from '../../../stack/result.ts';
import type { RetryBudget, RetryPolicy } from '../policy.ts';
import { isRetryable } from './retry-on.ts';

/** A retry is due. */
export const RETRY = 0;
/** Such a result is not retried. */
export const NOT_RETRYABLE = 1;
/** The call has made all the retries that it may. */
export const LIMIT_REACHED = 2;
/** The budget allows no retry now. */
export const BUDGET_SPENT = 3;
export type RetryDecision = 0 | 1 | 2 | 3;
export const RETRY_DECISION_NAMES = ['retry', 'notRetryable', 'limitReached', 'budgetSpent'] as const;

/**
 * Whether a call makes one more retry after `result`, and if not, why: the policy is asked first, then the number of
 * tries, the budget last, so that only a retry that is otherwise due costs anything. That is the order of every product
 * here (Envoy's `shouldRetry`, gRPC, botocore's `needs_retry`, Finagle's `RequeueFilter`).
 *
 * `retries` is how many the call has made, `allowance` what the budget had allowed it when it began (`Infinity` without
 * a budget). The budget has been told that the attempt ended.
 */
export function decideRetry(
  policy: RetryPolicy,
  budget: RetryBudget | null,
  now: number,
  result: Result,
  retries: number,
  allowance: number,
): RetryDecision {
  if (!isRetryable(policy.retryOn, result)) return NOT_RETRYABLE;
  if (retries + 1 >= policy.tries || retries >= allowance) return LIMIT_REACHED;
  if (budget !== null && !budget.tryRetry(now, kindOf(result))) return BUDGET_SPENT;
  return RETRY;
}
