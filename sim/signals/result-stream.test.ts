import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Draw, rootKey, Stream, uniform } from '../kernel/random.ts';
import { MILLISECOND } from '../kernel/time.ts';
import type { TelemetryDisturbance } from '../world/faults/plan.ts';
import { FRESH } from './metrics.ts';
import type { MetricsSpec } from './metrics.ts';
import { ResultStream } from './result-stream.ts';
import { disturbance, metricsOf } from './testing/recorded-world.ts';

const ROOT = rootKey('results');
const OWNER = 'breaker';

/** A result as it was pushed, and when it was delivered and at which look. */
interface Delivered {
  readonly number: number;
  readonly at: number;
  readonly lookedAt: number;
}

interface Outcome {
  readonly times: readonly number[];
  readonly accepted: readonly boolean[];
  readonly delivered: readonly Delivered[];
  readonly looks: readonly { readonly now: number; readonly asOf: number }[];
}

/** Pushes results at random times and looks at random times, over two seconds. */
function run(
  metrics: MetricsSpec,
  disturbances: readonly TelemetryDisturbance[] = [],
  seed = '1',
  count = 400,
): Outcome {
  const stream = new ResultStream(metrics, ROOT, OWNER, disturbances);
  const random = new Stream(seed, 'pushes');
  const acts = Array.from({ length: count }, (_, i) => ({
    now: Math.floor(uniform(random) * 2000 * MILLISECOND),
    isLook: i % 3 === 0,
  })).sort((a, b) => a.now - b.now);
  const times: number[] = [];
  const accepted: boolean[] = [];
  const delivered: Delivered[] = [];
  const looks: { now: number; asOf: number }[] = [];
  for (const { isLook, now } of acts) {
    if (!isLook) {
      const number = times.push(now) - 1;
      accepted.push(stream.push(now, number % 7, number % 3, number * 10, number));
      continue;
    }
    stream.drain(now, {
      read(at, key, result, duration, ticket) {
        expect([key, result, duration]).toEqual([ticket % 7, ticket % 3, ticket * 10]);
        delivered.push({ number: ticket, at, lookedAt: now });
      },
    });
    looks.push({ now, asOf: stream.asOf(now) });
  }
  return { times, accepted, delivered, looks };
}

/** When each result arrives, by the rules: NaN for one that is lost. */
function arrivalsOf(
  metrics: MetricsSpec,
  disturbances: readonly TelemetryDisturbance[],
  times: readonly number[],
): number[] {
  const { interval, jitter, lag, loss, offset } = metrics;
  const phase = offset ?? Math.floor(uniform(new Draw(ROOT, 'metricPhase', OWNER).at(0, 0, 0)) * interval);
  const lossDraw = new Draw(ROOT, 'metricLoss', OWNER);
  const jitterDraw = new Draw(ROOT, 'metricJitter', OWNER);
  let before = 0;
  return times.map((time, number) => {
    let sent = time;
    if (interval > 0) for (sent = phase; sent < time;) sent += interval;
    const ordinal = interval > 0 ? Math.floor(sent / interval) : number;
    const active = disturbances.filter(({ from, until }) => from <= sent && sent < until);
    if (active.some(({ effect }) => effect !== 'slow')) return NaN;
    if (uniform(lossDraw.at(0, ordinal, 0)) < loss) return NaN;
    const extra = active.reduce((sum, one) => sum + one.lag, 0);
    before = Math.max(before, sent + lag + extra + Math.floor(uniform(jitterDraw.at(0, ordinal, 0)) * jitter));
    return before;
  });
}

function check(metrics: MetricsSpec, disturbances: readonly TelemetryDisturbance[] = [], seed = '1'): Outcome {
  const outcome = run(metrics, disturbances, seed);
  const { accepted, delivered, looks, times } = outcome;
  const arrivals = arrivalsOf(metrics, disturbances, times);
  expect(accepted).toEqual(arrivals.map((arrival) => arrival === arrival));
  const expected = arrivals.flatMap((at, number) => {
    const look = looks.find(({ now }) => now >= times[number] && now >= at);
    return look === undefined ? [] : [{ number, at, lookedAt: look.now }];
  });
  expect(delivered).toEqual(expected);
  checkAsOf(metrics, disturbances, outcome, arrivals);
  return outcome;
}

