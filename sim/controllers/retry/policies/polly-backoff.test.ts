import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { Stream } from '../../../kernel/random.ts';
import { MAX_TIME, MILLISECOND } from '../../../kernel/time.ts';
import { POLLY_BACKOFF_TYPES } from './polly-backoff.ts';
import { pollyBackoff } from './polly.ts';
import { drawing } from './testing/scripted-random.ts';
import { meanWait, waitOf, waitsOf } from './testing/waits.ts';

const base = fc.integer({ min: 1, max: 60_000 }).map((ms) => ms * MILLISECOND);
/** A draw that a source of 53 bits gives exactly. */
const u = fc.nat({ max: 2 ** 32 - 1 }).map((n) => n / 2 ** 32);

/** f(t) = 2^t * tanh(sqrt(4 t)), by the engine's own functions. */
const curve = (t: number): number => 2 ** t * Math.tanh(Math.sqrt(4 * t));

describe("Polly's delays", () => {
  test.prop([base, u, fc.integer({ min: 1, max: 30 })])(
    'jitter spreads constant and linear by a quarter',
    (b, draw, retry) => {
      for (const [type, nominal] of [
        ['Constant', b],
        ['Linear', b * retry],
      ] as const) {
        const wait = waitOf(pollyBackoff(type, true, b, MAX_TIME), retry, drawing(draw));
        expect(wait).toBeGreaterThanOrEqual(nominal * 0.75);
        expect(wait).toBeLessThanOrEqual(nominal * 1.25);
      }
    },
  );

  test.prop([fc.constantFrom(...POLLY_BACKOFF_TYPES), fc.boolean(), base, base, u, fc.integer({ min: 1, max: 2000 })])(
    'respect MaxDelay after the jitter, and are whole ticks',
    (type, jitter, b, max, draw, retry) => {
      const wait = waitOf(pollyBackoff(type, jitter, b, max), retry, drawing(draw));
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(max);
      expect(wait % 100).toBe(0);
    },
  );

  test('a linear delay above MaxDelay is cut to it even where jitter would shorten it', () => {
    const backoff = pollyBackoff('Linear', true, 10_000 * MILLISECOND, 20_000 * MILLISECOND);
    expect(waitOf(backoff, 3, drawing(0))).toBe(20_000 * MILLISECOND);
  });

  test('constant with jitter has the delay as its mean', () => {
    expect(meanWait(pollyBackoff('Constant', true, 1000 * MILLISECOND, MAX_TIME), 1) / MILLISECOND).toBeCloseTo(
      1000,
      -1,
    );
  });

  test('a delay of 0 stays 0 in every type', () => {
    for (const type of POLLY_BACKOFF_TYPES) {
      expect(waitsOf(pollyBackoff(type, true, 0, MAX_TIME), 4, drawing(0.7))).toEqual([0, 0, 0, 0]);
    }
  });
});

describe('decorrelated jitter v2', () => {
  test.prop([base, fc.array(u, { minLength: 1, maxLength: 12 })])(
    'is the increase of the curve, as the formula says',
    (b, draws) => {
      const backoff = pollyBackoff('Exponential', true, b, MAX_TIME);
      const memory = { backoffMemory: 0 };
      let last = 0;
      draws.forEach((draw, attempt) => {
        const next = curve(attempt + draw);
        const wait = backoff.delay(attempt + 1, memory, drawing(draw), 1);
        expect(Math.abs(wait - ((next - last) / 1.4) * b)).toBeLessThanOrEqual(100 + next * b * 1e-12);
        last = next;
      });
    },
  );

  test('the delays of a call add up to the curve: each draw is made good by the next', () => {
    const random = new Stream('polly', 'sum');
    const waits = waitsOf(pollyBackoff('Exponential', true, 1e9, MAX_TIME), 5, random);
    const sum = waits.reduce((a, b) => a + b, 0);
    expect(sum).toBeGreaterThanOrEqual((curve(4) / 1.4) * 1e9 - 500);
    expect(sum).toBeLessThan((curve(5) / 1.4) * 1e9);
  });

  test('a delay that MaxDelay cut short does not shift the later ones', () => {
    const free = pollyBackoff('Exponential', true, 1e9, MAX_TIME);
    const capped = pollyBackoff('Exponential', true, 1e9, 1e9);
    const draws = [0.9, 0.9, 0.1, 0.9];
    const memories = [{ backoffMemory: 0 }, { backoffMemory: 0 }];
    draws.forEach((draw, i) => {
      const unbounded = free.delay(i + 1, memories[0], drawing(draw), 1);
      expect(capped.delay(i + 1, memories[1], drawing(draw), 1)).toBe(Math.min(unbounded, 1e9));
    });
  });

  test('the median of the first delay is near the base delay', () => {
    expect(waitOf(pollyBackoff('Exponential', true, 1e9, MAX_TIME), 1, drawing(0.5)) / 1e9).toBeCloseTo(0.9, 1);
  });

  test('ends at MaxDelay where the curve leaves the numbers', () => {
    const memory = { backoffMemory: 0 };
    const backoff = pollyBackoff('Exponential', true, 1e9, 5e9);
    expect(backoff.delay(1030, memory, drawing(0.5), 1)).toBe(5e9);
    expect(backoff.delay(1031, memory, drawing(0.5), 1)).toBe(5e9);
  });
});
