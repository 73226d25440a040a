import { describe, expect, test } from 'vitest';
import { MILLISECOND } from '../../../kernel/time.ts';
import { OK } from '../../../stack/result.ts';
import { casesOf, unknownStep } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/tower-retrybudget.json' with { type: 'json' };
import { TpsBudget } from './tps-budget.ts';

interface Params {
  readonly ttl_ms?: number;
  readonly min_per_sec?: number;
  readonly retry_percent?: number;
}
interface Step {
  readonly t_ms: number;
  readonly op: string;
}
type Expected = { readonly ok: boolean } | null;

describe("tower's TpsBudget", () => {
  test.each(casesOf<Params, Step, Expected[]>(vectors))('$case ($source)', ({ params, inputs, expected }) => {
    expect(expected.length).toBe(inputs.length);
    const { ttl_ms = 10_000, min_per_sec = 10, retry_percent = 0.2 } = params;
    const budget = new TpsBudget(ttl_ms * MILLISECOND, min_per_sec, retry_percent);
    inputs.forEach((step, i) => {
      const now = step.t_ms * MILLISECOND;
      if (step.op === 'deposit') budget.attemptEnded(now, OK, false);
      else if (step.op === 'withdraw') expect(budget.tryRetry(now), `step ${i}`).toBe(expected[i]!.ok);
      else unknownStep(step);
    });
  });
});
