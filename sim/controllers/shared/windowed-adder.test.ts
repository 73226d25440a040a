import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { WindowedAdder } from './windowed-adder.ts';

/** One use of an adder: after `wait`, add `x` (or only read, for 0). */
const uses = fc.array(fc.record({ wait: fc.nat({ max: 40 }), x: fc.integer({ min: -5, max: 5 }) }), { maxLength: 60 });

/** The sum, worked out anew from the whole history: a list of closed slices that only grows. */
function recomputed(history: readonly (readonly [number, number])[], slice: number, kept: number, now: number): number {
  const closed: number[] = [];
  let open = 0;
  let since = 0;
  for (const [at, x] of [...history, [now, 0] as const]) {
    if (at - since >= slice) {
      closed.push(open, ...Array.from({ length: Math.floor((at - since) / slice) - 1 }, () => 0));
      open = 0;
      since = at;
    }
    open += x;
  }
  return closed.slice(-kept).reduce((sum, value) => sum + value, open);
}

test('equals the sum recomputed from the whole history', () => {
  fc.assert(
    fc.property(uses, fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 7 }), (steps, slices, slice) => {
      const adder = new WindowedAdder(slice * slices, slices, 0);
      const history: [number, number][] = [];
      let now = 0;
      for (const { wait, x } of steps) {
        now += wait;
        adder.add(now, x);
        history.push([now, x]);
        expect(adder.sum(now)).toBe(recomputed(history, slice, slices - 1, now));
      }
    }),
  );
});

test('is the same for any start of the clock', () => {
  fc.assert(
    fc.property(uses, fc.nat({ max: 1e12 }), (steps, start) => {
      const here = new WindowedAdder(30, 3, 0);
      const there = new WindowedAdder(30, 3, start);
      let now = 0;
      for (const { wait, x } of steps) {
        now += wait;
        here.add(now, x);
        there.add(now + start, x);
        expect(there.sum(now + start)).toBe(here.sum(now));
      }
    }),
  );
});

test('forgets everything after a long silence', () => {
  const adder = new WindowedAdder(3000, 3, 0);
  adder.add(0, 100);
  expect(adder.sum(1000)).toBe(100);
  expect(adder.sum(101_000)).toBe(0);
});

test('keeps a slice open for as long as nothing is used', () => {
  const adder = new WindowedAdder(3000, 3, 0);
  adder.add(0, 1);
  adder.add(999, 1);
  // Nothing happens at 1000: the slice is closed at 2500, counting as one slice and one unused.
  expect(adder.sum(2500)).toBe(2);
  // The next slice began at 2500, not at 2000.
  adder.add(3499, 5);
  expect(adder.sum(3499)).toBe(7);
  expect(adder.sum(3500)).toBe(5);
});

test('refuses fewer than two slices', () => {
  expect(() => new WindowedAdder(1000, 1, 0)).toThrow(RangeError);
  expect(() => new WindowedAdder(5, 10, 0)).toThrow(RangeError);
});
