import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SECOND } from '../../../kernel/time.ts';
import type { CheckResult } from './health-check.ts';
import {
  CHECK_NETWORK_FAILURE,
  CHECK_PASSED,
  CHECK_WRONG_ANSWER,
  EnvoyHealthCheck,
  envoyHealthCheck,
} from './health-check.ts';

const required = { timeout: '1s', interval: '10s', unhealthyThreshold: 3, healthyThreshold: 2 };
const PASS = CHECK_PASSED;
const LOST = CHECK_NETWORK_FAILURE;
const WRONG = CHECK_WRONG_ANSWER;

function checker(overrides: object = {}): EnvoyHealthCheck {
  const made = new EnvoyHealthCheck(z.object(envoyHealthCheck.parameters).parse({ ...required, ...overrides }), 1);
  made.addHost(0, 0);
  return made;
}

/** Health after each result. */
function healthAfter(made: EnvoyHealthCheck, results: readonly CheckResult[]): boolean[] {
  return results.map((result) => {
    made.onResult(0, result, true, 0, 0);
    return made.healthy(0);
  });
}

/** Seconds to the next check after each result. */
function intervals(made: EnvoyHealthCheck, results: readonly CheckResult[], used = true): number[] {
  return results.map((result) => made.onResult(0, result, used, 0, 0) / SECOND);
}

describe('an active health check', () => {
  it('has four parameters without a default', () => {
    const shape = z.object(envoyHealthCheck.parameters);
    for (const name of Object.keys(required)) {
      expect(shape.safeParse({ ...required, [name]: undefined }).success).toBe(false);
    }
  });

  it('takes a new host for unhealthy until its first check, which alone suffices if it passes', () => {
    const made = checker();
    expect(made.healthy(0)).toBe(false);
    expect(healthAfter(made, [PASS])).toEqual([true]);
  });

  it('wants the whole threshold if the first check fails', () => {
    expect(healthAfter(checker(), [LOST, PASS, PASS])).toEqual([false, false, true]);
  });

  it('gives a host up after so many failures in a row', () => {
    expect(healthAfter(checker(), [PASS, LOST, LOST, PASS, LOST, LOST, LOST])).toEqual([
      true,
      true,
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  it('gives a host up at once for a wrong answer', () => {
    expect(healthAfter(checker(), [PASS, WRONG])).toEqual([true, false]);
  });

  it('takes a host back after so many successes in a row', () => {
    expect(healthAfter(checker(), [PASS, WRONG, PASS, LOST, PASS, PASS])).toEqual([
      true,
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  it('checks at intervals that depend on health and on what is pending', () => {
    const made = checker({ unhealthyInterval: '5s', unhealthyEdgeInterval: '2s', healthyEdgeInterval: '3s' });
    // passed, two failures pending, unhealthy, still so, one success pending, healthy, still so
    expect(intervals(made, [PASS, LOST, LOST, LOST, LOST, PASS, PASS, PASS])).toEqual([10, 2, 2, 5, 5, 3, 10, 10]);
  });

  it('falls back from special intervals to the plain ones', () => {
    expect(intervals(checker({ unhealthyInterval: '5s' }), [PASS, LOST, LOST, LOST, PASS])).toEqual([10, 5, 5, 5, 10]);
    expect(intervals(checker(), [PASS, LOST, LOST, LOST, PASS])).toEqual([10, 10, 10, 10, 10]);
  });

  it('checks rarely while the cluster has never been used', () => {
    expect(intervals(checker(), [PASS, LOST], false)).toEqual([60, 60]);
    expect(intervals(checker({ noTrafficHealthyInterval: '20s' }), [PASS, LOST, LOST], false)).toEqual([20, 60, 60]);
  });

  it('adds jitter', () => {
    const made = checker({ intervalJitter: '4s', intervalJitterPercent: 20, initialJitter: '8s' });
    expect(made.addHost(0, 0.5)).toBe(4 * SECOND);
    expect(made.onResult(0, PASS, true, 0.25, 0.5)).toBe((10 + 1 + 1) * SECOND);
  });

  it('begins anew with a host that is added again', () => {
    const made = checker();
    healthAfter(made, [PASS, LOST, LOST]);
    made.addHost(0, 0);
    expect(made.healthy(0)).toBe(false);
    expect(healthAfter(made, [PASS, LOST, LOST])).toEqual([true, true, true]);
  });
});
