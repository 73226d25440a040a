import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Stream } from '../../kernel/random.ts';
import { MILLISECOND, NEVER, SECOND } from '../../kernel/time.ts';
import { exponential } from '../../kernel/ziggurat.ts';
import { buildArrivals } from './arrivals.ts';
import type { Surge } from './arrivals.ts';
import type { OpenArrivalSpec } from '../spec.ts';

const stream = (seed = '1'): Stream => new Stream(seed, 'arrivals/shoppers');

/** The first n arrivals, or as many as there are. */
function take(n: number, spec: OpenArrivalSpec, surges: readonly Surge[] = [], seed = '1'): number[] {
  const arrivals = buildArrivals(spec, surges, seed, 'shoppers');
  const times: number[] = [];
  for (let i = 0; i < n; i++) {
    const time = arrivals.next();
    if (time === NEVER) break;
    times.push(time);
  }
  return times;
}

type Points = Extract<OpenArrivalSpec, { kind: 'profile' }>['points'];

/** Expected arrivals up to `until`: the trapezoids of the rate, cut wherever a surge begins or ends. */
function expectedUpTo(points: Points, surges: readonly Surge[], until: number): number {
  const cuts = [0, until, ...points.map(({ at }) => at), ...surges.flatMap(({ from, until: end }) => [from, end])];
  const edges = [...new Set(cuts)].filter((at) => at >= 0 && at <= until && at !== NEVER).sort((a, b) => a - b);
  let expected = 0;
  for (let i = 1; i < edges.length; i++) {
    const middle = (edges[i - 1] + edges[i]) / 2;
    const factor = surges.reduce(
      (product, one) => (one.from <= middle && middle < one.until ? product * one.factor : product),
      1,
    );
    // The rate is linear between two cuts, so its mean is that of the middle.
    expected += (rateAt(points, middle) * factor * (edges[i] - edges[i - 1])) / SECOND;
  }
  return expected;
}

function rateAt(points: Points, time: number): number {
  const next = points.findIndex(({ at }) => at > time);
  if (next === 0) return points[0].rate;
  if (next < 0) return points[points.length - 1].rate;
  const before = points[next - 1];
  const after = points[next];
  return before.rate + ((after.rate - before.rate) * (time - before.at)) / (after.at - before.at);
}

describe('deterministic arrivals', () => {
  it('are evenly spaced, without drift', () => {
    expect(take(4, { kind: 'deterministic', rate: 100 })).toEqual([10, 20, 30, 40].map((ms) => ms * MILLISECOND));
    const times = take(300_000, { kind: 'deterministic', rate: 3 });
    expect(times[2]).toBe(SECOND);
    expect(times[299_999]).toBe(100_000 * SECOND);
  });

  it('come twice as often while the rate is doubled, and go on in step', () => {
    const surge = { from: 100 * MILLISECOND, until: 200 * MILLISECOND, factor: 2 };
    const times = take(40, { kind: 'deterministic', rate: 100 }, [surge]).map((time) => time / MILLISECOND);
    expect(times.slice(0, 10)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    expect(times.slice(10, 30)).toEqual(Array.from({ length: 20 }, (_, i) => 105 + 5 * i));
    expect(times.slice(30, 32)).toEqual([210, 220]);
  });

  it('stop while a surge has the factor 0, and for good if it never ends', () => {
    const spec = { kind: 'deterministic', rate: 10 } as const;
    expect(take(5, spec, [{ from: 150 * MILLISECOND, until: SECOND, factor: 0 }])[1]).toBe(1050 * MILLISECOND);
    expect(take(5, spec, [{ from: 150 * MILLISECOND, until: NEVER, factor: 0 }])).toEqual([100 * MILLISECOND]);
  });
});

describe('Poisson arrivals', () => {
  it('are the running sum of exponential gaps, each rounded by itself', () => {
    const random = stream();
    let exact = 0;
    const expected = Array.from({ length: 10_000 }, () => {
      exact += exponential(random) * (SECOND / 900);
      return Math.floor(exact + 0.5);
    });
    expect(take(10_000, { kind: 'poisson', rate: 900 })).toEqual(expected);
  });

  it('come as often as their rate says, and as unevenly', () => {
    const n = 200_000;
    const times = take(n, { kind: 'poisson', rate: 500 });
    const gaps = times.map((time, i) => (time - (i === 0 ? 0 : times[i - 1])) / SECOND);
    const mean = times[n - 1] / SECOND / n;
    const squares = gaps.reduce((sum, gap) => sum + gap * gap, 0) / n;
    // Four standard errors: 1 / sqrt(n) of the mean, sqrt(20) / sqrt(n) of the second moment over its value's half.
    expect(Math.abs(mean * 500 - 1)).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs((squares * 500 * 500) / 2 - 1)).toBeLessThan((4 * Math.sqrt(5)) / Math.sqrt(n));
  });

  it('before a surge are those that come without it; the surge stretches the same sequence', () => {
    const spec = { kind: 'poisson', rate: 200 } as const;
    const plain = take(3000, spec);
    const surge = { from: 5 * SECOND, until: 10 * SECOND, factor: 3 };
    const surged = take(3000, spec, [surge]);
    plain.forEach((time, i) => {
      const own = (at: number): number => (at <= surge.from ? at : surge.from + (at - surge.from) / 3);
      const until = surge.from + 3 * (surge.until - surge.from);
      const expected = time <= until ? own(time) : surge.until + (time - until);
      expect(Math.abs(surged[i] - expected)).toBeLessThanOrEqual(1);
    });
  });
});

