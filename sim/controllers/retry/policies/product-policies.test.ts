import { describe, expect, test } from 'vitest';
import { MILLISECOND, NEVER, SECOND } from '../../../kernel/time.ts';
import {
  CIRCUIT_OPEN,
  CRASHED,
  ERROR,
  FROM_INSTANCE,
  hide,
  LIMITED,
  makeResult,
  NO_INSTANCE,
  OK,
  PER_TRY_TIMEOUT,
  RATE_LIMITED,
  REFUSED,
  SERVER_ERROR,
  TIMED_OUT,
} from '../../../stack/result.ts';
import { awsAdaptive } from './aws-adaptive.ts';
import type { AwsRetryQuota } from './aws-retry-quota.ts';
import { awsStandard } from './aws-standard.ts';
import { FinagleRetryBudget } from './finagle-retry-budget.ts';
import { finagle } from './finagle.ts';
import { FixedRetryBudget } from './fixed-retry-budget.ts';
import { grpcHedging } from './grpc-hedging.ts';
import { GrpcRetryThrottle } from './grpc-retry-throttle.ts';
import { grpc } from './grpc.ts';
import { linkerdRoute } from './linkerd-route.ts';
import { linkerd } from './linkerd.ts';
import { polly } from './polly.ts';
import { resilience4j } from './resilience4j.ts';
import { isRetryable, retryOn } from './retry-on.ts';
import { resolve } from './testing/resolve.ts';
import { drawing } from './testing/scripted-random.ts';
import { waitsOf } from './testing/waits.ts';
import { TpsBudget } from './tps-budget.ts';

const ms = (waits: readonly number[]): number[] => waits.map((ns) => ns / MILLISECOND);
const breaker = makeResult(REFUSED, CIRCUIT_OPEN, 1);
const error = makeResult(ERROR, SERVER_ERROR, FROM_INSTANCE);
const limited = makeResult(LIMITED, RATE_LIMITED, 1);
const timedOut = makeResult(TIMED_OUT, PER_TRY_TIMEOUT, 0);

describe('grpc', () => {
  const written = {
    maxAttempts: 4,
    initialBackoff: '100ms',
    maxBackoff: '1s',
    backoffMultiplier: 2,
    retryableStatusCodes: ['UNAVAILABLE'],
  };

  test('has no defaults: all of the retry policy is required', () => {
    for (const name of Object.keys(written)) {
      const { [name as keyof typeof written]: _left, ...rest } = written;
      expect(() => resolve(grpc, rest), name).toThrow();
    }
    expect(() => resolve(grpc, { ...written, retryableStatusCodes: [] })).toThrow('at least one code');
    expect(() => resolve(grpc, { ...written, maxAttempts: 1 })).toThrow();
  });

  test('more than five attempts count as five', () => {
    expect(resolve(grpc, written).tries).toBe(4);
    expect(resolve(grpc, { ...written, maxAttempts: 50 }).tries).toBe(5);
  });

  test('throttles only if it is configured', () => {
    expect(resolve(grpc, written).budget).toBeNull();
    const throttled = resolve(grpc, { ...written, retryThrottling: { maxTokens: 10, tokenRatio: 0.1 } });
    expect(throttled.budget!()).toBeInstanceOf(GrpcRetryThrottle);
  });

  test('retries the kinds that its status codes stand for, and starts over after pushback', () => {
    const policy = resolve(grpc, { ...written, retryableStatusCodes: ['UNAVAILABLE', 'RESOURCE_EXHAUSTED'] });
    expect(policy.retryOn).toEqual(retryOn(['refused', 'limited']));
    expect(policy.retryAfter!.startsOver).toBe(true);
    expect(policy.hedge).toBeNull();
  });

  test('its deadline covers all attempts', () => {
    expect(resolve(grpc, { ...written, timeout: '3s' })).toMatchObject({ timeout: 3 * SECOND, perTryTimeout: NEVER });
  });
});

