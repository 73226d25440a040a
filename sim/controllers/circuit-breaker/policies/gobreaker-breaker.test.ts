import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEVER, SECOND } from '../../../kernel/time.ts';
import { CLOSED, HALF_OPEN, NO_TICKET, OPEN } from '../policy.ts';
import type { BreakerState } from '../policy.ts';
import { GobreakerBreaker } from './gobreaker-breaker.ts';
import type { GobreakerSettings } from './gobreaker-breaker.ts';
import { RollingCounts } from './gobreaker-rolling-counts.ts';
import type { GobreakerCounts } from './gobreaker-rolling-counts.ts';
import { failureRatioOf, gobreaker, moreConsecutiveFailuresThan } from './gobreaker.ts';
import { build, fail, failTimes, succeed } from './testing/calls.ts';
import { expectationsOf, publishedCases, unknownWord } from './testing/cases.ts';
import type { PublishedCase } from './testing/cases.ts';

const COUNT_NAMES: Readonly<Record<string, keyof GobreakerCounts>> = {
  req: 'requests',
  suc: 'totalSuccesses',
  fail: 'totalFailures',
  excl: 'totalExclusions',
  csuc: 'consecutiveSuccesses',
  cfail: 'consecutiveFailures',
};

const STATE_NAMES: Readonly<Record<BreakerState, string>> = {
  [CLOSED]: 'closed',
  [OPEN]: 'open',
  [HALF_OPEN]: 'half-open',
};

/** The counts that are not 0, in the words of the cases. */
function inBrief(counts: GobreakerCounts): Record<string, number> {
  return Object.fromEntries(
    Object.entries(COUNT_NAMES).flatMap(([brief, name]) => (counts[name] === 0 ? [] : [[brief, counts[name]]])),
  );
}

