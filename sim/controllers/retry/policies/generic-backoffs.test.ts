import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { MAX_TIME } from '../../../kernel/time.ts';
import { ConstantBackoff } from './constant-backoff.ts';
import { DecorrelatedBackoff } from './decorrelated-backoff.ts';
import { ExponentialBackoff } from './exponential-backoff.ts';
import { grown } from './growth.ts';
import { LinearBackoff } from './linear-backoff.ts';
import { drawing } from './testing/scripted-random.ts';
import { meanWait, waitOf, waitsOf } from './testing/waits.ts';

const base = fc.integer({ min: 1, max: 1e9 });
const cap = fc.integer({ min: 1, max: 1e12 });
const retry = fc.integer({ min: 1, max: 2000 });
const u = fc.double({ min: 0, max: 1, noNaN: true });

describe('grown', () => {
  test.prop([base, fc.integer({ min: 0, max: 60 }), cap])('doubles exactly, up to the cap', (start, times, most) => {
    expect(grown(start, 2, times, most)).toBe(Math.min(start * 2 ** times, most));
  });

  test('shrinks with a factor below one, also from above the cap', () => {
    expect(grown(800, 0.5, 3, 400)).toBe(100);
    expect(grown(800, 0.5, 1, 400)).toBe(400);
    expect(grown(800, 1, 7, 400)).toBe(400);
  });

  test('does not run on when it has met the cap', () => {
    expect(grown(1, 2, 1e15, MAX_TIME)).toBe(MAX_TIME);
    expect(grown(0, 2, 1e15, MAX_TIME)).toBe(0);
  });
});

describe('constant backoff', () => {
  test('waits the same each time', () => {
    expect(waitsOf(new ConstantBackoff(7), 4, drawing(0.9))).toEqual([7, 7, 7, 7]);
  });
});

describe('linear backoff', () => {
  test('grows by its base up to the cap', () => {
    expect(waitsOf(new LinearBackoff(10, 35), 5, drawing(0))).toEqual([10, 20, 30, 35, 35]);
  });

  test('spreads the capped wait', () => {
    expect(waitsOf(new LinearBackoff(10, 20, 'full'), 4, drawing(0.5))).toEqual([5, 10, 10, 10]);
  });
});

describe('exponential backoff', () => {
  test('without jitter doubles up to the cap', () => {
    expect(waitsOf(new ExponentialBackoff(25, 300), 6, drawing(0))).toEqual([25, 50, 100, 200, 300, 300]);
  });

  test.prop([base, cap, retry, u])('with full jitter stays within [0, min(cap, base * 2^n)]', (b, c, n, draw) => {
    const wait = waitOf(new ExponentialBackoff(b, c, 'full'), n, drawing(draw));
    expect(wait).toBeGreaterThanOrEqual(0);
    expect(wait).toBeLessThanOrEqual(Math.min(c, b * 2 ** (n - 1)));
  });

  test.prop([base, cap, retry, u])('with equal jitter keeps half of that', (b, c, n, draw) => {
    const nominal = Math.min(c, b * 2 ** (n - 1));
    const wait = waitOf(new ExponentialBackoff(b, c, 'equal'), n, drawing(draw));
    expect(wait).toBeGreaterThanOrEqual(nominal / 2);
    expect(wait).toBeLessThanOrEqual(nominal);
  });

  test('before retry 3 has a mean of twice the base with full jitter, three times with equal', () => {
    expect(meanWait(new ExponentialBackoff(1e6, 1e9, 'full'), 3) / 1e6).toBeCloseTo(2, 1);
    expect(meanWait(new ExponentialBackoff(1e6, 1e9, 'equal'), 3) / 1e6).toBeCloseTo(3, 1);
  });
});

describe('decorrelated backoff', () => {
  test.prop([base, fc.integer({ min: 1, max: 1000 }), fc.array(u, { minLength: 1, maxLength: 20 })])(
    'draws from the base to three times the last wait, cap included',
    (b, factor, draws) => {
      const most = b * factor;
      const backoff = new DecorrelatedBackoff(b, most);
      const memory = { backoffMemory: 0 };
      let last = b;
      draws.forEach((draw, i) => {
        const wait = backoff.delay(i + 1, memory, drawing(draw));
        expect(wait).toBeGreaterThanOrEqual(Math.min(b, most));
        expect(wait).toBeLessThanOrEqual(Math.min(3 * last, most));
        last = wait;
      });
    },
  );

  test('each call begins anew at the base', () => {
    const backoff = new DecorrelatedBackoff(10, 500);
    const draw = drawing(1);
    expect(waitsOf(backoff, 4, draw)).toEqual([30, 90, 270, 500]);
    expect(waitsOf(backoff, 2, draw)).toEqual([30, 90]);
  });

  test('two calls at once do not share their memory', () => {
    const backoff = new DecorrelatedBackoff(10, 10_000);
    const one = { backoffMemory: 0 };
    const other = { backoffMemory: 0 };
    expect(backoff.delay(1, one, drawing(1))).toBe(30);
    expect(backoff.delay(1, other, drawing(0))).toBe(10);
    expect(backoff.delay(2, one, drawing(1))).toBe(90);
    expect(backoff.delay(2, other, drawing(1))).toBe(30);
  });

  test('before retry 1 has a mean of twice the base, before retry 2 of three and a half times', () => {
    const backoff = new DecorrelatedBackoff(1e6, MAX_TIME);
    expect(meanWait(backoff, 1) / 1e6).toBeCloseTo(2, 1);
    expect(meanWait(backoff, 2) / 1e6).toBeCloseTo(3.5, 1);
  });
});
