import { NEVER } from '../../../kernel/time.ts';
import { duration, flag, integer, number, someOf } from '../../parameters.ts';
import { defineRetryPolicy } from '../policy.ts';
import { PLAIN_POLICY } from './plain-policy.ts';
import { Resilience4jBackoff } from './resilience4j-backoff.ts';
import { RETRIABLE_KINDS, RETRY_CONDITIONS, retryOn } from './retry-on.ts';

const CONFIG = 'Resilience4j RetryConfig.java';
const INTERVAL = 'Resilience4j IntervalFunction.java';

export const resilience4j = defineRetryPolicy({
  name: 'resilience4j',
  product: 'Resilience4j',
  about: 'Retries after a fixed wait, or one that grows or is randomised, without a budget.',
  parameters: {
    maxAttempts: integer({
      about: 'Most attempts of one call, the first included.',
      default: 3,
      min: 1,
      source: CONFIG,
    }),
    waitDuration: duration({
      about: 'The wait, or the first one; whole milliseconds count.',
      default: '500ms',
      source: CONFIG,
    }),
    enableExponentialBackoff: flag({ about: 'Whether the wait grows.', default: false, source: CONFIG }),
    exponentialBackoffMultiplier: number({
      about: 'Factor from wait to wait, each cut to whole milliseconds.',
      default: 1.5,
      min: 1,
      source: INTERVAL,
    }),
    exponentialMaxWaitDuration: duration({
      about: 'The longest growing wait; no limit if left out.',
      min: '1ms',
      source: INTERVAL,
    }).optional(),
    enableRandomizedWait: flag({ about: 'Whether the wait is randomised.', default: false, source: CONFIG }),
    randomizedWaitFactor: number({
      about: 'How far a wait w is spread: uniform on w * (1 - factor) to w * (1 + factor).',
      default: 0.5,
      min: 0,
      max: 1,
      source: INTERVAL,
    }),
    retryExceptions: someOf(RETRY_CONDITIONS, {
      about: 'Failures that are retried: all by default, a breaker’s refusal among them.',
      default: RETRIABLE_KINDS,
      source: CONFIG,
    }),
    timeoutDuration: duration({
      about: 'Time for one attempt: a TimeLimiter inside the retry; none if left out.',
      min: '1ns',
      source: 'Resilience4j TimeLimiterConfig.java',
    }).optional(),
  },
  sources: ['resilience4j/resilience4j af9e7c979: RetryConfig, IntervalFunction, RetryImpl'],
  knownToGetWrong: [
    'maxAttempts includes the first call.',
    'By default the wait is fixed: callers that failed together come back together.',
    'It retries what a circuit breaker inside it refused, and waits for it.',
    'It has no budget: under lasting failure every call makes all its attempts.',
  ],
  create(config) {
    const grows = config.enableExponentialBackoff;
    return {
      ...PLAIN_POLICY,
      tries: config.maxAttempts,
      perTryTimeout: config.timeoutDuration ?? NEVER,
      retryOn: retryOn(config.retryExceptions),
      backoff: new Resilience4jBackoff(
        config.waitDuration,
        grows ? config.exponentialBackoffMultiplier : 1,
        config.enableRandomizedWait ? config.randomizedWaitFactor : 0,
        grows ? (config.exponentialMaxWaitDuration ?? NEVER) : NEVER,
      ),
    };
  },
});
