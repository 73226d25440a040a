import { describe, expect, test } from 'vitest';
import { casesOf, unknownStep } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/resilience4j-ratelimiter.json' with { type: 'json' };
import { AtomicRateLimiter } from './atomic-rate-limiter.ts';

interface Params {
  readonly limitForPeriod?: number;
  readonly limitRefreshPeriod_ns?: number;
  readonly timeoutDuration_ns?: number;
}
interface Step {
  readonly t_ns: number;
  readonly op: string;
  readonly n?: number;
  readonly limitForPeriod?: number;
  readonly timeoutDuration_ns?: number;
}
interface Expected {
  readonly wait_ns?: number;
  readonly waitGreaterThan_ns?: number;
  readonly available?: number;
  readonly nanosToWait?: number;
}

describe('Resilience4j AtomicRateLimiter', () => {
  test.each(casesOf<Params, Step, (Expected | null)[]>(vectors))('$case ($source)', ({ params, inputs, expected }) => {
    const limiter = new AtomicRateLimiter(
      params.limitForPeriod ?? 50,
      params.limitRefreshPeriod_ns ?? 500,
      params.timeoutDuration_ns ?? 5e9,
    );
    expect(expected.length).toBe(inputs.length);
    inputs.forEach((step, i) => {
      let wait: number | undefined;
      if (step.op === 'reserve') wait = limiter.reservePermission(step.t_ns, step.n);
      else if (step.op === 'setLimit') limiter.limitForPeriod = step.limitForPeriod ?? unknownStep(step);
      else if (step.op === 'setTimeout') limiter.timeoutDuration = step.timeoutDuration_ns ?? unknownStep(step);
      else if (step.op === 'drain') limiter.drainPermissions(step.t_ns);
      else if (step.op !== 'peek') unknownStep(step);
      const want = expected[i];
      if (want === null) return;
      const at = `step ${i} ${JSON.stringify(step)}`;
      if (want.wait_ns !== undefined) expect(wait, at).toBe(want.wait_ns);
      if (want.waitGreaterThan_ns !== undefined) expect(wait, at).toBeGreaterThan(want.waitGreaterThan_ns);
      if (want.available !== undefined) expect(limiter.availablePermissions(step.t_ns), at).toBe(want.available);
      if (want.nanosToWait !== undefined) expect(limiter.nanosToWait(step.t_ns), at).toBe(want.nanosToWait);
    });
  });
});
