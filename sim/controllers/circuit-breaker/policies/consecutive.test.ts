import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../kernel/time.ts';
import { CLOSED, HALF_OPEN, NO_TICKET, OPEN } from '../policy.ts';
import { consecutive } from './consecutive.ts';
import { build, fail, failTimes, succeed } from './testing/calls.ts';

describe('consecutive', () => {
  it('opens after the fifth consecutive failure', () => {
    const breaker = build(consecutive);
    failTimes(breaker, 0, 4);
    succeed(breaker, 0);
    failTimes(breaker, 0, 4);
    expect(breaker.state(0)).toBe(CLOSED);
    fail(breaker, 0);
    expect(breaker.state(0)).toBe(OPEN);
  });

  it('lets one probe through after thirty seconds, and closes if it succeeds', () => {
    const breaker = build(consecutive);
    failTimes(breaker, 0, 5);
    expect(breaker.acquire(30 * SECOND)).toBe(NO_TICKET);
    const probe = breaker.acquire(30 * SECOND + 1);
    expect(breaker.state(30 * SECOND + 1)).toBe(HALF_OPEN);
    expect(breaker.acquire(30 * SECOND + 1)).toBe(NO_TICKET);
    breaker.record(31 * SECOND, probe, false, SECOND);
    expect(breaker.state(31 * SECOND)).toBe(CLOSED);
  });

  it('needs all of its probes to succeed', () => {
    const breaker = build(consecutive, { failures: 1, waitOpen: '1s', halfOpenCalls: 3 });
    fail(breaker, 0);
    const now = SECOND + 1;
    succeed(breaker, now);
    succeed(breaker, now);
    expect(breaker.state(now)).toBe(HALF_OPEN);
    fail(breaker, now);
    expect(breaker.state(now)).toBe(OPEN);
    for (let n = 0; n < 3; n += 1) expect(succeed(breaker, 2 * now)).toBe(true);
    expect(breaker.state(2 * now)).toBe(CLOSED);
  });

  it('drops late results of calls from before it opened', () => {
    const breaker = build(consecutive, { failures: 1 });
    const late = breaker.acquire(0);
    fail(breaker, 0);
    expect(breaker.acquire(31 * SECOND)).not.toBe(NO_TICKET);
    breaker.record(31 * SECOND, late, false, 31 * SECOND);
    expect(breaker.state(31 * SECOND)).toBe(HALF_OPEN);
  });

  it('refuses to open after no failure at all', () => {
    expect(() => build(consecutive, { failures: 0 })).toThrow('expected at least 1');
  });
});
