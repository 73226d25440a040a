import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { ERROR, LIMITED, OK, REFUSED, TIMED_OUT } from '../../../stack/result.ts';
import type { Kind } from '../../../stack/result.ts';
import { AWS_COSTS_V2_1, AwsRetryQuota } from './aws-retry-quota.ts';

/** One call: its failed attempts, and whether the last one then succeeds. */
interface CallScript {
  readonly failures: readonly Kind[];
  readonly ok: boolean;
}
const callScript = fc.record<CallScript>({
  failures: fc.array(fc.constantFrom<Kind>(ERROR, REFUSED, LIMITED, TIMED_OUT), { maxLength: 4 }),
  ok: fc.boolean(),
});

/** Lives one call; returns what its retries cost and what came back. */
function live(quota: AwsRetryQuota, { failures, ok }: CallScript): { spent: number; returned: number } {
  const begin = quota.availableCapacity();
  let retries = 0;
  let retriedAfter: Kind = OK;
  for (const kind of failures) {
    if (!quota.tryRetry(0, kind)) {
      quota.ended(0, false, retries, retriedAfter);
      return { spent: begin - quota.availableCapacity(), returned: 0 };
    }
    retries++;
    retriedAfter = kind;
  }
  const spent = begin - quota.availableCapacity();
  quota.ended(0, ok, retries, retriedAfter);
  return { spent, returned: quota.availableCapacity() - (begin - spent) };
}

describe("the AWS SDK's retry quota", () => {
  test.prop([fc.array(callScript, { maxLength: 200 }), fc.nat({ max: 60 }), fc.boolean()])(
    'never lets retries cost more than the capacity and what came back',
    (calls, capacity, newer) => {
      const quota = newer ? new AwsRetryQuota(capacity, AWS_COSTS_V2_1) : new AwsRetryQuota(capacity);
      let spent = 0;
      let returned = 0;
      for (const call of calls) {
        const flow = live(quota, call);
        spent += flow.spent;
        returned += flow.returned;
        expect(spent).toBeLessThanOrEqual(capacity + returned);
        expect(quota.availableCapacity()).toBe(capacity - spent + returned);
        expect(quota.availableCapacity()).toBeGreaterThanOrEqual(0);
        expect(quota.availableCapacity()).toBeLessThanOrEqual(capacity);
      }
    },
  );

  test.each([
    [ERROR, 5],
    [REFUSED, 5],
    [LIMITED, 5],
    [TIMED_OUT, 10],
  ] as const)('standard mode: after kind %i a retry costs %i', (kind, cost) => {
    const quota = new AwsRetryQuota(500);
    quota.tryRetry(0, kind);
    expect(quota.availableCapacity()).toBe(500 - cost);
  });

  test.each([
    [ERROR, 14],
    [REFUSED, 14],
    [LIMITED, 5],
    [TIMED_OUT, 14],
  ] as const)('version 2.1: after kind %i a retry costs %i', (kind, cost) => {
    const quota = new AwsRetryQuota(500, AWS_COSTS_V2_1);
    quota.tryRetry(0, kind);
    expect(quota.availableCapacity()).toBe(500 - cost);
  });

  test('a success gives back the cost of the last retry alone', () => {
    const quota = new AwsRetryQuota(500);
    expect(live(quota, { failures: [TIMED_OUT, ERROR], ok: true })).toEqual({ spent: 15, returned: 5 });
    expect(live(quota, { failures: [ERROR, TIMED_OUT], ok: true })).toEqual({ spent: 15, returned: 10 });
  });

  test('a success without a retry gives back 1, a failure nothing', () => {
    const quota = new AwsRetryQuota(500);
    quota.acquire(100);
    expect(live(quota, { failures: [], ok: true }).returned).toBe(1);
    expect(live(quota, { failures: [], ok: false }).returned).toBe(0);
    expect(quota.left()).toBe(401 / 500);
  });
});