describe('grpcHedging', () => {
  test('sends all copies at once by default, to hosts that have none', () => {
    const policy = resolve(grpcHedging, { maxAttempts: 3 });
    expect(policy.hedge).toEqual({ after: 0, max: 2, onFailure: 'nextCopy' });
    expect(policy).toMatchObject({ tries: 3, avoidPreviousHosts: true });
  });

  test('any failure ends the call, unless its code is not fatal', () => {
    expect(isRetryable(resolve(grpcHedging, { maxAttempts: 3 }).retryOn, error)).toBe(false);
    const policy = resolve(grpcHedging, { maxAttempts: 9, hedgingDelay: '500ms', nonFatalStatusCodes: ['INTERNAL'] });
    expect(policy.hedge).toEqual({ after: 500 * MILLISECOND, max: 4, onFailure: 'nextCopy' });
    expect(isRetryable(policy.retryOn, error)).toBe(true);
    expect(isRetryable(policy.retryOn, breaker)).toBe(false);
  });
});

describe('finagle', () => {
  test('requeues rejections at once, one call a fifth of the balance', () => {
    const policy = resolve(finagle);
    expect(policy.tries).toBe(Infinity);
    expect(policy.retryOn).toEqual(retryOn(['refused']));
    expect(waitsOf(policy.backoff, 3, drawing(0.5))).toEqual([0, 0, 0]);
    const budget = policy.budget!() as FinagleRetryBudget;
    expect([budget.depositAmount, budget.withdrawalAmount, budget.balance(0)]).toEqual([1000, 5000, 100]);
    expect(budget.allowance(0)).toBe(20);
  });

  test('RetryPolicy.tries bounds the attempts and waits from 5 ms to 200 ms', () => {
    const policy = resolve(finagle, { numTries: 3, shouldRetry: ['refused', 'timedOut'] });
    expect(policy.tries).toBe(3);
    expect(ms(waitsOf(policy.backoff, 6, drawing(1))).map(Math.round)).toEqual([5, 15, 45, 135, 200, 200]);
    expect(policy.budget!().allowance(0)).toBe(Infinity);
  });

  test('without a reserve and a percentage it never retries', () => {
    const policy = resolve(finagle, { minRetriesPerSec: 0, percentCanRetry: '0%' });
    expect(policy.budget!()).toBeInstanceOf(FixedRetryBudget);
    expect(policy.budget!().tryRetry(0, ERROR)).toBe(false);
  });

  test.each([
    ['exponential', [10, 30, 90, 100]],
    ['linear', [10, 14, 18, 22]],
    ['const', [10, 10, 10, 10]],
  ])('waits as a stream says: %s', (kind, expected) => {
    const backoff = { kind, start: '10ms', multiplier: 3, offset: '4ms', maximum: '100ms' };
    expect(ms(waitsOf(resolve(finagle, { backoff }).backoff, 4, drawing(0)))).toEqual(expected);
  });

  test.each(['exponentialJittered', 'equalJittered', 'decorrelatedJittered'])(
    '%s needs a start and a maximum',
    (kind) => {
      expect(() => resolve(finagle, { backoff: { kind, start: '5ms' } })).toThrow('maximum is needed');
      expect(() => resolve(finagle, { backoff: { kind, start: '5ms', maximum: '1ms' } })).toThrow('at least');
      expect(() => resolve(finagle, { backoff: { kind, start: '0s', maximum: '1ms' } })).toThrow('above 0s');
      expect(
        ms(waitsOf(resolve(finagle, { backoff: { kind, start: '5ms', maximum: '9ms' } }).backoff, 1, drawing(0))),
      ).toEqual([5]);
    },
  );

  test('a ttl below a second or above a minute is refused', () => {
    expect(() => resolve(finagle, { ttl: '900ms' })).toThrow();
    expect(() => resolve(finagle, { ttl: '61s' })).toThrow();
  });
});

