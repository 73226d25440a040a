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
  OVERFLOW,
  PER_TRY_TIMEOUT,
  RATE_LIMITED,
  REFUSED,
  SERVER_ERROR,
  TIMED_OUT,
  UNREACHABLE,
} from '../../../stack/result.ts';
import type { Result } from '../../../stack/result.ts';
import type { RetryPolicy } from '../policy.ts';
import { EnvoyMaxRetries } from './envoy-max-retries.ts';
import { EnvoyRetryBudget } from './envoy-retry-budget.ts';
import { envoy } from './envoy.ts';
import { istio } from './istio.ts';
import { isRetryable } from './retry-on.ts';
import { resolve } from './testing/resolve.ts';
import { ScriptedRandom } from './testing/scripted-random.ts';
import { waitsOf } from './testing/waits.ts';

const results = {
  serverError: makeResult(ERROR, SERVER_ERROR, FROM_INSTANCE),
  full: makeResult(REFUSED, OVERFLOW, FROM_INSTANCE),
  breaker: makeResult(REFUSED, CIRCUIT_OPEN, 1),
  noInstance: makeResult(REFUSED, NO_INSTANCE, 1),
  crashed: makeResult(ERROR, CRASHED, FROM_INSTANCE),
  unreachable: makeResult(ERROR, UNREACHABLE, FROM_INSTANCE),
  limited: makeResult(LIMITED, RATE_LIMITED, 1),
  perTryTimeout: makeResult(TIMED_OUT, PER_TRY_TIMEOUT, 0),
};
type Name = keyof typeof results;

/** Names of the results that a policy retries. */
function retried(policy: RetryPolicy, seen: (result: Result) => Result = (result) => result): Name[] {
  return (Object.keys(results) as Name[]).filter((name) => isRetryable(policy.retryOn, seen(results[name])));
}

