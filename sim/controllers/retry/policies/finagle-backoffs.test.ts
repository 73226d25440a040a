import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { MILLISECOND } from '../../../kernel/time.ts';
import { FinagleDecorrelatedBackoff } from './finagle-decorrelated-backoff.ts';
import { FinagleEqualJitteredBackoff } from './finagle-equal-jittered-backoff.ts';
import { FinagleExponentialBackoff } from './finagle-exponential-backoff.ts';
import { FinagleExponentialJitteredBackoff } from './finagle-exponential-jittered-backoff.ts';
import { FinagleLinearBackoff } from './finagle-linear-backoff.ts';
import { drawing } from './testing/scripted-random.ts';
import { meanWait, waitsOf } from './testing/waits.ts';

const WAITS = 9;
const start = fc.integer({ min: 1, max: 1000 }).map((ms) => ms * MILLISECOND);
/** Start and maximum, and one draw for all waits. */
const streams = fc
  .tuple(start, fc.double({ min: 1, max: 50, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([from, factor, u]) => ({ from, maximum: Math.floor(from * factor), u }));

const draw = (u: number, range: number): number => Math.min(Math.floor(u * range), range - 1);

/** The stream of a recursive definition, as the product writes it: each wait made from the last. */
function stream(from: number, next: (last: number, attempt: number) => number): number[] {
  const waits = [from];
  for (let attempt = 1; attempt < WAITS; attempt++) waits.push(next(waits[attempt - 1], attempt));
  return waits;
}

describe("Finagle's streams of waits equal the product's recursive definitions", () => {
  test.prop([streams])('decorrelated jittered', ({ from, maximum, u }) => {
    const naive = stream(from, (last) => {
      const top = last >= Math.floor(maximum / 3) ? maximum : last * 3;
      return top === last ? last : last + draw(u, top - last);
    });
    expect(waitsOf(new FinagleDecorrelatedBackoff(from, maximum), WAITS, drawing(u))).toEqual(naive);
  });

  test.prop([streams])('equal jittered', ({ from, maximum, u }) => {
    let constant = from === maximum;
    const naive = stream(from, (last, attempt) => {
      if (constant) return last;
      const shift = 2 ** (attempt - 1);
      const half = from >= Math.floor(maximum / shift) ? maximum : from * shift;
      const part = draw(u, half);
      constant = half === maximum || half >= maximum - part;
      return constant ? maximum : half + part;
    });
    expect(waitsOf(new FinagleEqualJitteredBackoff(from, maximum), WAITS, drawing(u))).toEqual(naive);
  });

  test.prop([streams])('exponential jittered', ({ from, maximum, u }) => {
    fc.pre(u > 0.01);
    let constant = from === maximum;
    const naive = stream(from, (last, attempt) => {
      if (constant) return last;
      const shift = 2 ** attempt;
      const top = last >= Math.floor(maximum / shift) ? maximum : last * shift;
      constant = top === maximum;
      return constant ? maximum : draw(u, top);
    });
    expect(waitsOf(new FinagleExponentialJitteredBackoff(from, maximum), WAITS, drawing(u))).toEqual(naive);
  });

  test.prop([streams, fc.integer({ min: 0, max: 4 })])('exponential', ({ from, maximum }, multiplier) => {
    const naive = stream(multiplier === 1 ? from : Math.min(from, maximum), (last) => {
      if (multiplier === 1 || last === maximum) return last;
      if (multiplier === 0) return 0;
      return last >= Math.floor(maximum / multiplier) ? maximum : last * multiplier;
    });
    expect(waitsOf(new FinagleExponentialBackoff(from, multiplier, maximum), WAITS, drawing(0))).toEqual(naive);
  });

  test.prop([streams, start])('linear', ({ from, maximum }, offset) => {
    const naive = stream(Math.min(from, maximum), (last) => (last >= maximum - offset ? maximum : last + offset));
    expect(waitsOf(new FinagleLinearBackoff(from, offset, maximum), WAITS, drawing(0))).toEqual(naive);
  });
});

describe("Finagle's streams", () => {
  const SECOND_WAIT = 2;

  test('begin with the start itself, without jitter', () => {
    for (const u of [0, 0.5, 1]) {
      expect(waitsOf(new FinagleDecorrelatedBackoff(5, 200), 1, drawing(u))).toEqual([5]);
      expect(waitsOf(new FinagleEqualJitteredBackoff(5, 200), 1, drawing(u))).toEqual([5]);
      expect(waitsOf(new FinagleExponentialJitteredBackoff(5, 200), 1, drawing(u))).toEqual([5]);
    }
  });

  test.prop([streams])(
    'decorrelated never waits less than the last time, unlike the AWS formula',
    ({ from, maximum, u }) => {
      const waits = waitsOf(new FinagleDecorrelatedBackoff(from, maximum), WAITS, drawing(u));
      for (let i = 1; i < waits.length; i++) expect(waits[i]).toBeGreaterThanOrEqual(waits[i - 1]);
      expect(Math.max(...waits)).toBeLessThanOrEqual(maximum);
    },
  );

  test('exponential jittered compounds its factors: 2, then 4 times what was drawn', () => {
    expect(waitsOf(new FinagleExponentialJitteredBackoff(100, 1e6), 4, drawing(0.75))).toEqual([100, 150, 450, 2700]);
  });

  test('equal jittered stays at the maximum once it is there', () => {
    expect(waitsOf(new FinagleEqualJitteredBackoff(100, 500), 6, drawing(0.5))).toEqual([100, 150, 300, 500, 500, 500]);
  });

  test('have the means of their ranges', () => {
    expect(meanWait(new FinagleDecorrelatedBackoff(1e6, 1e9), SECOND_WAIT) / 1e6).toBeCloseTo(2, 1);
    expect(meanWait(new FinagleEqualJitteredBackoff(1e6, 1e9), SECOND_WAIT) / 1e6).toBeCloseTo(1.5, 1);
    expect(meanWait(new FinagleExponentialJitteredBackoff(1e6, 1e9), SECOND_WAIT) / 1e6).toBeCloseTo(1, 1);
  });
});
