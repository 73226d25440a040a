import { describe, expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { ERROR, LIMITED, OK, TIMED_OUT } from '../../../stack/result.ts';
import type { Kind } from '../../../stack/result.ts';
import { casesOf, unknownStep } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/aws-retryquota.json' with { type: 'json' };
import type { RetryPolicy } from '../policy.ts';
import { AWS_COSTS_V2_1, AwsRetryQuota } from './aws-retry-quota.ts';
import type { AwsRetryCosts } from './aws-retry-quota.ts';
import { awsStandard } from './aws-standard.ts';
import { resolve } from './testing/resolve.ts';
import { drawing } from './testing/scripted-random.ts';
import { waitOf } from './testing/waits.ts';

interface Params {
  readonly initialCapacity?: number;
  readonly cost?: AwsRetryCosts;
  readonly maxBackoff_s?: number;
  readonly scale_s?: number;
  readonly maxAttempts?: number;
  readonly random?: number;
  readonly attempt?: number;
}
interface Step {
  readonly op?: string;
  readonly n?: number;
  readonly error?: string;
  readonly status?: number;
  readonly attempt?: number;
  readonly header_ms?: string;
}
interface Expected {
  readonly available?: number;
  readonly ok?: boolean;
  readonly retryable?: boolean;
  readonly minDelay_s?: number;
  readonly maxDelay_s?: number;
  readonly delay_s?: number;
  readonly capacityAfterFailure?: number;
  readonly capacityAfterSuccess?: number;
}

function kindOf(error: string | undefined): Kind {
  if (error === undefined || error === 'other') return ERROR;
  if (error === 'timeout') return TIMED_OUT;
  return error === 'throttling' ? LIMITED : unknownStep(error);
}

/** The quota with the memory of one request, as botocore keeps it in the request's context. */
function quotaOf({ initialCapacity = 500, cost }: Params): (step: Step) => { ok?: boolean; available: number } {
  const quota = new AwsRetryQuota(initialCapacity, cost);
  let retries = 0;
  let retriedAfter: Kind = OK;
  return (step) => {
    let ok: boolean | undefined;
    if (step.op === 'acquire') ok = quota.acquire(step.n!);
    else if (step.op === 'drain') quota.acquire(step.n!);
    else if (step.op === 'release') quota.release(step.n!);
    else if (step.op === 'finish') quota.ended(0, step.status! >= 200 && step.status! < 300, retries, retriedAfter);
    else if (step.op === 'newRequest') [retries, retriedAfter] = [0, OK];
    else if (step.op === 'retry') {
      ok = quota.tryRetry(0, kindOf(step.error));
      if (ok) [retries, retriedAfter] = [retries + 1, kindOf(step.error)];
    } else unknownStep(step);
    return { ok, available: quota.availableCapacity() };
  };
}

/** Scales of version 2.1, by what they are for. */
const SCALES: Readonly<Record<number, { service: string; kind: Kind }>> = {
  0.05: { service: 'other', kind: ERROR },
  0.025: { service: 'dynamodb', kind: ERROR },
  1: { service: 'other', kind: LIMITED },
};

function policyOf({ scale_s, maxBackoff_s, maxAttempts = 3 }: Params): RetryPolicy {
  const service = scale_s === undefined ? 'other' : (SCALES[scale_s] ?? unknownStep(scale_s)).service;
  return resolve(awsStandard, {
    version: scale_s === undefined ? '2.0' : '2.1',
    service,
    ...(maxBackoff_s === undefined ? {} : { maxBackoff: `${maxBackoff_s}s` }),
    // DynamoDB's four attempts are what botocore makes of its default of three.
    maxAttempts: service === 'dynamodb' && maxAttempts === 4 ? 3 : maxAttempts,
  });
}

/** What is asked for in a header that must be a whole number of milliseconds to count. */
function askedBy(header: string): number | undefined {
  return /^\s*[+-]?\d+\s*$/.test(header) ? Number(header) * MILLISECOND : undefined;
}

describe("the AWS SDK's retry quota and backoff", () => {
  test.each(casesOf<Params, Step, Expected[]>(vectors))('$case ($source)', ({ params, inputs, expected }) => {
    expect(expected.length).toBe(inputs.length);
    const quota = quotaOf(params);
    const policy = policyOf(params);
    inputs.forEach((step, i) => {
      const want = expected[i];
      if (step.op !== undefined) {
        expect(quota(step), `step ${i}`).toMatchObject(want);
        return;
      }
      const attempt = step.attempt ?? params.attempt!;
      const kind = step.error === undefined ? (SCALES[params.scale_s ?? 0]?.kind ?? ERROR) : kindOf(step.error);
      const at = (u: number) => waitOf(policy.backoff, attempt, drawing(u), kind);
      if (want.minDelay_s !== undefined) expect(at(0) / SECOND).toBeCloseTo(want.minDelay_s, 8);
      if (want.maxDelay_s !== undefined) expect(at(1) / SECOND).toBeCloseTo(want.maxDelay_s, 8);
      if (want.retryable !== undefined) expect(attempt < policy.tries).toBe(want.retryable);
      if (step.header_ms === undefined) return;
      const own = at(params.random!);
      const asked = askedBy(step.header_ms);
      const wait = asked === undefined ? own : policy.retryAfter!.wait(own, asked, drawing(params.random!));
      expect(wait / SECOND).toBeCloseTo(want.delay_s!, 8);
      if (want.capacityAfterFailure === undefined) return;
      const spend = quotaOf({ initialCapacity: 500, cost: AWS_COSTS_V2_1 });
      expect(spend({ op: 'retry' }).available).toBe(want.capacityAfterFailure);
      expect(spend({ op: 'finish', status: 200 }).available).toBe(want.capacityAfterSuccess);
    });
  });
});
