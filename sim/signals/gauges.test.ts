import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Draw, rootKey, uniform } from '../kernel/random.ts';
import { MILLISECOND } from '../kernel/time.ts';
import type { TelemetryDisturbance } from '../world/faults/plan.ts';
import { buildGauge } from './build-gauge.ts';
import { BUSY, LOAD } from './gauge-view.ts';
import type { GaugeView } from './gauge-view.ts';
import { JitteredGauge } from './jittered-gauge.ts';
import { LaggedGauge } from './lagged-gauge.ts';
import { FRESH } from './metrics.ts';
import type { MetricsSpec } from './metrics.ts';
import { SampledGauge } from './sampled-gauge.ts';
import { disturbance, meanOver, metricsOf, RecordedWorld, valueAt } from './testing/recorded-world.ts';
import type { Change } from './testing/recorded-world.ts';
import { TrueGauge } from './true-gauge.ts';

const ROOT = rootKey('gauges');
const OWNER = 'reader';
const LOOKS = 150;

/** What was seen of one instance at one moment. */
interface Seen {
  readonly now: number;
  readonly index: number;
  readonly value: number;
  readonly asOf: number;
  readonly claimed: number;
}

interface Looked {
  readonly seen: Seen[];
  readonly changes: readonly Change[];
  readonly view: GaugeView;
}

/** Looks at a gauge again and again while the recorded world runs. */
function look(metrics: MetricsSpec, disturbances: readonly TelemetryDisturbance[] = [], seed = '1'): Looked {
  const world = new RecordedWorld(seed);
  const { kernel } = world.simulation.world;
  const reader = { kernel, ticker: world.simulation.ticker, root: ROOT, owner: OWNER, metrics, disturbances };
  const view = buildGauge(world.service, LOAD, reader);
  const seen: Seen[] = [];
  world.run(LOOKS, (now) => {
    view.refresh(now);
    view.values.forEach((value, index) => {
      seen.push({ now, index, value, asOf: view.asOf(index), claimed: view.claimedAsOf(index) });
    });
  });
  return { seen, changes: world.changes, view };
}

/** The same recomputed from the full log of changes, by the rules and not by the code. */
function expected(metrics: MetricsSpec, disturbances: readonly TelemetryDisturbance[], looked: Looked): Seen[] {
  const naive =
    metrics.interval > 0 ? new NaiveSamples(metrics, disturbances, looked) : naiveStream(metrics, disturbances, looked);
  return looked.seen.map(({ now, index }) => ({ now, index, ...naive.at(now, index) }));
}

interface Naive {
  at(now: number, index: number): { value: number; asOf: number; claimed: number };
}

const UNSEEN = { value: NaN, asOf: -Infinity, claimed: -Infinity };

/** Every change arrives after lag and jitter unless it is lost; of an instance the newest counts. */
function naiveStream(
  metrics: MetricsSpec,
  disturbances: readonly TelemetryDisturbance[],
  { changes, seen }: Looked,
): Naive {
  const { jitter, lag, loss, window } = metrics;
  const lossDraw = new Draw(ROOT, 'metricLoss', OWNER);
  const jitterDraw = new Draw(ROOT, 'metricJitter', OWNER);
  const sent = changes
    .map((change, number) => ({
      ...change,
      arrival: change.time + lag + uniform(jitterDraw.at(0, number, 0)) * jitter,
      isLost: uniform(lossDraw.at(0, number, 0)) < loss,
    }))
    .filter(({ isLost }) => !isLost)
    .map((change) => (jitter > 0 ? change : { ...change, arrival: change.time + lag }));
  // A pipeline that is slower, or stands still, shows what it showed until that is older than what it now would.
  const effective = (now: number): number =>
    disturbances
      .filter(({ from, until }) => from <= now && now < until)
      .reduce((time, { effect, from, lag: extra }) => Math.min(time, effect === 'slow' ? now - extra : from), now);
  const looks = [...new Set(seen.map(({ now }) => now))].sort((a, b) => a - b);
  let latest = -Infinity;
  const lookedAt = new Map(
    looks.map((now) => [now, (latest = Math.max(latest, effective(now) >= lag ? effective(now) : latest))]),
  );
  return {
    at(now, index) {
      const at = lookedAt.get(now)!;
      if (at === -Infinity) return UNSEEN;
      const own = sent.filter((change) => change.index === index);
      const newest = own.findLastIndex(({ arrival }) => arrival <= at);
      const next = own[newest + 1];
      const asOf = Math.min(at - lag, jitter > 0 && next !== undefined ? next.time : Infinity);
      const known = own.slice(0, newest + 1);
      const value =
        window > 0 ? meanOver(known, index, Math.max(0, asOf - window), asOf) : valueAt(known, index, Infinity);
      return { value, asOf, claimed: Math.max(asOf, now - lag) };
    },
  };
}

