import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lookback } from './lookback.ts';

test('ignores what is more than all bins behind the newest', () => {
  const lookback = new Lookback(3, 3);
  lookback.add(8, 1);
  lookback.add(0, 2);
  lookback.add(5, 2);
  expect(lookback.sum(0)).toBe(1);
  lookback.add(9, 3);
  expect(lookback.sum(9)).toBe(4);
});

test('takes in what is late by less', () => {
  const lookback = new Lookback(3, 3);
  lookback.add(8, 1);
  lookback.add(6, 2);
  expect(lookback.sum(8)).toBe(3);
  expect(lookback.sum(9)).toBe(1);
});

test('equals the sum recomputed from the whole history', () => {
  const additions = fc.array(fc.record({ wait: fc.nat({ max: 50 }), value: fc.nat({ max: 9 }) }), { maxLength: 60 });
  fc.assert(
    fc.property(additions, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 9 }), (steps, bins, width) => {
      const lookback = new Lookback(bins * width, bins);
      const history: [number, number][] = [];
      let now = 0;
      for (const { wait, value } of steps) {
        now += wait;
        lookback.add(now, value);
        history.push([Math.floor(now / width), value]);
        const oldest = Math.floor(now / width) - bins;
        const sum = history.reduce((total, [bin, added]) => (bin > oldest ? total + added : total), 0);
        expect(lookback.sum(now)).toBe(sum);
      }
    }),
  );
});