describe('linkerd', () => {
  test('retries failed answers at once until the budget or the timeout ends it', () => {
    const policy = resolve(linkerd);
    expect(policy).toMatchObject({ tries: Infinity, timeout: 10 * SECOND, perTryTimeout: NEVER });
    const budget = policy.budget!() as TpsBudget;
    expect(budget).toBeInstanceOf(TpsBudget);
    let reserve = 0;
    while (budget.tryRetry(0)) reserve++;
    expect(reserve).toBe(100);
  });

  test('a connection that breaks is not an answer', () => {
    const { retryOn: on } = resolve(linkerd);
    expect(isRetryable(on, error)).toBe(true);
    expect(isRetryable(on, makeResult(ERROR, CRASHED, FROM_INSTANCE))).toBe(false);
    expect(isRetryable(on, limited)).toBe(false);
  });
});

describe('linkerdRoute', () => {
  test('retries once, after 25 to 50 ms, without a budget; the last attempt has no timeout', () => {
    const policy = resolve(linkerdRoute, { timeout: '150ms' });
    expect(policy).toMatchObject({ tries: 2, perTryTimeout: 150 * MILLISECOND, lastTryTimesOut: false, budget: null });
    expect(ms(waitsOf(policy.backoff, 1, drawing(0)))).toEqual([25]);
    expect(ms(waitsOf(policy.backoff, 6, drawing(1))).map(Math.round)).toEqual([50, 100, 200, 250, 250, 250]);
  });

  test.each([
    [['5xx'], [true, true, false]],
    [['gateway-error'], [false, true, false]],
    [
      ['429', '500-502'],
      [true, false, true],
    ],
  ])('%j', (http, [onError, onRefused, onLimited]) => {
    const { retryOn: on } = resolve(linkerdRoute, { http });
    expect([isRetryable(on, error), isRetryable(on, hide(breaker)), isRetryable(on, limited)]).toEqual([
      onError,
      onRefused,
      onLimited,
    ]);
  });

  test('its own timeouts and a service without endpoints are retried whatever is listed', () => {
    const { retryOn: on } = resolve(linkerdRoute, { http: ['429'] });
    expect(isRetryable(on, timedOut)).toBe(true);
    expect(isRetryable(on, makeResult(REFUSED, NO_INSTANCE, 1))).toBe(true);
  });

  test('refuses what is no condition', () => {
    expect(() => resolve(linkerdRoute, { http: ['4xx'] })).toThrow('gateway-error');
  });
});

describe('resilience4j', () => {
  test('by default makes three attempts in all, 500 ms apart, of whatever failed', () => {
    const policy = resolve(resilience4j);
    expect(policy).toMatchObject({ tries: 3, perTryTimeout: NEVER, budget: null });
    expect(ms(waitsOf(policy.backoff, 2, drawing(0.9)))).toEqual([500, 500]);
    for (const result of [error, breaker, limited, timedOut]) expect(isRetryable(policy.retryOn, result)).toBe(true);
  });

  test('the multiplier, the cap and the randomisation count only if they are enabled', () => {
    const numbers = {
      exponentialBackoffMultiplier: 2,
      exponentialMaxWaitDuration: '1500ms',
      randomizedWaitFactor: 0.1,
    };
    const wait = (flags: object) => ms(waitsOf(resolve(resilience4j, { ...numbers, ...flags }).backoff, 3, drawing(0)));
    expect(wait({})).toEqual([500, 500, 500]);
    expect(wait({ enableExponentialBackoff: true })).toEqual([500, 1000, 1500]);
    expect(wait({ enableRandomizedWait: true })).toEqual([450, 450, 450]);
    expect(wait({ enableExponentialBackoff: true, enableRandomizedWait: true })).toEqual([450, 900, 1500]);
  });
});