/** `asOf` never goes back, is no younger than the lag, and speaks for everything before it. */
function checkAsOf(
  { lag }: MetricsSpec,
  disturbances: readonly TelemetryDisturbance[],
  { looks, times }: Outcome,
  arrivals: readonly number[],
): void {
  const lost = (time: number): boolean =>
    disturbances.some(({ effect, from, until }) => effect !== 'slow' && from <= time && time < until);
  looks.forEach(({ asOf, now }, i) => {
    if (i > 0) expect(asOf).toBeGreaterThanOrEqual(looks[i - 1].asOf);
    expect(now - asOf).toBeGreaterThanOrEqual(lag);
    // What has not come though it is older was lost for good: by chance, or in a fault that is over.
    const missing = times.filter((time, number) => time < asOf && arrivals[number] > now && !lost(time));
    expect(missing).toEqual([]);
  });
}

describe('a stream of results', () => {
  it('delivers each exactly `lag` later, and is current up to then', () => {
    const { delivered, looks, times } = check(metricsOf({ lag: 120 }));
    expect(delivered.length).toBeGreaterThan(200);
    for (const { at, number } of delivered) expect(at).toBe(times[number] + 120 * MILLISECOND);
    for (const { asOf, now } of looks) {
      expect(asOf).toBe(now < 120 * MILLISECOND ? -Infinity : now - 120 * MILLISECOND);
    }
  });

  it('without any delay delivers at once', () => {
    const { looks } = check(FRESH);
    for (const { asOf, now } of looks) expect(asOf).toBe(now);
  });

  it('delivers batches at the ends of their intervals, one that ends with a result included', () => {
    const stream = new ResultStream({ ...metricsOf({ interval: 100, lag: 30 }), offset: 0 }, ROOT, OWNER, []);
    const heard: number[] = [];
    const reader = { read: (at: number, key: number) => heard.push(at / MILLISECOND, key) };
    stream.push(1 * MILLISECOND, 1, 0, 0, 0);
    stream.push(100 * MILLISECOND, 2, 0, 0, 0);
    stream.push(100 * MILLISECOND + 1, 3, 0, 0, 0);
    stream.drain(129 * MILLISECOND, reader);
    expect(heard).toEqual([]);
    stream.drain(130 * MILLISECOND, reader);
    expect(heard).toEqual([130, 1, 130, 2]);
    expect(stream.asOf(130 * MILLISECOND)).toBe(100 * MILLISECOND);
    stream.drain(230 * MILLISECOND, reader);
    expect(heard.slice(4)).toEqual([230, 3]);
    check(metricsOf({ interval: 90, lag: 40 }));
  });

  it('keeps the order in which they happened, however much each is delayed', () => {
    const { delivered } = check(metricsOf({ lag: 50, jitter: 300 }));
    expect(delivered.map(({ number }) => number)).toEqual(delivered.map((_, i) => i));
  });

  it('loses whole batches, and says so to the sender', () => {
    const { accepted } = check({ ...metricsOf({ interval: 50 }), loss: 0.5 });
    expect(accepted).toContain(false);
    expect(accepted).toContain(true);
  });

  it('loses what is sent while its telemetry is lost or frozen, and says that it knows nothing since then', () => {
    const { looks } = check(metricsOf({ lag: 50 }), [disturbance('lose', 600, 1100)]);
    const blind = looks.filter(({ now }) => now > 650 * MILLISECOND && now < 1150 * MILLISECOND);
    expect(blind.every(({ asOf }) => asOf === 600 * MILLISECOND)).toBe(true);
    const after = looks.find(({ now }) => now > 1150 * MILLISECOND)!;
    expect(after.asOf).toBe(after.now - 50 * MILLISECOND);
  });

  it('is late by more while its telemetry is slow, for what is sent then', () => {
    const { looks } = check(metricsOf({ lag: 50 }), [disturbance('slow', 600, 1100, 200)]);
    const ages = looks
      .filter(({ now }) => now > 850 * MILLISECOND && now < 1350 * MILLISECOND)
      .map(({ asOf, now }) => (now - asOf) / MILLISECOND);
    expect(ages.every((age) => age === 250)).toBe(true);
  });

  it('does all this together', () => {
    const milliseconds = (max: number): fc.Arbitrary<number> => fc.oneof(fc.constant(0), fc.integer({ min: 1, max }));
    const metrics = fc.record({
      lag: milliseconds(300),
      interval: milliseconds(300),
      jitter: milliseconds(200),
    });
    const faults = fc.array(
      fc
        .tuple(
          fc.constantFrom('freeze' as const, 'slow' as const, 'lose' as const),
          fc.nat(1800),
          fc.nat(800),
          fc.nat(300),
        )
        .map(([effect, from, length, lag]) => disturbance(effect, from, from + length + 1, lag)),
      { maxLength: 2 },
    );
    fc.assert(
      fc.property(metrics, faults, fc.constantFrom(0, 0.2, 0.9), fc.nat(100), (written, disturbances, loss, seed) => {
        check({ ...metricsOf(written), loss }, disturbances, String(seed));
      }),
      { numRuns: 100, seed: 1 },
    );
  });
});
