import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { MICROSECOND, MILLISECOND } from '../../../kernel/time.ts';
import { EnvoyBackoff } from './envoy-backoff.ts';
import { ScriptedRandom } from './testing/scripted-random.ts';
import { meanWait, waitsOf } from './testing/waits.ts';

/** The product's class, step by step. */
class NextInterval {
  private next: number;
  private readonly max: number;
  constructor(base: number, max: number) {
    this.next = base;
    this.max = max;
  }
  step(): number {
    const interval = this.next;
    this.next = this.next < Math.floor(this.max / 2) ? this.next * 2 : this.max;
    return interval;
  }
}

describe("Envoy's jittered exponential backoff", () => {
  test.prop([fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 100 }), fc.nat({ max: 2 ** 48 })])(
    'equals the product’s stepwise doubling',
    (base, factor, random) => {
      const max = base * factor + (factor > 1 ? 1 : 0);
      const backoff = new EnvoyBackoff(base * MILLISECOND, max * MILLISECOND);
      const naive = new NextInterval(base, max);
      const waits = waitsOf(backoff, 12, new ScriptedRandom().integer(random));
      expect(waits).toEqual(Array.from({ length: 12 }, () => (random % naive.step()) * MILLISECOND));
    },
  );

  test('the first wait is below the base: the documentation’s (2^N - 1) * base is not what it does', () => {
    const [first, second] = waitsOf(new EnvoyBackoff(25 * MILLISECOND), 2, new ScriptedRandom().integer(49));
    expect(first).toBe(24 * MILLISECOND);
    expect(second).toBe(49 * MILLISECOND);
  });

  test('goes to the maximum as soon as doubling could pass it, below twice the interval or not', () => {
    const waits = waitsOf(new EnvoyBackoff(15 * MILLISECOND, 31 * MILLISECOND), 3, new ScriptedRandom().integer(30));
    expect(waits).toEqual([0, 30, 30].map((ms) => ms * MILLISECOND));
  });

  test('the maximum is ten times the base unless set', () => {
    const waits = waitsOf(new EnvoyBackoff(10 * MILLISECOND), 8, new ScriptedRandom().integer(99));
    expect(waits.map((ns) => ns / MILLISECOND)).toEqual([9, 19, 19, 19, 99, 99, 99, 99]);
  });

  test('intervals below a millisecond count as one: no wait at all', () => {
    const waits = waitsOf(new EnvoyBackoff(300 * MICROSECOND, 900 * MICROSECOND), 3, new ScriptedRandom().integer(77));
    expect(waits).toEqual([0, 0, 0]);
  });

  test('has a mean of half the interval, less half a millisecond', () => {
    expect(meanWait(new EnvoyBackoff(25 * MILLISECOND), 1) / MILLISECOND).toBeCloseTo(12, 0);
    expect(meanWait(new EnvoyBackoff(25 * MILLISECOND), 3) / MILLISECOND).toBeCloseTo(49.5, 0);
  });
});
