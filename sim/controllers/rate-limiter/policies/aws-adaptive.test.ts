import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import type { Kind } from '../../../stack/result.ts';
import { CANCELLED, ERROR, LIMITED, OK, REFUSED, TIMED_OUT } from '../../../stack/result.ts';
import type { LimiterPolicy } from '../policy.ts';
import { make, NO_DRAW, times } from '../testing/drive.ts';
import { awsAdaptive } from './aws-adaptive.ts';
import { AwsCubic } from './aws-cubic.ts';
import { AwsRateClocker } from './aws-rate-clocker.ts';
import { AwsSendRateBucket } from './aws-send-rate-bucket.ts';

describe('the curve', () => {
  test('falls to 0.7 at a throttle, is back after k, flat there, and then grows beyond', () => {
    const cubic = new AwsCubic(0, 0);
    expect(cubic.errorReceived(10 * SECOND, 10)).toBeCloseTo(7, 12);
    expect(cubic.k).toBeCloseTo(Math.cbrt(7.5), 12);
    const rateAfter = (seconds: number): number => cubic.successReceived((10 + seconds) * SECOND);
    expect(rateAfter(0)).toBeCloseTo(7, 9);
    expect(rateAfter(Math.cbrt(7.5))).toBeCloseTo(10, 9);
    expect(rateAfter(Math.cbrt(7.5) + 0.1)).toBeCloseTo(10.0004, 6);
    expect(rateAfter(Math.cbrt(7.5) + 10)).toBeCloseTo(410, 6);
  });

  test('starts anew from the rate at the latest throttle', () => {
    const cubic = new AwsCubic(10, 0);
    cubic.errorReceived(SECOND, 20);
    expect(cubic.errorReceived(2 * SECOND, 5)).toBeCloseTo(3.5, 12);
    expect(cubic.successReceived(2 * SECOND)).toBeCloseTo(3.5, 9);
  });
});

describe('the measured rate', () => {
  test('comes to a constant rate', () => {
    const clocker = new AwsRateClocker(0);
    for (let second = 1; second <= 20; second++) clocker.record(second * SECOND);
    expect(clocker.measuredRate).toBeCloseTo(1, 9);
  });

  test('is measured from the whole second before it was made', () => {
    const clocker = new AwsRateClocker(5.7 * SECOND);
    // The half second from 5.0 on.
    expect(clocker.record(5.7 * SECOND)).toBeCloseTo(0.8 * 2, 12);
  });

  test('equals the average over all buckets recomputed from the whole history', () => {
    fc.assert(
      fc.property(times(MILLISECOND, 900), (nows) => {
        const clocker = new AwsRateClocker(0);
        let rate = 0;
        let last = 0;
        let count = 0;
        for (const now of nows) {
          count++;
          const bucket = Math.floor((now / SECOND) * 2) / 2;
          if (bucket > last) {
            rate = (count / (bucket - last)) * 0.8 + rate * (1 - 0.8);
            [count, last] = [0, bucket];
          }
          expect(clocker.record(now)).toBeCloseTo(rate, 9);
        }
      }),
    );
  });
});

describe('the send rate bucket', () => {
  test('starts empty, and holds one second of its rate', () => {
    const bucket = new AwsSendRateBucket(10, 0);
    expect(bucket.acquire(0)).toBe(false);
    expect(bucket.acquire(100 * SECOND, 11)).toBe(false);
    expect(bucket.acquire(100 * SECOND, 10)).toBe(true);
  });

  test('lets callers wait in turn', () => {
    const bucket = new AwsSendRateBucket(10, 0);
    expect([0, 0, 0].map((now) => bucket.reserve(now))).toEqual([100, 200, 300].map((ms) => ms * MILLISECOND));
    expect(bucket.reserve(350 * MILLISECOND)).toBe(50 * MILLISECOND);
  });

  test('at a new rate keeps what came in at the old one, up to its capacity', () => {
    const bucket = new AwsSendRateBucket(10, 0);
    bucket.setMaxRate(SECOND / 2, 2);
    expect(bucket.capacityAt(SECOND / 2)).toBe(2);
    bucket.setMaxRate(SECOND / 2, 100);
    expect(bucket.capacityAt(SECOND / 2)).toBe(2);
    expect(bucket.capacityAt(0.6 * SECOND)).toBeCloseTo(12, 9);
  });

  test('never gives more than has come in', () => {
    fc.assert(
      fc.property(times(MILLISECOND, 300), fc.integer({ min: 1, max: 40 }), (nows, rate) => {
        const bucket = new AwsSendRateBucket(rate, 0);
        let given = 0;
        for (const now of nows) {
          if (bucket.acquire(now)) given++;
          expect(given).toBeLessThanOrEqual((rate * now) / SECOND + 1e-6);
        }
      }),
    );
  });
});

