import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { ERROR, LIMITED, TIMED_OUT } from '../../../stack/result.ts';
import { AwsBackoff } from './aws-backoff.ts';
import { drawing } from './testing/scripted-random.ts';
import { meanWait, waitOf } from './testing/waits.ts';

describe("the AWS SDK's backoff", () => {
  test.prop([fc.integer({ min: 1, max: 60 }), fc.double({ min: 0, max: 1, noNaN: true })])(
    'is uniform below min(scale * 2^(attempt - 1), cap)',
    (attempt, u) => {
      const wait = waitOf(new AwsBackoff(SECOND, SECOND, 20 * SECOND), attempt, drawing(u));
      expect(Math.abs(wait - u * Math.min(2 ** (attempt - 1), 20) * SECOND)).toBeLessThanOrEqual(1);
    },
  );

  test('version 2.1 waits on another scale after throttling', () => {
    const backoff = new AwsBackoff(50 * MILLISECOND, SECOND, 20 * SECOND);
    expect(waitOf(backoff, 2, drawing(1), ERROR)).toBe(100 * MILLISECOND);
    expect(waitOf(backoff, 2, drawing(1), TIMED_OUT)).toBe(100 * MILLISECOND);
    expect(waitOf(backoff, 2, drawing(1), LIMITED)).toBe(2 * SECOND);
  });

  test('has a mean of half its bound', () => {
    expect(meanWait(new AwsBackoff(SECOND, SECOND, 20 * SECOND), 2) / SECOND).toBeCloseTo(1, 1);
  });
});
