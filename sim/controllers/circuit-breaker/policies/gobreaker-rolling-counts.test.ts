import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RollingCounts } from './gobreaker-rolling-counts.ts';
import type { GobreakerCounts } from './gobreaker-rolling-counts.ts';

const NOTHING: GobreakerCounts = {
  requests: 0,
  totalSuccesses: 0,
  totalFailures: 0,
  totalExclusions: 0,
  consecutiveSuccesses: 0,
  consecutiveFailures: 0,
};

function countsOf(counts: RollingCounts): GobreakerCounts {
  const { requests, totalSuccesses, totalFailures, totalExclusions, consecutiveSuccesses, consecutiveFailures } =
    counts;
  return { requests, totalSuccesses, totalFailures, totalExclusions, consecutiveSuccesses, consecutiveFailures };
}

describe('rolling counts', () => {
  it('lose the oldest bucket with each roll', () => {
    const counts = new RollingCounts(2);
    counts.onRequest();
    counts.onSuccess(0);
    counts.onRequest();
    counts.onFailure(0);
    counts.roll();
    counts.onRequest();
    counts.onSuccess(1);
    expect(countsOf(counts)).toEqual({
      ...NOTHING,
      requests: 3,
      totalSuccesses: 2,
      totalFailures: 1,
      consecutiveSuccesses: 1,
    });
    counts.roll();
    expect(countsOf(counts)).toEqual({ ...NOTHING, requests: 1, totalSuccesses: 1, consecutiveSuccesses: 1 });
    expect(counts.bucketAt(0)).toEqual(NOTHING);
    expect(counts.bucketAt(-1)).toEqual({ ...NOTHING, requests: 1, totalSuccesses: 1, consecutiveSuccesses: 1 });
    expect(counts.bucketAt(1)).toEqual(counts.bucketAt(-1));
  });

  it('shorten a run that reaches back into the bucket that is lost', () => {
    const counts = new RollingCounts(2);
    for (const age of [0, 1]) {
      counts.grow(age);
      for (let n = 0; n < 3; n += 1) {
        counts.onRequest();
        counts.onFailure(age);
      }
    }
    expect(counts.consecutiveFailures).toBe(6);
    counts.roll();
    expect(counts.consecutiveFailures).toBe(3);
  });

  it('take late results into their own bucket, and none that is gone or not yet there', () => {
    const counts = new RollingCounts(2);
    counts.grow(5);
    counts.onSuccess(4);
    counts.onSuccess(3);
    counts.onFailure(6);
    counts.onExclusion(3);
    expect(countsOf(counts)).toEqual({ ...NOTHING, totalSuccesses: 1, consecutiveSuccesses: 1 });
    expect(counts.bucketAt(-1)).toMatchObject({ totalSuccesses: 1 });
  });

  it('know the requests that are not excluded', () => {
    const counts = new RollingCounts(1);
    counts.onExclusion(0);
    expect(counts.validRequests).toBe(0);
    counts.onRequest();
    counts.onRequest();
    expect(counts.validRequests).toBe(1);
  });

  it('hold nothing in buckets if there are none', () => {
    for (const buckets of [0, -1]) {
      const counts = new RollingCounts(buckets);
      counts.onRequest();
      counts.onSuccess(0);
      counts.roll();
      expect(counts.bucketAt(0)).toEqual(NOTHING);
      expect(countsOf(counts)).toEqual({ ...NOTHING, requests: 1 });
      expect(counts.age).toBe(1);
    }
  });

  const act = fc.oneof(
    fc.record({ kind: fc.constant('call' as const), failed: fc.boolean(), excluded: fc.boolean(), late: fc.nat(3) }),
    fc.record({ kind: fc.constant('grow' as const), by: fc.nat(5) }),
  );

  it('total what the full history holds of the buckets that are left', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(act, { maxLength: 60 }), (buckets, acts) => {
        const counts = new RollingCounts(buckets);
        const history: { age: number; what: 'request' | 'success' | 'failure' | 'exclusion' }[] = [];
        for (const next of acts) {
          if (next.kind === 'grow') {
            counts.grow(counts.age + next.by);
            continue;
          }
          counts.onRequest();
          history.push({ age: counts.age, what: 'request' });
          const age = Math.max(0, counts.age - next.late);
          const kept = counts.age - age < buckets;
          const what = next.excluded ? 'exclusion' : next.failed ? 'failure' : 'success';
          if (next.excluded) counts.onExclusion(age);
          else if (next.failed) counts.onFailure(age);
          else counts.onSuccess(age);
          if (kept) history.push({ age, what });
        }
        const left = history.filter(({ age }) => counts.age - age < buckets);
        const count = (what: string) => left.filter((event) => event.what === what).length;
        expect(countsOf(counts)).toMatchObject({
          requests: count('request'),
          totalSuccesses: count('success'),
          totalFailures: count('failure'),
          totalExclusions: count('exclusion'),
        });
      }),
    );
  });

  it('never let a run be longer than its total, when every result is in the current bucket', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(act, { maxLength: 80 }), (buckets, acts) => {
        const counts = new RollingCounts(buckets);
        for (const next of acts) {
          if (next.kind === 'grow') counts.grow(counts.age + next.by);
          else if (next.failed) counts.onFailure(counts.age);
          else counts.onSuccess(counts.age);
          expect(counts.consecutiveFailures).toBeLessThanOrEqual(counts.totalFailures);
          expect(counts.consecutiveSuccesses).toBeLessThanOrEqual(counts.totalSuccesses);
        }
      }),
    );
  });
});
