import { describe, expect, test } from 'vitest';
import { MILLISECOND } from '../../../kernel/time.ts';
import { casesOf } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/throttled-gcra.json' with { type: 'json' };
import { emissionIntervalOf, GcraLimiter } from './gcra.ts';

interface Params {
  readonly n?: number;
  readonly period_ms?: number;
  readonly maxBurst?: number;
}
interface Step {
  readonly t_ms?: number;
  readonly quantity?: number;
}
interface Answer {
  readonly limited?: boolean;
  readonly limit?: number;
  readonly remaining?: number;
  readonly resetAfter_ms?: number;
  readonly retryAfter_ms?: number;
}
type Expected = (Answer | null)[] | { readonly emissionInterval_ms: number };

/** -1 is no time but the mark for none. */
const milliseconds = (duration: number): number => (duration === -1 ? -1 : duration / MILLISECOND);

describe('throttled GCRA', () => {
  test.each(casesOf<Params, Step, Expected>(vectors))('$case ($source)', ({ params, inputs, expected }) => {
    const interval = emissionIntervalOf(params.n ?? 1, (params.period_ms ?? 1000) * MILLISECOND);
    if (!Array.isArray(expected)) {
      // Published as a fraction; the product divides whole nanoseconds.
      expect(interval).toBe(Math.floor(expected.emissionInterval_ms * MILLISECOND));
      return;
    }
    const limiter = new GcraLimiter(interval, params.maxBurst ?? 0);
    expect(expected.length).toBe(inputs.length);
    inputs.forEach((step, i) => {
      const limited = limiter.rateLimit((step.t_ms ?? 0) * MILLISECOND, step.quantity ?? 1);
      const seen = {
        limited,
        limit: limiter.limit,
        remaining: limiter.remaining,
        resetAfter_ms: milliseconds(limiter.resetAfter),
        retryAfter_ms: milliseconds(limiter.retryAfter),
      };
      expect(seen, `step ${i} ${JSON.stringify(step)}`).toMatchObject(expected[i] ?? {});
    });
  });
});
