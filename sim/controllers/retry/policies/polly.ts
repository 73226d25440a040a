import { MAX_TIME, NEVER } from '../../../kernel/time.ts';
import { choice, duration, flag, integer, someOf } from '../../parameters.ts';
import { defineRetryPolicy } from '../policy.ts';
import type { Backoff } from '../policy.ts';
import { PLAIN_POLICY } from './plain-policy.ts';
import { POLLY_BACKOFF_TYPES, PollyBackoff } from './polly-backoff.ts';
import type { PollyBackoffType } from './polly-backoff.ts';
import { PollyDecorrelatedBackoff } from './polly-decorrelated-backoff.ts';
import { POLLY_RETRY_AFTER } from './retry-after.ts';
import { RETRIABLE_KINDS, RETRY_CONDITIONS, retryOn } from './retry-on.ts';

const OPTIONS = 'Polly RetryStrategyOptions.TResult.cs';
const HTTP = 'Microsoft.Extensions.Http.Resilience';

/** Polly's waits; exponential ones with jitter follow a rule of their own. Nanoseconds. */
export function pollyBackoff(type: PollyBackoffType, useJitter: boolean, delay: number, maxDelay: number): Backoff {
  return type === 'Exponential' && useJitter
    ? new PollyDecorrelatedBackoff(delay, maxDelay)
    : new PollyBackoff(type, delay, maxDelay, useJitter);
}

export const polly = defineRetryPolicy({
  name: 'polly',
  product: 'Polly',
  about: 'Retries after constant, linear or exponential delays, with jitter if asked for, without a budget.',
  parameters: {
    MaxRetryAttempts: integer({
      about: 'Retries of one call, the first attempt not counted.',
      default: 3,
      min: 1,
      source: OPTIONS,
    }),
    BackoffType: choice(POLLY_BACKOFF_TYPES, { about: 'How delays grow.', default: 'Constant', source: OPTIONS }),
    UseJitter: flag({
      about: 'Spreads constant and linear delays by 25 % each way; exponential ones become decorrelated.',
      default: false,
      source: OPTIONS,
    }),
    Delay: duration({ about: 'The base delay.', default: '2s', max: '1d', source: OPTIONS }),
    MaxDelay: duration({ about: 'The longest delay; no limit if left out.', max: '1d', source: OPTIONS }).optional(),
    ShouldHandle: someOf(RETRY_CONDITIONS, {
      about: 'Failures that are retried: all by default, a breaker’s refusal among them.',
      default: RETRIABLE_KINDS,
      source: OPTIONS,
    }),
    ShouldRetryAfterHeader: flag({
      about: 'Waits as long as the answer asks for, where it does (the standard HTTP handler turns it on).',
      default: false,
      source: HTTP,
    }),
    AttemptTimeout: duration({
      about: 'Time for one attempt; none if left out (the standard HTTP handler has 10s).',
      min: '1ns',
      source: HTTP,
    }).optional(),
    TotalRequestTimeout: duration({
      about: 'Time for the whole call; none if left out (the standard HTTP handler has 30s).',
      min: '1ns',
      source: HTTP,
    }).optional(),
  },
  sources: ['App-vNext/Polly 173d6d1d src/Polly.Core/Retry/RetryHelper.cs, RetryStrategyOptions.TResult.cs'],
  knownToGetWrong: [
    'MaxRetryAttempts does not count the first attempt: 3 means four attempts.',
    'By default delays are constant and without jitter: callers that failed together come back together.',
    'It retries what a circuit breaker inside it refused.',
    'It has no budget: under lasting failure every call makes all its attempts.',
  ],
  create: (config) => ({
    ...PLAIN_POLICY,
    tries: config.MaxRetryAttempts + 1,
    perTryTimeout: config.AttemptTimeout ?? NEVER,
    timeout: config.TotalRequestTimeout ?? NEVER,
    retryOn: retryOn(config.ShouldHandle),
    backoff: pollyBackoff(config.BackoffType, config.UseJitter, config.Delay, config.MaxDelay ?? MAX_TIME),
    retryAfter: config.ShouldRetryAfterHeader ? POLLY_RETRY_AFTER : null,
  }),
});
