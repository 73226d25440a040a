import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRate, parseRate } from './rate.ts';

describe('parseRate', () => {
  it.each([
    ['900/s', 900],
    ['900/sec', 900],
    ['900 / second', 900],
    ['30/m', 0.5],
    ['30/min', 0.5],
    ['90/minute', 1.5],
    ['1800/h', 0.5],
    ['9/hour', 0.0025],
    [' 2.5/s ', 2.5],
    ['0/s', 0],
    ['-3/s', -3],
    ['1e-7/s', 1e-7],
  ])('reads %s as %f a second', (text, perSecond) => {
    expect(parseRate(text)).toBe(perSecond);
  });

  it.each([
    5,
    NaN,
    '',
    '5',
    '/s',
    '5/',
    '5/day',
    '5/s/s',
    '5s',
    '5 per second',
    '.5/s',
    '1,000/s',
    '5/S',
    'x5/s',
    '5/s x',
  ])('refuses %j', (text) => {
    expect(parseRate(text)).toBeUndefined();
  });
});

describe('formatRate', () => {
  it('writes events a second', () => {
    expect([900, 0.5, 0, 0.1 + 0.2].map(formatRate)).toEqual(['900/s', '0.5/s', '0/s', '0.3/s']);
  });

  it('is read back to 12 digits, however small or large', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1e25, noNaN: true }), (perSecond) => {
        expect(Math.abs(parseRate(formatRate(perSecond))! / perSecond - 1)).toBeLessThan(1e-11);
      }),
      { seed: 1 },
    );
  });
});
