import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.ts';

const NAMES = ['timeout', 'retry', 'circuitBreaker', 'rateLimiter', 'balancer', 'hedge'];

describe('nearest', () => {
  it.each([
    ['timeuot', 'timeout'],
    ['retyr', 'retry'],
    ['Timeout', 'timeout'],
    ['circuit-breaker', 'circuitBreaker'],
    ['ratelimiter', 'rateLimiter'],
    ['balncer', 'balancer'],
    ['hedges', 'hedge'],
    ['retry', 'retry'],
  ])('finds for %s the name %s', (wrong, name) => {
    expect(nearest(wrong, NAMES)).toBe(name);
  });

  it.each(['cache', 'xyz', '', 'outtime'])('finds nothing near %j', (wrong) => {
    expect(nearest(wrong, NAMES)).toBeUndefined();
  });

  it('finds nothing among no names', () => {
    expect(nearest('timeout', [])).toBeUndefined();
  });

  it('takes the nearest, and the first of equally near ones', () => {
    expect(nearest('weight', ['height', 'weights', 'weigth'])).toBe('height');
    expect(nearest('weigh', ['heigh', 'weigh'])).toBe('weigh');
  });

  it('takes edits up to a third of the longer name', () => {
    expect(nearest('xxmeout', ['timeout'])).toBe('timeout');
    expect(nearest('xxxeout', ['timeout'])).toBeUndefined();
    expect(nearest('xxxedge12', ['hedge12ab'])).toBeUndefined();
    expect(nearest('abx', ['abc'])).toBe('abc');
    expect(nearest('ax', ['ab'])).toBeUndefined();
  });

  it('counts a swap of neighbours as one edit, not two', () => {
    expect(nearest('abc', ['bac'])).toBe('bac');
    expect(nearest('abc', ['cba'])).toBeUndefined();
  });

  it('finds every name by itself and by one slip in a long one', () => {
    const name = fc.stringMatching(/^[a-z]{6,12}$/);
    fc.assert(
      fc.property(name, fc.nat(), (right, at) => {
        const place = at % right.length;
        expect(nearest(right, [right])).toBe(right);
        expect(nearest(right.slice(0, place) + right.slice(place + 1), [right])).toBe(right);
        expect(nearest(`${right.slice(0, place)}!${right.slice(place + 1)}`, [right])).toBe(right);
        expect(nearest(`${right.slice(0, place)}!${right.slice(place)}`, [right])).toBe(right);
      }),
      { seed: 1 },
    );
  });
});
