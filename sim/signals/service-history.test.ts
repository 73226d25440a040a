import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Draw, rootKey, uniform } from '../kernel/random.ts';
import { MILLISECOND, SECOND } from '../kernel/time.ts';
import type { TelemetryDisturbance } from '../world/faults/plan.ts';
import { FRESH, isLive } from './metrics.ts';
import type { MetricsSpec } from './metrics.ts';
import { ServiceHistory } from './service-history.ts';
import { disturbance, LENGTH, meanOver, metricsOf, RecordedWorld } from './testing/recorded-world.ts';

const ROOT = rootKey('history');
const OWNER = 'autoscaler';
const SPANS = [50, 200, 500].map((span) => span * MILLISECOND);

interface Look {
  readonly now: number;
  readonly asOf: number;
  readonly loads: readonly number[];
  readonly rates: readonly number[];
}

/** Looks at a history while the recorded world runs; the dispatches are written down too. */
function look(metrics: MetricsSpec, disturbances: readonly TelemetryDisturbance[], seed: string) {
  const world = new RecordedWorld(seed);
  const { service, simulation } = world;
  const dispatches: number[] = [];
  const dispatch = service.dispatch.bind(service);
  service.dispatch = (call, target, awaiter, now) => {
    dispatches.push(now);
    return dispatch(call, target, awaiter, now);
  };
  const history = new ServiceHistory(simulation.ticker, service, metrics, ROOT, OWNER, disturbances, SECOND);
  const looks: Look[] = [];
  world.run(120, (now) => {
    looks.push({
      now,
      asOf: history.asOf(now),
      loads: SPANS.map((span) => history.meanLoad(now, span)),
      rates: SPANS.map((span) => history.meanRate(now, span)),
    });
  });
  return { looks, dispatches, changes: world.changes };
}

/** The steps that are ever seen, each with when it is. */
function stepsOf(
  metrics: MetricsSpec,
  disturbances: readonly TelemetryDisturbance[],
): { at: number; arrival: number }[] {
  const step = metrics.interval > 0 ? metrics.interval : SECOND;
  const lossDraw = new Draw(ROOT, 'metricLoss', OWNER);
  const jitterDraw = new Draw(ROOT, 'metricJitter', OWNER);
  const steps: { at: number; arrival: number }[] = [];
  for (let number = 0, at = step; at <= LENGTH; number++, at += step) {
    const active = disturbances.filter(({ from, until }) => from <= at && at < until);
    if (active.some(({ effect }) => effect !== 'slow') || uniform(lossDraw.at(0, number, 0)) < metrics.loss) continue;
    const extra = active.reduce((sum, { lag }) => sum + lag, 0);
    const jitter = metrics.jitter > 0 ? uniform(jitterDraw.at(0, number, 0)) * metrics.jitter : 0;
    steps.push({ at, arrival: at + metrics.lag + jitter + extra });
  }
  return steps;
}

function check(metrics: MetricsSpec, disturbances: readonly TelemetryDisturbance[] = [], seed = '1') {
  const looked = look(metrics, disturbances, seed);
  const { changes, dispatches, looks } = looked;
  const steps = stepsOf(metrics, disturbances);
  const step = metrics.interval > 0 ? metrics.interval : SECOND;
  const isTruth = isLive(metrics) && disturbances.length === 0;
  for (const { asOf, loads, now, rates } of looks) {
    const newest = isTruth ? now : steps.findLast(({ arrival }) => arrival <= now)?.at;
    expect(asOf).toBe(newest ?? -Infinity);
    if (newest === undefined) {
      expect([...loads, ...rates].every((value) => value !== value)).toBe(true);
      continue;
    }
    SPANS.forEach((span, i) => {
      const begin = Math.max(0, newest - Math.max(span, step));
      const from = Math.max(0, ...steps.map(({ at }) => at).filter((at) => at <= begin));
      const load =
        changes.length === 0 ? 0 : [0, 1, 2].reduce((sum, index) => sum + meanOver(changes, index, from, newest), 0);
      const sent = dispatches.filter((at) => at > from && at <= newest).length;
      expect(loads[i]).toBeCloseTo(load, 9);
      expect(rates[i]).toBeCloseTo((sent * SECOND) / (newest - from), 6);
    });
  }
  return looked;
}

describe('the history of a service', () => {
  it('gives means over any span up to the last step that is `lag` old', () => {
    const { looks } = check(metricsOf({ interval: 20, lag: 70 }));
    expect(looks.filter(({ asOf }) => asOf > 0).length).toBeGreaterThan(100);
  });

  it('is the truth of the moment where the metrics are live', () => {
    const { looks } = check(FRESH);
    for (const { asOf, now } of looks) expect(asOf).toBe(now);
  });

  it('spans steps that are lost, and lets one that is late be overtaken', () => {
    check({ ...metricsOf({ interval: 20, lag: 30, jitter: 150 }), loss: 0.3 });
  });

  it('grows old while its telemetry is frozen, and is later while it is slow', () => {
    const { looks } = check(metricsOf({ interval: 20 }), [disturbance('freeze', 600, 1100)]);
    expect(
      looks
        .filter(({ now }) => now > 600 * MILLISECOND && now < 1100 * MILLISECOND)
        .every(({ asOf }) => asOf === 580 * MILLISECOND),
    ).toBe(true);
    check(metricsOf({ interval: 20 }), [disturbance('slow', 600, 1100, 200)]);
  });

  it('is what a naive recomputation from the full log of changes gives', () => {
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
    const metrics = fc.record({ lag: fc.nat(300), interval: fc.integer({ min: 7, max: 300 }), jitter: fc.nat(200) });
    fc.assert(
      fc.property(metrics, faults, fc.constantFrom(0, 0.3), fc.nat(50), (written, disturbances, loss, seed) => {
        check({ ...metricsOf(written), loss }, disturbances, String(seed));
      }),
      { numRuns: 40, seed: 1 },
    );
  });
});
