import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MinCountTree } from './min-count-tree.ts';

describe('MinCountTree', () => {
  it('knows the smallest value and all who share it after every change, as a linear scan does', () => {
    const change = fc.record({ index: fc.nat(), value: fc.oneof(fc.nat(3), fc.constant(Infinity)) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.array(change, { maxLength: 80 }), (n, changes) => {
        const tree = new MinCountTree(n);
        const values = Array.from({ length: n }, () => Infinity);
        for (const { index, value } of changes) {
          values[index % n] = value;
          tree.set(index % n, value);
          const min = Math.min(...values);
          const tied = min === Infinity ? [] : values.flatMap((v, i) => (v === min ? [i] : []));
          expect(tree.min).toBe(min);
          expect(tree.tied).toBe(tied.length);
          expect(tied.map((_, nth) => tree.pick(nth))).toEqual(tied);
          if (tied.length === 0) expect(tree.pick(0)).toBe(-1);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('has nothing to pick before a value is set', () => {
    const tree = new MinCountTree(3);
    expect([tree.min, tree.tied, tree.pick(0)]).toEqual([Infinity, 0, -1]);
  });
});
