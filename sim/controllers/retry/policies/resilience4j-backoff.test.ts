import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { MAX_TIME, MICROSECOND, MILLISECOND, NEVER } from '../../../kernel/time.ts';
import { Resilience4jBackoff } from './resilience4j-backoff.ts';
import { drawing } from './testing/scripted-random.ts';
import { meanWait, waitOf, waitsOf } from './testing/waits.ts';

const inMs = (waits: number[]): number[] => waits.map((ns) => ns / MILLISECOND);

describe("Resilience4j's intervals", () => {
  test('are fixed with a multiplier of 1', () => {
    expect(inMs(waitsOf(new Resilience4jBackoff(500 * MILLISECOND, 1, 0, NEVER), 3, drawing(0)))).toEqual([
      500, 500, 500,
    ]);
  });

  test('cut every step to whole milliseconds', () => {
    const waits = waitsOf(new Resilience4jBackoff(500 * MILLISECOND, 1.5, 0, NEVER), 6, drawing(0));
    expect(inMs(waits)).toEqual([500, 750, 1125, 1687, 2530, 3795]);
  });

  test('stop growing where a step is cut back to itself', () => {
    expect(inMs(waitsOf(new Resilience4jBackoff(1 * MILLISECOND, 1.5, 0, NEVER), 4, drawing(0)))).toEqual([1, 1, 1, 1]);
  });

  test('count whole milliseconds only', () => {
    expect(inMs(waitsOf(new Resilience4jBackoff(1999 * MICROSECOND, 1, 0, NEVER), 1, drawing(0)))).toEqual([1]);
  });

  test.prop([
    fc.integer({ min: 1, max: 10_000 }),
    fc.double({ min: 1, max: 4, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.integer({ min: 1, max: 100_000 }),
    fc.integer({ min: 1, max: 12 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  ])('lie in interval * (1 ± randomisation), and the cap comes last', (initial, multiplier, factor, max, retry, u) => {
    let interval = initial;
    for (let i = 1; i < retry; i++) interval = Math.trunc(interval * multiplier);
    const wait = waitOf(
      new Resilience4jBackoff(initial * MILLISECOND, multiplier, factor, max * MILLISECOND),
      retry,
      drawing(u),
    );
    const low = Math.min(Math.floor(interval * (1 - factor)), max);
    expect(wait / MILLISECOND).toBeGreaterThanOrEqual(low);
    expect(wait / MILLISECOND).toBeLessThanOrEqual(Math.min(interval * (1 + factor), max));
    expect(wait % MILLISECOND).toBe(0);
  });

  test('have the interval, less half a millisecond, as their mean', () => {
    expect(meanWait(new Resilience4jBackoff(500 * MILLISECOND, 1.5, 0.5, NEVER), 2) / MILLISECOND).toBeCloseTo(750, -1);
  });

  test('stay within what the clock can show', () => {
    expect(waitOf(new Resilience4jBackoff(500 * MILLISECOND, 1.5, 0.5, NEVER), 1e9, drawing(1))).toBeLessThanOrEqual(
      MAX_TIME,
    );
  });
});
