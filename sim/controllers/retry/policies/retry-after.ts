import type { RandomSource } from '../../../kernel/random.ts';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import type { RetryAfter } from '../policy.ts';
import { randomModulo } from './random-modulo.ts';

/**
 * The AWS SDK from version 2.1 on: what `x-amz-retry-after` asks for, but not less than its own wait and at most 5 s
 * more than that.
 *
 * Source: boto/botocore botocore/retries/standard.py ExponentialBackoff.delay_amount.
 */
export const AWS_RETRY_AFTER: RetryAfter = {
  wait: (own, asked) => Math.max(own, Math.min(asked, own + 5 * SECOND)),
  startsOver: false,
};

/**
 * gRPC's server pushback: exactly what was asked, and the backoff starts over. (A negative pushback forbids a retry;
 * the simulated services do not send that.)
 *
 * Source: gRFC A6, "Pushback"; grpc/grpc-go stream.go shouldRetry.
 */
export const GRPC_PUSHBACK: RetryAfter = { wait: (_own, asked) => asked, startsOver: true };

/**
 * Polly for HTTP (`ShouldRetryAfterHeader`): exactly what was asked, whatever `MaxDelay` says.
 *
 * Source: dotnet/extensions Microsoft.Extensions.Http.Resilience HttpRetryStrategyOptions.
 */
export const POLLY_RETRY_AFTER: RetryAfter = { wait: (_own, asked) => asked, startsOver: false };

/**
 * Envoy's rate-limited backoff: uniform on [asked, 1.5 * asked), in whole milliseconds, unless that is 1 ms or less, or
 * more than `maxInterval` (nanoseconds); then its own wait.
 *
 * Source: envoyproxy/envoy source/common/router/retry_state_impl.cc parseResetInterval, shouldRetryHeaders, and
 * source/common/common/backoff_strategy.cc JitteredLowerBoundBackOffStrategy.
 */
export function envoyRateLimitedBackoff(maxInterval: number): RetryAfter {
  return {
    wait(own: number, asked: number, random: RandomSource): number {
      const askedMs = Math.floor(asked / MILLISECOND);
      if (askedMs <= 1 || asked > maxInterval) return own;
      return (askedMs + randomModulo(random, Math.floor(askedMs / 2))) * MILLISECOND;
    },
    startsOver: false,
  };
}
