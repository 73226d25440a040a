import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../kernel/time.ts';
import { CLOSED, NO_TICKET, OPEN } from '../policy.ts';
import { gobreaker } from './gobreaker.ts';
import { build, fail, failTimes, succeed } from './testing/calls.ts';

describe('gobreaker', () => {
  it('with its defaults opens after the sixth consecutive failure, for 60 s', () => {
    const breaker = build(gobreaker);
    failTimes(breaker, 0, 5);
    expect(breaker.state(0)).toBe(CLOSED);
    fail(breaker, 0);
    expect(breaker.state(0)).toBe(OPEN);
    expect(breaker.acquire(60 * SECOND)).toBe(NO_TICKET);
    expect(succeed(breaker, 60 * SECOND + 1)).toBe(true);
    expect(breaker.state(60 * SECOND + 1)).toBe(CLOSED);
  });

  it('opens at a share of failures instead', () => {
    const breaker = build(gobreaker, { ReadyToTrip: 'failureRatio' });
    succeed(breaker, 0);
    fail(breaker, 0);
    expect(breaker.state(0)).toBe(CLOSED);
    fail(breaker, 0);
    expect(breaker.state(0)).toBe(OPEN);
  });

  it('refuses more buckets than fit in a small memory', () => {
    expect(() => build(gobreaker, { Interval: '1h', BucketPeriod: '1ms' })).toThrow(
      'Interval must be at most 10000 times BucketPeriod',
    );
  });
});
