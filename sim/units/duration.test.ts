import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MAX_TIME, MILLISECOND, MINUTE, SECOND } from '../kernel/time.ts';
import { formatDuration, parseDuration } from './duration.ts';

describe('parseDuration', () => {
  it.each([
    ['250ms', 250 * MILLISECOND],
    ['1.5s', 1500 * MILLISECOND],
    ['2m30s', 150 * SECOND],
    ['1h', HOUR],
    ['1 h 30 min', 90 * MINUTE],
    ['1.5d', 36 * HOUR],
    ['7us', 7000],
    ['7µs', 7000],
    ['7μs', 7000],
    ['3ns', 3],
    ['0s', 0],
    [' 30s ', 30 * SECOND],
    ['-1m30s', -90 * SECOND],
    ['0.1s', 100 * MILLISECOND],
    ['0.3ms', 300_000],
  ])('reads %s', (text, nanoseconds) => {
    expect(parseDuration(text)).toBe(nanoseconds);
  });

  it('takes a bare zero', () => {
    expect([parseDuration(0), parseDuration('0')]).toEqual([0, 0]);
  });

  it('rounds to whole nanoseconds', () => {
    expect([parseDuration('0.4ns'), parseDuration('1.5ns'), parseDuration('0.0000000012s')]).toEqual([0, 2, 1]);
  });

  it.each([
    ['a time of day', '00:00:30'],
    ['a number', 100],
    ['a number in a text', '100'],
    ['a number in a text', '5'],
    ['nothing', ''],
    ['spaces', '  '],
    ['a word', 'abc'],
    ['junk after it', '1s junk'],
    ['junk before it', 'about 1s'],
    ['a unit alone', 's'],
    ['a number at its end', '1h30'],
    ['a sign in its middle', '1s-2s'],
    ['two signs', '--1s'],
    ['a fraction without its zero', '.5s'],
    ['a point without a fraction', '1.s'],
    ['an exponent', '1e3s'],
    ['a comma', '1,5s'],
    ['a capital, which could mean months', '1M'],
    ['years', '1y'],
    ['infinity', Infinity],
    ['NaN', NaN],
    ['what formatDuration says of no end', 'forever'],
  ])('refuses %s: %j', (_, text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [90 * SECOND, '1m30s'],
    [2_500_000, '2.5ms'],
    [1500 * MILLISECOND, '1.5s'],
    [30 * SECOND, '30s'],
    [100 * MILLISECOND, '100ms'],
    [DAY + HOUR, '1d1h'],
    [1, '1ns'],
    [1001, '1.001us'],
    [MINUTE + 1, '1m1ns'],
    [-90 * SECOND, '-1m30s'],
    [Infinity, 'forever'],
  ])('writes %f ns as %s', (nanoseconds, text) => {
    expect(formatDuration(nanoseconds)).toBe(text);
  });

  it('is read back exactly, for any whole nanoseconds up to 104 days', () => {
    const size = fc.oneof(
      fc.integer({ min: 0, max: MAX_TIME }),
      fc.integer({ min: 0, max: 1e6 }),
      fc.integer({ min: 2 ** 52, max: MAX_TIME }),
      fc
        .tuple(
          fc.constantFrom(1e3, MILLISECOND, SECOND, MINUTE, HOUR, DAY),
          fc.nat(104),
          fc.integer({ min: -2, max: 2 }),
        )
        .map(([unit, count, more]) => Math.max(0, unit * count + more)),
    );
    fc.assert(
      fc.property(size, (nanoseconds) => {
        expect(parseDuration(formatDuration(nanoseconds))).toBe(nanoseconds);
        if (nanoseconds > 0) expect(parseDuration(formatDuration(-nanoseconds))).toBe(-nanoseconds);
      }),
      { seed: 1, numRuns: 5000 },
    );
    expect(parseDuration(formatDuration(MAX_TIME))).toBe(MAX_TIME);
  });
});
