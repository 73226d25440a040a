import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { MILLISECOND } from '../../../kernel/time.ts';
import { LinkerdBackoff } from './linkerd-backoff.ts';
import { drawing } from './testing/scripted-random.ts';
import { meanWait, waitOf } from './testing/waits.ts';

describe("Linkerd's backoff", () => {
  test.prop([
    fc.integer({ min: 1, max: 1e9 }),
    fc.integer({ min: 1, max: 100 }),
    fc.double({ min: 0, max: 3, noNaN: true }),
    fc.integer({ min: 1, max: 40 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  ])('lies between the doubled base and that plus jitter, at most the maximum', (min, factor, jitter, retry, u) => {
    const max = min * factor;
    const base = Math.min(min * 2 ** (retry - 1), max);
    const wait = waitOf(new LinkerdBackoff(min, max, jitter), retry, drawing(u));
    expect(wait).toBeGreaterThanOrEqual(base);
    expect(wait).toBeLessThanOrEqual(Math.min(base * (1 + jitter), max));
  });

  test('with a jitter ratio of 1 has a mean of one and a half times the base', () => {
    expect(meanWait(new LinkerdBackoff(25 * MILLISECOND, 250 * MILLISECOND, 1), 2) / MILLISECOND).toBeCloseTo(75, 0);
  });

  test('never waits less than its base, unlike full jitter', () => {
    expect(waitOf(new LinkerdBackoff(25 * MILLISECOND, 250 * MILLISECOND, 1), 1, drawing(0))).toBe(25 * MILLISECOND);
  });
});
