import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { CLOSED, HALF_OPEN, NO_TICKET, OPEN } from '../policy.ts';
import { HystrixBreaker, hystrix } from './hystrix.ts';
import { build, fail, failTimes, succeed } from './testing/calls.ts';
import { expectationsOf, publishedCases, unknownWord } from './testing/cases.ts';
import type { PublishedCase } from './testing/cases.ts';
import { someResults } from './testing/results.ts';

function written({ params }: PublishedCase): Record<string, unknown> {
  // The timeout is the command's, not the breaker's: the cases say of each call how long it took.
  const { executionTimeout_ms: _, ...own } = params;
  return Object.fromEntries(
    Object.entries(own).map(([name, value]) => {
      if (name.endsWith('_ms')) return [name.slice(0, -'_ms'.length), `${String(value)}ms`];
      return [name, name === 'errorThresholdPercentage' ? `${String(value)}%` : value];
    }),
  );
}

function finish(breaker: HystrixBreaker, now: number, result: unknown): void {
  switch (result) {
    case 'success':
    case 'failure':
    case 'timeout':
      breaker.record(now, 0, result !== 'success', 0);
      return;
    case 'cancelled':
      breaker.release(now, 0);
      return;
    default:
      unknownWord('result', result);
  }
}

describe('the breaker runs the published cases of Hystrix', () => {
  it.each(publishedCases('hystrix-circuitbreaker'))('$case', (published) => {
    const breaker = build(hystrix, written(published)) as HystrixBreaker;
    const expectations = expectationsOf(published);
    published.inputs.forEach((input, i) => {
      let now = (input['t_ms'] as number) * MILLISECOND;
      let allowed: boolean | undefined;
      switch (input['op']) {
        case 'check':
          break;
        case 'attempt':
        case 'start':
          allowed = breaker.acquire(now) !== NO_TICKET;
          break;
        case 'finish':
          finish(breaker, now, input['result']);
          break;
        case 'call':
          allowed = breaker.acquire(now) !== NO_TICKET;
          // A sequential command: nothing else happens until it has run.
          if (allowed) now += (input['latency_ms'] as number) * MILLISECOND;
          if (allowed) finish(breaker, now, input['result']);
          break;
        default:
          unknownWord('op', input);
      }
      for (const [name, value] of Object.entries(expectations[i] ?? {})) {
        if (name === 'isOpen') expect(breaker.isOpen(now), `isOpen after input ${i}`).toBe(value);
        else if (name === 'allowRequest') expect(breaker.allowRequest(now), `allowRequest after ${i}`).toBe(value);
        else if (name === 'allowed') expect(allowed, `allowed by input ${i}`).toBe(value);
        else unknownWord('expectation', name);
      }
    });
  });
});

function breakerWith(changes: object = {}): HystrixBreaker {
  return new HystrixBreaker({
    requestVolumeThreshold: 4,
    errorThresholdPercentage: 50,
    sleepWindow: 5 * SECOND,
    rollingWindow: 10 * SECOND,
    healthSnapshotInterval: 500 * MILLISECOND,
    ...changes,
  });
}

/** Open since half a second. */
function openBreaker(changes: object = {}): HystrixBreaker {
  const breaker = breakerWith(changes);
  failTimes(breaker, 0, 4);
  expect(breaker.state(500 * MILLISECOND)).toBe(OPEN);
  return breaker;
}

const PROBING = 5500 * MILLISECOND + 1;

