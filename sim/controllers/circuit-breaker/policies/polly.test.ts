import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { CLOSED, HALF_OPEN, NO_TICKET, OPEN } from '../policy.ts';
import { RollingHealthMetrics, SingleHealthMetrics, createHealthMetrics } from './polly-health-metrics.ts';
import type { HealthInfo } from './polly-health-metrics.ts';
import { PollyBreaker, polly, shouldBreak } from './polly.ts';
import type { PollyOptions } from './polly.ts';
import { build, fail, failTimes, succeed } from './testing/calls.ts';
import { expectationsOf, publishedCases, unknownWord } from './testing/cases.ts';
import type { PublishedCase } from './testing/cases.ts';

function runHealthCase(published: PublishedCase): void {
  const sampling = (published.params['samplingDuration_ms'] as number) * MILLISECOND;
  const windows = published.params['windows'] as number;
  const metrics = windows === 1 ? new SingleHealthMetrics(sampling, 0) : new RollingHealthMetrics(sampling, windows);
  const expectations = expectationsOf(published);
  published.inputs.forEach((input, i) => {
    const now = (input['t_ms'] as number) * MILLISECOND;
    switch (input['op']) {
      case 'success':
        metrics.incrementSuccess(now);
        break;
      case 'failure':
        metrics.incrementFailure(now);
        break;
      case 'reset':
        metrics.reset(now);
        break;
      case 'info':
        break;
      default:
        unknownWord('op', input);
    }
    // Reading is an event of its own in the product, so only where the case reads.
    if (expectations[i] !== null) expectWords(metrics.info(now), expectations[i]);
  });
}

function expectWords(info: HealthInfo, expected: object): void {
  for (const [name, value] of Object.entries(expected)) {
    if (!(name in info)) unknownWord('expectation', name);
    expect(info[name as keyof HealthInfo], name).toBe(value);
  }
}

function runDecisionCase(published: PublishedCase): void {
  const { MinimumThroughput, FailureRatio } = published.params as Record<string, number>;
  const expectations = expectationsOf(published);
  published.inputs.forEach((input, i) => {
    const { throughput, failureRate } = input as Record<string, number>;
    expect({ shouldBreak: shouldBreak(throughput, failureRate, MinimumThroughput, FailureRatio) }).toEqual(
      expectations[i],
    );
  });
}

function runBreakerCase(published: PublishedCase): void {
  const written = Object.entries(published.params).map(([name, value]) =>
    name.endsWith('_ms') ? [name.slice(0, -'_ms'.length), `${String(value)}ms`] : [name, value],
  );
  const breaker = build(polly, Object.fromEntries(written) as Record<string, unknown>) as PollyBreaker;
  const expectations = expectationsOf(published);
  published.inputs.forEach((input, i) => {
    const now = (input['t_ms'] as number) * MILLISECOND;
    const expected = expectations[i] ?? {};
    const rejected = 'retryAfter_ms' in expected;
    if (input['op'] !== 'success' && input['op'] !== 'failure') unknownWord('op', input);
    for (let n = 0; n < ((input['n'] as number | undefined) ?? 1); n += 1) {
      const admitted = input['op'] === 'failure' ? fail(breaker, now) : succeed(breaker, now);
      expect(admitted, `input ${i} is let through`).toBe(!rejected);
    }
    for (const [name, value] of Object.entries(expected)) {
      if (name === 'retryAfter_ms') expect(breaker.retryAfter(now) / MILLISECOND).toBe(value);
      else if (name === 'opened' || name === 'halfOpened' || name === 'closed') expect(breaker[name], name).toBe(value);
      else unknownWord('expectation', name);
    }
  });
}

describe('the breaker and its metrics run the published cases of Polly', () => {
  it.each(publishedCases('polly-circuitbreaker'))('$case', (published) => {
    const { params, inputs, expected } = published;
    if ('windows' in params) runHealthCase(published);
    else if (inputs.length === 0) {
      const metrics = createHealthMetrics((params['SamplingDuration_ms'] as number) * MILLISECOND, 0);
      expect({ window: metrics.window }).toEqual(expected);
    } else if ('throughput' in inputs[0]) runDecisionCase(published);
    else runBreakerCase(published);
  });
});

function breakerWith(changes: Partial<PollyOptions> = {}): PollyBreaker {
  return new PollyBreaker({
    failureRatio: 0.5,
    minimumThroughput: 4,
    samplingDuration: 10 * SECOND,
    breakDuration: 5 * SECOND,
    ...changes,
  });
}

