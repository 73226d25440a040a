import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WindowedAdder } from './finagle-windowed-adder.ts';

describe('the windowed adder', () => {
  it('keeps a sliding window of three slices', () => {
    const adder = new WindowedAdder(3000, 3, 0);
    adder.add(0, 1);
    expect(adder.sum(0)).toBe(1);
    expect(adder.sum(1000)).toBe(1);
    adder.add(1000, 2);
    expect([2000, 3000, 4000].map((now) => [adder.sum(1000), adder.sumAt(now)])).toEqual([
      [3, 3],
      [3, 2],
      [3, 0],
    ]);
    expect([adder.sum(2000), adder.sum(3000), adder.sum(4000)]).toEqual([3, 2, 0]);
  });

  it('begins a slice with the first use after the last one, not on the clock', () => {
    const adder = new WindowedAdder(20, 2, 0);
    adder.add(0, 1);
    adder.add(19, 1);
    expect(adder.sum(28)).toBe(2);
    expect(adder.sum(29)).toBe(1);
  });

  it('forgets everything when it is reset', () => {
    const adder = new WindowedAdder(20, 2, 0);
    adder.add(0, 5);
    adder.add(10, 5);
    adder.reset(11);
    expect(adder.sum(11)).toBe(0);
    adder.add(20, 1);
    expect(adder.sum(20)).toBe(1);
  });

  it('sums what the slices hold that are left, and can be looked at without effect', () => {
    const act = fc.record({ gap: fc.nat(12), amount: fc.nat(9), look: fc.nat(30), add: fc.boolean() });
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(act),
        (slices, length, all) => {
          const adder = new WindowedAdder(length * slices, slices, 0);
          let held = [0];
          let start = 0;
          let now = 0;
          for (const { gap, amount, look, add } of all) {
            now += gap;
            const ahead = Math.floor((now + look - start) / length);
            const later = ahead === 0 ? held : [...held, ...Array<number>(ahead).fill(0)];
            expect(adder.sumAt(now + look)).toBe(later.slice(-slices).reduce((sum, slice) => sum + slice, 0));
            const passed = Math.floor((now - start) / length);
            if (passed > 0) {
              held = [...held, ...Array<number>(passed).fill(0)].slice(-slices);
              start = now;
            }
            if (add) {
              adder.add(now, amount);
              held[held.length - 1] += amount;
            }
            expect(adder.sum(now)).toBe(held.reduce((sum, slice) => sum + slice, 0));
          }
        },
      ),
    );
  });
});
