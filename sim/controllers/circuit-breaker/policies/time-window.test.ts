import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { CLOSED, HALF_OPEN, NO_TICKET, OPEN } from '../policy.ts';
import { build, fail, failTimes, succeed } from './testing/calls.ts';
import { slidingTimeWindow, timeWindow } from './time-window.ts';

describe('timeWindow', () => {
  it('opens as the scenario writes it: half of fifty calls in ten seconds', () => {
    const breaker = build(timeWindow, {
      window: '10s',
      minimumCalls: 50,
      failureRate: '50%',
      waitOpen: '30s',
    });
    for (let n = 0; n < 25; n += 1) succeed(breaker, n * 100 * MILLISECOND);
    for (let n = 0; n < 24; n += 1) fail(breaker, 5 * SECOND);
    expect(breaker.state(5 * SECOND)).toBe(CLOSED);
    fail(breaker, 5 * SECOND);
    expect(breaker.state(5 * SECOND)).toBe(OPEN);
    expect(breaker.acquire(35 * SECOND)).toBe(NO_TICKET);
    expect(breaker.acquire(35 * SECOND + 1)).not.toBe(NO_TICKET);
    expect(breaker.state(35 * SECOND + 1)).toBe(HALF_OPEN);
  });

  it('slides: what is older than the window no longer counts', () => {
    const breaker = build(timeWindow);
    failTimes(breaker, 0, 19);
    expect(fail(breaker, 10 * SECOND)).toBe(true);
    expect(breaker.state(10 * SECOND)).toBe(CLOSED);

    const faster = build(timeWindow);
    failTimes(faster, 0, 19);
    fail(faster, 10 * SECOND - 1);
    expect(faster.state(10 * SECOND)).toBe(OPEN);
  });

  it('says by itself whether its condition still holds while it is open', () => {
    const breaker = build(timeWindow);
    failTimes(breaker, 0, 20);
    expect(breaker.state(9 * SECOND)).toBe(OPEN);
    expect(breaker.tripped(9 * SECOND)).toBe(true);
    expect(breaker.tripped(10 * SECOND)).toBe(false);
    expect(breaker.state(10 * SECOND)).toBe(OPEN);
  });

  it.each([{ window: '1us' }, { window: '1h' }, { window: '333ms' }])('takes %j', (written) => {
    const breaker = build(timeWindow, { ...written, minimumCalls: 2 });
    failTimes(breaker, 0, 2);
    expect(breaker.state(0)).toBe(OPEN);
  });
});

describe('the sliding time window', () => {
  it('remembers a call for 99% to 100% of its length, a hundred nanoseconds more where that does not divide', () => {
    const length = fc.integer({ min: 1000, max: 1e12 });
    fc.assert(
      fc.property(length, fc.integer({ min: 0, max: 1e12 }), (window, at) => {
        const step = Math.ceil(window / 100);
        const memory = slidingTimeWindow(window);
        memory.record(at, true, false, 0);
        memory.advance(at + window - step);
        expect(memory.total).toBe(1);
        memory.advance(at + window + 100);
        expect(memory.total).toBe(0);
      }),
    );
  });
});
