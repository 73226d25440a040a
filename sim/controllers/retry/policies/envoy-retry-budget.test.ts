import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { ERROR, OK } from '../../../stack/result.ts';
import type { RetryBudget } from '../policy.ts';
import { EnvoyMaxRetries } from './envoy-max-retries.ts';
import { EnvoyRetryBudget } from './envoy-retry-budget.ts';

type Limited = RetryBudget & { limit(): number };

/** Calls that live side by side; each step moves one of them on. */
const steps = fc.array(fc.record({ call: fc.nat({ max: 7 }), fails: fc.boolean(), ends: fc.boolean() }), {
  maxLength: 200,
});

interface NaiveCall {
  state: 'idle' | 'under way' | 'waiting';
  retries: number;
}

/** Drives a budget through the lives of calls, and compares it with counts made afresh from the calls themselves. */
function live(
  budget: Limited,
  limit: (active: number) => number,
  script: readonly { call: number; fails: boolean; ends: boolean }[],
): void {
  const calls: NaiveCall[] = Array.from({ length: 8 }, () => ({ state: 'idle', retries: 0 }));
  const outstanding = () =>
    calls.filter(({ state, retries }) => state === 'waiting' || (state === 'under way' && retries > 0)).length;
  const active = () => calls.filter(({ state }) => state === 'under way').length;
  for (const { call: index, fails, ends } of script) {
    const call = calls[index];
    if (call.state === 'idle') {
      budget.began(0);
      Object.assign(call, { state: 'under way', retries: 0 });
    } else if (call.state === 'waiting') {
      // The wait is over, or the call has ended meanwhile.
      if (ends) budget.retryDropped(0);
      else budget.retryBegan(0);
      if (ends) budget.ended(0, false, call.retries - 1, ERROR);
      call.state = ends ? 'idle' : 'under way';
    } else {
      budget.attemptEnded(0, fails ? ERROR : OK, fails, call.retries);
      call.state = 'idle';
      const before = outstanding();
      if (fails) {
        const allowed = budget.tryRetry(0, ERROR);
        expect(allowed).toBe(before < limit(active()));
        if (allowed) Object.assign(call, { state: 'waiting', retries: call.retries + 1 });
        if (allowed) expect(outstanding()).toBeLessThanOrEqual(limit(active()));
      }
      if (call.state === 'idle') budget.ended(0, !fails, call.retries, call.retries > 0 ? ERROR : OK);
    }
    expect(budget.limit()).toBe(limit(active()));
  }
}

describe("Envoy's limit of retries at once", () => {
  test.prop([steps, fc.nat({ max: 4 })])('counts a retry from the decision to its result', (script, most) => {
    live(new EnvoyMaxRetries(most), () => most, script);
  });

  test('a call’s own last retry no longer counts when it asks for the next', () => {
    const budget: Limited = new EnvoyMaxRetries(1);
    budget.began(0);
    budget.attemptEnded(0, ERROR, true, 0);
    expect(budget.tryRetry(0, ERROR)).toBe(true);
    expect(budget.tryRetry(0, ERROR)).toBe(false);
    budget.retryBegan(0);
    budget.attemptEnded(0, ERROR, true, 1);
    expect(budget.tryRetry(0, ERROR)).toBe(true);
  });

  test('a retry counts while it waits, and no longer when its call ends during the wait', () => {
    const budget: Limited = new EnvoyMaxRetries(1);
    expect(budget.tryRetry(0, ERROR)).toBe(true);
    expect(budget.tryRetry(9e9, ERROR)).toBe(false);
    budget.retryDropped(9e9);
    expect(budget.tryRetry(9e9, ERROR)).toBe(true);
  });

  test('quick failures pass through it at any rate: it bounds retries at once, not in time', () => {
    const budget: Limited = new EnvoyMaxRetries(3);
    for (let i = 0; i < 1000; i++) {
      expect(budget.tryRetry(0, ERROR)).toBe(true);
      budget.retryBegan(0);
      budget.attemptEnded(0, ERROR, true, 1);
    }
    expect(budget.left(0)).toBe(1);
  });
});

describe("Envoy's retry budget", () => {
  test.prop([steps, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 4 })])(
    'is a share of the attempts under way now, with a minimum',
    (script, share, least) => {
      live(new EnvoyRetryBudget(share, least), (active) => Math.max(Math.floor(share * active), least), script);
    },
  );

  test('neither the attempt that has failed nor retries that wait are active', () => {
    const budget: Limited = new EnvoyRetryBudget(1, 0);
    budget.began(0);
    budget.began(0);
    budget.attemptEnded(0, ERROR, true, 0);
    expect(budget.limit()).toBe(1);
    expect(budget.tryRetry(0, ERROR)).toBe(true);
    expect(budget.limit()).toBe(1);
    budget.retryBegan(0);
    expect(budget.limit()).toBe(2);
  });

  test('shows how much of the limit is left', () => {
    const budget: Limited = new EnvoyRetryBudget(0.2, 4);
    expect(budget.left(0)).toBe(1);
    budget.tryRetry(0, ERROR);
    expect(budget.left(0)).toBe(0.75);
    expect(new EnvoyRetryBudget(0, 0).left()).toBe(0);
  });
});