/** Samples at every interval, averaged over a window, on their way for a while. */
class NaiveSamples implements Naive {
  private readonly samples: { index: number; at: number; arrival: number; value: number; asOf: number }[] = [];

  constructor(metrics: MetricsSpec, disturbances: readonly TelemetryDisturbance[], { changes, seen, view }: Looked) {
    const { interval, jitter, lag, loss, offset, phase, window } = metrics;
    const lossDraw = new Draw(ROOT, 'metricLoss', OWNER);
    const jitterDraw = new Draw(ROOT, 'metricJitter', OWNER);
    const phaseDraw = new Draw(ROOT, 'metricPhase', OWNER);
    const end = Math.max(...seen.map(({ now }) => now));
    for (let index = 0; index < view.values.length; index++) {
      const subject = phase === 'together' ? 0 : index;
      const random = Math.floor(uniform(phaseDraw.at(0, subject, 0)) * interval);
      const first = offset === null ? random : phase === 'together' ? offset : (offset * (index + 1)) % interval;
      let last: { value: number; asOf: number } | undefined;
      for (let round = 0, at = first; at <= end; round++, at += interval) {
        const active = disturbances.filter(({ from, until }) => from <= at && at < until);
        if (active.some(({ effect }) => effect === 'lose')) continue;
        const true_ = { value: meanOver(changes, index, window > 0 ? Math.max(0, at - window) : at, at), asOf: at };
        const isFrozen = active.some(({ effect }) => effect === 'freeze') && last !== undefined;
        last = isFrozen ? last! : true_;
        if (uniform(lossDraw.at(index, round, 0)) < loss) continue;
        const extra = active.reduce((sum, one) => sum + (one.effect === 'slow' ? one.lag : 0), 0);
        const delay = lag + (jitter > 0 ? uniform(jitterDraw.at(index, round, 0)) * jitter : 0) + extra;
        this.samples.push({ index, at, arrival: at + delay, ...last });
      }
    }
  }

  at(now: number, index: number): { value: number; asOf: number; claimed: number } {
    const newest = this.samples.filter((sample) => sample.index === index && sample.arrival <= now).at(-1);
    return newest === undefined ? UNSEEN : { value: newest.value, asOf: newest.asOf, claimed: newest.at };
  }
}

/** Compares, values up to the rounding of integrals. */
function expectSame(actual: readonly Seen[], wanted: readonly Seen[]): void {
  const differing = actual.filter((seen, i) => {
    const { asOf, claimed, value } = wanted[i];
    const near =
      seen.value === value || Math.abs(seen.value - value) < 1e-9 || (seen.value !== seen.value && value !== value);
    return !near || seen.asOf !== asOf || seen.claimed !== claimed;
  });
  expect(differing.map((seen) => [seen, wanted[actual.indexOf(seen)]]).slice(0, 3)).toEqual([]);
}

