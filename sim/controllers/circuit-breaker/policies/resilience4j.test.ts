import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { CLOSED, NO_TICKET, OPEN } from '../policy.ts';
import { exponentialWait, resilience4j } from './resilience4j.ts';
import { build, fail, failTimes, succeed } from './testing/calls.ts';

describe('the exponential wait', () => {
  it('grows by its factor each time, cut to whole milliseconds', () => {
    const wait = exponentialWait(500 * MILLISECOND, 1.5);
    expect([1, 2, 3, 4, 5].map((attempts) => wait(attempts) / MILLISECOND)).toEqual([500, 750, 1125, 1687, 2530]);
  });

  it('stays at its maximum', () => {
    const wait = exponentialWait(5 * SECOND, 2, 12 * SECOND);
    expect([1, 2, 3, 4, 1000].map((attempts) => wait(attempts) / SECOND)).toEqual([5, 10, 12, 12, 12]);
  });
});

describe('resilience4j', () => {
  it('with its defaults opens at 50 of 100 failures, for 60 s', () => {
    const breaker = build(resilience4j);
    for (let n = 0; n < 50; n += 1) succeed(breaker, 0);
    failTimes(breaker, 0, 49);
    expect(breaker.state(0)).toBe(CLOSED);
    fail(breaker, 0);
    expect(breaker.state(0)).toBe(OPEN);
    expect(breaker.acquire(60 * SECOND)).toBe(NO_TICKET);
    for (let n = 0; n < 10; n += 1) expect(breaker.acquire(60 * SECOND + 1)).not.toBe(NO_TICKET);
    expect(breaker.acquire(60 * SECOND + 1)).toBe(NO_TICKET);
  });

  it('takes a threshold that a float cannot hold exactly', () => {
    const breaker = build(resilience4j, { failureRateThreshold: '7%' });
    for (let n = 0; n < 93; n += 1) succeed(breaker, 0);
    failTimes(breaker, 0, 7);
    expect(breaker.state(0)).toBe(OPEN);
  });

  it('takes a window of seconds', () => {
    const breaker = build(resilience4j, {
      slidingWindowType: 'TIME_BASED',
      slidingWindowSize: 2,
      minimumNumberOfCalls: 2,
    });
    fail(breaker, SECOND - 1);
    fail(breaker, 2 * SECOND);
    expect(breaker.state(2 * SECOND)).toBe(CLOSED);
    fail(breaker, 3 * SECOND - 1);
    expect(breaker.state(3 * SECOND)).toBe(OPEN);
  });

  it('takes an exponential wait', () => {
    const breaker = build(resilience4j, {
      minimumNumberOfCalls: 1,
      permittedNumberOfCallsInHalfOpenState: 1,
      waitDurationInOpenState: '1s',
      waitIntervalFunctionInOpenState: 'exponential',
      exponentialBackoffMultiplier: 10,
      exponentialMaxWaitDurationInOpenState: '50s',
    });
    let now = 0;
    for (const wait of [1, 10, 50, 50]) {
      expect(fail(breaker, now)).toBe(true);
      expect(breaker.acquire(now + wait * SECOND)).toBe(NO_TICKET);
      now += wait * SECOND + 1;
    }
  });

  it.each([
    [{ failureRateThreshold: '0%' }, 'failureRateThreshold must be above 0%'],
    [{ slowCallRateThreshold: 0 }, 'slowCallRateThreshold must be above 0%'],
    [{ failureRateThreshold: 50 }, 'expected 0% to 100%'],
    [{ slidingWindowSize: 0 }, 'expected at least 1'],
    [{ waitDurationInOpenState: '0s' }, 'expected at least 1ms'],
  ])('refuses %j', (written, complaint) => {
    expect(() => build(resilience4j, written)).toThrow(complaint);
  });
});
