import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { MILLISECOND } from '../../../kernel/time.ts';
import { GrpcBackoff } from './grpc-backoff.ts';
import { drawing } from './testing/scripted-random.ts';
import { meanWait, waitOf } from './testing/waits.ts';

describe("gRPC's backoff", () => {
  test.prop([
    fc.integer({ min: 1, max: 1e9 }),
    fc.integer({ min: 1, max: 1e11 }),
    fc.double({ min: 0.1, max: 4, noNaN: true }),
    fc.integer({ min: 1, max: 20 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  ])('is the capped exponential wait, give or take a fifth', (initial, max, multiplier, retry, u) => {
    const nominal = Math.min(initial * multiplier ** (retry - 1), max);
    const wait = waitOf(new GrpcBackoff(initial, max, multiplier), retry, drawing(u));
    expect(Math.abs(wait - nominal * (0.8 + 0.4 * u))).toBeLessThanOrEqual(0.5 + nominal * 1e-12);
  });

  test('jitter comes after the cap: a wait can exceed maxBackoff by a fifth', () => {
    const backoff = new GrpcBackoff(100 * MILLISECOND, 1000 * MILLISECOND, 2);
    expect(waitOf(backoff, 9, drawing(1))).toBe(1200 * MILLISECOND);
    expect(waitOf(backoff, 9, drawing(0))).toBe(800 * MILLISECOND);
  });

  test('has the nominal wait as its mean', () => {
    expect(meanWait(new GrpcBackoff(1e6, 1e9, 3), 3) / 1e6).toBeCloseTo(9, 1);
  });
});
