import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StaticStride } from './static-stride.ts';
import { tally } from './testing/scripted-random.ts';

function stride(weights: readonly number[], sequence = 0): StaticStride {
  const made = new StaticStride(weights.length, sequence);
  made.update(weights, weights.length);
  return made;
}

describe('the static stride scheduler', () => {
  it('gives each host exactly its scaled weight over a cycle of 65535 generations', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 65_535 }), { minLength: 1, maxLength: 3 }), (others) => {
        const weights = [65_535, ...others];
        const made = stride(weights);
        fc.pre(made.weighted);
        const cycle = weights.reduce((sum, weight) => sum + weight, 0);
        expect(tally(weights.length, cycle, () => made.next())).toEqual(weights);
      }),
      { numRuns: 20 },
    );
  });

  it('scales the largest weight to 65535 and rounds the others', () => {
    const made = stride([3, 1, 2]);
    expect(tally(3, 65_535 + 21_845 + 43_690, () => made.next())).toEqual([65_535, 21_845, 43_690]);
  });

  it('gives hosts of unknown weight the mean of the others', () => {
    const made = stride([0, 1, 3]);
    // Scaled: 21845 and 65535, of which the mean is 43690.
    expect(tally(3, 43_690 + 21_845 + 65_535, () => made.next())).toEqual([43_690, 21_845, 65_535]);
  });

  it.each([
    ['there is one host', [5]],
    ['one weight is known', [0, 7, 0]],
    ['none is known', [0, 0, 0]],
    ['all are equal', [4, 4, 4]],
    ['all known ones are equal', [4, 0, 4]],
  ])('takes turns if %s', (_, weights) => {
    const made = stride(weights, 1);
    expect(made.weighted).toBe(false);
    const turns = Array.from({ length: 6 }, (_unused, i) => (i + 1) % weights.length);
    expect(turns.map(() => made.next())).toEqual(turns);
  });

  it('never picks a host whose weight rounds to nothing', () => {
    const made = stride([1, 1 / 200_000]);
    expect(tally(2, 70_000, () => made.next())).toEqual([70_000, 0]);
  });

  it('goes on in its sequence when weights change, and around at 2^32', () => {
    const made = stride([1, 1, 1], 2 ** 32 - 1);
    expect([made.next(), made.next(), made.next()]).toEqual([0, 0, 1]);
    made.update([2, 2, 2, 2].slice(0, 3), 3);
    expect(made.next()).toBe(2);
  });

  it('has nothing to pick without hosts', () => {
    expect(stride([]).next()).toBe(-1);
  });
});
