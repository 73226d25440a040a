import { describe, expect, test } from 'vitest';
import {
  CANCELLED,
  CIRCUIT_OPEN,
  ERROR,
  FROM_INSTANCE,
  HANG_UP,
  hide,
  LIMITED,
  makeResult,
  OVERFLOW,
  PER_TRY_TIMEOUT,
  RATE_LIMITED,
  REFUSED,
  SERVED_OK,
  SERVER_ERROR,
  TIMED_OUT,
} from '../../../stack/result.ts';
import { isRetryable, RETRY_CONDITIONS, retryOn } from './retry-on.ts';

const breaker = makeResult(REFUSED, CIRCUIT_OPEN, 2);
const full = makeResult(REFUSED, OVERFLOW, FROM_INSTANCE);
const error = makeResult(ERROR, SERVER_ERROR, FROM_INSTANCE);
const limited = makeResult(LIMITED, RATE_LIMITED, 1);
const timedOut = makeResult(TIMED_OUT, PER_TRY_TIMEOUT, 0);

describe('retryOn', () => {
  test('a kind matches every result of that kind, whoever made it and why', () => {
    const on = retryOn(['refused']);
    expect([breaker, full, hide(breaker)].map((result) => isRetryable(on, result))).toEqual([true, true, true]);
    expect([error, limited, timedOut].map((result) => isRetryable(on, result))).toEqual([false, false, false]);
  });

  test('a cause matches only where it is visible', () => {
    const on = retryOn(['overflow']);
    expect(isRetryable(on, full)).toBe(true);
    expect(isRetryable(on, hide(full))).toBe(false);
    expect(isRetryable(on, breaker)).toBe(false);
  });

  test('what is never retried wins over a kind, but only where it is visible', () => {
    const on = retryOn(['refused'], ['circuitOpen']);
    expect(isRetryable(on, breaker)).toBe(false);
    expect(isRetryable(on, hide(breaker))).toBe(true);
    expect(isRetryable(on, full)).toBe(true);
  });

  test('a success is never retried, nor what nobody waits for any more', () => {
    const on = retryOn([...RETRY_CONDITIONS, 'hangUp']);
    expect(isRetryable(on, SERVED_OK)).toBe(false);
    expect(isRetryable(on, makeResult(CANCELLED, HANG_UP, FROM_INSTANCE))).toBe(false);
  });

  test('with nothing named retries nothing', () => {
    for (const result of [breaker, full, error, limited, timedOut])
      expect(isRetryable(retryOn([]), result)).toBe(false);
  });
});