function openBreaker(changes: Partial<PollyOptions> = {}): PollyBreaker {
  const breaker = breakerWith(changes);
  failTimes(breaker, 0, 4);
  expect(breaker.state(0)).toBe(OPEN);
  return breaker;
}

describe('a closed breaker', () => {
  it('is judged on a failure only, never on a success', () => {
    const breaker = breakerWith();
    failTimes(breaker, 0, 3);
    succeed(breaker, 0);
    expect(breaker.state(0)).toBe(CLOSED);
    expect(breaker.tripped(0)).toBe(true);
    fail(breaker, 0);
    expect(breaker.state(0)).toBe(OPEN);
  });

  it('takes a cancelled call for a success', () => {
    const breaker = breakerWith();
    for (let n = 0; n < 4; n += 1) breaker.release(0, breaker.acquire(0));
    expect(breaker.health(0)).toEqual({ throughput: 4, failureRate: 0, failureCount: 0 });
  });
});

describe('an open breaker', () => {
  it('refuses until the break is over, and lets the probe through at that very moment', () => {
    const breaker = openBreaker();
    expect(breaker.acquire(5 * SECOND - 1)).toBe(NO_TICKET);
    expect(breaker.retryAfter(5 * SECOND - 1)).toBe(1);
    expect(breaker.acquire(5 * SECOND)).not.toBe(NO_TICKET);
    expect(breaker.state(5 * SECOND)).toBe(HALF_OPEN);
  });

  it('counts late results without being moved by them', () => {
    const breaker = openBreaker();
    breaker.record(SECOND, 0, true, SECOND);
    breaker.record(SECOND, 0, false, SECOND);
    expect(breaker.health(SECOND)).toMatchObject({ throughput: 6, failureCount: 5 });
    expect(breaker.opened).toBe(1);
    expect(breaker.acquire(5 * SECOND)).not.toBe(NO_TICKET);
  });

  it('asks the generator for each break, with the probes since it closed', () => {
    const asked: number[][] = [];
    const breaker = openBreaker({
      breakDurationGenerator: (...args) => {
        asked.push(args);
        return (args[2] + 1) * SECOND;
      },
    });
    expect(breaker.acquire(SECOND - 1)).toBe(NO_TICKET);
    fail(breaker, SECOND);
    expect(breaker.acquire(3 * SECOND - 1)).toBe(NO_TICKET);
    fail(breaker, 3 * SECOND);
    succeed(breaker, 6 * SECOND);
    expect(breaker.state(6 * SECOND)).toBe(CLOSED);
    failTimes(breaker, 6 * SECOND, 4);
    expect(asked).toEqual([
      [1, 4, 0],
      [1, 4, 1],
      [1, 4, 2],
      [1, 4, 0],
    ]);
  });
});

describe('a half-open breaker', () => {
  function halfOpenBreaker(): PollyBreaker {
    const breaker = openBreaker();
    breaker.acquire(5 * SECOND);
    return breaker;
  }

  it('is blocked for good by a probe that never returns', () => {
    const breaker = halfOpenBreaker();
    expect(breaker.retryAfter(6 * SECOND)).toBe(4 * SECOND);
    expect(breaker.acquire(10 * SECOND)).toBe(NO_TICKET);
    expect(breaker.acquire(1e6 * SECOND)).toBe(NO_TICKET);
    expect(breaker.state(1e6 * SECOND)).toBe(HALF_OPEN);
  });

  it('does not count the failure of a probe', () => {
    const breaker = halfOpenBreaker();
    breaker.record(6 * SECOND, 0, true, SECOND);
    expect(breaker.state(6 * SECOND)).toBe(OPEN);
    expect(breaker.health(6 * SECOND).failureCount).toBe(4);
    expect(breaker.acquire(11 * SECOND - 1)).toBe(NO_TICKET);
    expect(breaker.acquire(11 * SECOND)).not.toBe(NO_TICKET);
  });

  it('closes with a success, and forgets everything', () => {
    const breaker = halfOpenBreaker();
    breaker.record(6 * SECOND, 0, false, SECOND);
    expect(breaker.state(6 * SECOND)).toBe(CLOSED);
    expect(breaker.health(6 * SECOND).throughput).toBe(0);
  });

  it('closes with a cancelled probe', () => {
    const breaker = halfOpenBreaker();
    breaker.release(6 * SECOND, 0);
    expect(breaker.state(6 * SECOND)).toBe(CLOSED);
  });

  it('is moved by the late result of another call', () => {
    const closed = halfOpenBreaker();
    closed.record(5 * SECOND, 0, false, 20 * SECOND);
    expect(closed.state(5 * SECOND)).toBe(CLOSED);
    const opened = halfOpenBreaker();
    opened.record(5 * SECOND, 0, true, 20 * SECOND);
    expect(opened.state(5 * SECOND)).toBe(OPEN);
  });
});

