import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MICROSECOND, MILLISECOND, SECOND } from '../../../kernel/time.ts';
import type { ConcurrencyLimitAlgorithm } from './concurrency-limit-algorithm.ts';
import { WindowedLimit } from './windowed-limit.ts';

/** Notes the samples that it is given. */
class Notes implements ConcurrencyLimitAlgorithm {
  readonly limit = 7;
  readonly samples: [rtt: number, inFlight: number, dropped: boolean][] = [];

  onSample(_start: number, rtt: number, inFlight: number, dropped: boolean): void {
    this.samples.push([rtt, inFlight, dropped]);
  }
}

const DEFAULTS = {
  minWindowTime: SECOND,
  maxWindowTime: SECOND,
  windowSize: 10,
  minRttThreshold: 100 * MICROSECOND,
};

/** Ends a call at `end` after `rtt`. */
function end(limit: WindowedLimit, endAt: number, rtt: number, inFlight = 1, dropped = false): void {
  limit.onSample(endAt - rtt, rtt, inFlight, dropped);
}

test('gives one sample a window: the mean round trip, the most in flight, whether any was dropped', () => {
  const notes = new Notes();
  const limit = new WindowedLimit(notes, DEFAULTS);
  end(limit, 10 * MILLISECOND, MILLISECOND);
  for (let i = 1; i <= 9; i++) end(limit, (100 + i) * MILLISECOND, i * MILLISECOND, i, i === 4);
  expect(notes.samples).toEqual([]);
  end(limit, 1011 * MILLISECOND, 10 * MILLISECOND, 2);
  expect(notes.samples).toEqual([[5.5 * MILLISECOND, 9, true]]);
  expect(limit.limit).toBe(7);
});

test('throws away a window with too few samples', () => {
  const notes = new Notes();
  const limit = new WindowedLimit(notes, DEFAULTS);
  // The first sample ends the first window, alone.
  for (let i = 0; i < 10; i++) end(limit, 10 * MILLISECOND + i, MILLISECOND);
  // Nine are left, this is the tenth; then nine more, which are too few.
  end(limit, 2 * SECOND, MILLISECOND);
  expect(notes.samples).toHaveLength(1);
  for (let i = 0; i < 8; i++) end(limit, 2.5 * SECOND, MILLISECOND);
  end(limit, 4 * SECOND, MILLISECOND);
  expect(notes.samples).toHaveLength(1);
});

test('a window is over only after its end', () => {
  const notes = new Notes();
  const limit = new WindowedLimit(notes, DEFAULTS);
  end(limit, SECOND, MILLISECOND);
  for (let i = 0; i < 20; i++) end(limit, 2 * SECOND, MILLISECOND);
  expect(notes.samples).toEqual([]);
  end(limit, 2 * SECOND + 1, MILLISECOND);
  expect(notes.samples).toHaveLength(1);
});

test('leaves out round trips below the threshold, dropped or not', () => {
  const notes = new Notes();
  const limit = new WindowedLimit(notes, DEFAULTS);
  for (let i = 0; i < 30; i++) end(limit, (i + 1) * SECOND, 99 * MICROSECOND, 1, true);
  expect(notes.samples).toEqual([]);
});

test('lasts twice the least round trip, between its bounds', () => {
  const windowAfter = (rtt: number): number => {
    const notes = new Notes();
    const limit = new WindowedLimit(notes, { ...DEFAULTS, minWindowTime: SECOND / 10, maxWindowTime: SECOND });
    end(limit, 10 * SECOND, rtt);
    let at = 0;
    for (; notes.samples.length === 0; at += MILLISECOND)
      for (let k = 0; k < 10; k++) end(limit, 10 * SECOND + at, rtt);
    return at;
  };
  expect(windowAfter(10 * MILLISECOND)).toBe(102 * MILLISECOND);
  expect(windowAfter(200 * MILLISECOND)).toBe(402 * MILLISECOND);
  expect(windowAfter(800 * MILLISECOND)).toBe(1002 * MILLISECOND);
});

test('equals the windows recomputed from the whole history', () => {
  const sample = fc.record({
    wait: fc.nat({ max: 150 }),
    rtt: fc.integer({ min: 1, max: 400 }),
    inFlight: fc.integer({ min: 1, max: 50 }),
    dropped: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 120 }), (samples) => {
      const notes = new Notes();
      const limit = new WindowedLimit(notes, DEFAULTS);
      const windows: (typeof samples)[] = [[]];
      const wanted: [number, number, boolean][] = [];
      let now = 0;
      let over = -Infinity;
      for (const one of samples) {
        now += one.wait * MILLISECOND;
        end(limit, now, one.rtt * MILLISECOND, one.inFlight, one.dropped);
        const window = windows[windows.length - 1];
        window.push(one);
        if (now <= over) continue;
        windows.push([]);
        over = now + SECOND;
        if (window.length < 10) continue;
        const mean = Math.floor(window.reduce((sum, { rtt }) => sum + rtt * MILLISECOND, 0) / window.length);
        wanted.push([mean, Math.max(...window.map(({ inFlight }) => inFlight)), window.some(({ dropped }) => dropped)]);
      }
      expect(notes.samples).toEqual(wanted);
    }),
  );
});
