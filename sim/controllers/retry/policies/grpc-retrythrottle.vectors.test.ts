import { describe, expect, test } from 'vitest';
import { MILLISECOND } from '../../../kernel/time.ts';
import { FROM_INSTANCE, makeResult, OK, OVERFLOW, REFUSED, SERVED_OK } from '../../../stack/result.ts';
import type { Result } from '../../../stack/result.ts';
import { casesOf, unknownStep } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/grpc-retrythrottle.json' with { type: 'json' };
import type { RetryPolicy } from '../policy.ts';
import type { GrpcRetryThrottle } from './grpc-retry-throttle.ts';
import { grpc } from './grpc.ts';
import { decideRetry, RETRY } from './retry-decision.ts';
import { drawing } from './testing/scripted-random.ts';
import { resolve } from './testing/resolve.ts';
import { waitOf } from './testing/waits.ts';

interface Params {
  readonly maxTokens?: number;
  readonly tokenRatio?: number;
  readonly maxAttempts?: number;
  readonly initialBackoff_ms?: number;
  readonly maxBackoff_ms?: number;
  readonly backoffMultiplier?: number;
  readonly retryableStatusCodes?: readonly string[];
  readonly serverSucceedsOnAttempts?: readonly number[];
}
interface Input {
  readonly op?: string;
  readonly retry?: number;
}
interface Expected {
  readonly code?: string;
  readonly lastAttemptIndex?: number;
  readonly tokensAfter?: number;
  readonly tokens?: number;
  readonly retryAllowed?: boolean;
  readonly minDelay_ms?: number;
  readonly maxDelay_ms?: number;
}

const UNAVAILABLE = makeResult(REFUSED, OVERFLOW, FROM_INSTANCE);

function policyOf(params: Params): RetryPolicy {
  return resolve(grpc, {
    maxAttempts: params.maxAttempts ?? 5,
    initialBackoff: `${params.initialBackoff_ms ?? 10}ms`,
    maxBackoff: `${params.maxBackoff_ms ?? 10}ms`,
    backoffMultiplier: params.backoffMultiplier ?? 1,
    retryableStatusCodes: params.retryableStatusCodes ?? ['UNAVAILABLE'],
    ...(params.maxTokens === undefined
      ? {}
      : { retryThrottling: { maxTokens: params.maxTokens, tokenRatio: params.tokenRatio } }),
  });
}

describe("gRPC's retry throttling and backoff", () => {
  test.each(casesOf<Params, Input, Expected[]>(vectors))('$case ($source)', ({ params, inputs, expected }) => {
    expect(expected.length).toBe(inputs.length);
    const policy = policyOf(params);
    const throttle = (policy.budget?.() ?? null) as GrpcRetryThrottle | null;
    let served = 0;

    /** One attempt at the scripted server; the throttle hears of its end. */
    const attempt = (): Result => {
      const result = params.serverSucceedsOnAttempts!.includes(served++) ? SERVED_OK : UNAVAILABLE;
      throttle!.attemptEnded(0, result === SERVED_OK ? OK : REFUSED, result !== SERVED_OK);
      return result;
    };
    const rpc = (): string => {
      for (let retries = 0; ; retries++) {
        const result = attempt();
        if (result === SERVED_OK) return 'OK';
        if (decideRetry(policy, throttle, 0, result, retries, Infinity) !== RETRY) return 'UNAVAILABLE';
      }
    };

    inputs.forEach((input, i) => {
      const want = expected[i];
      if (input.retry !== undefined) {
        const at = (u: number) => waitOf(policy.backoff, input.retry!, drawing(u)) / MILLISECOND;
        expect(at(0)).toBeCloseTo(want.minDelay_ms!, 5);
        expect(at(1)).toBeCloseTo(want.maxDelay_ms!, 5);
        return;
      }
      if (input.op === 'rpc') {
        expect(rpc(), `rpc ${i}`).toBe(want.code);
        expect(served - 1).toBe(want.lastAttemptIndex);
        expect(throttle!.tokens()).toBe(want.tokensAfter);
        return;
      }
      if (input.op !== 'failure' && input.op !== 'success') unknownStep(input);
      throttle!.attemptEnded(0, input.op === 'failure' ? REFUSED : OK, input.op === 'failure');
      expect(throttle!.tokens()).toBe(want.tokens);
      expect(throttle!.tryRetry()).toBe(want.retryAllowed);
    });
  });
});
