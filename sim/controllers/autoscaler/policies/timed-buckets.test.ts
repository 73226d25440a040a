import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../kernel/time.ts';
import cases from '../vectors/knative-buckets.json' with { type: 'json' };
import { SlidingMaximum } from './sliding-maximum.ts';
import type { VectorCase } from './testing/vector-cases.ts';
import { vectorCases } from './testing/vector-cases.ts';
import { TimedBuckets } from './timed-buckets.ts';
import { smoothingCoefficient, WeightedBuckets } from './weighted-buckets.ts';

interface Params {
  window_s?: number;
  granularity_s?: number;
  weighted?: boolean;
  buckets?: number;
  size?: number;
}
interface Input {
  op?: 'record' | 'windowAverage' | 'resize' | 'resizeWindow' | 'isEmpty';
  t_s: number;
  value?: number;
  window_s?: number;
  index?: number;
}
type Expected = { average?: number; empty?: boolean; max?: number } | null;
type Case = VectorCase<Params, Input, Expected>;

function runBuckets({ params, inputs }: Case): Expected[] {
  const Buckets = params.weighted ? WeightedBuckets : TimedBuckets;
  const buckets = new Buckets((params.window_s ?? NaN) * SECOND, (params.granularity_s ?? NaN) * SECOND);
  return inputs.map(({ op, t_s, value, window_s }) => {
    if (op === 'windowAverage') return { average: buckets.windowAverage(t_s * SECOND) };
    if (op === 'isEmpty') return { empty: buckets.isEmpty(t_s * SECOND) };
    if (op === 'record') buckets.record(t_s * SECOND, value ?? NaN);
    else buckets.resize(t_s * SECOND, (window_s ?? NaN) * SECOND);
    return null;
  });
}

function runMaximum({ params, inputs }: Case): Expected[] {
  const maximum = new SlidingMaximum(params.size ?? NaN);
  return inputs.map(({ index, value }) => {
    maximum.record(index ?? NaN, value ?? NaN);
    return { max: maximum.current };
  });
}

const all = vectorCases<Params, Input, Expected>(cases);

describe('published cases of window averages', () => {
  it.each(all.filter(({ params }) => params.window_s !== undefined))('$case', (one) => {
    const seen = runBuckets(one);
    expect(seen).toHaveLength(one.expected.length);
    for (const [i, step] of one.expected.entries()) {
      // Both sides are cut down to six digits; the weighted average is not.
      if (typeof step?.average === 'number') expect(seen[i]?.average).toBeCloseTo(step.average, 6);
      else expect(seen[i]).toEqual(step);
    }
  });
});

describe('published smoothing coefficients', () => {
  it.each(all.filter(({ params }) => params.buckets !== undefined))('$case', ({ params, expected }) => {
    const { coefficient, tolerance } = expected as unknown as { coefficient: number; tolerance: number };
    expect(Math.abs(smoothingCoefficient(params.buckets ?? NaN) - coefficient)).toBeLessThanOrEqual(tolerance);
  });
});

describe('published cases of the sliding maximum', () => {
  it.each(all.filter(({ params }) => params.size !== undefined))('$case', (one) => {
    expect(runMaximum(one)).toEqual(one.expected);
  });
});

/** Records `values`, one in each second from `from` on. */
function recordEach(buckets: TimedBuckets, from: number, values: readonly number[]): void {
  for (const [i, value] of values.entries()) buckets.record((from + i) * SECOND, value);
}

