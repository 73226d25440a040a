import { describe, expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { casesOf, unknownStep } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/finagle-retrybudget.json' with { type: 'json' };
import { FinagleRetryBudget } from './finagle-retry-budget.ts';
import { finagleBudget } from './finagle.ts';
import { FixedRetryBudget } from './fixed-retry-budget.ts';

interface Params {
  readonly kind?: string;
  readonly ttl_s?: number;
  readonly minRetriesPerSec?: number;
  readonly percentCanRetry?: number;
}
interface Step {
  readonly op: string;
  readonly times?: number;
  readonly t_ms?: number;
  readonly ok?: boolean;
}
interface Balance {
  readonly ok?: boolean;
  readonly balance?: number;
}
interface Totals {
  readonly initialBalance?: number;
  readonly retriesAllowed?: number;
  readonly tolerance?: number;
  readonly balance?: number;
  readonly withdrawAmount?: number;
  readonly depositAmount?: number;
}
type Budget = FinagleRetryBudget | FixedRetryBudget;

function budgetOf({ kind, ttl_s = 10, minRetriesPerSec = 10, percentCanRetry = 0.2 }: Params): Budget {
  if (kind === 'Empty') return new FixedRetryBudget(0);
  if (kind === 'Infinite') return new FixedRetryBudget(100);
  if (kind !== undefined) return unknownStep(kind);
  return finagleBudget(ttl_s * SECOND, minRetriesPerSec, percentCanRetry) as Budget;
}

/** Does one step; returns how many retries it was allowed. */
function act(budget: Budget, { op, times = 1, t_ms = 0 }: Step): number {
  const now = t_ms * MILLISECOND;
  let allowed = 0;
  for (let i = 0; i < times; i++) {
    if (op !== 'deposit' && op !== 'tryWithdraw' && op !== 'deposit then tryWithdraw') unknownStep(op);
    if (op !== 'tryWithdraw') budget.began(now);
    if (op !== 'deposit' && budget.tryRetry(now)) allowed++;
  }
  return allowed;
}

const isList = (expected: Totals | Balance[]): expected is Balance[] => Array.isArray(expected);

describe("Finagle's retry budget", () => {
  test.each(casesOf<Params, Step, Totals | Balance[]>(vectors))('$case ($source)', ({ params, inputs, expected }) => {
    const budget = budgetOf(params);
    if (isList(expected)) {
      expect(expected.length).toBe(inputs.length);
      inputs.forEach((step, i) => {
        const { ok, balance } = expected[i];
        const allowed = act(budget, step);
        if (ok !== undefined) expect(allowed === 1).toBe(ok);
        if (balance !== undefined) expect(budget.balance((step.t_ms ?? 0) * MILLISECOND)).toBe(balance);
      });
      return;
    }
    const totals = expected;
    if (totals.initialBalance !== undefined) expect(budget.balance(0)).toBe(totals.initialBalance);
    let allowed = 0;
    let now = 0;
    for (const step of inputs) {
      now = (step.t_ms ?? 0) * MILLISECOND;
      const got = act(budget, step);
      if (step.ok !== undefined) expect(got > 0).toBe(step.ok);
      allowed += got;
    }
    if (totals.retriesAllowed !== undefined) {
      expect(Math.abs(allowed - totals.retriesAllowed)).toBeLessThanOrEqual(totals.tolerance ?? 0);
    }
    if (totals.balance !== undefined) expect(budget.balance(now)).toBe(totals.balance);
    const amounts = budget as FinagleRetryBudget;
    if (totals.withdrawAmount !== undefined) expect(amounts.withdrawalAmount).toBe(totals.withdrawAmount);
    if (totals.depositAmount !== undefined) expect(amounts.depositAmount).toBe(totals.depositAmount);
  });
});
