import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SECOND } from '../../../kernel/time.ts';
import { ConsecutiveErrors, consecutiveErrors } from './consecutive-errors.ts';

function ejector(hosts: number, overrides: object = {}): ConsecutiveErrors {
  const config = z.object(consecutiveErrors.parameters).parse(overrides);
  const made = new ConsecutiveErrors(config, hosts, { uniform: () => 0.5 });
  for (let host = 0; host < hosts; host++) made.addHost(host);
  return made;
}

function fail(made: ConsecutiveErrors, host: number, times: number, now = 0): void {
  for (let i = 0; i < times; i++) made.onResult(host, true, now);
}

describe('ejection by consecutive errors', () => {
  it('comes after the fifth in a row by default', () => {
    const made = ejector(4);
    fail(made, 0, 4);
    made.onResult(0, false, 0);
    fail(made, 0, 4);
    expect(made.isEjected(0)).toBe(false);
    fail(made, 0, 1);
    expect(made.isEjected(0)).toBe(true);
  });

  it('takes one host out however few there are, and the next only below the share', () => {
    const small = ejector(3);
    fail(small, 0, 5);
    fail(small, 1, 5);
    expect([small.ejections, small.overflow]).toEqual([1, 1]);
    const large = ejector(20);
    for (const host of [0, 1, 2]) fail(large, host, 5);
    expect([large.ejections, large.overflow]).toEqual([2, 1]);
  });

  it('lasts for its time, rounded up to a sweep, and longer the next time', () => {
    const made = ejector(4, { consecutiveErrors: 2, interval: '4s', baseEjectionTime: '5s' });
    expect(made.interval).toBe(4 * SECOND);
    const away = (from: number): number => {
      fail(made, 0, 2, from * SECOND);
      let now = from;
      while (made.isEjected(0)) made.sweep((now += 4) * SECOND);
      return now - from;
    };
    expect([away(0), away(8), away(20)]).toEqual([8, 12, 16]);
  });

  it('does not look at success rates', () => {
    const made = ejector(10, { maxEjectionPercent: '100%' });
    for (let i = 0; i < 400; i++)
      for (let host = 0; host < 10; host++) made.onResult(host, host === 0 && i % 2 === 0, 0);
    made.sweep(10 * SECOND);
    expect(made.ejections).toBe(0);
  });

  it('condemns a host as long as its run of errors lasts', () => {
    const made = ejector(3);
    fail(made, 0, 5);
    expect(made.condemns(0)).toBe(true);
    made.onResult(0, false, 0);
    expect([made.condemns(0), made.isEjected(0)]).toEqual([false, true]);
    made.removeHost(0);
    expect(made.ejections).toBe(0);
  });
});
