import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../kernel/time.ts';
import { naiveSnapshot, someResults } from './testing/results.ts';
import { TimeSlidingWindow } from './time-sliding-window.ts';

describe('a window of time', () => {
  it('holds exactly the calls whose bucket has not left', () => {
    const readings = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 9 }),
        someResults(),
        readings,
        (width, buckets, results, later) => {
          const window = new TimeSlidingWindow(width, buckets);
          results.forEach((result, i) => {
            window.record(result.at, result.failed, result.slow, result.duration);
            const now = Math.min(result.at + later, results[i + 1]?.at ?? Infinity);
            const oldest = Math.floor(now / width) - buckets + 1;
            const held = results.slice(0, i + 1).filter(({ at }) => Math.floor(at / width) >= oldest);
            expect(window.snapshot(now)).toEqual(naiveSnapshot(held));
          });
        },
      ),
    );
  });

  it('of five whole seconds is four to five seconds long', () => {
    const early = new TimeSlidingWindow(SECOND, 5);
    early.record(0, true, false, 0);
    expect(early.snapshot(5 * SECOND - 1).total).toBe(1);
    expect(early.snapshot(5 * SECOND).total).toBe(0);

    const late = new TimeSlidingWindow(SECOND, 5);
    late.record(SECOND - 1, true, false, 0);
    expect(late.snapshot(5 * SECOND - 1).total).toBe(1);
    expect(late.snapshot(5 * SECOND).total).toBe(0);
  });

  it('forgets everything over a long silence, and counts on', () => {
    const window = new TimeSlidingWindow(SECOND, 3);
    window.record(0, true, true, 7);
    window.record(1e6 * SECOND, false, false, 3);
    expect(window.snapshot(1e6 * SECOND)).toEqual(
      naiveSnapshot([{ at: 1e6 * SECOND, failed: false, slow: false, duration: 3 }]),
    );
  });

  it('begins anew after clear, in the same buckets', () => {
    const window = new TimeSlidingWindow(10, 3);
    window.record(25, true, false, 1);
    window.clear();
    expect(window.total).toBe(0);
    window.record(29, false, false, 1);
    window.advance(49);
    expect(window.total).toBe(1);
    window.advance(50);
    expect(window.total).toBe(0);
  });
});