describe('manual control', () => {
  it('isolates until it is closed by hand', () => {
    const breaker = breakerWith();
    breaker.isolate(0);
    expect(breaker.ownState).toBe('Isolated');
    expect(breaker.state(0)).toBe(OPEN);
    breaker.record(0, 0, false, 0);
    expect(breaker.acquire(1e6 * SECOND)).toBe(NO_TICKET);
    breaker.close(1e6 * SECOND);
    expect(breaker.ownState).toBe('Closed');
    expect([breaker.opened, breaker.halfOpened, breaker.closed]).toEqual([1, 0, 1]);
    breaker.close(1e6 * SECOND);
    expect(breaker.closed).toBe(1);
  });
});

describe('properties', () => {
  it('opens with the very failure at which the windows, counted anew, reach the ratio', () => {
    const result = fc.record({ gap: fc.nat(3e8), failed: fc.boolean() });
    const ratio = fc.integer({ min: 1, max: 100 }).map((percent) => percent / 100);
    fc.assert(
      fc.property(ratio, fc.integer({ min: 2, max: 8 }), fc.array(result, { maxLength: 60 }), (least, minimum, all) => {
        const breaker = breakerWith({ failureRatio: least, minimumThroughput: minimum, samplingDuration: SECOND });
        const history: { start: number; failed: boolean }[] = [];
        let windowStart = -Infinity;
        let now = 0;
        for (const { gap, failed } of all) {
          now += gap;
          if (now - windowStart >= SECOND / 10) windowStart = now;
          history.push({ start: windowStart, failed });
          breaker.record(now, breaker.acquire(now), failed, 0);
          const held = history.filter(({ start }) => now - start < SECOND);
          const failures = held.filter((call) => call.failed).length;
          const breaks = held.length >= minimum && failures / held.length >= least;
          expect(breaker.tripped(now)).toBe(breaks);
          expect(breaker.state(now)).toBe(breaks && failed ? OPEN : CLOSED);
          if (breaks && failed) return;
        }
      }),
    );
  });

  it('asking whether it would break changes nothing that it will do', () => {
    const act = fc.record({ gap: fc.nat(2e8), what: fc.constantFrom('ask', 'succeed', 'fail') });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
        const options = {
          failureRatio: 0.5,
          minimumThroughput: 3,
          samplingDuration: SECOND,
          breakDuration: SECOND / 2,
        };
        const watched = new PollyBreaker(options);
        const alone = new PollyBreaker(options);
        let now = 0;
        for (const { gap, what } of acts) {
          watched.tripped(now + gap / 2);
          now += gap;
          watched.tripped(now);
          if (what === 'ask') expect(watched.acquire(now)).toBe(alone.acquire(now));
          else for (const breaker of [watched, alone]) breaker.record(now, 0, what === 'fail', 0);
          expect(watched.ownState).toBe(alone.ownState);
        }
      }),
    );
  });
});

describe('polly', () => {
  it('with its defaults opens at ten failures of a hundred, for five seconds', () => {
    const breaker = build(polly);
    for (let n = 0; n < 90; n += 1) succeed(breaker, 0);
    failTimes(breaker, 0, 9);
    expect(breaker.state(0)).toBe(CLOSED);
    fail(breaker, 0);
    expect(breaker.state(0)).toBe(OPEN);
    expect(breaker.acquire(5 * SECOND - 1)).toBe(NO_TICKET);
    expect(breaker.acquire(5 * SECOND)).not.toBe(NO_TICKET);
  });

  it.each([
    [{ MinimumThroughput: 1 }, 'expected at least 2'],
    [{ BreakDuration: '499ms' }, 'expected 500ms to 1d'],
  ])('refuses %j', (written, complaint) => {
    expect(() => build(polly, written)).toThrow(complaint);
  });
});
