import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { ConstantBackoff, ExponentialBackoff, LinearBackoff } from './finagle-backoff.ts';
import type { Backoff } from './finagle-backoff.ts';
import { Ema } from './finagle-ema.ts';
import {
  ConsecutiveFailuresPolicy,
  EitherPolicy,
  STAY_ALIVE,
  SuccessRatePolicy,
  SuccessRateWithinDurationPolicy,
} from './finagle-failure-accrual-policy.ts';
import type { FailureAccrualPolicy } from './finagle-failure-accrual-policy.ts';
import { expectationsOf, publishedCases, unknownWord } from './testing/cases.ts';
import type { PublishedCase } from './testing/cases.ts';

function policyOf(params: Readonly<Record<string, number>>, named: unknown): FailureAccrualPolicy {
  const markDeadFor = new ConstantBackoff((params['markDeadFor_s'] ?? 5) * SECOND);
  const rate = params['requiredSuccessRate'];
  switch (named) {
    case 'consecutive':
      return new ConsecutiveFailuresPolicy(params['failures'], markDeadFor);
    case 'successRate':
      return new SuccessRatePolicy(rate, params['windowRequests'], markDeadFor);
    case 'successRateWithinDuration':
      return new SuccessRateWithinDurationPolicy(
        rate,
        params['window_ms'] * MILLISECOND,
        params['minRequestThreshold'],
        markDeadFor,
      );
    case 'consecutive 3 OR successRateWithinDuration':
      return new EitherPolicy(policyOf(params, 'successRateWithinDuration'), policyOf(params, 'consecutive'));
    default:
      return unknownWord('policy', named);
  }
}

/** Does what an input says, so often and so far apart; says whether any failure marked the node dead. */
function apply(policy: FailureAccrualPolicy, input: Readonly<Record<string, unknown>>): boolean {
  const repeats = (input['n'] as number | undefined) ?? 1;
  const apart = (input['every_ms'] as number | undefined) ?? 0;
  let markedDead = false;
  for (let left = repeats - 1; left >= 0; left -= 1) {
    const now = ((input['t_ms'] as number) - left * apart) * MILLISECOND;
    switch (input['op']) {
      case 'failure':
        if (policy.markDeadOnFailure(now) !== STAY_ALIVE) markedDead = true;
        break;
      case 'success':
        policy.recordSuccess(now);
        break;
      case 'revived':
        policy.revived(now);
        break;
      default:
        unknownWord('op', input);
    }
  }
  return markedDead;
}

function runAccrualCase(published: PublishedCase): void {
  const policy = policyOf(published.params as Record<string, number>, published.params['policy']);
  const expectations = expectationsOf(published);
  published.inputs.forEach((input, i) => {
    const markedDead = apply(policy, input);
    if (expectations[i] !== null) expect({ markDead: markedDead }, `after input ${i}`).toEqual(expectations[i]);
  });
}

function runEmaCase(published: PublishedCase): void {
  const ema = new Ema(published.params['window'] as number);
  const expectations = expectationsOf(published);
  published.inputs.forEach((input, i) => {
    const value = ema.update(input['stamp'] as number, input['x'] as number);
    expect({ value }, `after input ${i}`).toEqual(expectations[i]);
  });
}

function backoffOf(params: Readonly<Record<string, unknown>>): Backoff {
  const [start, offset, maximum] = ['start_ms', 'offset_ms', 'maximum_ms'].map((name) =>
    params[name] === undefined ? undefined : (params[name] as number) * MILLISECOND,
  ) as [number, number, number | undefined];
  switch (params['kind']) {
    case 'const':
      return new ConstantBackoff(start);
    case 'exponential':
      return new ExponentialBackoff(start, params['multiplier'] as number, maximum);
    case 'linear':
      return new LinearBackoff(start, offset, maximum);
    default:
      return unknownWord('backoff', params);
  }
}

function runBackoffCase(published: PublishedCase): void {
  const backoff = backoffOf(published.params);
  const expectations = expectationsOf(published);
  published.inputs.forEach((input, i) => {
    expect(input['n']).toBe(i);
    expect({ backoff_ms: backoff.next() / MILLISECOND }).toEqual(expectations[i]);
  });
}

describe('accrual, average and back-off run the published cases of Finagle', () => {
  it.each(publishedCases('finagle-failureaccrual'))('$case', (published) => {
    if ('policy' in published.params) runAccrualCase(published);
    else if ('kind' in published.params) runBackoffCase(published);
    else runEmaCase(published);
  });
});

