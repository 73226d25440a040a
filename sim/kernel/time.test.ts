import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, MAX_TIME, wholeNanoseconds } from './time.ts';

describe('wholeNanoseconds', () => {
  it('rounds to the nearest whole, halves up', () => {
    expect([0.4, 0.5, 1.49, 2.5, 0.49999999999999994].map(wholeNanoseconds)).toEqual([0, 1, 1, 3, 0]);
  });

  it('leaves every whole number of the clock as it is', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: MAX_TIME }), (ns) => wholeNanoseconds(ns) === ns));
    expect(wholeNanoseconds(MAX_TIME)).toBe(MAX_TIME);
    expect(wholeNanoseconds(MAX_TIME - 2)).toBe(MAX_TIME - 2);
  });

  it('is never negative', () => {
    expect([-1, -0.2, -Infinity, NaN].map(wholeNanoseconds)).toEqual([0, 0, 0, 0]);
  });

  it('keeps what never comes', () => {
    expect(wholeNanoseconds(Infinity)).toBe(Infinity);
  });
});

it('shows 104 days on its clock', () => {
  expect(Math.floor(MAX_TIME / DAY)).toBe(104);
});
