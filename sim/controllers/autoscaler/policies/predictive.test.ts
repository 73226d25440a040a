import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../kernel/time.ts';
import { LinearTrend } from './linear-trend.ts';
import type { PredictiveConfig } from './predictive.ts';
import { predictive, PredictivePolicy } from './predictive.ts';
import { configOf } from './testing/config.ts';
import { scalerView } from './testing/scaler-view.ts';

const parse = (given: Record<string, unknown>): PredictiveConfig => configOf(predictive, given);
const policy = (given: Record<string, unknown> = {}) =>
  new PredictivePolicy(parse({ max: 100, capacity: '100/s', target: '100%', ...given }));

/** Replicas at each evaluation up to `until` seconds, under a request rate that is seen `lag` seconds late. */
function follow(scaler: PredictivePolicy, until: number, rate: (second: number) => number, lag = 0): number[] {
  const seen: number[] = [];
  let replicas = 1;
  for (let now = 0; now <= until * SECOND; now += scaler.period) {
    const asOf = now - lag * SECOND;
    replicas = scaler.decide(now, scalerView({ replicas, asOf, requestRate: rate(asOf / SECOND) }));
    seen.push(replicas);
  }
  return seen;
}

describe('a trend', () => {
  const trend = (...samples: [number, number][]) => {
    const line = new LinearTrend(4);
    for (const [at, value] of samples) line.add(at, value);
    return line;
  };

  it('is the straight line through its samples', () => {
    expect(trend([0, 1], [10, 3], [20, 5]).valueAt(40, 0, 0)).toBeCloseTo(9, 12);
    expect(trend([0, 0], [10, 3], [20, 0]).valueAt(40, 0, 0)).toBeCloseTo(1, 12);
  });

  it('leaves out what is older than it is asked for, and than it can hold', () => {
    const samples: [number, number][] = [
      [0, 100],
      [10, 1],
      [20, 2],
      [30, 3],
    ];
    expect(trend(...samples).valueAt(40, 10, 0)).toBeCloseTo(4, 12);
    expect(trend(...samples, [40, 4]).valueAt(50, 0, 0)).toBeCloseTo(5, 12);
  });

  it('is flat until its samples span enough', () => {
    const line = trend([0, 10], [10, 20]);
    expect(line.valueAt(100, 0, 20)).toBe(15);
    expect(line.valueAt(100, 0, 10)).toBeCloseTo(110, 12);
    expect(trend([5, 7]).valueAt(100, 0, 0)).toBe(7);
    expect(trend().valueAt(100, 0, 0)).toBeNaN();
  });

  it('takes a second sample of one time in place of the first', () => {
    expect(trend([0, 1], [10, 9], [10, 3]).valueAt(20, 0, 0)).toBeCloseTo(5, 12);
  });
});

describe('the prediction', () => {
  it('reads a ramp its lead ahead of now', () => {
    // Ten more requests a second every second: in a minute six replicas' worth.
    const seen = follow(policy({ lead: '60s' }), 300, (second) => 10 * second);
    expect(seen.slice(4)).toEqual(seen.slice(4).map((_, i) => Math.ceil((10 * ((i + 4) * 15 + 60)) / 100)));
  });

  it('bridges the lag of its metric as well', () => {
    const late = follow(policy({ lead: '60s' }), 300, (second) => 10 * Math.max(0, second), 20);
    expect(late.at(-1)).toBe(36);
  });

  it('is the rate itself while there is no trend yet', () => {
    expect(follow(policy(), 45, (second) => 10 * second)).toEqual([1, 2, 3, 5]);
  });

  it('is never below the rate that was last seen', () => {
    const fall = (second: number) => (second < 200 ? 1000 : Math.max(200, 1000 - 10 * (second - 200)));
    const scaler = policy({ scaleDownDelay: '0s' });
    const seen = follow(scaler, 400, fall);
    for (const [i, replicas] of seen.entries()) expect(replicas).toBeGreaterThanOrEqual(fall(i * 15) / 100);
    expect(seen.at(-1)).toBe(2);
  });

  it('overshoots at the end of a ramp by its slope times the lead, and then bends slowly', () => {
    const ramp = (second: number) => Math.min(1500, 10 * second);
    expect(Math.max(...follow(policy({ lead: '60s' }), 600, ramp))).toBe(22);
  });

  it('leaves the replicas alone before the first sample', () => {
    expect(policy().decide(0, scalerView({ replicas: 7, requestRate: NaN }))).toBe(7);
  });
});

describe('scaling down', () => {
  it('waits until the most that was wanted is older than the delay', () => {
    const seen = follow(policy({ lead: '0s', scaleDownDelay: '5m' }), 900, (second) => (second < 150 ? 800 : 200));
    // Eight were last wanted at 135 s, or a little later by the trend's tail; five minutes on they are let go.
    const last = seen.lastIndexOf(8) * 15;
    expect(last).toBe(435);
    expect(seen.at(-1)).toBe(2);
  });
});

describe('any traffic', () => {
  const rates = fc.array(fc.double({ min: 0, max: 5000, noNaN: true }), { minLength: 1, maxLength: 60 });

  test.prop([rates])('keeps the replicas within min and max', (traffic) => {
    const scaler = policy({ min: 2, max: 30 });
    for (const replicas of follow(scaler, (traffic.length - 1) * 15, (second) => traffic[second / 15])) {
      expect(Number.isInteger(replicas)).toBe(true);
      expect(replicas).toBeGreaterThanOrEqual(2);
      expect(replicas).toBeLessThanOrEqual(30);
    }
  });

  test.prop([rates, fc.double({ min: 0, max: 5000, noNaN: true })])(
    'wants no fewer replicas at a higher rate, after the same history',
    (traffic, more) => {
      const run = (last: number) => {
        const all = [...traffic, last];
        return follow(policy(), traffic.length * 15, (second) => all[second / 15]).at(-1);
      };
      expect(run(100 + more)).toBeGreaterThanOrEqual(run(100) ?? NaN);
    },
  );

  test.prop([fc.integer({ min: 1, max: 100 })])('changes nothing at the target', (count) => {
    const seen = follow(policy(), (20 * MINUTE) / SECOND, () => count * 100);
    expect(new Set(seen)).toEqual(new Set([count]));
  });
});
