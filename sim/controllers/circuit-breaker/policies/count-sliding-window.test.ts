import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CountSlidingWindow } from './count-sliding-window.ts';
import { naiveSnapshot, someResults } from './testing/results.ts';

describe('a window of calls', () => {
  it('holds exactly the last calls, whatever their time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), someResults(), (capacity, results) => {
        const window = new CountSlidingWindow(capacity);
        results.forEach((result, i) => {
          window.record(result.at, result.failed, result.slow, result.duration);
          const held = results.slice(0, i + 1).slice(-capacity);
          expect(window.snapshot(result.at)).toEqual(naiveSnapshot(held));
        });
      }),
    );
  });

  it('begins anew after clear', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), someResults(), someResults(), (capacity, before, after) => {
        const window = new CountSlidingWindow(capacity);
        for (const { at, failed, slow, duration } of before) window.record(at, failed, slow, duration);
        window.clear();
        for (const { at, failed, slow, duration } of after) window.record(at, failed, slow, duration);
        expect(window.snapshot(0)).toEqual(naiveSnapshot(after.slice(-capacity)));
      }),
    );
  });

  it('records nothing if it has no capacity', () => {
    const window = new CountSlidingWindow(0);
    window.record(0, true, true, 5);
    expect(window.snapshot(0)).toEqual(naiveSnapshot([]));
  });
});
