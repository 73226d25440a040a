import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { CLOSED, HALF_OPEN, NO_TICKET, OPEN } from '../policy.ts';
import { DrawSequence } from './finagle-backoff.ts';
import { LinkerdBreaker, linkerd } from './linkerd.ts';
import { build, fail, failTimes, sameDraw, succeed } from './testing/calls.ts';

function breakerWith(changes: object = {}, draw = 0): LinkerdBreaker {
  return new LinkerdBreaker(
    { maxFailures: 2, minPenalty: SECOND, maxPenalty: 100 * SECOND, jitterRatio: 0, ...changes },
    new DrawSequence(sameDraw(draw)),
  );
}

describe('an endpoint', () => {
  it('of Linkerd’s own test: two failures, a second, a failed probe, two seconds, a good one', () => {
    const breaker = breakerWith();
    fail(breaker, 0);
    expect(breaker.state(0)).toBe(CLOSED);
    fail(breaker, 0);
    expect(breaker.state(500 * MILLISECOND)).toBe(OPEN);
    expect(breaker.state(SECOND)).toBe(HALF_OPEN);
    expect(fail(breaker, SECOND)).toBe(true);
    expect(breaker.state(2 * SECOND)).toBe(OPEN);
    breaker.record(2 * SECOND, 0, false, SECOND);
    expect(breaker.state(2 * SECOND)).toBe(OPEN);
    expect(succeed(breaker, 3 * SECOND)).toBe(true);
    expect(breaker.state(3 * SECOND)).toBe(CLOSED);
  });

  it('is never shut off while one call in a run succeeds', () => {
    const breaker = breakerWith();
    for (let n = 0; n < 100; n += 1) {
      fail(breaker, n);
      succeed(breaker, n);
    }
    expect(breaker.state(100)).toBe(CLOSED);
  });

  it('admits a single probe', () => {
    const breaker = breakerWith();
    failTimes(breaker, 0, 2);
    expect(breaker.acquire(SECOND)).not.toBe(NO_TICKET);
    expect(breaker.acquire(50 * SECOND)).toBe(NO_TICKET);
  });

  it('admits another if the probe does not count, but not for a late call that does not', () => {
    const breaker = breakerWith();
    const late = breaker.acquire(0);
    failTimes(breaker, 0, 2);
    const probe = breaker.acquire(SECOND);
    breaker.release(SECOND, late);
    expect(breaker.acquire(SECOND)).toBe(NO_TICKET);
    breaker.release(SECOND, probe);
    expect(breaker.acquire(SECOND)).not.toBe(NO_TICKET);
  });

  it('is judged in probation by the first response to arrive, also a late one', () => {
    const breaker = breakerWith();
    failTimes(breaker, 0, 2);
    expect(breaker.state(SECOND)).toBe(HALF_OPEN);
    breaker.record(SECOND, 0, false, 20 * SECOND);
    expect(breaker.state(SECOND)).toBe(CLOSED);
  });

  it('is shut off twice as long each time, up to the maximum, and from the minimum again after a success', () => {
    const breaker = breakerWith({ maxPenalty: 5 * SECOND });
    failTimes(breaker, 0, 2);
    let now = 0;
    for (const penalty of [1, 2, 4, 5, 5]) {
      expect(breaker.acquire(now + penalty * SECOND - 1)).toBe(NO_TICKET);
      now += penalty * SECOND;
      expect(fail(breaker, now)).toBe(true);
    }
    now += 5 * SECOND;
    succeed(breaker, now);
    failTimes(breaker, now, 2);
    expect(breaker.state(now + SECOND - 1)).toBe(OPEN);
    expect(breaker.state(now + SECOND)).toBe(HALF_OPEN);
  });

  it('counts responses that it ignores towards its condition, not towards its state', () => {
    const breaker = breakerWith();
    failTimes(breaker, 0, 2);
    expect(breaker.tripped(0)).toBe(true);
    breaker.record(1, 0, false, 1);
    expect(breaker.tripped(1)).toBe(false);
    expect(breaker.state(1)).toBe(OPEN);
  });

  it('adds at most the jitter ratio to a penalty, and never goes over the maximum', () => {
    const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(draw, fc.double({ min: 0, max: 100, noNaN: true }), fc.nat(20), (u, jitterRatio, failures) => {
        const breaker = breakerWith({ maxFailures: 1, jitterRatio, maxPenalty: 60 * SECOND }, u);
        let now = 0;
        for (let n = 0; n <= failures; n += 1) {
          const base = Math.min(SECOND * 2 ** n, 60 * SECOND);
          fail(breaker, now);
          expect(breaker.state(now + base - 1)).toBe(OPEN);
          const most = Math.min(base * (1 + jitterRatio), 60 * SECOND);
          expect(breaker.state(now + most)).toBe(HALF_OPEN);
          now += most;
        }
      }),
    );
  });
});

describe('linkerd', () => {
  it('with its defaults shuts an endpoint off after seven failures in a row, for 1 to 1.5 seconds', () => {
    const breaker = build(linkerd, {}, sameDraw(0.5));
    failTimes(breaker, 0, 6);
    expect(breaker.state(0)).toBe(CLOSED);
    fail(breaker, 0);
    expect(breaker.state(1250 * MILLISECOND - 1)).toBe(OPEN);
    expect(breaker.state(1250 * MILLISECOND)).toBe(HALF_OPEN);
  });

  it('refuses a least penalty above the greatest', () => {
    expect(() => build(linkerd, { 'min-penalty': '2m' })).toThrow('min-penalty must be at most max-penalty');
  });
});
