import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { InFlightAtStart } from './in-flight-at-start.ts';

test('gives back what was in flight at a start, once', () => {
  const table = new InFlightAtStart(4);
  table.put(1e15, 3);
  expect(table.take(1e15)).toBe(3);
  expect(table.take(1e15)).toBe(0);
});

test('forgets everything rather than fill up with calls that are never taken out', () => {
  const table = new InFlightAtStart(8);
  for (let start = 0; start < 1000; start++) table.put(start, 1);
  expect(table.take(999)).toBe(1);
});

test('equals a list of all calls in flight', () => {
  // Few different starts, so that calls share them and their slots.
  const step = fc.record({ start: fc.nat({ max: 12 }), takes: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const most = 8;
      const table = new InFlightAtStart(most);
      const list: [number, number][] = [];
      let put = 0;
      for (const { start, takes } of steps) {
        if (!takes && list.length < most) {
          table.put(start, ++put);
          list.push([start, put]);
        } else if (takes) {
          const found = table.take(start);
          const index = list.findIndex(([at, count]) => at === start && (found === 0 || count === found));
          expect(index >= 0).toBe(found !== 0);
          if (index >= 0) list.splice(index, 1);
        }
      }
      for (const [start] of list) expect(table.take(start)).toBeGreaterThan(0);
    }),
  );
});
