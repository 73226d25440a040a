import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MILLISECOND, NEVER, SECOND } from '../../../kernel/time.ts';
import { CLOSED, HALF_OPEN, NO_TICKET, OPEN } from '../policy.ts';
import { CountSlidingWindow } from './count-sliding-window.ts';
import { Resilience4jBreaker } from './resilience4j-breaker.ts';
import type { Resilience4jConfig, Resilience4jState } from './resilience4j-breaker.ts';
import type { Resilience4jReading } from './resilience4j-metrics.ts';
import { resilience4j } from './resilience4j.ts';
import { build, fail, failTimes, succeed } from './testing/calls.ts';
import { expectationsOf, publishedCases, unknownWord } from './testing/cases.ts';
import type { PublishedCase } from './testing/cases.ts';
import { someResults } from './testing/results.ts';
import { TimeSlidingWindow } from './time-sliding-window.ts';

/** The parameters of a case as a scenario would write them. */
function written({ params }: PublishedCase): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      if (name.endsWith('_ms')) return [name.slice(0, -'_ms'.length), `${String(value)}ms`];
      if (name.endsWith('RateThreshold')) return [name, `${String(value)}%`];
      return [name, value];
    }),
  );
}

interface Step {
  readonly now: number;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Does what an input says; returns whether a call was allowed, if it asked. */
function step(breaker: Resilience4jBreaker, { now, input }: Step): boolean | undefined {
  const duration = ((input['duration_ms'] as number | undefined) ?? 0) * MILLISECOND;
  const wait = input['for_ms'] as number | undefined;
  switch (input['op']) {
    case 'acquire':
      return breaker.acquire(now) !== NO_TICKET;
    case 'success':
    case 'error':
      breaker.record(now, 0, input['op'] === 'error', duration);
      return undefined;
    case 'ignored':
    case 'release':
      breaker.release(now, 0);
      return undefined;
    case 'transition':
      if (input['to'] === 'RESET') breaker.reset(now);
      else breaker.transition(now, input['to'] as Resilience4jState, wait === undefined ? wait : wait * MILLISECOND);
      return undefined;
    case 'peek':
      return undefined;
    default:
      return unknownWord('op', input);
  }
}

function expectMetrics(reading: Resilience4jReading, expected: object): void {
  for (const [name, value] of Object.entries(expected)) {
    if (!(name in reading)) unknownWord('metric', name);
    const wanted = name.endsWith('Rate') ? Math.fround(value as number) : value;
    expect(reading[name as keyof Resilience4jReading], name).toBe(wanted);
  }
}

describe('the breaker runs the published cases of Resilience4j', () => {
  it.each(publishedCases('resilience4j-circuitbreaker'))('$case', (published) => {
    const breaker = build(resilience4j, written(published)) as Resilience4jBreaker;
    const expectations = expectationsOf(published);
    published.inputs.forEach((input, i) => {
      const now = (input['t_ms'] as number) * MILLISECOND;
      const allowed = step(breaker, { now, input });
      for (const [name, value] of Object.entries(expectations[i] ?? {})) {
        if (name === 'allowed') expect(allowed, `allowed by input ${i}`).toBe(value);
        else if (name === 'state') expect(breaker.ownState(now), `state after input ${i}`).toBe(value);
        else if (name === 'metrics') expectMetrics(breaker.metrics(now), value as object);
        else unknownWord('expectation', name);
      }
    });
  });
});

const BASE: Resilience4jConfig = {
  failureRateThreshold: 50,
  slowCallRateThreshold: 100,
  slowCallDurationThreshold: 60 * SECOND,
  minimumNumberOfCalls: 4,
  permittedNumberOfCallsInHalfOpenState: 3,
  waitIntervalFunctionInOpenState: () => 10 * SECOND,
  automaticTransitionFromOpenToHalfOpenEnabled: false,
  maxWaitDurationInHalfOpenState: 0,
  transitionToStateAfterWaitDuration: 'OPEN',
};

function breakerWith(changes: Partial<Resilience4jConfig> = {}, size = 10): Resilience4jBreaker {
  return new Resilience4jBreaker({ ...BASE, ...changes }, new CountSlidingWindow(size));
}

/** Open since time zero. */
function openBreaker(changes: Partial<Resilience4jConfig> = {}): Resilience4jBreaker {
  const breaker = breakerWith(changes);
  failTimes(breaker, 0, 4);
  expect(breaker.ownState(0)).toBe('OPEN');
  return breaker;
}

/** Half-open since just after ten seconds, with one permit used. */
function halfOpenBreaker(changes: Partial<Resilience4jConfig> = {}): Resilience4jBreaker {
  const breaker = openBreaker(changes);
  expect(breaker.acquire(10 * SECOND + 1)).not.toBe(NO_TICKET);
  expect(breaker.ownState(10 * SECOND + 1)).toBe('HALF_OPEN');
  return breaker;
}

const PROBING = 10 * SECOND + 1;

describe('a closed breaker', () => {
  it('is not opened by failures below the minimum number of calls', () => {
    const breaker = breakerWith();
    failTimes(breaker, 0, 3);
    expect(breaker.state(0)).toBe(CLOSED);
    expect(breaker.metrics(0)).toMatchObject({ failureRate: -1, slowCallRate: -1, buffered: 3, failed: 3 });
  });

  it('can be opened by a success, since the rate is checked after every call', () => {
    const breaker = breakerWith();
    failTimes(breaker, 0, 2);
    succeed(breaker, 0);
    expect(breaker.state(0)).toBe(CLOSED);
    succeed(breaker, 0);
    expect(breaker.state(0)).toBe(OPEN);
    expect(breaker.metrics(0).failureRate).toBe(50);
  });

  it('is opened by slow successes, a call being slow only beyond the threshold', () => {
    const breaker = breakerWith();
    for (let n = 0; n < 10; n += 1) succeed(breaker, 0, 60 * SECOND);
    expect(breaker.state(0)).toBe(CLOSED);
    for (let n = 0; n < 10; n += 1) succeed(breaker, 0, 60 * SECOND + 1);
    expect(breaker.state(0)).toBe(OPEN);
    expect(breaker.metrics(0)).toMatchObject({ slow: 10, slowCallRate: 100, failureRate: 0 });
  });

  it('judges a window of calls by no more calls than it holds', () => {
    const breaker = breakerWith({ minimumNumberOfCalls: 100 }, 4);
    failTimes(breaker, 0, 3);
    expect(breaker.state(0)).toBe(CLOSED);
    fail(breaker, 0);
    expect(breaker.state(0)).toBe(OPEN);
  });

  it('does not cap the minimum of a window of time', () => {
    const breaker = new Resilience4jBreaker({ ...BASE, minimumNumberOfCalls: 6 }, new TimeSlidingWindow(SECOND, 4));
    failTimes(breaker, 0, 5);
    expect(breaker.state(0)).toBe(CLOSED);
    fail(breaker, 0);
    expect(breaker.state(0)).toBe(OPEN);
  });

  it('takes no notice of a release', () => {
    const breaker = breakerWith();
    breaker.release(0, breaker.acquire(0));
    expect(breaker.metrics(0).buffered).toBe(0);
  });
});

describe('an open breaker', () => {
  it('refuses until strictly after the wait, and half-opens with the first call then', () => {
    const breaker = openBreaker();
    expect(breaker.acquire(10 * SECOND)).toBe(NO_TICKET);
    expect(breaker.state(11 * SECOND)).toBe(OPEN);
    expect(breaker.acquire(11 * SECOND)).not.toBe(NO_TICKET);
    expect(breaker.state(11 * SECOND)).toBe(HALF_OPEN);
  });

  it('keeps the metrics that opened it, and records late results there', () => {
    const breaker = openBreaker();
    breaker.record(5 * SECOND, 0, false, 0);
    expect(breaker.metrics(5 * SECOND)).toMatchObject({ buffered: 5, failed: 4, failureRate: 80 });
    expect(breaker.state(5 * SECOND)).toBe(OPEN);
  });

  it('is not held open longer by late failures', () => {
    const breaker = openBreaker();
    breaker.record(9 * SECOND, 0, true, 0);
    expect(breaker.acquire(PROBING)).not.toBe(NO_TICKET);
  });

  it('half-opens at the moment itself if the transition is automatic', () => {
    const breaker = openBreaker({ automaticTransitionFromOpenToHalfOpenEnabled: true });
    expect(breaker.state(10 * SECOND - 1)).toBe(OPEN);
    expect(breaker.state(10 * SECOND)).toBe(HALF_OPEN);
  });

  it('waits longer each time, until it has closed', () => {
    const waits = [0, 1, 2, 4];
    const breaker = breakerWith({ waitIntervalFunctionInOpenState: (attempts) => waits[attempts] * SECOND });
    failTimes(breaker, 0, 4);
    expect(breaker.acquire(SECOND)).toBe(NO_TICKET);
    failTimes(breaker, SECOND + 1, 3);
    expect(breaker.acquire(3 * SECOND + 1)).toBe(NO_TICKET);
    failTimes(breaker, 3 * SECOND + 2, 3);
    expect(breaker.acquire(7 * SECOND + 2)).toBe(NO_TICKET);
    for (let n = 0; n < 3; n += 1) expect(succeed(breaker, 7 * SECOND + 3)).toBe(true);
    expect(breaker.state(8 * SECOND)).toBe(CLOSED);
    failTimes(breaker, 8 * SECOND, 4);
    expect(breaker.acquire(9 * SECOND)).toBe(NO_TICKET);
    expect(breaker.acquire(9 * SECOND + 1)).not.toBe(NO_TICKET);
  });
});

describe('a half-open breaker', () => {
  it('judges its probes when all of them have ended, not before', () => {
    const breaker = halfOpenBreaker();
    breaker.record(PROBING, 0, true, 0);
    expect(fail(breaker, PROBING)).toBe(true);
    expect(breaker.state(PROBING)).toBe(HALF_OPEN);
    expect(succeed(breaker, PROBING)).toBe(true);
    expect(breaker.state(PROBING)).toBe(OPEN);
    expect(breaker.metrics(PROBING)).toMatchObject({ buffered: 3, failed: 2 });
  });

  it('judges by fewer probes if the minimum number of calls is smaller', () => {
    const breaker = breakerWith({ minimumNumberOfCalls: 1 });
    fail(breaker, 0);
    expect(breaker.acquire(PROBING)).not.toBe(NO_TICKET);
    breaker.record(PROBING, 0, false, 0);
    expect(breaker.state(PROBING)).toBe(CLOSED);
  });

  it('closes with an empty window', () => {
    const breaker = halfOpenBreaker();
    breaker.record(PROBING, 0, false, 0);
    succeed(breaker, PROBING);
    succeed(breaker, PROBING);
    expect(breaker.state(PROBING)).toBe(CLOSED);
    expect(breaker.metrics(PROBING)).toMatchObject({ buffered: 0, notPermitted: 0 });
  });

  it('reopens on slow probes', () => {
    const breaker = halfOpenBreaker();
    breaker.record(PROBING, 0, false, 61 * SECOND);
    succeed(breaker, PROBING, 61 * SECOND);
    succeed(breaker, PROBING, 61 * SECOND);
    expect(breaker.state(PROBING)).toBe(OPEN);
  });

  it('counts a late result of a call from before it opened, without a permit', () => {
    const breaker = breakerWith();
    const late = [breaker.acquire(0), breaker.acquire(0), breaker.acquire(0)];
    failTimes(breaker, 0, 4);
    breaker.acquire(PROBING);
    for (const ticket of late) breaker.record(PROBING, ticket, false, 20 * SECOND);
    expect(breaker.state(PROBING)).toBe(CLOSED);
  });

  it('gives a permit back for a call that does not count', () => {
    const breaker = halfOpenBreaker();
    breaker.acquire(PROBING);
    const last = breaker.acquire(PROBING);
    expect(breaker.acquire(PROBING)).toBe(NO_TICKET);
    breaker.release(PROBING, last);
    expect(breaker.acquire(PROBING)).not.toBe(NO_TICKET);
    expect(breaker.acquire(PROBING)).toBe(NO_TICKET);
    expect(breaker.metrics(PROBING)).toMatchObject({ buffered: 0, notPermitted: 2 });
  });

  it('gives no permit back for a result', () => {
    const breaker = halfOpenBreaker();
    breaker.record(PROBING, 0, true, 0);
    breaker.acquire(PROBING);
    breaker.acquire(PROBING);
    expect(breaker.acquire(PROBING)).toBe(NO_TICKET);
  });

  it('stays so for ever if its probes never end', () => {
    const breaker = halfOpenBreaker();
    breaker.acquire(PROBING);
    breaker.acquire(PROBING);
    expect(breaker.acquire(1e6 * SECOND)).toBe(NO_TICKET);
    expect(breaker.state(1e6 * SECOND)).toBe(HALF_OPEN);
  });

  it('reopens when its time is over, for a wait that counts from that moment', () => {
    const breaker = halfOpenBreaker({ maxWaitDurationInHalfOpenState: 5 * SECOND });
    expect(breaker.state(PROBING + 5 * SECOND - 1)).toBe(HALF_OPEN);
    // Asked long after: the transition was made when it was due.
    expect(breaker.acquire(PROBING + 15 * SECOND)).toBe(NO_TICKET);
    expect(breaker.state(PROBING + 15 * SECOND)).toBe(OPEN);
    expect(breaker.acquire(PROBING + 15 * SECOND + 1)).not.toBe(NO_TICKET);
  });

  it('goes round and round by the clock alone if both transitions are timed', () => {
    const breaker = openBreaker({
      automaticTransitionFromOpenToHalfOpenEnabled: true,
      maxWaitDurationInHalfOpenState: 5 * SECOND,
    });
    const seen = [9, 10, 14, 15, 24, 25, 29, 30, 40].map((second) => breaker.state(second * SECOND));
    expect(seen).toEqual([OPEN, HALF_OPEN, HALF_OPEN, OPEN, OPEN, HALF_OPEN, HALF_OPEN, OPEN, HALF_OPEN]);
  });
});

describe('states entered by hand', () => {
  const STATES: readonly Resilience4jState[] = [
    'CLOSED',
    'OPEN',
    'HALF_OPEN',
    'DISABLED',
    'METRICS_ONLY',
    'FORCED_OPEN',
  ];
  const ILLEGAL = [
    ['CLOSED', 'HALF_OPEN'],
    ['METRICS_ONLY', 'OPEN'],
    ['METRICS_ONLY', 'HALF_OPEN'],
  ];

  function enter(breaker: Resilience4jBreaker, state: Resilience4jState): void {
    if (state === 'HALF_OPEN') breaker.transition(0, 'OPEN');
    breaker.transition(0, state);
  }

  it.each(STATES.flatMap((from) => STATES.map((to) => [from, to] as const)))('from %s to %s', (from, to) => {
    const breaker = breakerWith();
    enter(breaker, from);
    if (ILLEGAL.some(([a, b]) => a === from && b === to)) {
      expect(() => breaker.transition(0, to)).toThrow(`illegal state transition from ${from} to ${to}`);
      expect(breaker.ownState(0)).toBe(from);
    } else {
      breaker.transition(0, to);
      expect(breaker.ownState(0)).toBe(to);
    }
  });

  it('pass all (DISABLED, METRICS_ONLY) or nothing (FORCED_OPEN), for ever', () => {
    const breaker = breakerWith();
    breaker.transition(0, 'DISABLED');
    for (let n = 0; n < 20; n += 1) expect(fail(breaker, 0)).toBe(true);
    expect(breaker.metrics(0).buffered).toBe(0);
    breaker.transition(0, 'METRICS_ONLY');
    for (let n = 0; n < 20; n += 1) expect(fail(breaker, 0)).toBe(true);
    expect(breaker.metrics(0)).toMatchObject({ buffered: 10, failureRate: 100 });
    breaker.transition(0, 'FORCED_OPEN');
    expect(breaker.acquire(1e6 * SECOND)).toBe(NO_TICKET);
    expect(breaker.metrics(0)).toMatchObject({ buffered: 0, notPermitted: 1 });
  });

  it('reset forgets everything from any state', () => {
    for (const state of STATES) {
      const breaker = breakerWith();
      fail(breaker, 0);
      enter(breaker, state);
      breaker.reset(0);
      expect(breaker.ownState(0)).toBe('CLOSED');
      expect(breaker.metrics(0)).toMatchObject({ buffered: 0, notPermitted: 0 });
    }
  });
});

describe('properties', () => {
  const windowAndNaive = fc.oneof(
    fc.integer({ min: 1, max: 12 }).map((size) => ({
      window: () => new CountSlidingWindow(size),
      held: (results: readonly { at: number; failed: boolean; slow: boolean }[]) => results.slice(-size),
      size,
    })),
    fc.integer({ min: 1, max: 5 }).map((seconds) => ({
      window: () => new TimeSlidingWindow(10, seconds),
      held: (results: readonly { at: number; failed: boolean; slow: boolean }[]) => {
        const now = Math.floor((results.at(-1)?.at ?? 0) / 10);
        return results.filter(({ at }) => Math.floor(at / 10) > now - seconds);
      },
      size: Infinity,
    })),
  );

  it('opens with the very result after which the rates, counted anew from all results, reach a threshold', () => {
    fc.assert(
      fc.property(
        windowAndNaive,
        fc.integer({ min: 1, max: 15 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 100 }),
        someResults(),
        (kind, minimum, failureRate, slowRate, results) => {
          const breaker = new Resilience4jBreaker(
            {
              ...BASE,
              minimumNumberOfCalls: minimum,
              failureRateThreshold: failureRate,
              slowCallRateThreshold: slowRate,
              slowCallDurationThreshold: 100,
            },
            kind.window(),
          );
          for (let i = 0; i < results.length; i += 1) {
            const { at, failed, slow } = results[i];
            breaker.record(at, breaker.acquire(at), failed, slow ? 101 : 100);
            const held = kind.held(results.slice(0, i + 1));
            const failures = held.filter((result) => result.failed).length;
            const slows = held.filter((result) => result.slow).length;
            const enough = held.length >= Math.min(minimum, kind.size);
            const exceeded =
              enough && (failures * 100 >= failureRate * held.length || slows * 100 >= slowRate * held.length);
            expect(breaker.tripped(at)).toBe(exceeded);
            expect(breaker.state(at)).toBe(exceeded ? OPEN : CLOSED);
            if (exceeded) return;
          }
        },
      ),
    );
  });

  it('reading it changes nothing that it will do', () => {
    const act = fc.record({ gap: fc.nat(4), ask: fc.boolean(), failed: fc.boolean(), released: fc.boolean() });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 80 }), fc.boolean(), (acts, automatic) => {
        const config = {
          ...BASE,
          minimumNumberOfCalls: 2,
          waitIntervalFunctionInOpenState: () => 5,
          maxWaitDurationInHalfOpenState: 7,
          automaticTransitionFromOpenToHalfOpenEnabled: automatic,
        };
        const watched = new Resilience4jBreaker(config, new TimeSlidingWindow(3, 4));
        const alone = new Resilience4jBreaker(config, new TimeSlidingWindow(3, 4));
        let now = 0;
        for (const { gap, ask, failed, released } of acts) {
          for (let t = now; t <= now + gap; t += 1) {
            watched.tripped(t);
            watched.metrics(t);
            watched.state(t);
          }
          now += gap;
          if (ask) expect(watched.acquire(now)).toBe(alone.acquire(now));
          else if (released) [watched, alone].forEach((breaker) => breaker.release(now, 0));
          else [watched, alone].forEach((breaker) => breaker.record(now, 0, failed, 0));
        }
        expect(watched.metrics(now)).toEqual(alone.metrics(now));
        expect(watched.ownState(now)).toBe(alone.ownState(now));
      }),
    );
  });

  it('never waits if it may not: an interval of NEVER keeps it open', () => {
    const breaker = openBreaker({ waitIntervalFunctionInOpenState: () => NEVER });
    expect(breaker.acquire(Number.MAX_SAFE_INTEGER)).toBe(NO_TICKET);
  });
});