describe('the limiter', () => {
  /** Answers at a steady ten a second for ten seconds. */
  function warm(policy: LimiterPolicy): number {
    for (let i = 0; i < 100; i++) {
      expect(policy.acquire(i * 100 * MILLISECOND, NO_DRAW)).toBe(0);
      policy.ended(i * 100 * MILLISECOND, OK, 0);
    }
    return 10 * SECOND;
  }

  test('passes everything until the first throttle, and then makes all wait', () => {
    const policy = make(awsAdaptive);
    const now = warm(policy);
    expect(policy.used(now)).toBe(0);
    policy.ended(now, LIMITED, 0);
    // What came in meanwhile is there still: at most one second's worth.
    const waits = Array.from({ length: 10 }, () => policy.acquire(now, NO_DRAW));
    expect(waits.filter((wait) => wait === 0).length).toBeLessThanOrEqual(7);
    expect(policy.used(now)).toBe(1);
    // Seven a second: 0.7 of the ten that were measured.
    expect(waits[9] - waits[8]).toBeGreaterThan(SECOND / 7.2);
    expect(waits[9] - waits[8]).toBeLessThan(SECOND / 6.8);
  });

  test('takes 503 for a throttle only where told so; errors and timeouts never', () => {
    const waits = (kind: Kind, written = {}): boolean => {
      const policy = make(awsAdaptive, written);
      const now = warm(policy);
      policy.ended(now, kind, 0);
      return Array.from({ length: 50 }, () => policy.acquire(now, NO_DRAW)).some((wait) => wait > 0);
    };
    const others: Kind[] = [ERROR, TIMED_OUT, CANCELLED, REFUSED];
    expect(others.map((kind) => waits(kind))).toEqual([false, false, false, false]);
    expect(waits(REFUSED, { refusedIsThrottling: true })).toBe(true);
  });

  test('never lets the rate grow to more than twice what it measures', () => {
    const policy = make(awsAdaptive);
    let now = warm(policy);
    policy.ended(now, LIMITED, 0);
    // An hour at one a second: the curve would be at millions.
    for (let i = 0; i < 3600; i++) policy.ended((now += SECOND), OK, 0);
    const waits = Array.from({ length: 12 }, () => policy.acquire(now, NO_DRAW));
    expect(waits[11] - waits[10]).toBeGreaterThan(SECOND / 2.01);
  });

  test('never lets the rate fall below one in two seconds', () => {
    const policy = make(awsAdaptive);
    let now = warm(policy);
    for (let i = 0; i < 100; i++) policy.ended((now += 100 * SECOND), LIMITED, 0);
    const waits = Array.from({ length: 12 }, () => policy.acquire(now, NO_DRAW));
    expect(waits[11] - waits[10]).toBe(2 * SECOND);
  });

  test('a charge takes what there is, and puts nobody into debt', () => {
    const policy = make(awsAdaptive);
    const now = warm(policy);
    policy.ended(now, LIMITED, 0);
    policy.charge(now + 10 * SECOND, 1000);
    expect(policy.acquire(now + 10 * SECOND, NO_DRAW)).toBeLessThan(SECOND / 6);
  });
});
