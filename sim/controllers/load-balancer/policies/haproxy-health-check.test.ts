import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SECOND } from '../../../kernel/time.ts';
import { HaproxyHealthCheck, haproxyHealthCheck } from './haproxy-health-check.ts';

function checker(written: object = {}): HaproxyHealthCheck {
  return new HaproxyHealthCheck(z.object(haproxyHealthCheck.parameters).parse(written), 1);
}

/** Health after each result. */
function healthAfter(checks: HaproxyHealthCheck, results: string): string {
  return [...results].map((one) => (checks.onResult(0, one === '+'), checks.healthy(0) ? 'U' : 'D')).join('');
}

describe("HAProxy's health check", () => {
  it('takes a server that has long been up out after fall failures in a row, and back after rise successes', () => {
    const checks = checker();
    checks.assume(0, true);
    expect(healthAfter(checks, '--+---+-++-')).toBe('UUUUUDDDDUU');
  });

  it('has a new server up, but not after one failure', () => {
    const checks = checker();
    checks.add(0);
    expect(checks.healthy(0)).toBe(true);
    expect(healthAfter(checks, '-')).toBe('D');
    checks.add(0);
    expect(healthAfter(checks, '++--')).toBe('UUUU');
  });

  it('looks faster between up and down, and slower while down', () => {
    const checks = checker({ fastinter: '1s', downinter: '10s', inter: '4s' });
    checks.assume(0, true);
    const waits = [...'---++'].map((one) => checks.onResult(0, one === '+') / SECOND);
    expect(waits).toEqual([1, 1, 10, 1, 4]);
  });
});