describe('a closed breaker', () => {
  it('opens with the next snapshot, not with the failure', () => {
    const breaker = breakerWith();
    failTimes(breaker, 0, 100);
    expect(breaker.state(500 * MILLISECOND - 1)).toBe(CLOSED);
    expect(breaker.acquire(500 * MILLISECOND - 1)).not.toBe(NO_TICKET);
    expect(breaker.state(500 * MILLISECOND)).toBe(OPEN);
  });

  it('puts a result on a boundary into the later bucket', () => {
    const breaker = breakerWith();
    failTimes(breaker, 500 * MILLISECOND, 4);
    expect(breaker.state(SECOND - 1)).toBe(CLOSED);
    expect(breaker.state(SECOND)).toBe(OPEN);
  });

  it('does not open below the volume threshold, nor below the error threshold', () => {
    const breaker = breakerWith();
    failTimes(breaker, 0, 3);
    expect(breaker.state(SECOND)).toBe(CLOSED);
    for (let n = 0; n < 4; n += 1) succeed(breaker, SECOND);
    expect(breaker.state(2 * SECOND)).toBe(CLOSED);
  });

  it('cuts the percentage: 39.9% is not 40%', () => {
    const nearly = breakerWith({ errorThresholdPercentage: 40 });
    for (let n = 0; n < 1000; n += 1) nearly.record(0, 0, n < 399, 0);
    expect(nearly.state(SECOND)).toBe(CLOSED);
    const just = breakerWith({ errorThresholdPercentage: 40 });
    for (let n = 0; n < 1000; n += 1) just.record(0, 0, n < 400, 0);
    expect(just.state(SECOND)).toBe(OPEN);
  });

  it('forgets a bucket when the window has passed over it', () => {
    const breaker = breakerWith();
    failTimes(breaker, 0, 3);
    fail(breaker, 10 * SECOND);
    expect(breaker.state(11 * SECOND)).toBe(CLOSED);
    const sooner = breakerWith();
    failTimes(sooner, 0, 3);
    fail(sooner, 10 * SECOND - 1);
    expect(sooner.state(11 * SECOND)).toBe(OPEN);
  });

  it('does not count a cancelled call', () => {
    const breaker = breakerWith();
    for (let n = 0; n < 50; n += 1) breaker.release(0, breaker.acquire(0));
    expect(breaker.health.totalRequests).toBe(0);
    expect(breaker.state(SECOND)).toBe(CLOSED);
  });
});

describe('an open breaker', () => {
  it('refuses until strictly after the sleep window, which counts from the snapshot', () => {
    const breaker = openBreaker();
    expect(breaker.acquire(5500 * MILLISECOND)).toBe(NO_TICKET);
    expect(breaker.allowRequest(PROBING)).toBe(true);
    expect(breaker.acquire(PROBING)).not.toBe(NO_TICKET);
  });

  it('does not count the calls that it refuses', () => {
    const breaker = openBreaker();
    for (let n = 0; n < 50; n += 1) breaker.acquire(SECOND);
    breaker.state(2 * SECOND);
    expect(breaker.health.totalRequests).toBe(4);
  });

  it('is open before anybody looks: the sleep window does not wait for a call', () => {
    const breaker = breakerWith();
    failTimes(breaker, 0, 4);
    expect(breaker.acquire(PROBING)).not.toBe(NO_TICKET);
    expect(breaker.acquire(PROBING)).toBe(NO_TICKET);
  });

  it('counts late results, and is not moved by them', () => {
    const breaker = openBreaker();
    breaker.record(SECOND, 0, false, SECOND);
    expect(breaker.state(1500 * MILLISECOND)).toBe(OPEN);
    expect(breaker.health.totalRequests).toBe(5);
  });
});