function check(metrics: MetricsSpec, disturbances: readonly TelemetryDisturbance[] = [], seed = '1'): Looked {
  const looked = look(metrics, disturbances, seed);
  expectSame(looked.seen, expected(metrics, disturbances, looked));
  return looked;
}

describe('a gauge without any delay', () => {
  it('is the truth of the moment', () => {
    const { changes, seen, view } = look(FRESH);
    expect(view).toBeInstanceOf(TrueGauge);
    expect(seen.length).toBe(LOOKS * 3);
    for (const { asOf, claimed, index, now, value } of seen) {
      expect([value, asOf, claimed]).toEqual([valueAt(changes, index, now), now, now]);
    }
  });

  it('of busy slots counts those in service only', () => {
    const world = new RecordedWorld();
    const { kernel } = world.simulation.world;
    const reader = {
      kernel,
      ticker: world.simulation.ticker,
      root: ROOT,
      owner: OWNER,
      metrics: FRESH,
      disturbances: [],
    };
    const view = buildGauge(world.service, BUSY, reader);
    let waited = 0;
    world.run(LOOKS, () => {
      world.service.instances.forEach(({ busy, index, waiting }) => {
        expect(view.values[index]).toBe(busy);
        waited += waiting;
      });
    });
    expect(waited).toBeGreaterThan(0);
  });
});

describe('a lagged gauge of every change', () => {
  it('shows the state of exactly `lag` ago, and nothing before there was any', () => {
    const { seen, view } = check(metricsOf({ lag: 130 }));
    expect(view).toBeInstanceOf(LaggedGauge);
    const early = seen.filter(({ now }) => now < 130 * MILLISECOND);
    expect(early.length).toBeGreaterThan(0);
    expect(early.every(({ asOf, value }) => asOf === -Infinity && value !== value)).toBe(true);
  });

  it('averages over the window before that, which begins with the run', () => {
    check(metricsOf({ lag: 70, window: 90 }));
    check(metricsOf({ window: 250 }));
  });

  it('holds a value whose change was lost until the next one', () => {
    check({ ...metricsOf({ lag: 20 }), loss: 0.4 });
  });

  it('shows each change after a delay of its own, the newest where one overtakes another', () => {
    const { view } = check(metricsOf({ lag: 20, jitter: 200 }));
    expect(view).toBeInstanceOf(JitteredGauge);
    check({ ...metricsOf({ lag: 20, jitter: 60, window: 50 }), loss: 0.1 });
  });

  it('stands still while its telemetry is frozen, and does not show it by its time stamp', () => {
    const { seen } = check(metricsOf({ lag: 50 }), [disturbance('freeze', 600, 1100)]);
    const frozen = seen.filter(({ now }) => now > 700 * MILLISECOND && now < 1100 * MILLISECOND);
    expect(frozen.length).toBeGreaterThan(0);
    // What it shows is of the last look before, or of the beginning of the fault less the lag.
    expect(Math.max(...frozen.map(({ asOf }) => asOf))).toBeLessThanOrEqual(550 * MILLISECOND);
    expect(frozen.every(({ claimed, now }) => claimed === now - 50 * MILLISECOND)).toBe(true);
  });

  it('never goes back while its telemetry is slow', () => {
    const { seen } = check(metricsOf({ lag: 50 }), [disturbance('slow', 600, 1100, 200)]);
    const first = seen.filter(({ index }) => index === 0);
    for (let i = 1; i < first.length; i++) expect(first[i].asOf).toBeGreaterThanOrEqual(first[i - 1].asOf);
  });
});

