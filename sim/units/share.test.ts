import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatShare, parseShare } from './share.ts';

describe('parseShare', () => {
  it.each<[string | number, number]>([
    ['1%', 0.01],
    ['50 %', 0.5],
    ['99.9%', 0.999],
    ['100%', 1],
    [' 0% ', 0],
    ['-5%', -0.05],
    ['1e-8%', 1e-10],
    [0.01, 0.01],
    [0, 0],
    [1.5, 1.5],
  ])('reads %j as %f', (text, share) => {
    expect(parseShare(text)).toBeCloseTo(share, 15);
  });

  it.each(['', '%', '0.5', '5', 'half', '5%%', '5% x', '.5%', '1,5%', NaN, Infinity])('refuses %j', (text) => {
    expect(parseShare(text)).toBeUndefined();
  });
});

describe('formatShare', () => {
  it('writes a percentage, without the noise of binary fractions', () => {
    expect([0.01, 0.07, 0.5, 1, 0, 0.999].map(formatShare)).toEqual(['1%', '7%', '50%', '100%', '0%', '99.9%']);
  });

  it('is read back to 12 digits, however small', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1, noNaN: true }), (share) => {
        expect(Math.abs(parseShare(formatShare(share))! / share - 1)).toBeLessThan(1e-11);
      }),
      { seed: 1 },
    );
  });
});