describe('arrivals at a moving rate', () => {
  const points = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.constantFrom(0, 1, 50, 200, 777)), {
      minLength: 1,
      maxLength: 5,
    })
    .map((all) => all.sort(([a], [b]) => a - b).map(([at, rate]) => ({ at: at * MILLISECOND, rate })));
  const surges = fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 2000 }), fc.constantFrom(0, 0.5, 4))
      .map(([from, length, factor]) => ({ from: from * MILLISECOND, until: (from + length) * MILLISECOND, factor })),
    { maxLength: 2 },
  );

  it('lie where the integral of the rate reaches the running sum of unit gaps', () => {
    fc.assert(
      fc.property(points, surges, fc.nat(20), (profile, faults, seed) => {
        const times = take(400, { kind: 'profile', points: profile }, faults, String(seed));
        const random = stream(String(seed));
        let sum = 0;
        times.forEach((time, i) => {
          sum += exponential(random);
          if (i > 0) expect(time).toBeGreaterThanOrEqual(times[i - 1]);
          // To within the nanosecond that a time is rounded to, at the highest rate that there can be.
          expect(Math.abs(expectedUpTo(profile, faults, time) - sum)).toBeLessThan(1e-5 + sum * 1e-9);
        });
        if (times.length < 400) expect(expectedUpTo(profile, faults, 1e6 * SECOND)).toBeLessThan(sum + 60);
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  it('jump where two points stand at one time', () => {
    const steps = [
      { at: 0, rate: 100 },
      { at: SECOND, rate: 100 },
      { at: SECOND, rate: 1000 },
      { at: 2 * SECOND, rate: 1000 },
    ];
    const times = take(3000, { kind: 'profile', points: steps });
    const within = (from: number, until: number): number => times.filter((time) => time >= from && time < until).length;
    expect(Math.abs(within(0, SECOND) - 100)).toBeLessThan(4 * Math.sqrt(100));
    expect(Math.abs(within(SECOND, 2 * SECOND) - 1000)).toBeLessThan(4 * Math.sqrt(1000));
  });
});

describe('bursty arrivals', () => {
  const [busy, quiet] = [
    { rate: 900, mean: 0.5 * SECOND },
    { rate: 100, mean: 1.5 * SECOND },
  ];

  it('come at the mean rate of the states, and are spread as a Markov-modulated Poisson process is', () => {
    const window = 2 * SECOND;
    const counts = new Float64Array(10_000);
    const arrivals = buildArrivals({ kind: 'mmpp', states: [busy, quiet] }, [], '1', 'shoppers');
    for (let time = arrivals.next(); time < counts.length * window; time = arrivals.next()) {
      counts[Math.floor(time / window)]++;
    }
    // Fischer and Meier-Hellstern, The MMPP cookbook, 1993: the index of dispersion for counts over a window.
    const [leave, back] = [busy, quiet].map(({ mean }) => SECOND / mean);
    const both = leave + back;
    const meanRate = (busy.rate * back + quiet.rate * leave) / both;
    const spread =
      (2 * leave * back * (busy.rate - quiet.rate) ** 2) / (both ** 2 * (busy.rate * back + quiet.rate * leave));
    const t = window / SECOND;
    const dispersion = 1 + spread * (1 - (1 - Math.exp(-both * t)) / (both * t));
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1);
    // Windows that follow each other are hardly correlated: four standard errors of the mean and of the variance.
    const error = Math.sqrt(variance / counts.length);
    expect(Math.abs(mean - meanRate * t)).toBeLessThan(4 * 1.5 * error);
    expect(Math.abs(variance / mean / dispersion - 1)).toBeLessThan(4 * Math.sqrt(2 / counts.length) * 1.5);
  });
});

describe('arrivals of a daily cycle', () => {
  it('come as the cosine around the mean says, each hour of each day', () => {
    const hour = 10 * SECOND;
    const spec = { kind: 'daily', mean: 300, peak: 500, period: 24 * hour, peakAt: 18 * hour } as const;
    const days = 5;
    const arrivals = buildArrivals(spec, [], '1', 'shoppers');
    const counts = new Float64Array(24);
    for (let time = arrivals.next(); time < days * spec.period; time = arrivals.next()) {
      counts[Math.floor(time / hour) % 24]++;
    }
    counts.forEach((count, i) => {
      const phase = (at: number): number => (2 * Math.PI * (at * hour - spec.peakAt)) / spec.period;
      const swing = ((Math.sin(phase(i + 1)) - Math.sin(phase(i))) * spec.period) / (2 * Math.PI);
      const expected = (days * (spec.mean * hour + (spec.peak - spec.mean) * swing)) / SECOND;
      expect(Math.abs(count - expected), `hour ${i}`).toBeLessThan(4.5 * Math.sqrt(expected) + 0.003 * expected);
    });
  });
});