describe('a sampled gauge', () => {
  it('shows the last sample that has arrived, and its age grows until the next', () => {
    const { seen, view } = check(metricsOf({ lag: 130, interval: 100 }));
    expect(view).toBeInstanceOf(SampledGauge);
    const ages = seen.filter(({ asOf }) => asOf > -Infinity).map(({ asOf, now }) => (now - asOf) / MILLISECOND);
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(130);
    expect(Math.max(...ages)).toBeLessThan(230);
    expect(Math.max(...ages) - Math.min(...ages)).toBeGreaterThan(80);
  });

  it('averages each sample over its window, longer or shorter than the interval', () => {
    check(metricsOf({ lag: 30, interval: 50, window: 20 }));
    check(metricsOf({ lag: 30, interval: 50, window: 50 }));
    check(metricsOf({ lag: 30, interval: 50, window: 170 }));
  });

  it('takes each instance at a moment of its own where phases are apart', () => {
    const metrics: MetricsSpec = { ...metricsOf({ lag: 10, interval: 80 }), phase: 'apart' };
    const { seen } = check(metrics);
    const last = seen.slice(-3).map(({ asOf }) => asOf);
    expect(new Set(last).size).toBe(3);
    check({ ...metrics, offset: 25 * MILLISECOND });
  });

  it('lets a late sample be overtaken, and some never arrive', () => {
    check({ ...metricsOf({ lag: 10, interval: 20, jitter: 150 }), loss: 0.2 });
  });

  it('repeats its last value while frozen, sends late while slow, and nothing while lost', () => {
    const metrics = metricsOf({ lag: 30, interval: 20 });
    const { seen } = check(metrics, [disturbance('freeze', 600, 1100)]);
    const frozen = seen.filter(({ now }) => now > 660 * MILLISECOND && now < 1100 * MILLISECOND);
    expect(frozen.every(({ asOf }) => asOf <= 600 * MILLISECOND)).toBe(true);
    expect(frozen.every(({ claimed, now }) => now - claimed < 51 * MILLISECOND)).toBe(true);
    check(metrics, [disturbance('slow', 600, 1100, 250)]);
    check(metrics, [disturbance('lose', 600, 1100)]);
  });

  it('has room for all samples on their way while several faults slow it down at once', () => {
    check(metricsOf({ lag: 10, interval: 10 }), [
      disturbance('slow', 300, 1500, 300),
      disturbance('slow', 400, 1600, 300),
      disturbance('slow', 500, 1700, 300),
    ]);
  });
});

describe('any gauge', () => {
  const milliseconds = (max: number): fc.Arbitrary<number> => fc.oneof(fc.constant(0), fc.integer({ min: 1, max }));
  const metrics = fc.record({
    lag: milliseconds(300),
    interval: fc.oneof(fc.constant(0), fc.integer({ min: 7, max: 300 })),
    window: milliseconds(300),
    jitter: milliseconds(200),
    loss: fc.constantFrom(0, 0, 0.3, 0.95),
    phase: fc.constantFrom('together' as const, 'apart' as const),
    offset: fc.option(fc.integer({ min: 0, max: 6 })),
  });
  const disturbances = fc.array(
    fc
      .record({
        effect: fc.constantFrom('freeze' as const, 'slow' as const, 'lose' as const),
        from: fc.integer({ min: 0, max: 1800 }),
        length: fc.integer({ min: 1, max: 800 }),
        lag: fc.integer({ min: 0, max: 300 }),
      })
      .map(({ effect, from, lag, length }) => disturbance(effect, from, from + length, lag)),
    { maxLength: 2 },
  );

  it('shows what a naive recomputation from the full log of changes shows', () => {
    fc.assert(
      fc.property(metrics, disturbances, fc.integer({ min: 1, max: 50 }), (written, faults, seed) => {
        const { interval, jitter, lag, loss, offset, phase, window } = written;
        const spec: MetricsSpec = {
          ...metricsOf({ interval, jitter, lag, window }),
          loss,
          phase,
          offset: offset === null ? null : offset * MILLISECOND,
        };
        const { seen } = check(spec, faults, String(seed));
        for (const { asOf, now } of seen) expect(now - asOf).toBeGreaterThanOrEqual(spec.lag);
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});