describe('polly', () => {
  test('by default makes three retries, 2 s apart, without jitter', () => {
    const policy = resolve(polly);
    expect(policy).toMatchObject({ tries: 4, perTryTimeout: NEVER, timeout: NEVER, budget: null, retryAfter: null });
    expect(ms(waitsOf(policy.backoff, 3, drawing(0.9)))).toEqual([2000, 2000, 2000]);
  });

  test('reads its type, jitter and cap', () => {
    const policy = resolve(polly, {
      BackoffType: 'Exponential',
      Delay: '1s',
      MaxDelay: '3s',
      ShouldRetryAfterHeader: true,
    });
    expect(ms(waitsOf(policy.backoff, 3, drawing(0.9)))).toEqual([1000, 2000, 3000]);
    expect(policy.retryAfter).not.toBeNull();
    const jittered = resolve(polly, { BackoffType: 'Exponential', UseJitter: true, Delay: '1s' });
    expect(ms(waitsOf(jittered.backoff, 1, drawing(0)))).toEqual([0]);
  });

  test('wants at least one retry', () => {
    expect(() => resolve(polly, { MaxRetryAttempts: 0 })).toThrow();
  });
});

describe('awsStandard', () => {
  test('makes three attempts and has 500 tokens', () => {
    const policy = resolve(awsStandard);
    expect(policy).toMatchObject({ tries: 3, perTryTimeout: 60 * SECOND, retryAfter: null, pace: null });
    expect((policy.budget!() as AwsRetryQuota).availableCapacity()).toBe(500);
    for (const result of [error, breaker, limited, timedOut]) expect(isRetryable(policy.retryOn, result)).toBe(true);
    expect(waitsOf(policy.backoff, 7, drawing(1)).map((ns) => ns / SECOND)).toEqual([1, 2, 4, 8, 16, 20, 20]);
  });

  test('version 2.1 waits less, costs more and hears the answer’s wish', () => {
    const policy = resolve(awsStandard, { version: '2.1' });
    expect(ms(waitsOf(policy.backoff, 3, drawing(1)))).toEqual([50, 100, 200]);
    expect(ms(waitsOf(policy.backoff, 3, drawing(1), LIMITED))).toEqual([1000, 2000, 4000]);
    const quota = policy.budget!() as AwsRetryQuota;
    quota.tryRetry(0, ERROR);
    expect(quota.availableCapacity()).toBe(486);
    expect(policy.retryAfter).not.toBeNull();
  });

  test('DynamoDB has four attempts by default, in version 2.1 alone', () => {
    expect(resolve(awsStandard, { service: 'dynamodb' }).tries).toBe(3);
    expect(resolve(awsStandard, { service: 'dynamodb', version: '2.1' }).tries).toBe(4);
    expect(resolve(awsStandard, { service: 'dynamodb', version: '2.1', maxAttempts: 2 }).tries).toBe(2);
    const { backoff } = resolve(awsStandard, { service: 'dynamodb', version: '2.1' });
    expect(ms(waitsOf(backoff, 2, drawing(1)))).toEqual([25, 50]);
  });
});

describe('awsAdaptive', () => {
  test('is the standard mode, with attempts at will until the service throttles', () => {
    const policy = resolve(awsAdaptive);
    expect(policy).toMatchObject({ tries: 3, perTryTimeout: 60 * SECOND });
    const pace = policy.pace!();
    for (let i = 0; i < 100; i++) expect(pace.acquire(i)).toBe(0);
  });

  test('then makes attempts wait, by client', () => {
    const policy = resolve(awsAdaptive);
    const pace = policy.pace!();
    const other = policy.pace!();
    for (let i = 0; i < 20; i++) {
      const now = i * 100 * MILLISECOND;
      pace.acquire(now);
      pace.ended(now, i === 19 ? LIMITED : OK);
    }
    const waits = (one: typeof pace) => Array.from({ length: 20 }, () => one.acquire(2 * SECOND));
    expect(Math.max(...waits(pace))).toBeGreaterThan(SECOND);
    expect(Math.max(...waits(other))).toBe(0);
  });
});