describe('envoy', () => {
  test('by default makes one retry within 15 s, three at once over all calls', () => {
    const policy = resolve(envoy);
    expect(policy).toMatchObject({
      tries: 2,
      perTryTimeout: NEVER,
      lastTryTimesOut: true,
      timeout: 15 * SECOND,
      avoidPreviousHosts: false,
      hostSelectionMaxAttempts: 1,
      retryAfter: null,
      pace: null,
    });
    expect(policy.budget!()).toBeInstanceOf(EnvoyMaxRetries);
    const budget = policy.budget!() as EnvoyMaxRetries;
    expect([budget.tryRetry(0), budget.tryRetry(0), budget.tryRetry(0), budget.tryRetry(0)]).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  test('waits at random below 25, 50, 100, 200, 250, 250 ms', () => {
    const { backoff } = resolve(envoy);
    const most = [25, 50, 100, 200, 250, 250].map((interval, i) => {
      const waits = waitsOf(backoff, 6, new ScriptedRandom().integer(interval - 1));
      return waits[i] / MILLISECOND + 1;
    });
    expect(most).toEqual([25, 50, 100, 200, 250, 250]);
  });

  test('a retry budget replaces max_retries, and has its own defaults', () => {
    const budget = resolve(envoy, { maxRetries: 0, retryBudget: {} }).budget!() as EnvoyRetryBudget;
    expect(budget).toBeInstanceOf(EnvoyRetryBudget);
    expect(budget.limit()).toBe(3);
    for (let i = 0; i < 25; i++) budget.began();
    expect(budget.limit()).toBe(5);
  });

  test('never retries its own circuit breakers’ refusals, nor without a host, where that is visible', () => {
    expect(retried(resolve(envoy))).toEqual(['serverError', 'full', 'crashed', 'unreachable', 'perTryTimeout']);
    expect(retried(resolve(envoy), hide)).toEqual([
      'serverError',
      'full',
      'breaker',
      'noInstance',
      'crashed',
      'unreachable',
      'perTryTimeout',
    ]);
  });

  test.each([
    [['gateway-error'], ['full', 'crashed', 'unreachable', 'perTryTimeout']],
    [['connect-failure'], ['crashed', 'unreachable']],
    [['reset'], ['crashed', 'unreachable', 'perTryTimeout']],
    [['refused-stream'], ['full']],
    [['envoy-ratelimited'], ['limited']],
    [['retriable-4xx', 'unavailable'], []],
  ])('%j retries %j', (conditions, expected) => {
    expect(retried(resolve(envoy, { retryOn: conditions }))).toEqual(expected);
  });

  test('retriable status codes count only with their condition', () => {
    const codes = { retriableStatusCodes: [503, 418] };
    expect(retried(resolve(envoy, { ...codes, retryOn: ['retriable-status-codes'] }))).toEqual(['full']);
    expect(retried(resolve(envoy, { ...codes, retryOn: ['connect-failure'] }))).toEqual(['crashed', 'unreachable']);
  });

  test('an answer that says it was rate limited is not retried for its 429 alone', () => {
    const policy = resolve(envoy, { retryOn: ['retriable-status-codes'], retriableStatusCodes: [429] });
    expect(retried(policy)).toEqual([]);
    expect(retried(policy, hide)).toEqual(['limited']);
  });

  test('conditions on a gRPC status match only a service that speaks gRPC', () => {
    const retryOn = ['unavailable', 'resource-exhausted'];
    expect(retried(resolve(envoy, { retryOn }))).toEqual([]);
    expect(retried(resolve(envoy, { retryOn, protocol: 'grpc' }), hide)).toEqual([
      'full',
      'breaker',
      'noInstance',
      'limited',
    ]);
  });

  test('a timeout of 0 is none, and a wish of the answer is heard only if rate-limited backoff is on', () => {
    const policy = resolve(envoy, { timeout: '0s', rateLimitedRetryBackOff: {} });
    expect(policy.timeout).toBe(NEVER);
    expect(policy.retryAfter!.wait(1, 301 * SECOND, new ScriptedRandom())).toBe(1);
  });

  test('refuses a longest interval below the first', () => {
    const retryBackOff = { baseInterval: '2s', maxInterval: '1s' };
    expect(() => resolve(envoy, { retryBackOff })).toThrow('maxInterval');
  });
});

describe('istio', () => {
  test('retries twice without being asked, on another host, without a budget', () => {
    expect(resolve(istio)).toMatchObject({
      tries: 3,
      perTryTimeout: NEVER,
      timeout: NEVER,
      budget: null,
      avoidPreviousHosts: true,
      hostSelectionMaxAttempts: 5,
    });
  });

  test('a 503 is retried only where its code is listed', () => {
    expect(retried(resolve(istio))).toEqual(['full', 'crashed', 'unreachable']);
    expect(retried(resolve(istio), hide)).toEqual([]);
    expect(retried(resolve(istio, { retriableStatusCodes: [503] }), hide)).toEqual(['full', 'breaker', 'noInstance']);
    const codesAlone = resolve(istio, { retryOn: ['connect-failure'], retriableStatusCodes: [503] });
    expect(retried(codesAlone, hide)).toEqual(['full', 'breaker', 'noInstance']);
  });

  test('a consistent-hash route drops the predicate, unless it is asked for', () => {
    expect(resolve(istio, { consistentHash: true }).avoidPreviousHosts).toBe(false);
    expect(resolve(istio, { consistentHash: true, retryIgnorePreviousHosts: true }).avoidPreviousHosts).toBe(true);
    expect(resolve(istio, { retryIgnorePreviousHosts: false }).avoidPreviousHosts).toBe(false);
  });

  test('0 attempts turn retries off', () => {
    expect(resolve(istio, { attempts: 0 }).tries).toBe(1);
  });

  test('a retry budget replaces maxRetries', () => {
    expect(resolve(istio, { maxRetries: 7 }).budget!()).not.toBeInstanceOf(EnvoyRetryBudget);
    const budget = resolve(istio, { maxRetries: 7, retryBudget: {} }).budget!() as EnvoyRetryBudget;
    expect(budget).toBeInstanceOf(EnvoyRetryBudget);
    expect(budget.limit()).toBe(3);
  });
});
