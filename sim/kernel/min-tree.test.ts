import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MinTree } from './min-tree.ts';

function scan(first: number[], second: number[]): number {
  let best = -1;
  for (let i = 0; i < first.length; i++) {
    if (best < 0 || first[i] < first[best] || (first[i] === first[best] && second[i] < second[best])) best = i;
  }
  return best;
}

const key = fc.record({ first: fc.oneof(fc.nat(5), fc.constant(Infinity)), second: fc.nat(3) });

describe('MinTree', () => {
  it('knows the smallest key after every change, as a linear scan does', () => {
    fc.assert(
      fc.property(
        fc.array(key, { minLength: 1, maxLength: 70 }),
        fc.array(fc.record({ index: fc.nat(), to: key }), { maxLength: 100 }),
        (keys, changes) => {
          const first = keys.map((key) => key.first);
          const second = keys.map((key) => key.second);
          const tree = new MinTree(first, second);
          expect(tree.min).toBe(scan(first, second));
          for (const { index, to } of changes) {
            const at = index % keys.length;
            first[at] = to.first;
            second[at] = to.second;
            tree.update(at);
            expect(tree.min).toBe(scan(first, second));
          }
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it('has no smallest of no keys', () => {
    expect(new MinTree([], []).min).toBe(-1);
  });

  it('takes the first of equal keys', () => {
    expect(new MinTree([2, 1, 1], [0, 4, 4]).min).toBe(1);
  });
});