function withoutZeros(counts: object): object {
  for (const name of Object.keys(counts)) if (!(name in COUNT_NAMES)) unknownWord('count', name);
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

function written(params: PublishedCase['params']): Record<string, unknown> {
  const trip = params['trip'] as Record<string, number | string>;
  const settings = {
    MaxRequests: params['maxRequests'],
    Interval: `${String(params['interval_ns'])}ns`,
    BucketPeriod: `${String(params['bucketPeriod_ns'])}ns`,
    Timeout: `${String(params['timeout_ns'])}ns`,
  };
  switch (trip['kind']) {
    case 'consecutiveFailures':
      return { ...settings, ReadyToTrip: 'consecutiveFailures', ConsecutiveFailures: trip['greaterThan'] };
    case 'failureRatio':
      return {
        ...settings,
        ReadyToTrip: 'failureRatio',
        FailureRatio: trip['ratio'],
        MinimumRequests: trip['minRequests'],
      };
    default:
      return unknownWord('trip', trip);
  }
}

function finish(breaker: GobreakerBreaker, now: number, ticket: number, result: unknown): void {
  switch (result) {
    case 'success':
    case 'fail':
      breaker.record(now, ticket, result === 'fail', 0);
      return;
    case 'exclude':
      breaker.release(now, ticket);
      return;
    default:
      unknownWord('result', result);
  }
}

function runBreakerCase(published: PublishedCase): void {
  const breaker = build(gobreaker, written(published.params)) as GobreakerBreaker;
  const held = new Map<unknown, number>();
  const expectations = expectationsOf(published);
  published.inputs.forEach((input, i) => {
    const now = input['t_ns'] as number;
    const admitted = expectations[i]?.['allowed'] !== false;
    if (input['op'] === 'peek') {
      breaker.state(now);
    } else if (input['op'] === 'finish') {
      finish(breaker, now, held.get(input['id']) as number, input['result']);
    } else {
      for (let n = 0; n < ((input['n'] as number | undefined) ?? 1); n += 1) {
        const ticket = breaker.acquire(now);
        expect(ticket !== NO_TICKET, `input ${i} is let through`).toBe(admitted);
        if (input['op'] === 'start') held.set(input['id'], ticket);
        else if (admitted) finish(breaker, now, ticket, input['op']);
      }
    }
    for (const [name, value] of Object.entries(expectations[i] ?? {})) {
      if (name === 'counts') {
        expect(inBrief(breaker.counts), `counts after input ${i}`).toEqual(withoutZeros(value as object));
      } else if (name === 'bucketsFromCurrent') {
        for (const [offset, counts] of Object.entries(value as object)) {
          expect(inBrief(breaker.counts.bucketAt(Number(offset)))).toEqual(withoutZeros(counts as object));
        }
      } else if (name === 'state') {
        expect(STATE_NAMES[breaker.state(now)], `state after input ${i}`).toBe(value);
      } else if (name !== 'allowed') {
        unknownWord('expectation', name);
      }
    }
  });
}

function applyToCounts(counts: RollingCounts, input: Readonly<Record<string, unknown>>): void {
  const age = input['age'] as number;
  switch (input['op']) {
    case 'request':
      counts.onRequest();
      return;
    case 'suc':
      counts.onSuccess(age);
      return;
    case 'fail':
      counts.onFailure(age);
      return;
    case 'excl':
      counts.onExclusion(age);
      return;
    case 'roll':
      counts.roll();
      return;
    case 'grow':
      counts.grow(age);
      return;
    case 'clear':
      counts.clear();
      return;
    default:
      unknownWord('op', input);
  }
}

function runCounterCase(published: PublishedCase): void {
  const counts = new RollingCounts(published.params['numBuckets'] as number);
  const expectations = expectationsOf(published);
  published.inputs.forEach((input, i) => {
    applyToCounts(counts, input);
    for (const [name, value] of Object.entries(expectations[i] ?? {})) {
      const bucket = /^bucket(\d+)$/.exec(name);
      if (name === 'age') expect(counts.age, `age after input ${i}`).toBe(value);
      else if (name === 'counts') expect(inBrief(counts), `after input ${i}`).toEqual(withoutZeros(value as object));
      else if (bucket !== null) {
        expect(inBrief(counts.bucket(Number(bucket[1]))), name).toEqual(withoutZeros(value as object));
      } else unknownWord('expectation', name);
    }
  });
}

describe('the breaker and its counts run the published cases of gobreaker', () => {
  it.each(publishedCases('gobreaker-circuitbreaker'))('$case', (published) => {
    if ('numBuckets' in published.params) runCounterCase(published);
    else runBreakerCase(published);
  });
});

function breakerWith(changes: Partial<GobreakerSettings> = {}): GobreakerBreaker {
  return new GobreakerBreaker({
    maxRequests: 2,
    interval: 0,
    bucketPeriod: 0,
    timeout: 60 * SECOND,
    readyToTrip: moreConsecutiveFailuresThan(2),
    ...changes,
  });
}

function openBreaker(changes: Partial<GobreakerSettings> = {}): GobreakerBreaker {
  const breaker = breakerWith(changes);
  failTimes(breaker, 0, 3);
  expect(breaker.state(0)).toBe(OPEN);
  return breaker;
}

const PROBING = 60 * SECOND + 1;

describe('a closed breaker', () => {
  it('remembers a run of failures for ever if there is no interval', () => {
    const breaker = breakerWith();
    failTimes(breaker, 0, 2);
    fail(breaker, 1e6 * SECOND);
    expect(breaker.state(1e6 * SECOND)).toBe(OPEN);
  });

  it('forgets everything at once, strictly after the interval', () => {
    const breaker = breakerWith({ interval: 30 * SECOND });
    failTimes(breaker, 0, 2);
    expect(breaker.state(30 * SECOND)).toBe(CLOSED);
    expect(breaker.counts.totalFailures).toBe(2);
    breaker.state(30 * SECOND + 1);
    expect(breaker.counts.totalFailures).toBe(0);
  });

  it('begins the next interval with the first call after the last, not by the clock', () => {
    const breaker = breakerWith({ interval: 30 * SECOND });
    fail(breaker, 50 * SECOND);
    fail(breaker, 80 * SECOND);
    expect(breaker.counts.totalFailures).toBe(2);
    fail(breaker, 80 * SECOND + 1);
    expect(breaker.counts.totalFailures).toBe(1);
  });

  it('drops the result of a call from an earlier interval', () => {
    const breaker = breakerWith({ interval: 30 * SECOND, readyToTrip: moreConsecutiveFailuresThan(0) });
    const ticket = breaker.acquire(29 * SECOND);
    breaker.record(31 * SECOND, ticket, true, 2 * SECOND);
    expect(breaker.state(31 * SECOND)).toBe(CLOSED);
    expect(breaker.counts.totalFailures).toBe(0);
  });

  it('rolls its buckets by the clock, and drops results whose bucket is gone', () => {
    const breaker = breakerWith({ interval: 9 * SECOND, bucketPeriod: 3 * SECOND });
    const ticket = breaker.acquire(0);
    breaker.record(9 * SECOND - 1, ticket, true, 0);
    expect(breaker.counts).toMatchObject({ requests: 1, totalFailures: 1 });
    expect(breaker.state(9 * SECOND)).toBe(CLOSED);
    expect(breaker.counts).toMatchObject({ requests: 0, totalFailures: 0, consecutiveFailures: 0 });
    breaker.record(9 * SECOND, ticket, true, 0);
    expect(breaker.counts.totalFailures).toBe(0);
  });

  it('rounds the interval up to whole buckets', () => {
    const breaker = breakerWith({ interval: 7 * SECOND, bucketPeriod: 3 * SECOND });
    expect(breaker.counts.buckets).toBe(3);
  });

  it('counts calls in flight as not failed', () => {
    const breaker = breakerWith({ readyToTrip: failureRatioOf(0.5, 2) });
    for (let n = 0; n < 3; n += 1) breaker.acquire(0);
    failTimes(breaker, 0, 2);
    expect(breaker.state(0)).toBe(CLOSED);
    fail(breaker, 0);
    expect(breaker.state(0)).toBe(OPEN);
  });

  it('leaves calls that do not count out of the ratio', () => {
    const breaker = breakerWith({ readyToTrip: failureRatioOf(0.5, 2) });
    for (let n = 0; n < 10; n += 1) breaker.release(0, breaker.acquire(0));
    fail(breaker, 0);
    expect(breaker.state(0)).toBe(CLOSED);
    fail(breaker, 0);
    expect(breaker.state(0)).toBe(OPEN);
  });
});

describe('an open breaker', () => {
  it('refuses until strictly after the timeout', () => {
    const breaker = openBreaker();
    expect(breaker.acquire(60 * SECOND)).toBe(NO_TICKET);
    expect(breaker.state(60 * SECOND)).toBe(OPEN);
    expect(breaker.state(PROBING)).toBe(HALF_OPEN);
  });

  it('drops late results', () => {
    const breaker = breakerWith();
    const late = breaker.acquire(0);
    failTimes(breaker, 0, 3);
    breaker.record(SECOND, late, true, SECOND);
    expect(breaker.counts.totalFailures).toBe(0);
    expect(breaker.state(SECOND)).toBe(OPEN);
  });
});

describe('a half-open breaker', () => {
  it('lets through as many calls as it may, and no more until it closes', () => {
    const breaker = openBreaker();
    expect(succeed(breaker, PROBING)).toBe(true);
    const second = breaker.acquire(PROBING);
    expect(breaker.acquire(PROBING)).toBe(NO_TICKET);
    breaker.record(PROBING, second, false, 0);
    expect(breaker.state(PROBING)).toBe(CLOSED);
    expect(breaker.counts.requests).toBe(0);
  });

  it('is opened again by any failure', () => {
    const breaker = openBreaker();
    succeed(breaker, PROBING);
    fail(breaker, PROBING);
    expect(breaker.state(PROBING)).toBe(OPEN);
    expect(breaker.acquire(PROBING + 60 * SECOND)).toBe(NO_TICKET);
    expect(breaker.acquire(PROBING + 60 * SECOND + 1)).not.toBe(NO_TICKET);
  });

  it('is not closed by late results of calls from before it opened', () => {
    const breaker = breakerWith();
    const late = [breaker.acquire(0), breaker.acquire(0)];
    failTimes(breaker, 0, 3);
    expect(breaker.state(PROBING)).toBe(HALF_OPEN);
    for (const ticket of late) breaker.record(PROBING, ticket, false, PROBING);
    expect(breaker.state(PROBING)).toBe(HALF_OPEN);
    breaker.record(PROBING, late[0], true, PROBING);
    expect(breaker.state(PROBING)).toBe(HALF_OPEN);
  });

  it('is not closed by late results from a late bucket of the generation before', () => {
    const breaker = breakerWith({ interval: 9 * SECOND, bucketPeriod: SECOND });
    const late = [breaker.acquire(8 * SECOND), breaker.acquire(8 * SECOND)];
    failTimes(breaker, 8 * SECOND, 3);
    expect(breaker.state(70 * SECOND)).toBe(HALF_OPEN);
    for (const ticket of late) breaker.record(70 * SECOND, ticket, false, 62 * SECOND);
    expect(breaker.state(70 * SECOND)).toBe(HALF_OPEN);
    expect(breaker.counts.totalSuccesses).toBe(0);
  });

  it('frees the place of a call that does not count', () => {
    const breaker = openBreaker();
    const tickets = [breaker.acquire(PROBING), breaker.acquire(PROBING)];
    expect(breaker.acquire(PROBING)).toBe(NO_TICKET);
    breaker.release(PROBING, tickets[0]);
    expect(breaker.acquire(PROBING)).not.toBe(NO_TICKET);
  });

  it('frees no place for a late call that does not count', () => {
    const breaker = breakerWith();
    const late = breaker.acquire(0);
    failTimes(breaker, 0, 3);
    breaker.acquire(PROBING);
    breaker.acquire(PROBING);
    breaker.release(PROBING, late);
    expect(breaker.acquire(PROBING)).toBe(NO_TICKET);
  });

  it('takes 0 requests for 1', () => {
    const breaker = openBreaker({ maxRequests: 0 });
    expect(breaker.acquire(PROBING)).not.toBe(NO_TICKET);
    expect(breaker.acquire(PROBING)).toBe(NO_TICKET);
  });
});

describe('the condition to open, without the memory of having opened', () => {
  it('is that of all results, those that an open breaker drops among them', () => {
    const breaker = breakerWith();
    const late = [breaker.acquire(0), breaker.acquire(0)];
    failTimes(breaker, 0, 3);
    expect(breaker.tripped(0)).toBe(true);
    breaker.record(SECOND, late[0], false, SECOND);
    expect(breaker.tripped(SECOND)).toBe(false);
    expect(breaker.state(SECOND)).toBe(OPEN);
  });

  it('forgets by the interval as a closed breaker does', () => {
    const breaker = breakerWith({ interval: 30 * SECOND });
    failTimes(breaker, 0, 3);
    expect(breaker.tripped(30 * SECOND - 1)).toBe(true);
    expect(breaker.tripped(30 * SECOND)).toBe(false);
  });
});

describe('properties', () => {
  const act = fc.record({
    gap: fc.nat(4),
    what: fc.constantFrom('ask', 'ask', 'succeed', 'fail', 'release'),
    which: fc.nat(20),
  });
  const settings = fc.record({
    maxRequests: fc.integer({ min: 1, max: 3 }),
    interval: fc.nat(12),
    bucketPeriod: fc.nat(5),
    timeout: fc.integer({ min: 1, max: 6 }),
    failures: fc.nat(2),
  });

  it('holds at most its places while half-open, and forgets nothing of the generation that it is in', () => {
    fc.assert(
      fc.property(settings, fc.array(act, { maxLength: 120 }), ({ failures, ...rest }, acts) => {
        const breaker = new GobreakerBreaker({ ...rest, readyToTrip: moreConsecutiveFailuresThan(failures) });
        const held: number[] = [];
        let probes = 0;
        let released = 0;
        let now = 0;
        for (const { gap, what, which } of acts) {
          now += gap;
          const before = breaker.state(now);
          if (before !== HALF_OPEN) probes = released = 0;
          if (what === 'ask') {
            const ticket = breaker.acquire(now);
            expect(ticket === NO_TICKET).toBe(
              before === OPEN || (before === HALF_OPEN && probes - released >= rest.maxRequests),
            );
            if (ticket !== NO_TICKET) held.push(ticket);
            if (ticket !== NO_TICKET && before === HALF_OPEN) probes += 1;
          } else if (held.length > 0) {
            const [ticket] = held.splice(which % held.length, 1);
            const exclusions = breaker.counts.totalExclusions;
            if (what === 'release') breaker.release(now, ticket);
            else breaker.record(now, ticket, what === 'fail', 0);
            released += breaker.counts.totalExclusions - exclusions;
          }
          if (breaker.state(now) !== HALF_OPEN) probes = released = 0;
        }
      }),
    );
  });

  it('opens with the very failure that makes the run too long', () => {
    fc.assert(
      fc.property(fc.nat(6), fc.array(fc.boolean(), { maxLength: 60 }), (limit, results) => {
        const breaker = breakerWith({ timeout: NEVER, readyToTrip: moreConsecutiveFailuresThan(limit) });
        let run = 0;
        for (const failed of results) {
          breaker.record(0, breaker.acquire(0), failed, 0);
          run = failed ? run + 1 : 0;
          expect(breaker.tripped(0)).toBe(run > limit);
          expect(breaker.state(0)).toBe(run > limit ? OPEN : CLOSED);
          if (run > limit) return;
        }
      }),
    );
  });
});