describe('a half-open breaker', () => {
  function halfOpenBreaker(): HystrixBreaker {
    const breaker = openBreaker();
    expect(breaker.acquire(PROBING)).not.toBe(NO_TICKET);
    expect(breaker.state(PROBING)).toBe(HALF_OPEN);
    return breaker;
  }

  it('lets one probe through a sleep window, however long that takes', () => {
    const breaker = halfOpenBreaker();
    expect(breaker.acquire(100 * SECOND)).toBe(NO_TICKET);
    expect(breaker.allowRequest(100 * SECOND)).toBe(false);
    expect(breaker.isOpen(100 * SECOND)).toBe(true);
  });

  it('closes with one success, forgets all, and counts that success first', () => {
    const breaker = halfOpenBreaker();
    breaker.record(PROBING + SECOND, 0, false, SECOND);
    expect(breaker.state(PROBING + SECOND)).toBe(CLOSED);
    expect(breaker.health.totalRequests).toBe(0);
    breaker.state(PROBING + 1500 * MILLISECOND);
    expect(breaker.health).toMatchObject({ totalRequests: 1, errorCount: 0 });
  });

  it('takes its snapshots from the moment of closing on', () => {
    const breaker = halfOpenBreaker();
    breaker.record(6700 * MILLISECOND, 0, false, SECOND);
    failTimes(breaker, 6700 * MILLISECOND, 4);
    expect(breaker.state(7200 * MILLISECOND - 1)).toBe(CLOSED);
    expect(breaker.state(7200 * MILLISECOND)).toBe(OPEN);
  });

  it('opens with a failure for another sleep window', () => {
    const breaker = halfOpenBreaker();
    breaker.record(7 * SECOND, 0, true, SECOND);
    expect(breaker.state(7 * SECOND)).toBe(OPEN);
    expect(breaker.acquire(12 * SECOND)).toBe(NO_TICKET);
    expect(breaker.acquire(12 * SECOND + 1)).not.toBe(NO_TICKET);
  });

  it('opens with a cancelled call for another sleep window', () => {
    const breaker = halfOpenBreaker();
    breaker.release(7 * SECOND, 0);
    expect(breaker.acquire(12 * SECOND)).toBe(NO_TICKET);
    expect(breaker.acquire(12 * SECOND + 1)).not.toBe(NO_TICKET);
  });

  it('is closed, or opened, by the late result of another call', () => {
    const closed = halfOpenBreaker();
    closed.record(PROBING, 0, false, 20 * SECOND);
    expect(closed.state(PROBING)).toBe(CLOSED);
    const opened = halfOpenBreaker();
    opened.record(PROBING, 0, true, 20 * SECOND);
    expect(opened.state(PROBING)).toBe(OPEN);
  });
});

describe('properties', () => {
  it('opens at the first snapshot whose last full buckets, counted anew, exceed the thresholds', () => {
    const percent = fc.integer({ min: 1, max: 100 });
    const volume = fc.integer({ min: 1, max: 10 });
    fc.assert(
      fc.property(
        percent,
        volume,
        fc.integer({ min: 1, max: 4 }),
        someResults(),
        (threshold, least, buckets, results) => {
          const breaker = new HystrixBreaker({
            requestVolumeThreshold: least,
            errorThresholdPercentage: threshold,
            sleepWindow: 1e9,
            rollingWindow: buckets * 10,
            healthSnapshotInterval: 10,
          });
          let opensAt = Infinity;
          for (let tick = 10; tick <= (results.at(-1)?.at ?? 0) && opensAt === Infinity; tick += 10) {
            const held = results.filter(({ at }) => at < tick && at >= tick - buckets * 10);
            const errors = held.filter(({ failed }) => failed).length;
            if (held.length >= least && Math.floor((errors / held.length) * 100) >= threshold) opensAt = tick;
          }
          for (const { at, failed } of results) {
            expect(breaker.state(at)).toBe(at >= opensAt ? OPEN : CLOSED);
            breaker.record(at, 0, failed, 0);
          }
        },
      ),
    );
  });
});

describe('hystrix', () => {
  it('with its defaults opens at half of twenty requests failed, for five seconds', () => {
    const breaker = build(hystrix);
    for (let n = 0; n < 20; n += 1) breaker.record(0, breaker.acquire(0), n < 10, 0);
    expect(breaker.state(500 * MILLISECOND)).toBe(OPEN);
    expect(breaker.acquire(5500 * MILLISECOND)).toBe(NO_TICKET);
    expect(breaker.acquire(5500 * MILLISECOND + 1)).not.toBe(NO_TICKET);
  });

  it('takes a percentage that does not come out even in binary', () => {
    const breaker = build(hystrix, { errorThresholdPercentage: '7%' });
    for (let n = 0; n < 25; n += 1) breaker.record(0, 0, n < 2, 0);
    expect(breaker.state(SECOND)).toBe(OPEN);
  });

  it('refuses an interval longer than the window', () => {
    expect(() => build(hystrix, { healthSnapshotInterval: '11s' })).toThrow(
      'healthSnapshotInterval must be at most rollingWindow',
    );
  });
});
