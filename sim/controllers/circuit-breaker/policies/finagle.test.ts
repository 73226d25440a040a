import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { CLOSED, HALF_OPEN, NO_TICKET, OPEN } from '../policy.ts';
import { ConstantBackoff, ExponentialBackoff } from './finagle-backoff.ts';
import { ConsecutiveFailuresPolicy } from './finagle-failure-accrual-policy.ts';
import { FinagleBreaker, finagle } from './finagle.ts';
import { build, fail, failTimes, sameDraw, succeed } from './testing/calls.ts';

function deadBreaker(): FinagleBreaker {
  const breaker = new FinagleBreaker(new ConsecutiveFailuresPolicy(3, new ExponentialBackoff(5 * SECOND, 2)));
  failTimes(breaker, 0, 3);
  expect(breaker.ownState(0)).toBe('Dead');
  return breaker;
}

describe('an endpoint', () => {
  it('is dead after the third consecutive failure, until the moment that its time is over', () => {
    const breaker = deadBreaker();
    expect(breaker.state(0)).toBe(OPEN);
    expect(breaker.acquire(5 * SECOND - 1)).toBe(NO_TICKET);
    expect(breaker.ownState(5 * SECOND)).toBe('ProbeOpen');
    expect(breaker.state(5 * SECOND)).toBe(HALF_OPEN);
  });

  it('accepts one request after that, and more when it has succeeded', () => {
    const breaker = deadBreaker();
    const probe = breaker.acquire(5 * SECOND);
    expect(breaker.ownState(5 * SECOND)).toBe('ProbeClosed');
    expect(breaker.acquire(6 * SECOND)).toBe(NO_TICKET);
    breaker.record(7 * SECOND, probe, false, 2 * SECOND);
    expect(breaker.state(7 * SECOND)).toBe(CLOSED);
    failTimes(breaker, 7 * SECOND, 2);
    expect(breaker.state(7 * SECOND)).toBe(CLOSED);
  });

  it('is dead for longer when the probe fails, and from the first length again when it has lived', () => {
    const breaker = deadBreaker();
    fail(breaker, 5 * SECOND);
    expect(breaker.acquire(15 * SECOND - 1)).toBe(NO_TICKET);
    fail(breaker, 15 * SECOND);
    expect(breaker.acquire(35 * SECOND - 1)).toBe(NO_TICKET);
    succeed(breaker, 35 * SECOND);
    failTimes(breaker, 35 * SECOND, 3);
    expect(breaker.acquire(40 * SECOND - 1)).toBe(NO_TICKET);
    expect(breaker.acquire(40 * SECOND)).not.toBe(NO_TICKET);
  });

  it('is probed again if the probe does not count', () => {
    const breaker = deadBreaker();
    breaker.release(6 * SECOND, breaker.acquire(5 * SECOND));
    expect(breaker.ownState(6 * SECOND)).toBe('ProbeOpen');
    expect(breaker.acquire(6 * SECOND)).not.toBe(NO_TICKET);
  });

  it('does not count failures while it is dead', () => {
    const breaker = deadBreaker();
    breaker.record(SECOND, 0, true, SECOND);
    expect(breaker.ownState(5 * SECOND)).toBe('ProbeOpen');
    breaker.record(5 * SECOND, 0, true, SECOND);
    expect(breaker.ownState(5 * SECOND)).toBe('ProbeOpen');
  });

  it('counts a late success while it is dead, and is then probed twice at once', () => {
    const breaker = deadBreaker();
    breaker.record(SECOND, 0, false, SECOND);
    expect(breaker.tripped(SECOND)).toBe(false);
    fail(breaker, 5 * SECOND);
    expect(breaker.ownState(5 * SECOND)).toBe('ProbeOpen');
    fail(breaker, 5 * SECOND);
    fail(breaker, 5 * SECOND);
    expect(breaker.ownState(5 * SECOND)).toBe('Dead');
  });

  it('takes any result that arrives during the probe for the probe’s', () => {
    const revived = deadBreaker();
    revived.acquire(5 * SECOND);
    revived.record(5 * SECOND, 0, false, 20 * SECOND);
    expect(revived.ownState(5 * SECOND)).toBe('Alive');
    const dead = deadBreaker();
    dead.acquire(5 * SECOND);
    dead.record(5 * SECOND, 0, true, 20 * SECOND);
    expect(dead.ownState(5 * SECOND)).toBe('Dead');
  });

  it('takes no notice of a call that does not count while it is alive', () => {
    const breaker = new FinagleBreaker(new ConsecutiveFailuresPolicy(1, new ConstantBackoff(5)));
    breaker.release(0, breaker.acquire(0));
    expect(breaker.ownState(0)).toBe('Alive');
  });
});

describe('finagle', () => {
  it('with its defaults is dead after the fifth consecutive failure, first for exactly five seconds', () => {
    const breaker = build(finagle, {}, sameDraw(0.5));
    failTimes(breaker, 0, 4);
    expect(breaker.state(0)).toBe(CLOSED);
    fail(breaker, 0);
    expect(breaker.acquire(5 * SECOND - 1)).toBe(NO_TICKET);
    expect(fail(breaker, 5 * SECOND)).toBe(true);
    expect(breaker.acquire(12500 * MILLISECOND - 1)).toBe(NO_TICKET);
    expect(fail(breaker, 12500 * MILLISECOND)).toBe(true);
    expect(breaker.acquire(27500 * MILLISECOND - 1)).toBe(NO_TICKET);
    expect(breaker.acquire(27500 * MILLISECOND)).not.toBe(NO_TICKET);
  });

  /** A success and a failure in turn, half a second apart; when it was first found dead. */
  function firstDeath(written: Readonly<Record<string, unknown>>): number {
    const breaker = build(finagle, written);
    for (let n = 1; n < 1000; n += 1) {
      const now = n * 500 * MILLISECOND;
      if (n % 2 === 0) fail(breaker, now);
      else succeed(breaker, now);
      if (breaker.state(now) === OPEN) return now;
    }
    return Infinity;
  }

  it('is dead by its average of successes, though no two failures are in a row', () => {
    expect(firstDeath({})).toBe(30 * SECOND);
    expect(firstDeath({ failureAccrual: 'successRateWithinDuration' })).toBe(30 * SECOND);
    expect(firstDeath({ failureAccrual: 'consecutiveFailures' })).toBe(Infinity);
  });

  it('counts no run of failures if only the average is in force', () => {
    const breaker = build(finagle, { failureAccrual: 'successRateWithinDuration' });
    failTimes(breaker, 0, 100);
    expect(breaker.state(0)).toBe(CLOSED);
  });

  it('refuses a first wait above the longest', () => {
    expect(() => build(finagle, { markDeadFor: '10m' })).toThrow('markDeadFor must be at most markDeadForMax');
  });
});
