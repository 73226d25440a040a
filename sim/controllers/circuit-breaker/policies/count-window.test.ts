import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../kernel/time.ts';
import { CLOSED, HALF_OPEN, NO_TICKET, OPEN } from '../policy.ts';
import { countWindow } from './count-window.ts';
import { build, fail, failTimes, succeed } from './testing/calls.ts';

describe('countWindow', () => {
  it('opens at half of the calls failed, once there are twenty', () => {
    const breaker = build(countWindow);
    for (let n = 0; n < 10; n += 1) succeed(breaker, 0);
    failTimes(breaker, 0, 9);
    expect(breaker.state(0)).toBe(CLOSED);
    fail(breaker, 0);
    expect(breaker.state(0)).toBe(OPEN);
  });

  it('judges the last calls only, however old', () => {
    const breaker = build(countWindow, { window: 10, minimumCalls: 10 });
    failTimes(breaker, 0, 4);
    for (let n = 0; n < 10; n += 1) succeed(breaker, 1e6 * SECOND);
    failTimes(breaker, 1e6 * SECOND, 4);
    expect(breaker.state(1e6 * SECOND)).toBe(CLOSED);
    fail(breaker, 1e6 * SECOND);
    expect(breaker.state(1e6 * SECOND)).toBe(OPEN);
  });

  it('lets ten probes through after thirty seconds, and closes if fewer than half of them fail', () => {
    const breaker = build(countWindow);
    failTimes(breaker, 0, 20);
    expect(breaker.acquire(30 * SECOND)).toBe(NO_TICKET);
    const now = 30 * SECOND + 1;
    failTimes(breaker, now, 4);
    for (let n = 0; n < 5; n += 1) expect(succeed(breaker, now)).toBe(true);
    expect(breaker.state(now)).toBe(HALF_OPEN);
    expect(breaker.acquire(now)).not.toBe(NO_TICKET);
    expect(breaker.acquire(now)).toBe(NO_TICKET);
    breaker.record(now, 0, false, 0);
    expect(breaker.state(now)).toBe(CLOSED);
  });

  it('knows no slow calls unless it is told what is slow', () => {
    const blind = build(countWindow);
    const seeing = build(countWindow, { slowCall: '1s', slowCallRate: '50%' });
    for (let n = 0; n < 40; n += 1) {
      succeed(blind, 0, 1e6 * SECOND);
      succeed(seeing, 0, n % 2 === 0 ? SECOND + 1 : SECOND);
    }
    expect(blind.state(0)).toBe(CLOSED);
    expect(seeing.state(0)).toBe(OPEN);
  });

  it.each([
    [{ failureRate: 0 }, 'failureRate must be above 0%'],
    [{ slowCallRate: 0 }, 'slowCallRate must be above 0%'],
    [{ window: 0 }, 'expected at least 1'],
  ])('refuses %j', (written, complaint) => {
    expect(() => build(countWindow, written)).toThrow(complaint);
  });
});