describe('success rate by requests', () => {
  it('needs 70 failures after 100 successes to fall below a half', () => {
    const policy = new SuccessRatePolicy(0.5, 100, new ConstantBackoff(5));
    for (let n = 0; n < 100; n += 1) policy.recordSuccess(0);
    for (let n = 0; n < 69; n += 1) expect(policy.markDeadOnFailure(0)).toBe(STAY_ALIVE);
    expect(policy.markDeadOnFailure(0)).toBe(5);
  });

  it('forgets its history and its back-off when revived', () => {
    const policy = new SuccessRatePolicy(1, 2, new ExponentialBackoff(5, 2));
    expect([0, 0, 0].map((now) => policy.markDeadOnFailure(now))).toEqual([STAY_ALIVE, 5, 10]);
    policy.revived(0);
    expect(policy.isMet(0)).toBe(false);
    expect([0, 0].map((now) => policy.markDeadOnFailure(now))).toEqual([STAY_ALIVE, 5]);
  });
});

describe('success rate within a duration', () => {
  function policyWith(minRequestThreshold: number): SuccessRateWithinDurationPolicy {
    return new SuccessRateWithinDurationPolicy(0.8, 30 * SECOND, minRequestThreshold, new ConstantBackoff(5));
  }

  it('is not judged before the window has passed since the start', () => {
    const policy = policyWith(0);
    expect(policy.markDeadOnFailure(30 * SECOND - MILLISECOND)).toBe(STAY_ALIVE);
    expect(policy.markDeadOnFailure(30 * SECOND)).toBe(5);
  });

  it('is not judged before the window has passed since revival', () => {
    const policy = policyWith(0);
    policy.revived(20 * SECOND);
    expect(policy.markDeadOnFailure(50 * SECOND - MILLISECOND)).toBe(STAY_ALIVE);
    expect(policy.markDeadOnFailure(50 * SECOND)).toBe(5);
  });

  it('is not judged by fewer requests than the minimum in the last window', () => {
    const policy = policyWith(5);
    for (let n = 0; n < 4; n += 1) expect(policy.markDeadOnFailure(40 * SECOND)).toBe(STAY_ALIVE);
    expect(policy.markDeadOnFailure(40 * SECOND)).toBe(5);
    expect(policy.markDeadOnFailure(80 * SECOND)).toBe(STAY_ALIVE);
  });

  it('is moved only by the first of several results within a millisecond', () => {
    const policy = policyWith(0);
    policy.recordSuccess(31 * SECOND);
    for (let n = 0; n < 1000; n += 1) {
      expect(policy.markDeadOnFailure(31 * SECOND + n * 900)).toBe(STAY_ALIVE);
    }
    for (let n = 1; n < 20; n += 1) policy.markDeadOnFailure(31 * SECOND + n * SECOND);
    expect(policy.isMet(51 * SECOND)).toBe(true);
  });

  it('is seeded by the first result, so that one early failure weighs for long', () => {
    const policy = policyWith(0);
    policy.markDeadOnFailure(0);
    for (let second = 1; second < 40; second += 1) policy.recordSuccess(second * SECOND);
    expect(policy.markDeadOnFailure(40 * SECOND)).toBe(5);
  });

  it('agrees with the average of the full history', () => {
    const step = fc.record({ gap: fc.nat(3000), failed: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (steps, minimum) => {
        const policy = new SuccessRateWithinDurationPolicy(0.8, 10 * SECOND, minimum, new ConstantBackoff(5));
        const averaged = new Ema(10_000);
        let millis = 0;
        for (const { gap, failed } of steps) {
          millis += gap;
          averaged.update(millis, failed ? 0 : 1);
          const dead = failed && policy.markDeadOnFailure(millis * MILLISECOND) !== STAY_ALIVE;
          if (!failed) policy.recordSuccess(millis * MILLISECOND);
          if (dead) expect(millis >= 10_000 && averaged.last < 0.8).toBe(true);
          if (failed && minimum === 1) expect(dead).toBe(millis >= 10_000 && averaged.last < 0.8);
        }
      }),
    );
  });
});

describe('either of two policies', () => {
  it('marks dead for the longer time if both do, and moves both back-offs on', () => {
    const one = new ConsecutiveFailuresPolicy(1, new ExponentialBackoff(3, 2));
    const other = new ConsecutiveFailuresPolicy(2, new ExponentialBackoff(10, 2));
    const either = new EitherPolicy(one, other);
    expect([1, 2, 3].map(() => either.markDeadOnFailure(0))).toEqual([3, 10, 20]);
    either.revived(0);
    expect(either.isMet(0)).toBe(false);
    expect([1, 2].map(() => either.markDeadOnFailure(0))).toEqual([3, 10]);
    either.recordSuccess(0);
    expect(either.isMet(0)).toBe(false);
  });
});