describe('window averages', () => {
  it('divide a window that is not full yet by the seconds since the first write', () => {
    const buckets = new TimedBuckets(60 * SECOND, SECOND);
    recordEach(buckets, 100, [4, 6]);
    expect(buckets.windowAverage(101 * SECOND)).toBe(5);
  });

  it('leave out the silent tail, until the whole window is silent', () => {
    const buckets = new TimedBuckets(5 * SECOND, SECOND);
    recordEach(buckets, 100, [1, 2, 3, 4, 5]);
    expect(buckets.windowAverage(106 * SECOND)).toBe(4);
    expect(buckets.windowAverage(109 * SECOND)).toBe(0);
    expect(buckets.isEmpty(109 * SECOND)).toBe(false);
    expect(buckets.isEmpty(110 * SECOND)).toBe(true);
  });

  it('count a hole inside the window as zero', () => {
    const buckets = new TimedBuckets(5 * SECOND, SECOND);
    buckets.record(100 * SECOND, 9);
    buckets.record(102 * SECOND, 3);
    expect(buckets.windowAverage(102 * SECOND)).toBe(4);
  });

  it('start over after a whole window of silence', () => {
    const buckets = new TimedBuckets(5 * SECOND, SECOND);
    recordEach(buckets, 100, [10, 10, 10]);
    buckets.record(107 * SECOND, 2);
    expect(buckets.windowAverage(107 * SECOND)).toBe(2);
  });

  it('are cut down to six digits, not rounded', () => {
    const buckets = new TimedBuckets(5 * SECOND, SECOND);
    recordEach(buckets, 100, [1, 0, 1]);
    expect(buckets.windowAverage(102 * SECOND)).toBe(0.666666);
  });

  it('are 0 before the first write', () => {
    expect(new TimedBuckets(5 * SECOND, SECOND).windowAverage(0)).toBe(0);
    expect(new WeightedBuckets(5 * SECOND, SECOND).windowAverage(0)).toBe(0);
  });

  it('survive a longer window, and keep the newest seconds of a shorter one', () => {
    const buckets = new TimedBuckets(5 * SECOND, SECOND);
    recordEach(buckets, 100, [1, 2, 3, 4, 5, 6]);
    buckets.resize(105 * SECOND, 10 * SECOND);
    expect(buckets.windowAverage(105 * SECOND)).toBe(4);
    buckets.record(106 * SECOND, 7);
    expect(buckets.windowAverage(106 * SECOND)).toBe(4.5);
    buckets.resize(106 * SECOND, 4 * SECOND);
    expect(buckets.windowAverage(106 * SECOND)).toBe(5.5);
  });

  it('forget everything in a resize after a window of silence', () => {
    const buckets = new TimedBuckets(5 * SECOND, SECOND);
    buckets.record(100 * SECOND, 19);
    buckets.resize(160 * SECOND, 100 * SECOND);
    expect(buckets.windowAverage(160 * SECOND)).toBe(0);
    buckets.record(161 * SECOND, 3);
    expect(buckets.windowAverage(161 * SECOND)).toBe(3);
  });

  const writes = fc.array(fc.tuple(fc.integer({ min: 1000, max: 1040 }), fc.integer({ min: 0, max: 9 })), {
    minLength: 1,
    maxLength: 60,
  });

  test.prop([writes, fc.integer({ min: 1, max: 12 })])(
    'in order of time, equal the mean over what has been seen of the window',
    (unordered, window) => {
      const inOrder = unordered.toSorted((a, b) => a[0] - b[0]);
      const buckets = new TimedBuckets(window * SECOND, SECOND);
      let first = inOrder[0][0];
      let last = first;
      for (const [at, value] of inOrder) {
        if (at - last >= window) first = at;
        last = at;
        buckets.record(at * SECOND, value);
      }
      const from = Math.max(first, last - window + 1);
      const sum = inOrder.filter(([t]) => t >= from).reduce((total, [, v]) => total + v, 0);
      expect(buckets.windowAverage(last * SECOND)).toBeCloseTo(sum / (last - from + 1), 5);
    },
  );
});

describe('weighted window averages', () => {
  it('weigh the newest second most', () => {
    const rising = new WeightedBuckets(60 * SECOND, SECOND);
    const falling = new WeightedBuckets(60 * SECOND, SECOND);
    recordEach(rising, 100, [5, 5, 10, 10]);
    recordEach(falling, 100, [10, 10, 5, 5]);
    expect(rising.windowAverage(103 * SECOND)).toBeCloseTo(0.2 * (10 + 10 * 0.8 + 5 * 0.64 + 5 * 0.512), 12);
    expect(falling.windowAverage(103 * SECOND)).toBeLessThan(rising.windowAverage(103 * SECOND));
  });

  it('come to the value of a steady load, but for the weight of what lies before the window', () => {
    const buckets = new WeightedBuckets(40 * SECOND, SECOND);
    recordEach(
      buckets,
      100,
      Array.from({ length: 60 }, () => 7),
    );
    expect(buckets.windowAverage(159 * SECOND)).toBeCloseTo(7 * 0.9999, 10);
  });

  it('fade while nothing is written', () => {
    const buckets = new WeightedBuckets(60 * SECOND, SECOND);
    buckets.record(100 * SECOND, 10);
    expect(buckets.windowAverage(100 * SECOND)).toBeCloseTo(2, 12);
    expect(buckets.windowAverage(102 * SECOND)).toBeCloseTo(2 * 0.64, 12);
    expect(buckets.windowAverage(161 * SECOND)).toBe(0);
  });

  it('take the coefficient of the new window after a resize', () => {
    const buckets = new WeightedBuckets(60 * SECOND, SECOND);
    buckets.record(100 * SECOND, 10);
    buckets.resize(100 * SECOND, 10 * SECOND);
    expect(buckets.windowAverage(100 * SECOND)).toBeCloseTo(10 * smoothingCoefficient(10), 12);
  });
});

describe('the sliding maximum', () => {
  it('counts the larger of two values at one index', () => {
    const maximum = new SlidingMaximum(1);
    maximum.record(7, 5);
    maximum.record(7, 3);
    expect(maximum.current).toBe(5);
    maximum.record(8, 3);
    expect(maximum.current).toBe(3);
  });

  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 20 })), { minLength: 1 });

  test.prop([fc.integer({ min: 1, max: 8 }), steps])('is the largest value of the window', (size, moves) => {
    const maximum = new SlidingMaximum(size);
    const seen: [number, number][] = [];
    let index = 0;
    for (const [move, value] of moves) {
      index += move;
      seen.push([index, value]);
      maximum.record(index, value);
      const inWindow = seen.filter(([at]) => index - at < size).map(([, v]) => v);
      expect(maximum.current).toBe(Math.max(...inWindow));
    }
  });
});
